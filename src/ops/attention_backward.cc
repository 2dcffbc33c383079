#include "ops/attention_backward.h"

#include <algorithm>

#include "ops/attention_waves.h"
#include "ops/head_rows.h"
#include "ops/scratch_tasks.h"

namespace r1::ops {

void AttentionBackwardInWaves(ExecContext& ctx, const Tensor& qkv, const Tensor& out, const Tensor& lse,
                              const AttentionShape& shape, const AttentionPlan& plan, float scale, const Tensor& d_out,
                              Tensor& dqkv) {
  const Waves cut = CutIntoWaves(plan, shape, ctx.pool.num_threads(), ctx.kernels.tile_rows);
  const int64_t head_dim = shape.head_dim, heads = shape.num_kv_heads;
  Tensor memory = Tensor::Empty(ctx.allocator, {cut.floats});
  // Queries of a segment, and one key/value head, as kernels take them.
  struct Call {
    HeadRows rows;
    KeyForms keys;
    QueryForms queries;
  };
  const auto call_of = [&](int32_t index, int64_t head, int32_t begin, int32_t end) {
    const WaveSegment& segment = cut.segments[static_cast<size_t>(index)];
    AttentionPlan::Sequence s = plan.sequences[static_cast<size_t>(segment.sequence)];
    const int64_t num_keys = s.first_position + segment.first_query + segment.num_queries, group = shape.num_heads / heads;
    s.query_start += segment.first_query + begin;
    s.first_position += segment.first_query + begin;
    s.num_queries = end - begin;
    const int64_t rows = segment.num_queries * group;
    float* const query_forms = memory.f32() + segment.rows + head * QueryFloats(rows, segment.width, head_dim);
    float* const key_forms = memory.f32() + segment.keys + head * KeyFloats(num_keys, head_dim);
    return Call{HeadRows(qkv, shape, plan, scale, s, head), KeyFormsAt(key_forms, num_keys, head_dim),
                QueryFormsAt(query_forms, rows, segment.width, head_dim, begin * group)};
  };
  const auto whole = [&](int32_t index, int64_t head) {
    return call_of(index, head, 0, cut.segments[static_cast<size_t>(index)].num_queries);
  };
  for (const Wave& wave : cut.waves) {
    ctx.pool.Run(static_cast<int64_t>(wave.keys.size()) * heads, [&](int64_t i) {
      const WavePiece& piece = wave.keys[static_cast<size_t>(i / heads)];
      const Call call = whole(piece.segment, i % heads);
      ctx.kernels.attention_key_forms(call.rows.in, piece.begin, piece.end, call.keys);
    });
    ctx.pool.Run(static_cast<int64_t>(wave.queries.size()) * heads, [&](int64_t i) {
      const WavePiece& piece = wave.queries[static_cast<size_t>(i / heads)];
      const Call call = call_of(piece.segment, i % heads, piece.begin, piece.end);
      ctx.kernels.attention_query_gradients(call.rows.in, call.keys, out.f32() + call.rows.o, d_out.f32() + call.rows.o,
                                            shape.num_heads * head_dim, lse.f32() + call.rows.lse, shape.num_heads,
                                            dqkv.f32() + call.rows.q, call.queries);
    });
    ForEachTask(ctx, static_cast<int64_t>(wave.sums.size()) * heads, 2 * cut.most_keys * head_dim, [&](int64_t i, float* scratch) {
      const WaveSums& sums = wave.sums[static_cast<size_t>(i / heads)];
      for (int32_t s = sums.first_segment; s < sums.first_segment + sums.num_segments; ++s) {
        const Call call = whole(s, i % heads);
        const int64_t end = std::min<int64_t>(sums.end, call.rows.in.first_position + call.rows.in.num_queries);
        if (end > sums.begin)
          ctx.kernels.attention_key_gradients(call.rows.in, scratch, call.queries, sums.begin, end, dqkv.f32() + call.rows.k,
                                              dqkv.f32() + call.rows.v);
      }
    });
  }
}

}  // namespace r1::ops
