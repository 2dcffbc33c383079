// The middle one of several measurements.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace r1 {

// Of an even number, the upper of the two in the middle. Not of none.
inline double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace r1
