// SPDX-License-Identifier: BSL-1.0
// Draws the same picture by a pool with one mutex and by filch, each with a row a task and with 16 pixels a task.
#include "arguments.hpp"
#include "mandelbrot.hpp"
#include "mutex_pool.hpp"
#include "progress.hpp"

#include <filch/parallel_for.hpp>
#include <filch/thread_pool.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>

namespace {

struct drawing {
  picture::image result;
  double seconds;
};

// `run(count, task)` calls task(0) to task(count - 1) and returns when all have returned.
template <class Run>
drawing draw(const picture::arguments& options, std::size_t pixels_per_task, const std::string& name, Run&& run) {
  drawing made{{options.width, options.height}, 0};
  const std::size_t pixels = made.result.pixels.size();
  picture::progress bar{options.progress, name, pixels};
  const auto start = std::chrono::steady_clock::now();
  run((pixels + pixels_per_task - 1) / pixels_per_task, [&](std::size_t task) {
    const std::size_t first = task * pixels_per_task, last = std::min(pixels, first + pixels_per_task);
    picture::draw(made.result, first, last);
    bar.add(last - first);
  });
  made.seconds = std::chrono::duration<double>{std::chrono::steady_clock::now() - start}.count();
  return made;
}

int compare(const picture::arguments& options) {
  picture::mutex_pool with_mutex{options.threads};
  filch::thread_pool with_filch{options.threads};
  std::printf("%zu x %zu pixels, %zu threads\n%-18s %12s %12s %10s\n", options.width, options.height, options.threads,
              "", "mutex pool", "filch", "speed-up");
  for (const std::size_t pixels : {options.width, std::size_t{16}}) {
    const std::string name = std::to_string(pixels) + " pixels a task";
    const auto slow = draw(options, pixels, "mutex pool, " + name, [&](std::size_t count, const auto& task) {
      for (std::size_t i = 0; i < count; ++i) with_mutex.execute([&task, i] { task(i); });
      with_mutex.wait_idle();
    });
    const auto fast = draw(options, pixels, "filch, " + name, [&](std::size_t count, const auto& task) {
      filch::parallel_for(with_filch, std::size_t{0}, count, task);
    });
    std::printf("%-18s %10.3f s %10.3f s %10.2f\n", name.c_str(), slow.seconds, fast.seconds,
                slow.seconds / fast.seconds);
    if (slow.result.pixels != fast.result.pixels) {
      std::fprintf(stderr, "picture: the two pictures differ\n");
      return 1;
    }
    std::ofstream file{options.out, std::ios::binary};
    file << "P6\n" << options.width << ' ' << options.height << "\n255\n";
    file.write(reinterpret_cast<const char*>(fast.result.pixels.data()),
               static_cast<std::streamsize>(fast.result.pixels.size() * sizeof(picture::rgb)));
    if (!file.flush()) throw std::runtime_error{"cannot write " + options.out};
  }
  std::printf("the pictures are identical: %s\n", options.out.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return compare(picture::parse_arguments(argc, argv));
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "picture: %s\n%s", error.what(), picture::usage);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "picture: %s\n", error.what());
    return 1;
  }
}
