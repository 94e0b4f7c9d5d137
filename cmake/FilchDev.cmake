# SPDX-License-Identifier: BSL-1.0
# What only filch's own developers want: warnings and sanitizers. Nothing here is installed or exported.
#
# filch_dev is linked privately by the library, the tests, the benchmarks and the examples.

add_library(filch_dev INTERFACE)

if(MSVC)
  target_compile_options(filch_dev INTERFACE /W4 /permissive- /utf-8 $<$<BOOL:${FILCH_WARNINGS_AS_ERRORS}>:/WX>)
else()
  target_compile_options(filch_dev INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    $<$<BOOL:${FILCH_WARNINGS_AS_ERRORS}>:-Werror>)
endif()

if(FILCH_SANITIZE)
  if(MSVC)
    message(FATAL_ERROR "FILCH_SANITIZE needs g++ or clang")
  endif()
  string(REPLACE ";" "," sanitizers "${FILCH_SANITIZE}")
  set(flags -fsanitize=${sanitizers} -fno-omit-frame-pointer)
  if("undefined" IN_LIST FILCH_SANITIZE)
    list(APPEND flags -fno-sanitize-recover=undefined)
  endif()
  target_compile_options(filch_dev INTERFACE ${flags})
  target_link_options(filch_dev INTERFACE ${flags})
endif()
