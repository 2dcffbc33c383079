#include "quant/dequantize.h"

#include <cstring>

#include "base/bf16.h"
#include "base/check.h"
#include "base/half.h"
#include "quant/block_formats.h"
#include "quant/k_scales.h"

namespace r1::quant {
namespace {

void Dequantize(const BlockQ4_0& block, float* out) {
  const float d = HalfToFloat(block.d);
  for (int i = 0; i < 16; ++i) {
    out[i] = d * static_cast<float>((block.qs[i] & 15) - 8);
    out[i + 16] = d * static_cast<float>((block.qs[i] >> 4) - 8);
  }
}

void Dequantize(const BlockQ4_1& block, float* out) {
  const float d = HalfToFloat(block.d), m = HalfToFloat(block.m);
  for (int i = 0; i < 16; ++i) {
    out[i] = d * static_cast<float>(block.qs[i] & 15) + m;
    out[i + 16] = d * static_cast<float>(block.qs[i] >> 4) + m;
  }
}

// The fifth bits of Q5_0 and Q5_1, already in their place.
int FifthBit(const uint8_t qh[4], int i) { return ((qh[i / 8] >> (i % 8)) & 1) << 4; }

void Dequantize(const BlockQ5_0& block, float* out) {
  const float d = HalfToFloat(block.d);
  for (int i = 0; i < 16; ++i) {
    out[i] = d * static_cast<float>(((block.qs[i] & 15) | FifthBit(block.qh, i)) - 16);
    out[i + 16] = d * static_cast<float>(((block.qs[i] >> 4) | FifthBit(block.qh, i + 16)) - 16);
  }
}

void Dequantize(const BlockQ5_1& block, float* out) {
  const float d = HalfToFloat(block.d), m = HalfToFloat(block.m);
  for (int i = 0; i < 16; ++i) {
    out[i] = d * static_cast<float>((block.qs[i] & 15) | FifthBit(block.qh, i)) + m;
    out[i + 16] = d * static_cast<float>((block.qs[i] >> 4) | FifthBit(block.qh, i + 16)) + m;
  }
}

void Dequantize(const BlockQ8_0& block, float* out) {
  const float d = HalfToFloat(block.d);
  for (int i = 0; i < 32; ++i) out[i] = d * static_cast<float>(block.qs[i]);
}

void Dequantize(const BlockQ2_K& block, float* out) {
  const float d = HalfToFloat(block.d), dmin = HalfToFloat(block.dmin);
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128, pair = i % 128 / 32;
    const uint8_t scale = block.scales[i / 16];
    const int q = (block.qs[32 * half + i % 32] >> (2 * pair)) & 3;
    out[i] = d * static_cast<float>(scale & 15) * static_cast<float>(q) - dmin * static_cast<float>(scale >> 4);
  }
}

void Dequantize(const BlockQ3_K& block, float* out) {
  const float d = HalfToFloat(block.d);
  int8_t scales[16];
  UnpackQ3Scales(block.scales, scales);
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128, pair = i % 128 / 32;
    const int low = (block.qs[32 * half + i % 32] >> (2 * pair)) & 3;
    const int high = (block.hmask[i % 32] >> (4 * half + pair)) & 1;
    out[i] = d * static_cast<float>(scales[i / 16]) * static_cast<float>(low + 4 * high - 4);
  }
}

void Dequantize(const BlockQ4_K& block, float* out) {
  const float d = HalfToFloat(block.d), dmin = HalfToFloat(block.dmin);
  uint8_t scales[8], mins[8];
  UnpackScalesAndMins(block.scales, scales, mins);
  for (int g = 0; g < 8; ++g) {
    const float scale = d * static_cast<float>(scales[g]), min = dmin * static_cast<float>(mins[g]);
    const uint8_t* qs = block.qs + 32 * (g / 2);
    for (int l = 0; l < 32; ++l) out[32 * g + l] = scale * static_cast<float>((qs[l] >> (4 * (g % 2))) & 15) - min;
  }
}

void Dequantize(const BlockQ5_K& block, float* out) {
  const float d = HalfToFloat(block.d), dmin = HalfToFloat(block.dmin);
  uint8_t scales[8], mins[8];
  UnpackScalesAndMins(block.scales, scales, mins);
  for (int g = 0; g < 8; ++g) {
    const float scale = d * static_cast<float>(scales[g]), min = dmin * static_cast<float>(mins[g]);
    const uint8_t* qs = block.qs + 32 * (g / 2);
    for (int l = 0; l < 32; ++l) {
      const int q = ((qs[l] >> (4 * (g % 2))) & 15) | ((block.qh[l] >> g) & 1) << 4;
      out[32 * g + l] = scale * static_cast<float>(q) - min;
    }
  }
}

