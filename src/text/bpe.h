// Byte-pair encoding of one piece of text: start from its bytes, then always join the adjacent pair with the lowest rank (leftmost
// on ties) until no pair has a rank.
//   Sennrich et al. 2016, https://arxiv.org/abs/1508.07909; exact as Hugging Face tokenizers' BPE applies it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace r1 {

struct BpeMerge {
  int32_t left, right;  // ids joined
  int32_t result;       // id they become; the rank is the position in the list
};

class Bpe {
 public:
  // byte_ids: the id of each single byte, -1 where there is none; unk_id replaces such bytes, or -1: they are an error.
  Bpe(const std::array<int32_t, 256>& byte_ids, int32_t unk_id, const std::vector<BpeMerge>& merges);

  // Appends the ids of `piece` (any bytes). Throws kInvalidArgument naming the byte if a byte has no id and there is no unk_id.
  // Any number of threads may call it. n log n in the piece's length; pieces seen before come from a cache.
  void Encode(std::string_view piece, std::vector<int32_t>* ids) const;

 private:
  struct PairEntry {
    uint64_t pair;
    int32_t rank, result;
  };
  struct CacheShard;

  const PairEntry* Find(int32_t left, int32_t right) const;
  void EncodeShort(std::vector<int32_t>* symbols) const;
  void EncodeLong(std::vector<int32_t>* symbols) const;

  std::array<int32_t, 256> byte_ids_;
  int32_t unk_id_;
  std::vector<PairEntry> pairs_;  // open addressing, a power of two, at most half full
  uint64_t pair_mask_ = 0;
  std::shared_ptr<std::vector<CacheShard>> cache_;
};

}  // namespace r1
