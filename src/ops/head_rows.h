// Where the rows of some queries of a sequence lie, for one key/value head and the query heads that share it.
#pragma once

#include "kernels/kernels.h"
#include "ops/attention.h"

namespace r1::ops {

struct HeadRows {
  QkvRows in;
  int64_t q, k, v, o, lse;  // elements into qkv (or its gradient), out and lse

  HeadRows(const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan, float scale, const AttentionPlan::Sequence& s,
           int64_t kv_head) {
    const int64_t group = shape.num_heads / shape.num_kv_heads, width = shape.qkv_width(), head = kv_head * group;
    q = s.query_start * width + head * shape.head_dim;
    k = (shape.num_heads + kv_head) * shape.head_dim;
    v = k + shape.num_kv_heads * shape.head_dim;
    o = (s.query_start * shape.num_heads + head) * shape.head_dim;
    lse = s.query_start * shape.num_heads + head;
    in = {.num_queries = s.num_queries,
          .group = group,
          .head_dim = shape.head_dim,
          .q = qkv.f32() + q,
          .k = qkv.f32() + k,
          .v = qkv.f32() + v,
          .stride = width,
          .key_rows = plan.key_rows.data() + s.key_rows_start,
          .first_position = s.first_position,
          .scale = scale};
  }
};

// Floats of scratch memory that a kernel over such rows takes, whichever sequence of the plan they are of.
inline int64_t HeadRowsScratch(const ExecContext& ctx, const AttentionShape& shape, const AttentionPlan& plan) {
  return ctx.kernels.attention_rows_scratch(shape.head_dim, plan.max_blocks * kKvBlockSize);
}

}  // namespace r1::ops
