// SPDX-License-Identifier: BSL-1.0
#include "controlled/strategy.hpp"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "controlled/scheduler.hpp"

namespace controlled {
namespace {

// splitmix64: every seed gives another sequence.
class random_numbers {
 public:
  explicit random_numbers(std::uint64_t seed = 0) noexcept : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) noexcept { return static_cast<std::size_t>(next() % n); }

 private:
  std::uint64_t state_;
};

class random_strategy : public strategy {
 public:
  bool begin(std::uint64_t seed) override {
    random_ = random_numbers(seed);
    return true;
  }
  std::size_t choose(std::size_t n) override { return random_.below(n); }
  bool once_in(std::size_t n) override { return random_.below(n) == 0; }

 protected:
  random_numbers random_;
};

class walk final : public random_strategy {
 public:
  explicit walk(std::size_t rate) : rate_(rate) {}

  thread* next(thread* self, std::span<thread* const> runnable, bool yields) override {
    if (self != nullptr && !yields && random_.below(rate_) != 0) {
      return self;
    }
    if (self != nullptr && yields && runnable.size() > 1) {
      thread* other = self;
      while (other == self) {
        other = runnable[random_.below(runnable.size())];
      }
      return other;
    }
    return runnable[random_.below(runnable.size())];
  }

 private:
  std::size_t rate_;
};

class pct final : public random_strategy {
 public:
  explicit pct(std::size_t depth) : depth_(depth) {}

  bool begin(std::uint64_t seed) override {
    random_strategy::begin(seed);
    priorities_.clear();
    changes_.clear();
    for (std::size_t i = 1; i < depth_; ++i) {
      changes_.push_back(random_.below(longest_));
    }
    asked_ = 0;
    lowest_ = 0;
    return true;
  }
  void expect_steps(std::uint64_t steps) override { longest_ = std::max<std::size_t>(longest_, steps); }

  void added(thread& t) override { priorities_[&t] = static_cast<std::int64_t>(1 + random_.below(1 << 30)); }

  thread* next(thread* self, std::span<thread* const> runnable, bool yields) override {
    ++asked_;
    if (self != nullptr && (yields || std::find(changes_.begin(), changes_.end(), asked_) != changes_.end())) {
      priorities_[self] = --lowest_;
    }
    return *std::max_element(runnable.begin(), runnable.end(),
                             [this](thread* a, thread* b) { return priorities_[a] < priorities_[b]; });
  }

 private:
  std::size_t depth_;
  std::size_t longest_ = 50;
  std::size_t asked_ = 0;
  std::int64_t lowest_ = 0;
  std::vector<std::size_t> changes_;
  std::unordered_map<thread*, std::int64_t> priorities_;
};

// Depth-first: each schedule repeats the decisions of the one before up to the last that has an alternative left.
class depth_first final : public strategy {
 public:
  explicit depth_first(std::size_t preemptions) : preemptions_(preemptions) {}

  bool begin(std::uint64_t) override {
    if (!first_) {
      while (!path_.empty() && path_.back().taken + 1 == path_.back().of) {
        path_.pop_back();
      }
      if (path_.empty()) {
        return false;
      }
      ++path_.back().taken;
    }
    first_ = false;
    position_ = 0;
    left_ = preemptions_;
    return true;
  }

  thread* next(thread* self, std::span<thread* const> runnable, bool yields) override {
    if (self == nullptr) {
      return runnable[choose(runnable.size())];
    }
    std::vector<thread*> others;
    std::copy_if(runnable.begin(), runnable.end(), std::back_inserter(others), [self](thread* t) { return t != self; });
    if (others.empty()) {
      return self;
    }
    if (yields) {
      // Round and round, without an alternative: else every spin would multiply the schedules.
      const auto later = std::find_if(others.begin(), others.end(), [self](thread* t) { return t->id > self->id; });
      return later != others.end() ? *later : others.front();
    }
    if (left_ == 0) {
      return self;
    }
    const std::size_t chosen = choose(others.size() + 1);
    if (chosen == 0) {
      return self;
    }
    --left_;
    return others[chosen - 1];
  }

  std::size_t choose(std::size_t n) override {
    if (n == 1) {
      return 0;
    }
    if (position_ == path_.size()) {
      path_.push_back({0, n});
    }
    return path_[position_++].taken;
  }
  bool once_in(std::size_t) override { return false; }

 private:
  struct decision {
    std::size_t taken;
    std::size_t of;
  };

  std::size_t preemptions_;
  std::size_t left_ = 0;
  bool first_ = true;
  std::size_t position_ = 0;
  std::vector<decision> path_;
};

}  // namespace

std::unique_ptr<strategy> make_strategy(const std::string& name) {
  const std::size_t digits = name.find_first_of("0123456789");
  const std::size_t n = digits == std::string::npos ? 0 : static_cast<std::size_t>(std::atoi(name.c_str() + digits));
  const std::string kind = name.substr(0, digits);
  if (kind == "walk" && n > 0) {
    return std::make_unique<walk>(n);
  }
  if (kind == "pct" && n > 0) {
    return std::make_unique<pct>(n);
  }
  if (kind == "dfs") {
    return std::make_unique<depth_first>(n);
  }
  return nullptr;
}

}  // namespace controlled
