# SPDX-License-Identifier: BSL-1.0
# filch_read_version(<header>): sets FILCH_VERSION and FILCH_ABI_VERSION from version.hpp, the one source of both.

function(filch_read_version header)
  file(STRINGS "${header}" lines REGEX "^#define FILCH_[A-Z_]+ ")
  foreach(name VERSION_MAJOR VERSION_MINOR VERSION_PATCH VERSION_STRING ABI_VERSION)
    if(NOT lines MATCHES "#define FILCH_${name} \"?([0-9.]+)\"?")
      message(FATAL_ERROR "${header} does not define FILCH_${name}")
    endif()
    set(${name} "${CMAKE_MATCH_1}")
  endforeach()
  set(version "${VERSION_MAJOR}.${VERSION_MINOR}.${VERSION_PATCH}")
  if(NOT version STREQUAL VERSION_STRING)
    message(FATAL_ERROR "${header} contradicts itself: ${version} is not ${VERSION_STRING}")
  endif()
  set(FILCH_VERSION "${version}" PARENT_SCOPE)
  set(FILCH_ABI_VERSION "${ABI_VERSION}" PARENT_SCOPE)
endfunction()
