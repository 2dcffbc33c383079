#include "ops/attention_backward.h"

#include <algorithm>
#include <limits>

#include "ops/attention_parts.h"
#include "ops/head_rows.h"
#include "ops/scratch_tasks.h"

namespace r1::ops {
namespace {

// All of what a kernel takes of these rows and gives for them.
RowsGradient GradientOf(const HeadRows& rows, const Tensor& out, const Tensor& lse, const AttentionShape& shape,
                        const Tensor& d_out, Tensor& dqkv) {
  return {.o = out.f32() + rows.o,
          .d_o = d_out.f32() + rows.o,
          .o_stride = shape.num_heads * shape.head_dim,
          .lse = lse.f32() + rows.lse,
          .lse_stride = shape.num_heads,
          .dq = dqkv.f32() + rows.q,
          .dk = dqkv.f32() + rows.k,
          .dv = dqkv.f32() + rows.v,
          .begin = 0,
          .end = std::numeric_limits<int64_t>::max()};
}

}  // namespace

// A task is a whole family here: all queries that add to a key's gradient are in it and are taken in one order.
void AttentionBackwardByFamily(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse,
                               const AttentionShape& shape, const AttentionPlan& plan, float scale, const Tensor& d_out,
                               Tensor& dqkv) {
  ForEachTask(ctx, static_cast<int64_t>(plan.families.size()) * shape.num_kv_heads, HeadRowsScratch(ctx, shape, plan),
              [&](int64_t i, float* scratch) {
                for (int32_t member : plan.families[static_cast<size_t>(i / shape.num_kv_heads)]) {
                  const HeadRows rows(qkv, shape, plan, scale, plan.sequences[static_cast<size_t>(member)], i % shape.num_kv_heads);
                  ctx.kernels.attention_rows_backward(rows.in, scratch, GradientOf(rows, out, lse, shape, d_out, dqkv));
                }
              });
}

void AttentionBackwardInParts(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse,
                              const AttentionShape& shape, const AttentionPlan& plan, float scale, const Tensor& d_out,
                              Tensor& dqkv) {
  const std::vector<AttentionPart> parts = CutIntoParts(plan, shape, ctx.pool.num_threads());
  ForEachTask(ctx, static_cast<int64_t>(parts.size()) * shape.num_kv_heads, HeadRowsScratch(ctx, shape, plan),
              [&](int64_t i, float* scratch) {
                const AttentionPart& part = parts[static_cast<size_t>(i / shape.num_kv_heads)];
                const bool of_queries = part.of == AttentionPart::Of::kQueries;
                for (int32_t member : part.sequences) {
                  AttentionPlan::Sequence s = plan.sequences[static_cast<size_t>(member)];
                  if (of_queries) {
                    s.query_start += part.begin;
                    s.first_position += part.begin;
                    s.num_queries = part.end - part.begin;
                  }
                  const HeadRows rows(qkv, shape, plan, scale, s, i % shape.num_kv_heads);
                  RowsGradient gradient = GradientOf(rows, out, lse, shape, d_out, dqkv);
                  if (of_queries) {
                    gradient.dk = gradient.dv = nullptr;
                  } else {
                    gradient.dq = nullptr;
                    gradient.begin = part.begin;
                    gradient.end = part.end;
                  }
                  ctx.kernels.attention_rows_backward(rows.in, scratch, gradient);
                }
              });
}

Tensor AttentionBackward(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse, const AttentionShape& shape,
                         const AttentionPlan& plan, float scale, const Tensor& d_out) {
  Tensor dqkv = Tensor::Empty(ctx.allocator, qkv.shape());
  const auto way = PartsSuit(plan, shape, ctx.pool.num_threads()) ? AttentionBackwardInParts : AttentionBackwardByFamily;
  way(ctx, qkv, out, lse, shape, plan, scale, d_out, dqkv);
  return dqkv;
}

}  // namespace r1::ops
