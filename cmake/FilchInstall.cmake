# SPDX-License-Identifier: BSL-1.0
# Installs the library, its headers, the CMake package and filch.pc.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/filch")

install(TARGETS filch EXPORT filchTargets
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY include/filch DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp")
install(FILES "${PROJECT_BINARY_DIR}/include/filch/config.hpp" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/filch")

install(EXPORT filchTargets NAMESPACE filch:: DESTINATION "${package_dir}")
configure_package_config_file(cmake/filchConfig.cmake.in filchConfig.cmake INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a new minor version may break programs, so only the same minor version will do.
write_basic_package_version_file(filchConfigVersion.cmake VERSION "${PROJECT_VERSION}" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/filchConfig.cmake" "${PROJECT_BINARY_DIR}/filchConfigVersion.cmake"
  DESTINATION "${package_dir}")

# The prefix is computed from where the .pc file lies, so the tree can be moved.
set(pkgconfig_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH FILCH_PC_TO_PREFIX "/p/${pkgconfig_dir}" "/p")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  message(FATAL_ERROR "filch installs below its prefix: CMAKE_INSTALL_LIBDIR and _INCLUDEDIR must be relative")
endif()
set(FILCH_PC_LIBS_PRIVATE "${CMAKE_THREAD_LIBS_INIT}")
if(NOT FILCH_PC_LIBS_PRIVATE AND NOT WIN32)
  set(FILCH_PC_LIBS_PRIVATE "-lpthread")
endif()
if(BUILD_SHARED_LIBS)
  set(FILCH_PC_LIBS_STATIC "")
else()
  # Only a static filch hands its own needs to whoever links it.
  set(FILCH_PC_LIBS_STATIC " ${FILCH_PC_LIBS_PRIVATE}")
endif()
configure_file(cmake/filch.pc.in filch.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/filch.pc" DESTINATION "${pkgconfig_dir}")
