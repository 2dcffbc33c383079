// f32 -> stored element types. The inverse of quant/dequantize.h, as near as the format allows.
#pragma once

#include <cstdint>

#include "base/dtype.h"

namespace r1::quant {

// F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K.
bool CanQuantize(DType dtype);

// Writes n elements, a whole number of blocks (CHECKed, as CanQuantize is), to `out`, which needs no alignment. Values must be
// finite. A pure function of each block. The formats of 32 elements follow the reference rule (the largest element sets the scale)
// and give the bytes that llama.cpp gives; the K formats search for the scales with the least weighted squared error.
void QuantizeRow(DType dtype, const float* x, int64_t n, void* out);

}  // namespace r1::quant
