// Reading single numbers out of the KV cache, for loops that are written to be read.
#pragma once

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/bf16.h"
#include "kernels/reference/lanes.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

template <class T>
T At(const uint8_t* bytes, int64_t i) {
  T value;
  std::memcpy(&value, bytes + i * static_cast<int64_t>(sizeof(T)), sizeof value);
  return value;
}

// Number d of token `offset`: f32 or bf16 widened; of q8 the integer, without its scale.
inline float KeyNumber(KvType type, const uint8_t* keys, int64_t offset, int64_t d) {
  if (type == KvType::kF32) return At<float>(keys, d * kKvBlockSize + offset);
  if (type == KvType::kBF16) return Bf16ToFloat(At<Bf16>(keys, (d / 2 * kKvBlockSize + offset) * 2 + d % 2));
  return static_cast<float>(keys[(d / 4 * kKvBlockSize + offset) * 4 + d % 4] - 128);
}
inline float ValueNumber(KvType type, int64_t head_dim, const uint8_t* values, int64_t offset, int64_t d) {
  if (type == KvType::kF32) return At<float>(values, offset * head_dim + d);
  if (type == KvType::kBF16) return Bf16ToFloat(At<Bf16>(values, (offset / 2 * head_dim + d) * 2 + offset % 2));
  return static_cast<float>(static_cast<int8_t>(values[offset * head_dim + d]));
}
// The scale of dimension d of token `offset` in q8, of keys or values.
inline float KvScale(int64_t head_dim, const uint8_t* block, int64_t offset, int64_t d) {
  return Bf16ToFloat(At<Bf16>(block + kKvBlockSize * head_dim, d / kKvScaleGroup * kKvBlockSize + offset));
}

}  // namespace r1::reference
