#include "ops/attention_rows.h"

#include "ops/head_rows.h"
#include "ops/scratch_tasks.h"

namespace r1::ops {
namespace {

constexpr int64_t kLongestContext = 1024;  // keys; beyond, blocks bring what comes next into the cache in time

}  // namespace

bool RowsSuit(const ExecContext& ctx, const AttentionShape& shape, const AttentionPlan& plan) {
  return !plan.with_cache && plan.max_blocks * kKvBlockSize <= kLongestContext &&
         static_cast<int64_t>(plan.sequences.size()) * shape.num_kv_heads >= ctx.pool.num_threads();
}

void AttentionRowsForward(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan, float scale,
                          Tensor& out, Tensor& lse) {
  ForEachTask(ctx, static_cast<int64_t>(plan.sequences.size()) * shape.num_kv_heads, HeadRowsScratch(ctx, shape, plan),
              [&](int64_t i, float* scratch) {
                const HeadRows rows(qkv, shape, plan, scale, plan.sequences[static_cast<size_t>(i / shape.num_kv_heads)],
                                    i % shape.num_kv_heads);
                ctx.kernels.attention_rows(rows.in, scratch, out.f32() + rows.o, shape.num_heads * shape.head_dim,
                                           lse.f32() + rows.lse, shape.num_heads);
              });
}

}  // namespace r1::ops
