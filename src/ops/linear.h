// Products with a weight.
#pragma once

#include "ops/exec_context.h"
#include "ops/parameter.h"

namespace r1::ops {

// y = x weight^T (+ bias). x: [N, in] f32. weight: [out, in]. bias: [out] or null. Returns [N, out].
// Differentiable in all three. Throws kInvalidArgument where shapes do not fit.
Tensor Linear(ExecContext& ctx, const Tensor& x, Parameter& weight, Parameter* bias = nullptr);

// Rows of `table` [V, D]: ids [N] -> [N, D]. Differentiable in table. Throws kInvalidArgument for an id outside the table.
Tensor Embedding(ExecContext& ctx, Parameter& table, std::span<const int32_t> ids);

// rows of x: out[i, :] = x[rows[i], :]. A row may be taken several times. Differentiable in x.
// All rows in their order are x itself.
Tensor GatherRows(ExecContext& ctx, const Tensor& x, std::span<const int32_t> rows);

}  // namespace r1::ops
