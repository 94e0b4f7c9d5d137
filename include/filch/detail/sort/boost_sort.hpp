// SPDX-License-Identifier: BSL-1.0
#pragma once

#if !__has_include(<boost/sort/pdqsort/pdqsort.hpp>)
#error "filch: <filch/parallel_sort.hpp> needs the headers of Boost.Sort: install libboost-dev, or vcpkg's boost-sort"
#endif

// spinsort calls std::get_temporary_buffer, of which compilers warn where our algorithms use it.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <boost/sort/spinsort/spinsort.hpp>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
