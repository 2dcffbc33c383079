// Byte-pair encoding of one piece of text: start from its bytes (or characters), then always join the adjacent pair with the lowest
// rank, leftmost on ties, until no pair has a rank.
//   Sennrich et al. 2016, https://arxiv.org/abs/1508.07909; exact as Hugging Face tokenizers' BPE applies it, and with ranks that
//   tie as SentencePiece's BPE does.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace r1 {

struct BpeMerge {
  int32_t left, right;  // ids joined
  int32_t result;       // id they become; the rank is the position in the list
};

class Bpe {
 public:
  // ranks: of each merge, lower first; empty: their places in the list. A pair listed twice keeps its last rank.
  explicit Bpe(const std::vector<BpeMerge>& merges, std::span<const int32_t> ranks = {});

  // Joins what can be joined, in place. Any number of threads may call it. n log n in the number of symbols.
  void Merge(std::vector<int32_t>* symbols) const;

 private:
  struct PairEntry {
    uint64_t pair;
    int32_t rank, result;
  };

  const PairEntry* Find(int32_t left, int32_t right) const;
  void MergeShort(std::vector<int32_t>* symbols) const;
  void MergeLong(std::vector<int32_t>* symbols) const;

  std::vector<PairEntry> pairs_;  // open addressing, a power of two, at most half full
  uint64_t mask_ = 0;
};

}  // namespace r1
