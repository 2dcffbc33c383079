// The gated MLP of a layer as one op.
#pragma once

#include "ops/exec_context.h"
#include "ops/parameter.h"

namespace r1::ops {

// y = Linear(SwiGlu(Linear(x, gate_up)), down), to the bit; x: [N, D], gate_up: [2F, D], gate first, down: [D, F]. Returns [N, D].
// Differentiable in all three. Blocks of rows go through all steps at once where F lets what lies between them stay in a core's
// cache, and the tape keeps gate and up only. Throws kInvalidArgument where shapes do not fit.
// Shazeer 2020, https://arxiv.org/abs/2002.05202
Tensor GatedMlp(ExecContext& ctx, const Tensor& x, Parameter& gate_up, Parameter& down);

// Rows whose product of gate and up, [rows, F], the gradient needs at a time.
int64_t GatedMlpSpan(int64_t f);

}  // namespace r1::ops
