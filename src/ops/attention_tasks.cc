#include "ops/attention_tasks.h"

#include <algorithm>

namespace r1::ops {
namespace {

constexpr int64_t kWeights = 192 << 10;  // floats: 768 KB
constexpr int64_t kMaxRows = 128;

int64_t RowsFor(int64_t keys, int64_t tile_rows) {
  const int64_t tiles = std::min(kMaxRows, kWeights / std::max<int64_t>(1, keys)) / tile_rows;
  return std::max<int64_t>(1, tiles) * tile_rows;
}

int64_t Context(const AttentionPlan::Sequence& s) { return s.first_position + s.num_queries; }

// Sequences s and s + 1 go together if they share at least half of what either shares with its other neighbour: two groups of
// completions behind one system prompt stay two.
bool GoTogether(const AttentionPlan& plan, size_t s) {
  const auto shared = [&](size_t i) { return i < plan.sequences.size() ? plan.sequences[i].shared_blocks : 0; };
  return shared(s + 1) > 0 && 2 * shared(s + 1) >= std::max(shared(s), shared(s + 2));
}

}  // namespace

AttentionTasks CutAttention(const AttentionPlan& plan, int64_t group, int64_t tile_rows) {
  AttentionTasks cut{.group = group, .segments = {}, .tasks = {}};
  const auto add = [&](size_t first_segment, int32_t shared_blocks) {
    AttentionTask task = {
        static_cast<int32_t>(first_segment), static_cast<int32_t>(cut.segments.size() - first_segment), shared_blocks, 0, 0, 0};
    for (size_t i = first_segment; i < cut.segments.size(); ++i) {
      const AttentionTask::Segment& segment = cut.segments[i];
      const int64_t rows = segment.num_queries * group;
      const int64_t keys =
          plan.sequences[static_cast<size_t>(segment.sequence)].first_position + segment.first_query + segment.num_queries;
      task.rows += rows;
      task.keys = std::max(task.keys, keys);
      task.cost += rows * keys;
    }
    cut.tasks.push_back(task);
  };
  for (size_t s = 0; s < plan.sequences.size();) {
    const AttentionPlan::Sequence& first = plan.sequences[s];
    const size_t first_segment = cut.segments.size();
    int64_t keys = Context(first), rows = first.num_queries * group;
    if (rows > RowsFor(keys, tile_rows)) {
      const int64_t queries = std::max<int64_t>(1, RowsFor(keys, tile_rows) / group);
      for (int64_t q = 0; q < first.num_queries; q += queries) {
        cut.segments.push_back(
            {static_cast<int32_t>(s), static_cast<int32_t>(q), static_cast<int32_t>(std::min(queries, first.num_queries - q))});
        add(cut.segments.size() - 1, 0);
      }
      ++s;
      continue;
    }
    int32_t shared_blocks = 0;
    size_t end = s;
    do {
      if (end > s)
        shared_blocks =
            end == s + 1 ? plan.sequences[end].shared_blocks : std::min(shared_blocks, plan.sequences[end].shared_blocks);
      cut.segments.push_back({static_cast<int32_t>(end), 0, plan.sequences[end].num_queries});
      if (!GoTogether(plan, end++)) break;
      keys = std::max(keys, Context(plan.sequences[end]));
      rows += plan.sequences[end].num_queries * group;
    } while (rows <= RowsFor(keys, tile_rows));
    add(first_segment, shared_blocks);
    s = end;
  }
  std::stable_sort(cut.tasks.begin(), cut.tasks.end(),
                   [](const AttentionTask& a, const AttentionTask& b) { return a.cost > b.cost; });
  return cut;
}

}  // namespace r1::ops
