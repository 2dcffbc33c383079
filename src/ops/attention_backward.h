// The gradient of attention over rows, wave by wave (ops/attention_waves.h): all threads share every sequence.
#pragma once

#include "ops/attention.h"

namespace r1::ops {

// Fills dqkv with the gradient of qkv.
void AttentionBackwardInWaves(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse,
                              const AttentionShape& shape, const AttentionPlan& plan, float scale, const Tensor& d_out,
                              Tensor& dqkv);

}  // namespace r1::ops
