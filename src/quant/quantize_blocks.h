// One block at a time: quantize_small.cc has the formats of 32 elements, quantize_k.cc those of 256.
#pragma once

#include "quant/block_formats.h"

namespace r1::quant {

void QuantizeBlock(const float* x, BlockQ4_0& block);
void QuantizeBlock(const float* x, BlockQ4_1& block);
void QuantizeBlock(const float* x, BlockQ5_0& block);
void QuantizeBlock(const float* x, BlockQ5_1& block);
void QuantizeBlock(const float* x, BlockQ8_0& block);
void QuantizeBlock(const float* x, BlockQ4_K& block);
void QuantizeBlock(const float* x, BlockQ5_K& block);
void QuantizeBlock(const float* x, BlockQ6_K& block);

}  // namespace r1::quant
