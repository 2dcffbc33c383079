// Any stored element type -> f32, exactly as the format's definition says (quant/block_formats.h, base/half.h).
#pragma once

#include <cstdint>

#include "base/dtype.h"

namespace r1::quant {

// Whether DequantizeRow reads it: every floating-point and quantized type but F64.
bool CanDequantize(DType dtype);

// out[i] = element i of `data`. n must be a whole number of blocks (CHECKed); data needs no alignment. Products and sums in f32, in
// the order written in block_formats.h, so that the bits are those of ggml's and PyPI gguf's reference code. CHECKs CanDequantize.
void DequantizeRow(DType dtype, const void* data, int64_t n, float* out);

}  // namespace r1::quant
