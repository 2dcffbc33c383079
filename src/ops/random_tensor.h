// Inputs of tests and measurements.
#pragma once

#include "base/rng.h"
#include "tensor/tensor.h"

namespace r1::ops {

// f32, uniform in [-most, most); the same seed gives the same numbers.
inline Tensor RandomTensor(Allocator& allocator, Shape shape, uint64_t seed, float most = 1) {
  Tensor t = Tensor::Empty(allocator, shape);
  for (int64_t i = 0; i < t.numel(); ++i) t.f32()[i] = most * (2 * RandomUniform(seed, static_cast<uint64_t>(i)) - 1);
  return t;
}

}  // namespace r1::ops
