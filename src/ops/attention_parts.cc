#include "ops/attention_parts.h"

#include <algorithm>

namespace r1::ops {
namespace {

constexpr int64_t kProductsOfQueries = 3, kProductsOfKeys = 4, kProductsOfFamily = 5;
constexpr double kMostWaiting = 1.5;  // the time that families take, to what they would if no thread waited; parts cost 1.4
constexpr int64_t kPartsPerThread = 4;
constexpr int64_t kLeastRows = 96;  // of queries in a part: what the keys' forms are worth making for
constexpr int32_t kSomeKeys = 48;   // whole blocks and, of the usual sizes, whole tiles

using Sequence = AttentionPlan::Sequence;

// Pairs of a key and a query that sees it: of queries [begin, end) of a sequence, and of its keys [begin, end).
int64_t PairsOfQueries(const Sequence& s, int64_t begin, int64_t end) {
  return (end - begin) * s.first_position + (end * (end + 1) - begin * (begin + 1)) / 2;
}
int64_t PairsOfKeys(const Sequence& s, int64_t begin, int64_t end) {
  const int64_t shared = std::min<int64_t>(end, s.first_position) - std::min<int64_t>(begin, s.first_position);
  const int64_t first = std::max<int64_t>(0, begin - s.first_position), last = std::max<int64_t>(0, end - s.first_position);
  return shared * s.num_queries + (last - first) * s.num_queries - (last * (last - 1) - first * (first - 1)) / 2;
}

class Cutter {
 public:
  Cutter(const AttentionPlan& plan, const AttentionShape& shape, int num_threads)
      : plan_(plan), group_(shape.num_heads / shape.num_kv_heads) {
    int64_t all = 0;
    for (const Sequence& s : plan.sequences) all += PairsOfQueries(s, 0, s.num_queries);
    fair_ = all * group_ * (kProductsOfQueries + kProductsOfKeys) * shape.num_kv_heads / (kPartsPerThread * num_threads);
  }

  std::vector<AttentionPart> Cut() {
    for (const std::vector<int32_t>& family : plan_.families)
      for (size_t i = 0; i < family.size(); ++i) {
        const Sequence& s = plan_.sequences[static_cast<size_t>(family[i])];
        const std::span<const int32_t> alone = std::span(family).subspan(i, 1);
        const auto queries = static_cast<int32_t>(std::max<int64_t>(1, kLeastRows / group_));
        Add(AttentionPart::Of::kQueries, alone, 0, s.num_queries, queries, s.num_queries);
        // The first sequence's keys are seen by all.
        Add(AttentionPart::Of::kKeys, i == 0 ? std::span(family) : alone, s.first_position, s.first_position + s.num_queries,
            kSomeKeys, kMostKeysOfPart);
      }
    std::stable_sort(parts_.begin(), parts_.end(), [](const AttentionPart& a, const AttentionPart& b) { return a.cost > b.cost; });
    return std::move(parts_);
  }

 private:
  int64_t Cost(const AttentionPart& part) const {
    int64_t pairs = 0;
    for (int32_t i : part.sequences) {
      const Sequence& s = plan_.sequences[static_cast<size_t>(i)];
      pairs +=
          part.of == AttentionPart::Of::kQueries ? PairsOfQueries(s, part.begin, part.end) : PairsOfKeys(s, part.begin, part.end);
    }
    return pairs * group_ * (part.of == AttentionPart::Of::kQueries ? kProductsOfQueries : kProductsOfKeys);
  }

  // Parts of [begin, end), each `some` at a time until it is a fair one, and `most` at most.
  void Add(AttentionPart::Of of, std::span<const int32_t> sequences, int32_t begin, int32_t end, int32_t some, int32_t most) {
    while (begin < end) {
      AttentionPart part = {of, sequences, begin, begin, 0};
      do {
        part.end = std::min(part.end + some, end);
        part.cost = Cost(part);
      } while (part.end < end && part.end - begin + some <= most && part.cost < fair_);
      parts_.push_back(part);
      begin = part.end;
    }
  }

  const AttentionPlan& plan_;
  int64_t group_, fair_;
  std::vector<AttentionPart> parts_;
};

}  // namespace

bool PartsSuit(const AttentionPlan& plan, const AttentionShape& shape, int num_threads) {
  if (num_threads == 1) return false;
  // As threads claim them: each family goes to whoever is done first.
  std::vector<int64_t> busy(static_cast<size_t>(num_threads));
  int64_t total = 0;
  for (const std::vector<int32_t>& family : plan.families) {
    int64_t cost = 0;
    for (int32_t i : family) {
      const Sequence& s = plan.sequences[static_cast<size_t>(i)];
      cost += kProductsOfFamily * PairsOfQueries(s, 0, s.num_queries);
    }
    for (int64_t head = 0; head < shape.num_kv_heads; ++head) *std::min_element(busy.begin(), busy.end()) += cost;
    total += cost * shape.num_kv_heads;
  }
  const int64_t longest = *std::max_element(busy.begin(), busy.end());
  return static_cast<double>(longest) * num_threads > kMostWaiting * static_cast<double>(total);
}

std::vector<AttentionPart> CutIntoParts(const AttentionPlan& plan, const AttentionShape& shape, int num_threads) {
  return Cutter(plan, shape, num_threads).Cut();
}

}  // namespace r1::ops
