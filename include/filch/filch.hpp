// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Everything that needs no other library: all but <filch/parallel_sort.hpp>, which needs Boost.Sort.

#include <filch/available_parallelism.hpp>
#include <filch/blocking.hpp>
#include <filch/errors.hpp>
#include <filch/fork_join.hpp>
#include <filch/grain.hpp>
#include <filch/join_all.hpp>
#include <filch/join_handle.hpp>
#include <filch/metrics.hpp>
#include <filch/parallel_algorithm.hpp>
#include <filch/parallel_for.hpp>
#include <filch/parallel_invoke.hpp>
#include <filch/parallel_reduce.hpp>
#include <filch/parallel_scan.hpp>
#include <filch/pipeline.hpp>
#include <filch/pool_options.hpp>
#include <filch/scope.hpp>
#include <filch/shutdown.hpp>
#include <filch/task_graph.hpp>
#include <filch/task_group.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>
#include <filch/version.hpp>
#include <filch/when_any.hpp>
#include <filch/worker_local.hpp>
