// Weights in 8-bit floats whose scales stand beside them as tensors of their own:
//   X.weight F8_E4M3 [out, in] with X.weight_scale_inv F32 [ceil(out / rows), ceil(in / columns)]   DeepSeek-V3, blocks of 128 x
//   128 X.weight F8_E4M3 [out, in] with X.weight_scale of one element, [out] or [out, 1]                one scale a tensor or a row
// Value = weight * scale in f32 (also for the one called inverse). DeepSeek-V3, https://arxiv.org/abs/2412.19437, section 3.3.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tensor/tensor.h"

namespace r1 {

// The names under which a weight's scale may stand: "X.weight" -> "X.weight_scale_inv", "X.weight_scale".
std::array<std::string, 2> Fp8ScaleNames(std::string_view weight_name);
// Whether a tensor is such a scale, or one for activations, and not a weight of the model.
bool IsScaleName(std::string_view name);

// f32 [out, in]. `scale` F32, BF16 or F16; `block` applies to scales of rank 2 that are not [out, 1]. Throws kDataLoss where shapes
// do not fit, naming the weight.
Tensor ApplyFp8Scale(const Tensor& weight, const Tensor& scale, std::array<int64_t, 2> block, std::string_view name);

}  // namespace r1
