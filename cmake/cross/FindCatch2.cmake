# SPDX-License-Identifier: BSL-1.0
# Catch2 2.13 is one header, so that of the build machine will do. It gets a folder of its own, for its neighbours are
# not for the target machine.

find_path(FILCH_CATCH2_FOLDER catch2/catch.hpp PATHS /usr/include /usr/local/include
  NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(FILCH_CATCH2_FOLDER)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Catch2 REQUIRED_VARS FILCH_CATCH2_FOLDER)
if(Catch2_FOUND AND NOT TARGET Catch2::Catch2)
  set(alone "${CMAKE_BINARY_DIR}/catch2_alone")
  file(MAKE_DIRECTORY "${alone}")
  file(CREATE_LINK "${FILCH_CATCH2_FOLDER}/catch2" "${alone}/catch2" SYMBOLIC)
  add_library(Catch2::Catch2 INTERFACE IMPORTED)
  set_target_properties(Catch2::Catch2 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${alone}")
endif()
