#include "ops/attention_waves.h"

#include <algorithm>

namespace r1::ops {
namespace {

constexpr double kMostWaiting = 1.5;  // the time that families take, to what they would if no thread waited; waves cost 1.2 to 1.6
constexpr int64_t kTasksPerThread = 3;
constexpr int64_t kMostRows = 96, kLeastRows = 24;  // of a piece of queries, one head
constexpr int64_t kMostTiles = 8;                   // of keys in a WaveSums
constexpr int64_t kPiece = 8 * kKvBlockSize;        // of keys to be brought into their forms
constexpr int64_t kMostFloats = int64_t{16} << 20;

int64_t Width(int64_t keys) { return RoundUp(keys, kKvBlockSize) + kKvBlockSize; }

class Cutter {
 public:
  Cutter(const AttentionPlan& plan, const AttentionShape& shape, int num_threads, int64_t tile_rows)
      : plan_(plan),
        shape_(shape),
        group_(shape.num_heads / shape.num_kv_heads),
        tasks_(kTasksPerThread * num_threads),
        tile_rows_(tile_rows),
        budget_(std::min(kMostFloats, plan.num_tokens * shape.qkv_width())) {}

  Waves Cut() {
    // Few enough queries to give every thread some, and to let a wave have a piece for every thread.
    const int64_t fair = plan_.num_tokens * shape_.num_heads / tasks_;
    const int64_t fitting = budget_ / (tasks_ * 2 * (Width(plan_.max_blocks * kKvBlockSize) + shape_.head_dim));
    const int64_t queries = std::max<int64_t>(1, std::clamp(std::min(fair, fitting), kLeastRows, kMostRows) / group_);
    for (size_t f = 0; f < plan_.families.size(); ++f)
      for (int32_t s : plan_.families[f]) {
        const int64_t all = plan_.sequences[static_cast<size_t>(s)].num_queries;
        for (int64_t q = 0; q < all; q += queries)
          Add({s, static_cast<int32_t>(f), static_cast<int32_t>(q), static_cast<int32_t>(std::min(queries, all - q)), 0, 0, 0});
      }
    Close();
    return std::move(cut_);
  }

 private:
  const WaveSegment& Segment(size_t i) const { return cut_.segments[i]; }
  int32_t Prefix(const WaveSegment& s) const { return plan_.sequences[static_cast<size_t>(s.sequence)].first_position; }
  int32_t KeysSeen(const WaveSegment& s) const { return Prefix(s) + s.first_query + s.num_queries; }
  int64_t RowFloats(const WaveSegment& s) const {
    return shape_.num_kv_heads * QueryFloats(s.num_queries * group_, Width(KeysSeen(s)), shape_.head_dim);
  }
  int64_t Floats(const WaveSegment& s) const {
    return RowFloats(s) + shape_.num_kv_heads * KeyFloats(KeysSeen(s), shape_.head_dim);
  }

  // More queries: of the sequence that the wave's last segment is of, or of another.
  void Add(WaveSegment queries) {
    const bool goes_on = cut_.segments.size() > first_ && cut_.segments.back().sequence == queries.sequence;
    WaveSegment segment = queries;
    if (goes_on) {
      segment = cut_.segments.back();
      segment.num_queries += queries.num_queries;
    }
    const int64_t floats = floats_ + Floats(segment) - (goes_on ? Floats(cut_.segments.back()) : 0);
    if (floats > budget_ && cut_.segments.size() > first_) {
      Close();
      return Add(queries);
    }
    floats_ = floats;
    if (goes_on)
      cut_.segments.back() = segment;
    else
      cut_.segments.push_back(segment);
    const int32_t begin = queries.first_query - segment.first_query;
    wave_.queries.push_back({static_cast<int32_t>(cut_.segments.size() - 1), begin, begin + queries.num_queries});
  }

