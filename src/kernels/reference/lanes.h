// The definition of a sum or maximum along a row (docs/numerics.md item 2): sixteen lanes on every machine, element i in lane i %
// 16, then one tree: lane l takes lane l + 8, then l + 4, l + 2, l + 1. The last, partial group of sixteen is filled up with zeros
// (with minus infinity for a maximum), so a lane without an element still adds a zero.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace r1::reference {

inline constexpr int kLanes = 16;

// a when a > b, otherwise b: what the x86 instruction does, so a NaN in b is kept.
inline float Max(float a, float b) { return a > b ? a : b; }
inline float Min(float a, float b) { return a < b ? a : b; }

template <class Combine>
float ReduceLanes(float (&lane)[kLanes], Combine combine) {
  for (int step = kLanes / 2; step > 0; step /= 2)
    for (int l = 0; l < step; ++l) lane[l] = combine(lane[l], lane[l + step]);
  return lane[0];
}

// sum_i x(i) * y(i), fused.
template <class X, class Y>
float LaneDot(int64_t n, X x, Y y) {
  float lane[kLanes] = {};
  for (int64_t i = 0; i < n; i += kLanes)
    for (int l = 0; l < kLanes; ++l) lane[l] = i + l < n ? std::fma(x(i + l), y(i + l), lane[l]) : lane[l] + 0.0f;
  return ReduceLanes(lane, [](float a, float b) { return a + b; });
}

// sum_i x(i).
template <class X>
float LaneSum(int64_t n, X x) {
  float lane[kLanes] = {};
  for (int64_t i = 0; i < n; i += kLanes)
    for (int l = 0; l < kLanes; ++l) lane[l] += i + l < n ? x(i + l) : 0.0f;
  return ReduceLanes(lane, [](float a, float b) { return a + b; });
}

// max_i x(i).
template <class X>
float LaneMax(int64_t n, X x) {
  float lane[kLanes];
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  for (float& l : lane) l = kLowest;
  for (int64_t i = 0; i < n; i += kLanes)
    for (int l = 0; l < kLanes; ++l) lane[l] = Max(lane[l], i + l < n ? x(i + l) : kLowest);
  return ReduceLanes(lane, Max);
}

}  // namespace r1::reference
