// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace picture {

struct rgb {
  std::uint8_t red, green, blue;
  bool operator==(const rgb&) const = default;
};

struct image {
  std::size_t width, height;
  std::vector<rgb> pixels = std::vector<rgb>(width * height);
};

/// Draws the pixels [first, last) of the image, counted row by row. The cost of a pixel varies a thousandfold.
void draw(image& target, std::size_t first, std::size_t last);

}  // namespace picture