  void Close() {
    int64_t at = 0;
    for (size_t i = first_; i < cut_.segments.size(); ++i) {
      WaveSegment& s = cut_.segments[i];
      const int32_t keys = KeysSeen(s);
      s.width = Width(keys);
      s.rows = at;
      s.keys = at + RowFloats(s);
      at += Floats(s);
      for (int32_t key = 0; key < keys; key += kPiece)
        wave_.keys.push_back({static_cast<int32_t>(i), key, std::min<int32_t>(keys, key + kPiece)});
    }
    for (size_t i = first_, next; i < cut_.segments.size(); i = next) {
      for (next = i + 1; next < cut_.segments.size() && Segment(next).family == Segment(i).family;) ++next;
      AddFamily(i, next);
    }
    CutSums();
    cut_.floats = std::max(cut_.floats, at);
    cut_.waves.push_back(std::move(wave_));
    wave_ = {};
    first_ = cut_.segments.size();
    floats_ = 0;
  }

  // The family's segments [begin, end): all see the keys of its first sequence, and each its own.
  void AddFamily(size_t begin, size_t end) {
    const WaveSegment& last = Segment(end - 1);
    AddSums(begin, end, 0, Prefix(last) > 0 ? Prefix(last) : KeysSeen(last));
    for (size_t i = begin; i < end; ++i)
      if (Prefix(Segment(i)) > 0) AddSums(i, i + 1, Prefix(Segment(i)), KeysSeen(Segment(i)));
  }

  void AddSums(size_t begin, size_t end, int32_t first_key, int32_t last_key) {
    int64_t rows = 0;
    for (size_t i = begin; i < end; ++i) rows += Segment(i).num_queries * group_;
    wave_.sums.push_back(
        {static_cast<int32_t>(begin), static_cast<int32_t>(end - begin), first_key, last_key, rows * (last_key - first_key)});
  }

  // Into tiles of keys that cost about as much as each other.
  void CutSums() {
    int64_t total = 0;
    for (const WaveSums& s : wave_.sums) total += s.cost * shape_.num_kv_heads;
    std::vector<WaveSums> pieces;
    for (const WaveSums& s : wave_.sums) {
      const int64_t rows = s.cost / (s.end - s.begin);
      const int64_t keys = std::clamp<int64_t>(total / (tasks_ * rows * tile_rows_), 1, kMostTiles) * tile_rows_;
      for (int64_t key = s.begin; key < s.end; key += keys) {
        const int64_t end = std::min<int64_t>(s.end, key + keys);
        pieces.push_back(
            {s.first_segment, s.num_segments, static_cast<int32_t>(key), static_cast<int32_t>(end), rows * (end - key)});
        cut_.most_keys = std::max(cut_.most_keys, end - key);
      }
    }
    std::stable_sort(pieces.begin(), pieces.end(), [](const WaveSums& a, const WaveSums& b) { return a.cost > b.cost; });
    wave_.sums = std::move(pieces);
  }

  const AttentionPlan& plan_;
  AttentionShape shape_;
  int64_t group_, tasks_, tile_rows_, budget_;
  Waves cut_;
  // The wave being filled: its first segment, and its memory so far.
  Wave wave_;
  size_t first_ = 0;
  int64_t floats_ = 0;
};

}  // namespace

bool WavesSuit(const AttentionPlan& plan, const AttentionShape& shape, int num_threads) {
  if (num_threads == 1) return false;
  // As threads claim them: each task goes to whoever is done first.
  std::vector<int64_t> busy(static_cast<size_t>(num_threads));
  int64_t total = 0;
  for (const std::vector<int32_t>& family : plan.families) {
    int64_t cost = 0;
    for (int32_t i : family) {
      const AttentionPlan::Sequence& s = plan.sequences[static_cast<size_t>(i)];
      cost += s.num_queries * (s.first_position + (s.num_queries + 1) / 2);
    }
    for (int64_t head = 0; head < shape.num_kv_heads; ++head) *std::min_element(busy.begin(), busy.end()) += cost;
    total += cost * shape.num_kv_heads;
  }
  const int64_t longest = *std::max_element(busy.begin(), busy.end());
  return static_cast<double>(longest) * num_threads > kMostWaiting * static_cast<double>(total);
}

Waves CutIntoWaves(const AttentionPlan& plan, const AttentionShape& shape, int num_threads, int64_t tile_rows) {
  return Cutter(plan, shape, num_threads, tile_rows).Cut();
}

}  // namespace r1::ops
