// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/job/claim.hpp>
#include <filch/detail/job/ref_count.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;

TEST_CASE("a claim is given once") {
  claim c;
  REQUIRE(c.try_claim());
  REQUIRE_FALSE(c.try_claim());
}

TEST_CASE("stress: of many claimers one is told yes") {
  constexpr std::size_t claims = 50'000;
  auto all = std::make_unique<claim[]>(claims);
  std::atomic<std::size_t> given{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      std::size_t mine = 0;
      for (std::size_t i = 0; i < claims; ++i) {
        mine += all[i].try_claim() ? 1 : 0;
      }
      given.fetch_add(mine);
    });
  }
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE(given.load() == claims);
}

TEST_CASE("a reference count tells the last one") {
  ref_count r(2);
  r.add();
  REQUIRE_FALSE(r.drop());
  REQUIRE_FALSE(r.drop());
  REQUIRE(r.drop());
}

TEST_CASE("stress: the last reference sees what the others did") {
  struct shared {
    ref_count references{2};
    int writes[2] = {};
  };
  constexpr int objects = 50'000;
  std::vector<shared*> all;
  for (int i = 0; i < objects; ++i) {
    all.push_back(new shared);
  }
  std::atomic<int> freed{0};
  std::atomic<int> wrong{0};
  const auto use = [&](int me) {
    for (shared* s : all) {
      s->writes[me] = 1;
      if (s->references.drop()) {
        wrong.fetch_add(s->writes[0] + s->writes[1] == 2 ? 0 : 1);
        delete s;
        freed.fetch_add(1);
      }
    }
  };
  std::thread other(use, 1);
  use(0);
  other.join();
  REQUIRE(freed.load() == objects);
  REQUIRE(wrong.load() == 0);
}
