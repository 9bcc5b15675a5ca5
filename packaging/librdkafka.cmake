# SPDX-License-Identifier: GPL-3.0-or-later
# The target millrace_rdkafka: the system's librdkafka where it is new enough, else the static one that packaging/lib.sh
# built (see prepare_librdkafka there), else the system's all the same; `millrace doctor` tells what fails with an old one.
set(MILLRACE_LIBRDKAFKA "" CACHE PATH "Prefix of a static librdkafka to link (include/librdkafka, lib/librdkafka.a)")

pkg_check_modules(RDKAFKA IMPORTED_TARGET rdkafka)
set(prefix "${MILLRACE_LIBRDKAFKA}")
set(built "${PROJECT_SOURCE_DIR}/build/librdkafka")
if(NOT prefix AND (NOT RDKAFKA_FOUND OR RDKAFKA_VERSION VERSION_LESS 2.12) AND EXISTS "${built}/lib/librdkafka.a")
  set(prefix "${built}")
endif()

add_library(millrace_rdkafka INTERFACE)
if(prefix)
  message(STATUS "librdkafka: ${prefix}, static")
  find_package(OpenSSL REQUIRED)
  target_include_directories(millrace_rdkafka SYSTEM INTERFACE "${prefix}/include")
  target_link_libraries(millrace_rdkafka INTERFACE "${prefix}/lib/librdkafka.a" OpenSSL::SSL OpenSSL::Crypto sasl2 ZLIB::ZLIB
                        PkgConfig::ZSTD CURL::libcurl Threads::Threads ${CMAKE_DL_LIBS} m)
elseif(RDKAFKA_FOUND)
  message(STATUS "librdkafka: the system's ${RDKAFKA_VERSION}")
  target_link_libraries(millrace_rdkafka INTERFACE PkgConfig::RDKAFKA)
else()
  message(FATAL_ERROR "There is no librdkafka: install librdkafka-dev, or give a prefix with -DMILLRACE_LIBRDKAFKA=")
endif()
