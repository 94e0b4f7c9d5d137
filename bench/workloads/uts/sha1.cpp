// SPDX-License-Identifier: BSL-1.0
#include "workloads/uts/sha1.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace filch_bench {
namespace {

constexpr std::array<std::uint32_t, 5> initial_hash{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

/// The message, a one bit, zeros and the length in bits, expanded to the 80 words of the schedule.
std::array<std::uint32_t, 80> schedule_of(std::span<const std::uint8_t> message) {
  std::array<std::uint8_t, 64> block{};
  std::copy(message.begin(), message.end(), block.begin());
  block[message.size()] = 0x80;
  const std::size_t bits = message.size() * 8;
  block[62] = static_cast<std::uint8_t>(bits >> 8);
  block[63] = static_cast<std::uint8_t>(bits);

  std::array<std::uint32_t, 80> words;
  for (std::size_t t = 0; t < 16; ++t) {
    words[t] = static_cast<std::uint32_t>(block[4 * t]) << 24 | static_cast<std::uint32_t>(block[4 * t + 1]) << 16 |
               static_cast<std::uint32_t>(block[4 * t + 2]) << 8 | static_cast<std::uint32_t>(block[4 * t + 3]);
  }
  for (std::size_t t = 16; t < 80; ++t) {
    words[t] = std::rotl(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
  }
  return words;
}

}  // namespace

sha1_digest sha1_of_short(std::span<const std::uint8_t> message) {
  const std::array<std::uint32_t, 80> words = schedule_of(message);
  std::uint32_t a = initial_hash[0];
  std::uint32_t b = initial_hash[1];
  std::uint32_t c = initial_hash[2];
  std::uint32_t d = initial_hash[3];
  std::uint32_t e = initial_hash[4];
  const auto round = [&](std::uint32_t mix, std::uint32_t constant, std::uint32_t word) {
    const std::uint32_t next = std::rotl(a, 5) + mix + e + constant + word;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  };
  for (std::size_t t = 0; t < 20; ++t) {
    round((b & c) | (~b & d), 0x5a827999, words[t]);
  }
  for (std::size_t t = 20; t < 40; ++t) {
    round(b ^ c ^ d, 0x6ed9eba1, words[t]);
  }
  for (std::size_t t = 40; t < 60; ++t) {
    round((b & c) | (b & d) | (c & d), 0x8f1bbcdc, words[t]);
  }
  for (std::size_t t = 60; t < 80; ++t) {
    round(b ^ c ^ d, 0xca62c1d6, words[t]);
  }

  const std::array<std::uint32_t, 5> hash{initial_hash[0] + a, initial_hash[1] + b, initial_hash[2] + c,
                                          initial_hash[3] + d, initial_hash[4] + e};
  sha1_digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(hash[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

}  // namespace filch_bench