void Dequantize(const BlockQ6_K& block, float* out) {
  const float d = HalfToFloat(block.d);
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128, quarter = i % 128 / 32, l = i % 32;
    const int low = (block.ql[64 * half + 32 * (quarter % 2) + l] >> (4 * (quarter / 2))) & 15;
    const int high = (block.qh[32 * half + l] >> (2 * quarter)) & 3;
    out[i] = d * static_cast<float>(block.scales[i / 16]) * static_cast<float>((low | high << 4) - 32);
  }
}

void Dequantize(const BlockIQ4_NL& block, float* out) {
  const float d = HalfToFloat(block.d);
  for (int i = 0; i < 16; ++i) {
    out[i] = d * static_cast<float>(kIq4Values[block.qs[i] & 15]);
    out[i + 16] = d * static_cast<float>(kIq4Values[block.qs[i] >> 4]);
  }
}

void Dequantize(const BlockIQ4_XS& block, float* out) {
  const float d = HalfToFloat(block.d);
  int8_t scales[8];
  UnpackIq4Scales(block.scales_h, block.scales_l, scales);
  for (int i = 0; i < 256; ++i) {
    const int g = i / 32, nibble = block.qs[16 * g + i % 16] >> (i % 32 < 16 ? 0 : 4) & 15;
    out[i] = d * static_cast<float>(scales[g]) * static_cast<float>(kIq4Values[nibble]);
  }
}

template <class Block, int kElements>
void DequantizeBlocks(const void* data, int64_t n, float* out) {
  const auto* bytes = static_cast<const char*>(data);
  for (int64_t i = 0; i < n; i += kElements, bytes += sizeof(Block)) {
    Block block;
    std::memcpy(&block, bytes, sizeof(block));
    Dequantize(block, out + i);
  }
}

// Elements that stand alone; memcpy because a file may hold them at odd addresses.
template <class Stored, class Convert>
void ConvertEach(const void* data, int64_t n, float* out, Convert convert) {
  const auto* bytes = static_cast<const char*>(data);
  for (int64_t i = 0; i < n; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes + static_cast<size_t>(i) * sizeof(stored), sizeof(stored));
    out[i] = convert(stored);
  }
}

}  // namespace

bool CanDequantize(DType dtype) {
  switch (dtype) {
    case DType::kF32:
    case DType::kBF16:
    case DType::kF16:
    case DType::kF8E4M3:
    case DType::kF8E5M2: return true;
    default: return IsQuantized(dtype);
  }
}

void DequantizeRow(DType dtype, const void* data, int64_t n, float* out) {
  CHECK(n >= 0 && n % DTypeBlockElements(dtype) == 0);
  switch (dtype) {
    case DType::kF32: std::memcpy(out, data, DTypeBytes(dtype, n)); return;
    case DType::kBF16: return ConvertEach<Bf16>(data, n, out, Bf16ToFloat);
    case DType::kF16: return ConvertEach<Half>(data, n, out, HalfToFloat);
    case DType::kF8E4M3: return ConvertEach<uint8_t>(data, n, out, F8E4M3ToFloat);
    case DType::kF8E5M2: return ConvertEach<uint8_t>(data, n, out, F8E5M2ToFloat);
    case DType::kQ4_0: return DequantizeBlocks<BlockQ4_0, kSmallBlock>(data, n, out);
    case DType::kQ4_1: return DequantizeBlocks<BlockQ4_1, kSmallBlock>(data, n, out);
    case DType::kQ5_0: return DequantizeBlocks<BlockQ5_0, kSmallBlock>(data, n, out);
    case DType::kQ5_1: return DequantizeBlocks<BlockQ5_1, kSmallBlock>(data, n, out);
    case DType::kQ8_0: return DequantizeBlocks<BlockQ8_0, kSmallBlock>(data, n, out);
    case DType::kQ2_K: return DequantizeBlocks<BlockQ2_K, kSuperBlock>(data, n, out);
    case DType::kQ3_K: return DequantizeBlocks<BlockQ3_K, kSuperBlock>(data, n, out);
    case DType::kQ4_K: return DequantizeBlocks<BlockQ4_K, kSuperBlock>(data, n, out);
    case DType::kQ5_K: return DequantizeBlocks<BlockQ5_K, kSuperBlock>(data, n, out);
    case DType::kQ6_K: return DequantizeBlocks<BlockQ6_K, kSuperBlock>(data, n, out);
    case DType::kIQ4_NL: return DequantizeBlocks<BlockIQ4_NL, kSmallBlock>(data, n, out);
    case DType::kIQ4_XS: return DequantizeBlocks<BlockIQ4_XS, kSuperBlock>(data, n, out);
    case DType::kF64:
    case DType::kI8:
    case DType::kU8:
    case DType::kI16:
    case DType::kI32:
    case DType::kI64:
    case DType::kBool: break;
  }
  CHECK(CanDequantize(dtype));
}

}  // namespace r1::quant
