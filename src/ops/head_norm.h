// Normalization of every head of the fused projection on its own.
#pragma once

#include "ops/attention.h"
#include "ops/parameter.h"

namespace r1::ops {

// RmsNorm of each query head with q_weight and of each key head with k_weight; values pass. qkv [N, (H + 2 Hkv) Dh] -> the same
// shape, before Rope. Weights: [Dh]. Differentiable in all three. Throws kInvalidArgument for another shape. "QK-Norm", Henry et
// al. 2020, https://arxiv.org/abs/2010.04245, as in Qwen3.
Tensor HeadNorm(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, Parameter& q_weight, Parameter& k_weight,
                float eps);

}  // namespace r1::ops
