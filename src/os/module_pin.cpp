// SPDX-License-Identifier: BSL-1.0
#include "os/module_pin.hpp"

#include <cstdlib>  // says whether the system is glibc's

#if defined(__GLIBC__)

#include <dlfcn.h>
#include <link.h>

#include "base/thread_exit.hpp"

// Weak, because a program that is linked statically has none of them, and an older glibc has them in a library of its
// own, which a program without modules does not need. Any mention of dlopen would make the linker warn of a program
// that is linked statically, so that function is looked up.
#pragma weak dladdr1
#pragma weak dlsym
#pragma weak dlclose

namespace filch::inline v0::detail {
namespace {

constinit const char place_in_this_module = 0;

// The name under which the loader knows this module; null if it is the program itself.
[[nodiscard]] const char* name_of_this_module() noexcept {
  Dl_info unused;
  link_map* module = nullptr;
  if (&dladdr1 == nullptr || &dlsym == nullptr || &dlclose == nullptr ||
      ::dladdr1(&place_in_this_module, &unused, reinterpret_cast<void**>(&module), RTLD_DL_LINKMAP) == 0 ||
      module == nullptr || module->l_name == nullptr || *module->l_name == '\0') {
    return nullptr;
  }
  return module->l_name;
}

void nothing() noexcept {}

}  // namespace

module_pin::module_pin() noexcept {
  if (const char* const name = name_of_this_module()) {
    if (void* const open = ::dlsym(RTLD_DEFAULT, "dlopen")) {
      handle_ = reinterpret_cast<void* (*)(const char*, int)>(open)(name, RTLD_LAZY | RTLD_NOLOAD);
    }
  }
}

module_pin::~module_pin() {
  if (handle_ != nullptr) {
    if (!own_thread_scope::is_inside()) {
      at_thread_exit<&nothing>();
    }
    ::dlclose(handle_);
  }
}

void module_pin::keep_for_good() noexcept { handle_ = nullptr; }

}  // namespace filch::inline v0::detail

#else

namespace filch::inline v0::detail {

module_pin::module_pin() noexcept = default;
module_pin::~module_pin() = default;
void module_pin::keep_for_good() noexcept {}

}  // namespace filch::inline v0::detail

#endif
