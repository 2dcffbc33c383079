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

}  // namespace r1
