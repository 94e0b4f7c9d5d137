// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// A sum of floats, and what has been lost of it by rounding. What an addition loses is computed as by Knuth, The Art
/// of Computer Programming 2, 4.2.2, theorem B; to add up what is lost is the second algorithm of Ogita, Rump and
/// Oishi, "Accurate sum and dot product", 2005.
template <class Float>
class compensated {
 public:
  compensated() noexcept = default;
  explicit compensated(Float x, Float lost = Float()) noexcept : sum_(x), lost_(lost) {}

  friend compensated operator+(compensated a, compensated b) noexcept {
    const Float sum = a.sum_ + b.sum_;
    const Float of_b = sum - a.sum_;
    const Float lost = (a.sum_ - (sum - of_b)) + (b.sum_ - of_b);
    return compensated(sum, a.lost_ + b.lost_ + lost);
  }

  [[nodiscard]] Float value() const noexcept {
    const Float corrected = sum_ + lost_;
    return corrected == corrected ? corrected : sum_;  // the loss is no number if the sum is infinite
  }

 private:
  Float sum_{};
  Float lost_{};
};

}  // namespace filch::inline v0::detail
