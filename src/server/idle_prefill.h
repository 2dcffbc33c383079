// While nobody asks anything, the keys and values that the next turn of a conversation will begin with are computed.
//
// Templates leave the thinking out of the history, so what was cached while answering is of no use behind it: the next turn's
// prompt is [question, answer, new question], the cache holds [question, thinking, answer]. The answer without its thinking is
// therefore computed again as soon as the engine has nothing else to do, in pieces so short that nobody who comes meanwhile waits
// noticeably. It changes no token of anything: a cache never does here.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/block_manager.h"
#include "server/served_model.h"

namespace r1 {

// The tokens with which the prompt of the next turn will begin, whatever is asked in it; filled up, with what
// nobody will ask, to whole blocks of the cache, for only those are remembered. Empty if the template has no such beginning.
std::vector<int32_t> NextTurnPrefix(const ServedModel& served, const std::vector<ChatMessage>& messages, const ChatOptions& options,
                                    const ChatMessage& answer);

// What is still to be computed, newest first; of one thread at a time.
class IdlePrefill {
 public:
  static constexpr int64_t kPieceTokens = 128;  // what somebody who comes in the middle waits for
  static constexpr size_t kMostPrefixes = 64;   // older ones are forgotten

  void Offer(std::vector<int32_t> prefix);
  bool empty() const { return prefixes_.empty(); }
  // The next prompt to compute: it goes a piece further than what `blocks` knows of it, and than the last one of the same prefix,
  // should the cache not have kept that. Not when empty.
  std::vector<int32_t> NextPiece(const BlockManager& blocks);

 private:
  struct Prefix {
    std::vector<int32_t> tokens;
    int64_t asked = 0;  // of them, so many were in a piece
  };
  std::deque<Prefix> prefixes_;
};

}  // namespace r1
