// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/queues/inbox.hpp>

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;

namespace {

struct node {
  node* next = nullptr;
  std::size_t producer = 0;
  std::size_t number = 0;
};

std::vector<std::size_t> numbers(node* newest_first) {
  std::vector<std::size_t> list;
  for (; newest_first != nullptr; newest_first = newest_first->next) {
    list.push_back(newest_first->number);
  }
  return list;
}

}  // namespace

TEST_CASE("a drain gives all, the newest first") {
  inbox<node> in;
  REQUIRE(in.empty());
  REQUIRE(in.drain() == nullptr);
  std::vector<node> nodes(3);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].number = i;
    REQUIRE(in.push(&nodes[i]) == inbox_push::accepted);
  }
  REQUIRE_FALSE(in.empty());
  REQUIRE(numbers(in.drain()) == std::vector<std::size_t>{2, 1, 0});
  REQUIRE(in.empty());
}

TEST_CASE("push_chain adds a chain that is linked newest first") {
  inbox<node> in;
  node old{nullptr, 0, 0};
  REQUIRE(in.push(&old) == inbox_push::accepted);
  node oldest{nullptr, 0, 1};
  node middle{&oldest, 0, 2};
  node newest{&middle, 0, 3};
  REQUIRE(in.push_chain(&newest, &oldest) == inbox_push::accepted);
  REQUIRE(numbers(in.drain()) == std::vector<std::size_t>{3, 2, 1, 0});
}

TEST_CASE("close refuses later pushes, keeps what was accepted, and survives a drain") {
  inbox<node> in;
  node kept{nullptr, 0, 4};
  node refused{nullptr, 0, 5};
  REQUIRE(in.push(&kept) == inbox_push::accepted);
  REQUIRE_FALSE(in.closed());
  in.close();
  in.close();
  REQUIRE(in.closed());
  REQUIRE_FALSE(in.empty());
  REQUIRE(in.push(&refused) == inbox_push::closed);
  REQUIRE(refused.next == nullptr);
  REQUIRE(numbers(in.drain()) == std::vector<std::size_t>{4});
  REQUIRE(in.empty());
  REQUIRE(in.closed());
  REQUIRE(in.push(&refused) == inbox_push::closed);
  REQUIRE(in.drain() == nullptr);
}

TEST_CASE("stress: four producers, two drainers, each node once and in order") {
  constexpr std::size_t producers = 4;
  constexpr std::size_t each = 50'000;
  inbox<node> in;
  std::vector<std::vector<node>> nodes(producers, std::vector<node>(each));
  std::vector<std::atomic<unsigned>> seen(producers * each);
  std::atomic<bool> done{false};
  std::atomic<unsigned> out_of_order{0};
  const auto drain_all = [&] {
    for (;;) {
      const bool last_round = done.load(std::memory_order_acquire);
      node* n = in.drain();
      if (n == nullptr && last_round) {
        return;
      }
      std::vector<std::size_t> below(producers, each);
      while (n != nullptr) {
        node* const following = n->next;
        seen[n->producer * each + n->number].fetch_add(1, std::memory_order_relaxed);
        // Within a batch the nodes of a producer come in reverse order.
        if (n->number >= below[n->producer]) {
          out_of_order.fetch_add(1, std::memory_order_relaxed);
        }
        below[n->producer] = n->number;
        n = following;
      }
    }
  };
  std::vector<std::thread> drainers;
  drainers.emplace_back(drain_all);
  drainers.emplace_back(drain_all);
  std::vector<std::thread> threads;
  for (std::size_t p = 0; p < producers; ++p) {
    threads.emplace_back([&, p] {
      for (std::size_t i = 0; i < each; ++i) {
        nodes[p][i].producer = p;
        nodes[p][i].number = i;
        static_cast<void>(in.push(&nodes[p][i]));
      }
    });
  }
  for (auto& t : threads) {
    t.join();
  }
  done.store(true, std::memory_order_release);
  for (auto& t : drainers) {
    t.join();
  }
  REQUIRE(out_of_order.load() == 0);
  std::size_t once = 0;
  for (const auto& s : seen) {
    once += s.load() == 1 ? 1 : 0;
  }
  REQUIRE(once == producers * each);
}
