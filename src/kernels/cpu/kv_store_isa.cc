// Into the types of the KV cache: keys and values of new tokens, and queries. Layouts: kernels/kv_format.h.
#include "kernels/cpu/groups.h"
#include "kernels/cpu/simd_bytes.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

constexpr int64_t kBlock = kKvBlockSize;
static_assert(kBlock == 16, "a block of keys is one vector");

// ---- q8 ----

R1_INLINE float FromBf16(uint16_t half) {
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// Up to 32 numbers to bytes; returns the scale in bf16. All 32 bytes are written, those without a number zero.
uint16_t Quantize(int64_t n, const float* x, int8_t* bytes) {
  const V low = n >= 16 ? Load(x) : LoadFirst(x, n);
  const V high = n >= 32 ? Load(x + 16) : n > 16 ? LoadFirst(x + 16, n - 16) : Zero();
  const float amax = Maximum(Max(Max(low, Negate(low)), Max(high, Negate(high))));
  const float spoilt = Sum(Add(Mul(low, Zero()), Mul(high, Zero())));  // NaN if anything is not finite
  uint16_t half;
  StoreBf16First(&half, Set1(spoilt == 0.0f ? amax / 127.0f : __builtin_nanf("")), 1);
  const float scale = FromBf16(half);
  if (!(scale > 0.0f)) {
    std::memset(bytes, 0, kKvScaleGroup);
    return half;
  }
  const V inverse = Set1(1.0f / scale);
  StoreBytes(bytes, Round(Mul(low, inverse)));
  StoreBytes(bytes + 16, Round(Mul(high, inverse)));
  return half;
}

void StoreHeadQ8(int64_t head_dim, int64_t offset, const float* k, const float* v, uint8_t* keys, uint8_t* values) {
  uint8_t *key_scales = keys + kBlock * head_dim, *value_scales = values + kBlock * head_dim;
  for (int64_t d = 0; d < head_dim; d += kKvScaleGroup) {
    const int64_t n = head_dim - d < kKvScaleGroup ? head_dim - d : kKvScaleGroup;
    const int64_t scale_at = 2 * (d / kKvScaleGroup * kBlock + offset);
    int8_t bytes[kKvScaleGroup];
    uint16_t scale = Quantize(n, k + d, bytes);
    std::memcpy(key_scales + scale_at, &scale, sizeof scale);
    for (int64_t i = 0; i < n; i += 4) {
      uint32_t four;
      std::memcpy(&four, bytes + i, sizeof four);
      four ^= 0x80808080u;  // + 128
      std::memcpy(keys + ((d + i) / 4 * kBlock + offset) * 4, &four, sizeof four);
    }
    scale = Quantize(n, v + d, bytes);
    std::memcpy(value_scales + scale_at, &scale, sizeof scale);
    std::memcpy(values + offset * head_dim + d, bytes, static_cast<size_t>(n));
  }
}

// ---- one token ----

void StoreHeadBf16(int64_t head_dim, int64_t offset, const float* k, const float* v, uint8_t* keys, uint8_t* values) {
  uint16_t halves[kMaxHeadDim];
  const auto round = [&](const float* x) {
    EachGroup(0, head_dim, [&](int64_t d, auto lanes) { StoreBf16(halves + d, Load(x + d, lanes), lanes); });
  };
  round(k);
  for (int64_t d = 0; d < head_dim; d += 2) std::memcpy(keys + (d / 2 * kBlock + offset) * 4, halves + d, 4);
  round(v);
  uint8_t* out = values + offset / 2 * head_dim * 4 + offset % 2 * 2;
  for (int64_t d = 0; d < head_dim; ++d) std::memcpy(out + 4 * d, halves + d, 2);
}

void StoreHeadF32(int64_t head_dim, int64_t offset, const float* k, const float* v, uint8_t* keys, uint8_t* values) {
  for (int64_t d = 0; d < head_dim; ++d) std::memcpy(keys + (d * kBlock + offset) * 4, k + d, 4);
  std::memcpy(values + offset * head_dim * 4, v, static_cast<size_t>(head_dim) * 4);
}

// ---- sixteen tokens that fill a block; f32 and bf16 ----

void StoreBlock(KvType type, int64_t head_dim, const float* k, const float* v, int64_t stride, uint8_t* key_bytes,
                uint8_t* value_bytes) {
  auto *keys = reinterpret_cast<float*>(key_bytes), *values = reinterpret_cast<float*>(value_bytes);
  EachGroup(0, head_dim, [&](int64_t d, auto lanes) {
    V rows[16];
    R1_UNROLL for (int r = 0; r < 16; ++r) rows[r] = Load(k + r * stride + d, lanes);
    Transpose(rows);
    if (type == KvType::kF32) {
      R1_UNROLL for (int r = 0; r < 16; ++r) if (d + r < head_dim) Store(keys + (d + r) * kBlock, rows[r]);
      for (int r = 0; r < 16; ++r) Store(values + r * head_dim + d, Load(v + r * stride + d, lanes), lanes);
    } else {
      R1_UNROLL for (int r = 0; r < 16; r += 2) if (d + r < head_dim)
          StorePairs(key_bytes + (d + r) / 2 * kBlock * 4, rows[r], rows[r + 1]);
      for (int r = 0; r < 16; r += 2)
        StorePairs(value_bytes + (r / 2 * head_dim + d) * 4, Load(v + r * stride + d, lanes), Load(v + (r + 1) * stride + d, lanes),
                   lanes);
    }
  });
}

void StoreKv(KvType type, int64_t rows, int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t stride,
             const int32_t* slots, uint8_t* k_cache, uint8_t* v_cache) {
  const int64_t block_bytes = KvBlockBytes(type, head_dim);
  const auto fills_block = [&](int64_t r) {
    if (type == KvType::kQ8 || r + kBlock > rows || slots[r] < 0 || slots[r] % kBlock != 0) return false;
    for (int64_t i = 1; i < kBlock; ++i)
      if (slots[r + i] != slots[r] + i) return false;
    return true;
  };
  for (int64_t r = 0; r < rows;) {
    const bool whole = fills_block(r);
    for (int64_t h = 0; h < kv_heads && slots[r] >= 0; ++h) {
      const int64_t at = (slots[r] / kBlock * kv_heads + h) * block_bytes, offset = slots[r] % kBlock,
                    from = r * stride + h * head_dim;
      if (whole)
        StoreBlock(type, head_dim, k + from, v + from, stride, k_cache + at, v_cache + at);
      else if (type == KvType::kF32)
        StoreHeadF32(head_dim, offset, k + from, v + from, k_cache + at, v_cache + at);
      else if (type == KvType::kBF16)
        StoreHeadBf16(head_dim, offset, k + from, v + from, k_cache + at, v_cache + at);
      else
        StoreHeadQ8(head_dim, offset, k + from, v + from, k_cache + at, v_cache + at);
    }
    r += whole ? kBlock : 1;
  }
}

void Query(KvType type, int64_t head_dim, const float* q, uint8_t* out) {
  if (type == KvType::kF32) {
    std::memcpy(out, q, static_cast<size_t>(head_dim) * sizeof(float));
    return;
  }
  if (type == KvType::kBF16) {
    auto* halves = reinterpret_cast<uint16_t*>(out);
    EachGroup(0, head_dim, [&](int64_t d, auto lanes) { StoreBf16(halves + d, Load(q + d, lanes), lanes); });
    return;
  }
  for (int64_t d = 0; d < head_dim; d += kKvScaleGroup) {
    const int64_t n = head_dim - d < kKvScaleGroup ? head_dim - d : kKvScaleGroup;
    int8_t bytes[kKvScaleGroup];
    const float scale = FromBf16(Quantize(n, q + d, bytes));
    int32_t sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += bytes[i];
    const int32_t shift = 128 * sum;
    std::memcpy(out + d, bytes, static_cast<size_t>(n));
    uint8_t* group = out + head_dim + d / kKvScaleGroup * 8;
    std::memcpy(group, &scale, sizeof scale);
    std::memcpy(group + 4, &shift, sizeof shift);
  }
}

}  // namespace

const KernelTable kKvStoreTable = {
    .store_kv = StoreKv,
    .attention_query = Query,
};

}  // namespace r1::R1_ISA
