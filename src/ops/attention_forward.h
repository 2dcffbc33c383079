// The forward pass of attention over a cache that already holds the batch's keys and values.
#pragma once

#include "ops/attention.h"

namespace r1::ops {

// qkv [N, (H + 2 Hkv) Dh], its queries rotated. Writes out [N, H Dh] and, if asked, lse [N, H] (f32 caches only).
//
// Many tasks: threads claim them one by one, the longest first. Few long ones (decoding a sequence or two): three passes over all
// of them, each cut finer: scores by ranges of keys, softmax by rows, values by dimensions. No sum is ever split, so both give the
// same bits. Memory beside the cache: for each thread (in the second case: each task) rows x keys floats, see attention_tasks.h.
void AttentionForward(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan, float scale,
                      const KvLayer& layer, Tensor& out, Tensor* lse);

}  // namespace r1::ops
