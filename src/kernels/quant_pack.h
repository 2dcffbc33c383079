// Blocks of a file -> one column of the block of a packed panel.
#pragma once

#include "base/dtype.h"
#include "kernels/quant_layout.h"

namespace r1 {

// `block` holds LayoutOf(format).block elements in the file's dtype, of column `col` of the panel whose block is at `out`.
using PackColumn = void (*)(const void* block, int64_t col, uint8_t* out);
// How a dtype is packed, and into what. Null for a dtype that is not a block format.
struct QuantPacking {
  QuantFormat format;
  PackColumn pack;
  int blocks;  // packed blocks made of one of the file's
};
const QuantPacking* QuantPackingOf(DType dtype);

// A block of QuantFormat::kInt8 from 128 weights: scale = largest magnitude / 127, to nearest, ties to even. Where one weight is
// not finite, the scale is NaN, so that products show it.
void PackInt8Column(const float* weights, int64_t col, uint8_t* out);

}  // namespace r1
