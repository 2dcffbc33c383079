// Packing documents into batches of a fixed token budget. A pack is a list of whole sequences that a forward pass keeps apart (no
// attention across documents), so packing never changes a document's gradient, only what runs together.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace r1 {

using TokenSequence = std::vector<int32_t>;
using Pack = std::vector<TokenSequence>;

// Takes documents in order from `next` until the next one would go over the budget; that one starts the next pack. Every pack has
// at least one document, none is skipped or split, and the order is kept.
class Packer {
 public:
  // next(index) gives document `index`. Documents longer than max_length are cut; max_length <= tokens_per_pack.
  Packer(std::function<TokenSequence(int64_t)> next, int64_t tokens_per_pack, int64_t max_length);

  Pack Next();

  // The index of the first document of the next pack: all there is to save. Seek(cursor) goes on from there.
  int64_t cursor() const { return cursor_; }
  void Seek(int64_t cursor);

 private:
  TokenSequence Load(int64_t index) const;

  std::function<TokenSequence(int64_t)> next_;
  int64_t tokens_per_pack_;
  int64_t max_length_;
  int64_t cursor_ = 0;
  TokenSequence waiting_;  // document `cursor_` if it has been loaded already, else empty
};

// The same for documents at hand: indices into `lengths` for every pack, in order.
std::vector<std::vector<int64_t>> PackInOrder(const std::vector<int64_t>& lengths, int64_t tokens_per_pack);

}  // namespace r1
