// Normalization.
#pragma once

#include "ops/exec_context.h"
#include "ops/parameter.h"

namespace r1::ops {

// Root-mean-square layer normalization over the last dimension:
//   y[n, d] = x[n, d] * rsqrt(mean_d(x[n, :]^2) + eps) * weight[d]
// x: [N, D] f32. weight: [D]. Returns [N, D]. Differentiable in x and weight. Throws kInvalidArgument if weight is not [D].
// Zhang & Sennrich 2019, https://arxiv.org/abs/1910.07467
Tensor RmsNorm(ExecContext& ctx, const Tensor& x, Parameter& weight, float eps);

}  // namespace r1::ops
