// All tokens of a vocabulary as a tree over their bytes, in the order in which a depth-first walk meets them: skipping what begins
// with refused bytes is adding a number. Made once for a tokenizer and shared by all grammars.
//
// Control tokens (special ones, and markup such as <think>) stand under a spelling that no text has (ControlTokenBytes): a grammar
// has to ask for them by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace r1 {

class TokenTrie {
 public:
  struct Node {
    int32_t subtree_end;   // the next node that does not begin with this one's bytes
    int32_t tokens_begin;  // into tokens(): those with exactly these bytes end where the next node's begin
    uint16_t depth;        // bytes; at least 1
    uint8_t byte;          // the last one
  };

  explicit TokenTrie(const Tokenizer& tokenizer);

  // The bytes that grammars see; empty for ids without a token.
  const std::string& Bytes(int32_t id) const { return bytes_[static_cast<size_t>(id)]; }
  int32_t vocab_size() const { return static_cast<int32_t>(bytes_.size()); }
  bool HasControlToken(const std::string& name) const;

  int32_t num_nodes() const { return static_cast<int32_t>(nodes_.size()) - 1; }
  const Node& node(int32_t number) const { return nodes_[static_cast<size_t>(number)]; }
  std::span<const int32_t> TokensAt(int32_t node) const {
    const auto n = static_cast<size_t>(node);
    return std::span(tokens_).subspan(static_cast<size_t>(nodes_[n].tokens_begin),
                                      static_cast<size_t>(nodes_[n + 1].tokens_begin - nodes_[n].tokens_begin));
  }
  int32_t max_depth() const { return max_depth_; }

 private:
  std::vector<std::string> bytes_;  // by id
  std::vector<Node> nodes_;         // and one more, the end
  std::vector<int32_t> tokens_;     // ids, in order of their bytes
  int32_t max_depth_ = 0;
};

}  // namespace r1
