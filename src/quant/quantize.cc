#include "quant/quantize.h"

#include <cstring>

#include "base/bf16.h"
#include "base/check.h"
#include "base/half.h"
#include "quant/block_formats.h"
#include "quant/quantize_blocks.h"

namespace r1::quant {
namespace {

template <class Block, int kElements>
void QuantizeBlocks(const float* x, int64_t n, void* out) {
  auto* bytes = static_cast<char*>(out);
  for (int64_t i = 0; i < n; i += kElements, bytes += sizeof(Block)) {
    Block block;
    QuantizeBlock(x + i, block);
    std::memcpy(bytes, &block, sizeof(block));
  }
}

void Narrow(const float* x, int64_t n, void* out, uint16_t (*convert)(float)) {
  auto* bytes = static_cast<char*>(out);
  for (int64_t i = 0; i < n; ++i) {
    const uint16_t narrow = convert(x[i]);
    std::memcpy(bytes + 2 * i, &narrow, sizeof(narrow));
  }
}

}  // namespace

bool CanQuantize(DType dtype) {
  switch (dtype) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ4_0:
    case DType::kQ4_1:
    case DType::kQ5_0:
    case DType::kQ5_1:
    case DType::kQ8_0:
    case DType::kQ4_K:
    case DType::kQ5_K:
    case DType::kQ6_K: return true;
    default: return false;
  }
}

void QuantizeRow(DType dtype, const float* x, int64_t n, void* out) {
  CHECK(n >= 0 && n % DTypeBlockElements(dtype) == 0);
  switch (dtype) {
    case DType::kF32: std::memcpy(out, x, DTypeBytes(dtype, n)); return;
    case DType::kF16: return Narrow(x, n, out, FloatToHalf);
    case DType::kBF16: return Narrow(x, n, out, FloatToBf16);
    case DType::kQ4_0: return QuantizeBlocks<BlockQ4_0, kSmallBlock>(x, n, out);
    case DType::kQ4_1: return QuantizeBlocks<BlockQ4_1, kSmallBlock>(x, n, out);
    case DType::kQ5_0: return QuantizeBlocks<BlockQ5_0, kSmallBlock>(x, n, out);
    case DType::kQ5_1: return QuantizeBlocks<BlockQ5_1, kSmallBlock>(x, n, out);
    case DType::kQ8_0: return QuantizeBlocks<BlockQ8_0, kSmallBlock>(x, n, out);
    case DType::kQ4_K: return QuantizeBlocks<BlockQ4_K, kSuperBlock>(x, n, out);
    case DType::kQ5_K: return QuantizeBlocks<BlockQ5_K, kSuperBlock>(x, n, out);
    case DType::kQ6_K: return QuantizeBlocks<BlockQ6_K, kSuperBlock>(x, n, out);
    default: CHECK(CanQuantize(dtype));
  }
}

}  // namespace r1::quant
