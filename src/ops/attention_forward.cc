#include "ops/attention_forward.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <span>

#include "kernels/log.h"
#include "ops/attention_tasks.h"

namespace r1::ops {
namespace {

constexpr int64_t kLongContext = 1024;  // keys from which three passes pay for their two more joins
constexpr int64_t kMinBlocks = 16;      // of a range of keys

int64_t Aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

// What all tasks read and write.
struct Job {
  const KernelTable& kernels;
  const AttentionShape& shape;
  const AttentionPlan& plan;
  const AttentionTasks& cut;
  const KvLayer& layer;
  const float* qkv;
  float scale;
  float *out, *lse;

  int64_t group() const { return shape.num_heads / shape.num_kv_heads; }
  KvHead Head(int32_t kv_head, const AttentionPlan::Sequence& sequence) const {
    const int64_t bytes = KvBlockBytes(layer.type, shape.head_dim);
    return {layer.type,
            shape.head_dim,
            layer.k.data<uint8_t>() + kv_head * bytes,
            layer.v.data<uint8_t>() + kv_head * bytes,
            shape.num_kv_heads * bytes,
            plan.block_ids.data() + sequence.block_row * plan.max_blocks};
  }
};

// One task with its scratch memory.
class TaskRun {
 public:
  static int64_t ScratchBytes(const Job& job, const AttentionTask& task) {
    const int64_t row = 4 * (Width(task) + job.shape.head_dim + 3) + KvQueryBytes(job.layer.type, job.shape.head_dim);
    return Aligned(task.rows * row) + 5 * 64;
  }

  TaskRun(const Job& job, const AttentionTask& task, int32_t kv_head, uint8_t* scratch)
      : job_(job), task_(task), kv_head_(kv_head), width_(Width(task)) {
    const auto take = [&](int64_t bytes) { return (scratch += Aligned(bytes)) - Aligned(bytes); };
    weights_ = reinterpret_cast<float*>(take(4 * task.rows * width_));
    sums_ = reinterpret_cast<float*>(take(4 * task.rows * job.shape.head_dim));
    inverses_ = reinterpret_cast<float*>(take(4 * task.rows));
    num_keys_ = reinterpret_cast<int32_t*>(take(4 * task.rows));
    rows_ = reinterpret_cast<int32_t*>(take(4 * task.rows));
    queries_ = scratch;
  }

  int64_t rows() const { return task_.rows; }

  // Rows in the order of segments, queries, heads.
  void Prepare() {
    const int64_t group = job_.group(), head_dim = job_.shape.head_dim, query_bytes = KvQueryBytes(job_.layer.type, head_dim);
    int64_t r = 0;
    for (const AttentionTask::Segment& segment : Segments()) {
      const AttentionPlan::Sequence& s = SequenceOf(segment);
      for (int32_t q = segment.first_query; q < segment.first_query + segment.num_queries; ++q)
        for (int64_t g = 0; g < group; ++g, ++r) {
          rows_[r] = s.query_start + q;
          num_keys_[r] = s.first_position + q + 1;
          const float* query = job_.qkv + rows_[r] * job_.shape.qkv_width() + (kv_head_ * group + g) * head_dim;
          job_.kernels.attention_query(job_.layer.type, head_dim, query, queries_ + r * query_bytes);
        }
    }
  }

  // The part-th of `parts` ranges of keys.
  void Scores(int64_t part, int64_t parts) {
    const int64_t query_bytes = KvQueryBytes(job_.layer.type, job_.shape.head_dim);
    EachRange([&](const KvHead& head, int64_t row, int64_t rows, int64_t block_begin, int64_t block_end) {
      const int64_t n = block_end - block_begin;
      job_.kernels.attention_scores(head, rows, num_keys_ + row, queries_ + row * query_bytes, job_.scale,
                                    block_begin + n * part / parts, block_begin + n * (part + 1) / parts, weights_ + row * width_,
                                    width_);
    });
  }

