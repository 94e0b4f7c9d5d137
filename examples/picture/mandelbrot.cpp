// SPDX-License-Identifier: BSL-1.0
#include "mandelbrot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace picture {
namespace {

constexpr std::complex<double> centre{-0.1640, 1.0420};
constexpr double view_width = 0.046;
constexpr int most_steps = 2500;
constexpr double escape = 1e6;
constexpr int samples = 2;  // of a pixel, in each direction

using colour = std::array<double, 3>;  // red, green and blue from 0 to 1

colour palette(double phase, double light) {
  constexpr colour offset{0.0, 0.10, 0.24};
  colour result{};
  for (std::size_t i = 0; i < 3; ++i) {
    result[i] = light * (0.5 + 0.5 * std::cos(2 * std::numbers::pi * (phase + offset[i])));
  }
  return result;
}

// Iterates z -> z^2 + c together with dz/dc, which gives the slope of the potential: it is lit from the upper left.
colour sample(std::complex<double> c) {
  double x = 0, y = 0, dx = 0, dy = 0;
  for (int step = 0; step < most_steps; ++step) {
    const double next_dx = 2 * (x * dx - y * dy) + 1;
    dy = 2 * (x * dy + y * dx);
    dx = next_dx;
    const double next_x = x * x - y * y + c.real();
    y = 2 * x * y + c.imag();
    x = next_x;
    const double square = x * x + y * y;
    if (square < escape) continue;

    const double smooth = step + 1 - std::log2(std::log(square) / std::log(escape));
    auto normal = std::complex{x, y} / std::complex{dx, dy};
    normal /= std::abs(normal);
    constexpr double height = 1.4;
    const double lit = (normal.real() * -0.7071 + normal.imag() * 0.7071 + height) / (1 + height);
    return palette(0.6 + 0.35 * std::log(smooth), std::clamp(lit, 0.0, 1.0));
  }
  return {0.01, 0.01, 0.03};
}

std::uint8_t byte(double sum) {
  const double mean = std::clamp(sum / (samples * samples), 0.0, 1.0);
  return static_cast<std::uint8_t>(std::lround(255 * std::sqrt(mean)));
}

}  // namespace

void draw(image& target, std::size_t first, std::size_t last) {
  const double step = view_width / static_cast<double>(target.width);
  for (std::size_t i = first; i < last; ++i) {
    const auto column = static_cast<double>(i % target.width), row = static_cast<double>(i / target.width);
    colour sum{};
    for (int k = 0; k < samples * samples; ++k) {
      const double x = column + (k % samples + 0.5) / samples - static_cast<double>(target.width) / 2;
      const double y = static_cast<double>(target.height) / 2 - row - (k / samples + 0.5) / samples;
      const colour one = sample(centre + step * std::complex{x, y});
      for (std::size_t channel = 0; channel < 3; ++channel) sum[channel] += one[channel];
    }
    target.pixels[i] = {byte(sum[0]), byte(sum[1]), byte(sum[2])};
  }
}

}  // namespace picture
