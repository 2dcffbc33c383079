// The gradient of attention over the rows of qkv themselves (f32).
#pragma once

#include "ops/attention.h"

namespace r1::ops {

// The gradient of qkv [N, (H + 2 Hkv) Dh], of a plan without a cache; out [N, H Dh] and lse [N, H] are what the forward pass gave.
Tensor AttentionBackward(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse, const AttentionShape& shape,
                         const AttentionPlan& plan, float scale, const Tensor& d_out);

// The two ways in which threads may share the work, of the same bits. Both fill dqkv.
void AttentionBackwardByFamily(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse,
                               const AttentionShape& shape, const AttentionPlan& plan, float scale, const Tensor& d_out,
                               Tensor& dqkv);
void AttentionBackwardInParts(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse,
                              const AttentionShape& shape, const AttentionPlan& plan, float scale, const Tensor& d_out,
                              Tensor& dqkv);

}  // namespace r1::ops