  void Softmax(int64_t row_begin, int64_t row_end) {
    for (int64_t r = row_begin; r < row_end; ++r) {
      float max, sum;
      job_.kernels.attention_weights(job_.layer.type, num_keys_[r], weights_ + r * width_, &max, &sum);
      inverses_[r] = 1.0f / sum;
      if (job_.lse) job_.lse[rows_[r] * job_.shape.num_heads + Head(r)] = max + Log(sum);
    }
  }

  // Dimensions [d_begin, d_end) of the output; d_begin is a multiple of 32.
  void Values(int64_t d_begin, int64_t d_end) {
    const int64_t head_dim = job_.shape.head_dim;
    for (int64_t r = 0; r < task_.rows; ++r) std::fill(sums_ + r * head_dim + d_begin, sums_ + r * head_dim + d_end, 0.0f);
    EachRange([&](const KvHead& head, int64_t row, int64_t rows, int64_t block_begin, int64_t block_end) {
      job_.kernels.attention_values(head, rows, num_keys_ + row, block_begin * kKvBlockSize, block_end * kKvBlockSize, d_begin,
                                    d_end, weights_ + row * width_, width_, sums_ + row * head_dim);
    });
    for (int64_t r = 0; r < task_.rows; ++r) {
      float* o = job_.out + (rows_[r] * job_.shape.num_heads + Head(r)) * head_dim;
      for (int64_t d = d_begin; d < d_end; ++d) o[d] = sums_[r * head_dim + d] * inverses_[r];
    }
  }

  void All() {
    Prepare();
    Scores(0, 1);
    Softmax(0, task_.rows);
    Values(0, job_.shape.head_dim);
  }

 private:
  // Whole blocks, and sixteen floats more so that rows do not fall on the same lines of a cache.
  static int64_t Width(const AttentionTask& task) { return (KvBlocks(task.keys) + 1) * kKvBlockSize; }
  std::span<const AttentionTask::Segment> Segments() const {
    return std::span(job_.cut.segments).subspan(static_cast<size_t>(task_.first_segment), static_cast<size_t>(task_.num_segments));
  }
  const AttentionPlan::Sequence& SequenceOf(const AttentionTask::Segment& segment) const {
    return job_.plan.sequences[static_cast<size_t>(segment.sequence)];
  }
  int64_t Head(int64_t row) const { return kv_head_ * job_.group() + row % job_.group(); }

  // Calls body(head, row, rows, block_begin, block_end) for the blocks that all rows share, then for each segment's own: together
  // every block that a row needs, ascending.
  template <class Body>
  void EachRange(Body body) {
    if (task_.shared_blocks > 0) body(job_.Head(kv_head_, SequenceOf(Segments().front())), 0, task_.rows, 0, task_.shared_blocks);
    int64_t row = 0;
    for (const AttentionTask::Segment& segment : Segments()) {
      const AttentionPlan::Sequence& s = SequenceOf(segment);
      const int64_t rows = segment.num_queries * job_.group(),
                    blocks = KvBlocks(s.first_position + segment.first_query + segment.num_queries);
      body(job_.Head(kv_head_, s), row, rows, task_.shared_blocks, blocks);
      row += rows;
    }
  }

