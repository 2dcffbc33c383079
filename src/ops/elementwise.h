// Elementwise ops.
#pragma once

#include "ops/exec_context.h"
#include "tensor/tensor.h"

namespace r1::ops {

// a + b; same shape, f32. Differentiable in both.
Tensor Add(ExecContext& ctx, const Tensor& a, const Tensor& b);

// y += x, without a gradient.
void AddInto(ExecContext& ctx, const Tensor& x, Tensor& y);

// SwiGLU: gate_up [N, 2F] (gate first, up second) -> silu(gate) * up [N, F]. Differentiable.
// Shazeer 2020, https://arxiv.org/abs/2002.05202
Tensor SwiGlu(ExecContext& ctx, const Tensor& gate_up);

}  // namespace r1::ops
