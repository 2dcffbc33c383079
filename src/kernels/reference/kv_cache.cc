// Keys, values and queries in the types of the KV cache: the definition of their rounding and of where each number lies.
#include <cmath>
#include <cstring>

#include "base/bf16.h"
#include "kernels/reference/kv_cache.h"

namespace r1::reference {
namespace {

// x in -127..127 times a bf16 scale. A group that is not finite keeps that in its scale.
struct Quantized {
  int8_t q[kKvScaleGroup] = {};
  Bf16 scale = 0;
};

Quantized Quantize(int64_t n, const float* x) {
  Quantized result;
  bool finite = true;
  float amax = 0.0f;
  for (int64_t i = 0; i < n; ++i) {
    finite = finite && std::isfinite(x[i]);
    amax = Max(std::fabs(x[i]), amax);
  }
  const float ideal = finite ? amax / 127.0f : std::numeric_limits<float>::quiet_NaN();
  ToBf16(1, &ideal, &result.scale);
  const float scale = Bf16ToFloat(result.scale);
  if (!(scale > 0.0f)) return result;
  const float inverse = 1.0f / scale;
  for (int64_t i = 0; i < n; ++i) result.q[i] = static_cast<int8_t>(std::rint(x[i] * inverse));
  return result;
}

void StoreHead(KvType type, int64_t head_dim, int64_t offset, const float* k, const float* v, uint8_t* keys, uint8_t* values) {
  if (type == KvType::kQ8) {
    const int64_t scales = kKvBlockSize * head_dim;
    for (int64_t d = 0; d < head_dim; d += kKvScaleGroup) {
      const int64_t n = std::min<int64_t>(kKvScaleGroup, head_dim - d),
                    scale_at = scales + 2 * (d / kKvScaleGroup * kKvBlockSize + offset);
      const Quantized key = Quantize(n, k + d), value = Quantize(n, v + d);
      for (int64_t i = d; i < d + n; ++i) {
        keys[(i / 4 * kKvBlockSize + offset) * 4 + i % 4] = static_cast<uint8_t>(key.q[i - d] + 128);
        values[offset * head_dim + i] = static_cast<uint8_t>(value.q[i - d]);
      }
      std::memcpy(keys + scale_at, &key.scale, sizeof key.scale);
      std::memcpy(values + scale_at, &value.scale, sizeof value.scale);
    }
    return;
  }
  for (int64_t d = 0; d < head_dim; ++d) {
    if (type == KvType::kF32) {
      std::memcpy(keys + 4 * (d * kKvBlockSize + offset), k + d, sizeof(float));
      std::memcpy(values + 4 * (offset * head_dim + d), v + d, sizeof(float));
    } else {
      Bf16 key, value;
      ToBf16(1, k + d, &key);
      ToBf16(1, v + d, &value);
      std::memcpy(keys + 2 * ((d / 2 * kKvBlockSize + offset) * 2 + d % 2), &key, sizeof key);
      std::memcpy(values + 2 * ((offset / 2 * head_dim + d) * 2 + offset % 2), &value, sizeof value);
    }
  }
}

}  // namespace

void StoreKv(KvType type, int64_t rows, int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t stride,
             const int32_t* slots, uint8_t* k_cache, uint8_t* v_cache) {
  const int64_t block_bytes = KvBlockBytes(type, head_dim);
  for (int64_t r = 0; r < rows; ++r) {
    if (slots[r] < 0) continue;
    const int64_t block = slots[r] / kKvBlockSize, offset = slots[r] % kKvBlockSize;
    for (int64_t h = 0; h < kv_heads; ++h)
      StoreHead(type, head_dim, offset, k + r * stride + h * head_dim, v + r * stride + h * head_dim,
                k_cache + (block * kv_heads + h) * block_bytes, v_cache + (block * kv_heads + h) * block_bytes);
  }
}

void AttentionQuery(KvType type, int64_t head_dim, const float* q, uint8_t* out) {
  if (type == KvType::kF32) {
    std::memcpy(out, q, static_cast<size_t>(head_dim) * sizeof(float));
    return;
  }
  if (type == KvType::kBF16) {
    for (int64_t d = 0; d < head_dim; ++d) {
      Bf16 half;
      ToBf16(1, q + d, &half);
      std::memcpy(out + 2 * d, &half, sizeof half);
    }
    return;
  }
  for (int64_t d = 0; d < head_dim; d += kKvScaleGroup) {
    const int64_t n = std::min<int64_t>(kKvScaleGroup, head_dim - d);
    const Quantized query = Quantize(n, q + d);
    int32_t sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += query.q[i];
    const float scale = Bf16ToFloat(query.scale);
    const int32_t shift = 128 * sum;
    std::memcpy(out + d, query.q, static_cast<size_t>(n));
    uint8_t* group = out + head_dim + d / kKvScaleGroup * 8;
    std::memcpy(group, &scale, sizeof scale);
    std::memcpy(group + 4, &shift, sizeof shift);
  }
}

}  // namespace r1::reference