  const Job& job_;
  const AttentionTask& task_;
  int32_t kv_head_;
  int64_t width_;
  float *weights_, *sums_, *inverses_;  // [rows, width], [rows, head_dim], [rows]
  int32_t *num_keys_, *rows_;           // [rows]; rows_: of the batch
  uint8_t* queries_;                    // [rows, KvQueryBytes]
};

void RunWhole(ExecContext& ctx, const Job& job) {
  const int64_t heads = job.shape.num_kv_heads, num_runs = static_cast<int64_t>(job.cut.tasks.size()) * heads;
  int64_t bytes = 0;
  for (const AttentionTask& task : job.cut.tasks) bytes = std::max(bytes, TaskRun::ScratchBytes(job, task));
  const int64_t workers = std::min<int64_t>(ctx.pool.num_threads(), num_runs);
  Tensor scratch = Tensor::Empty(ctx.allocator, {workers, bytes}, DType::kU8);
  std::atomic<int64_t> next{0};
  ctx.pool.Run(workers, [&](int64_t worker) {
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < num_runs;)
      TaskRun(job, job.cut.tasks[static_cast<size_t>(i / heads)], static_cast<int32_t>(i % heads),
              scratch.data<uint8_t>() + worker * bytes)
          .All();
  });
}

void RunInPasses(ExecContext& ctx, const Job& job) {
  const int64_t heads = job.shape.num_kv_heads, num_runs = static_cast<int64_t>(job.cut.tasks.size()) * heads;
  int64_t bytes = 0, max_rows = 0, max_keys = 0;
  for (const AttentionTask& task : job.cut.tasks) {
    bytes = std::max(bytes, TaskRun::ScratchBytes(job, task));
    max_rows = std::max(max_rows, task.rows);
    max_keys = std::max(max_keys, task.keys);
  }
  Tensor scratch = Tensor::Empty(ctx.allocator, {num_runs, bytes}, DType::kU8);
  std::vector<TaskRun> runs;
  for (int64_t i = 0; i < num_runs; ++i) {
    runs.emplace_back(job, job.cut.tasks[static_cast<size_t>(i / heads)], static_cast<int32_t>(i % heads),
                      scratch.data<uint8_t>() + i * bytes);
    runs.back().Prepare();
  }
  const auto run = [&](int64_t i) -> TaskRun& { return runs[static_cast<size_t>(i)]; };

  const int64_t pieces = (int64_t{4} * ctx.pool.num_threads() + num_runs - 1) / num_runs;  // of a run
  const int64_t ranges = std::max<int64_t>(1, std::min(pieces, KvBlocks(max_keys) / kMinBlocks));
  ctx.pool.Run(num_runs * ranges, [&](int64_t i) { run(i / ranges).Scores(i % ranges, ranges); });
  ctx.pool.Run(num_runs * max_rows, [&](int64_t i) {
    const int64_t r = i % max_rows;
    if (r < run(i / max_rows).rows()) run(i / max_rows).Softmax(r, r + 1);
  });
  const int64_t groups = KvGroups(job.shape.head_dim), columns = std::min(groups, pieces);
  ctx.pool.Run(num_runs * columns, [&](int64_t i) {
    const int64_t c = i % columns, begin = groups * c / columns * kKvScaleGroup, end = groups * (c + 1) / columns * kKvScaleGroup;
    run(i / columns).Values(begin, std::min(end, job.shape.head_dim));
  });
}

}  // namespace

void AttentionForward(ExecContext& ctx, const Tensor& qkv, const AttentionShape& shape, const AttentionPlan& plan, float scale,
                      const KvLayer& layer, Tensor& out, Tensor* lse) {
  if (plan.num_tokens == 0) return;
  const int64_t group = shape.num_heads / shape.num_kv_heads, threads = ctx.pool.num_threads();
  if (!plan.tasks || plan.tasks->group != group)
    plan.tasks = std::make_shared<const AttentionTasks>(CutAttention(plan, group, ctx.kernels.tile_rows));
  const AttentionTasks& cut = *plan.tasks;
  const Job job = {ctx.kernels, shape, plan, cut, layer, qkv.f32(), scale, out.f32(), lse ? lse->f32() : nullptr};
  const int64_t num_runs = static_cast<int64_t>(cut.tasks.size()) * shape.num_kv_heads;
  if (threads > 1 && num_runs < 2 * threads && cut.tasks.front().keys >= kLongContext)
    RunInPasses(ctx, job);
  else
    RunWhole(ctx, job);
}

}  // namespace r1::ops
