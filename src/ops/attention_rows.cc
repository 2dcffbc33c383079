#include "ops/attention_rows.h"

#include "ops/scratch_tasks.h"

namespace r1::ops {
namespace {

constexpr int64_t kLongestContext = 1024;  // keys; beyond, blocks bring what comes next into the cache in time

// Where the rows of one sequence's queries begin for one key/value head.
struct RowsOf {
  QkvRows in;
  int64_t q, k, v, o, lse;  // elements into qkv, out and lse

  RowsOf(const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan, float scale, const AttentionPlan::Sequence& s,
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

int64_t ScratchFloats(const ExecContext& ctx, const AttentionShape& shape, const AttentionPlan& plan) {
  return ctx.kernels.attention_rows_scratch(shape.head_dim, plan.max_blocks * kKvBlockSize);
}

}  // namespace

bool RowsSuit(const ExecContext& ctx, const AttentionShape& shape, const AttentionPlan& plan) {
  return !plan.with_cache && plan.max_blocks * kKvBlockSize <= kLongestContext &&
         static_cast<int64_t>(plan.sequences.size()) * shape.num_kv_heads >= ctx.pool.num_threads();
}

void AttentionRowsForward(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan, float scale,
                          Tensor& out, Tensor& lse) {
  ForEachTask(ctx, static_cast<int64_t>(plan.sequences.size()) * shape.num_kv_heads, ScratchFloats(ctx, shape, plan),
              [&](int64_t i, float* scratch) {
                const RowsOf rows(qkv, shape, plan, scale, plan.sequences[static_cast<size_t>(i / shape.num_kv_heads)],
                                  i % shape.num_kv_heads);
                ctx.kernels.attention_rows(rows.in, scratch, out.f32() + rows.o, shape.num_heads * shape.head_dim,
                                           lse.f32() + rows.lse, shape.num_heads);
              });
}

// A task is a whole family here: all queries that add to a key's gradient are in it and are taken in one order.
Tensor AttentionRowsBackward(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse, const AttentionShape& shape,
                             const AttentionPlan& plan, float scale, const Tensor& d_out) {
  Tensor dqkv = Tensor::Empty(ctx.allocator, qkv.shape());
  ForEachTask(ctx, static_cast<int64_t>(plan.families.size()) * shape.num_kv_heads, ScratchFloats(ctx, shape, plan),
              [&](int64_t i, float* scratch) {
                for (int32_t member : plan.families[static_cast<size_t>(i / shape.num_kv_heads)]) {
                  const RowsOf rows(qkv, shape, plan, scale, plan.sequences[static_cast<size_t>(member)], i % shape.num_kv_heads);
                  ctx.kernels.attention_rows_backward(rows.in, scratch, out.f32() + rows.o, d_out.f32() + rows.o,
                                                      shape.num_heads * shape.head_dim, lse.f32() + rows.lse, shape.num_heads,
                                                      dqkv.f32() + rows.q, dqkv.f32() + rows.k, dqkv.f32() + rows.v);
                }
              });
  return dqkv;
}

}  // namespace r1::ops
