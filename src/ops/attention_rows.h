// Attention over the rows of qkv themselves: training in f32, where keys and values need no cache. A task is one
// sequence and one key/value head.
#pragma once

#include "ops/attention.h"

namespace r1::ops {

// Whether this form is the quicker one: contexts that stay in a core's caches, and a task for every thread.
bool RowsSuit(const ExecContext& ctx, const AttentionShape& shape, const AttentionPlan& plan);

// out [N, H Dh] and lse [N, H] of a plan without a cache: the bits that temporary blocks give.
void AttentionRowsForward(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan, float scale,
                          Tensor& out, Tensor& lse);

}  // namespace r1::ops
