// The rows of a batch in segments, the smallest parts that no micro-batch tears apart: documents, or groups with their prompt. A
// sum over rows in bf16 goes through them in blocks (docs/numerics.md, item 8), which begin anew with each segment: its bits then
// do not depend on what else is in the batch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "kernels/kernels.h"

namespace r1 {

class RowSegments {
 public:
  RowSegments() = default;                                                                  // whatever there is, in one segment
  explicit RowSegments(std::span<const int64_t> ends) : ends_(ends.begin(), ends.end()) {}  // ascending, of segments one by one

  // Of the rows [begin, end), counted from `begin`: for GemmTransposed. Both are places that Cut gives, or the first and last.
  std::vector<int64_t> Ends(int64_t begin, int64_t end) const {
    CHECK(ends_.empty() || end <= ends_.back());
    std::vector<int64_t> ends;
    for (auto it = std::upper_bound(ends_.begin(), ends_.end(), begin); it != ends_.end() && *it < end; ++it)
      ends.push_back(*it - begin);
    ends.push_back(end - begin);
    return ends;
  }

  // The farthest place up to `want`, beyond `begin`, where rows may be cut: the end of a segment, or of a block inside one. From
  // such a place on at least kBf16Block rows must be wanted.
  int64_t Cut(int64_t begin, int64_t want) const {
    CHECK(want - begin >= kBf16Block && (ends_.empty() || begin < ends_.back()));
    const auto after = std::upper_bound(ends_.begin(), ends_.end(), want);  // of the segment that goes on beyond `want`
    if (after == ends_.end() && !ends_.empty()) return std::min(want, ends_.back());
    const int64_t start = after == ends_.begin() ? 0 : *std::prev(after);
    return start + (want - start) / kBf16Block * kBf16Block;
  }

 private:
  std::vector<int64_t> ends_;
};

}  // namespace r1
