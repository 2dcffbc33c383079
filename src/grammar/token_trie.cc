#include "grammar/token_trie.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "grammar/expression.h"

namespace r1 {

TokenTrie::TokenTrie(const Tokenizer& tokenizer) : bytes_(static_cast<size_t>(tokenizer.vocab_size())) {
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id) {
    std::string& bytes = bytes_[static_cast<size_t>(id)];
    bytes = tokenizer.TokenBytes(id);
    // Never part of UTF-8 text, and the mark of control tokens.
    if (tokenizer.is_special(id) || bytes.size() >= UINT16_MAX || bytes.find(kControlTokenMark) != std::string::npos) bytes.clear();
  }
  for (const AddedToken& token : tokenizer.spec().added_tokens)
    if (token.is_control() && token.id >= 0 && token.id < vocab_size())
      bytes_[static_cast<size_t>(token.id)] = ControlTokenBytes(token.content);

  for (int32_t id = 0; id < vocab_size(); ++id)
    if (!Bytes(id).empty()) tokens_.push_back(id);
  std::sort(tokens_.begin(), tokens_.end(), [&](int32_t a, int32_t b) { return std::tie(Bytes(a), a) < std::tie(Bytes(b), b); });
  std::vector<size_t> path;  // open nodes, by depth
  std::string_view previous;
  const auto close_to = [&](size_t depth) {
    for (; path.size() > depth; path.pop_back()) nodes_[path.back()].subtree_end = static_cast<int32_t>(nodes_.size());
  };
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const std::string_view bytes = Bytes(tokens_[i]);
    const size_t shared =
        static_cast<size_t>(std::mismatch(bytes.begin(), bytes.end(), previous.begin(), previous.end()).first - bytes.begin());
    close_to(shared);
    for (size_t depth = shared; depth < bytes.size(); ++depth) {
      path.push_back(nodes_.size());
      nodes_.push_back({0, static_cast<int32_t>(i), static_cast<uint16_t>(depth + 1), static_cast<uint8_t>(bytes[depth])});
    }
    max_depth_ = std::max(max_depth_, static_cast<int32_t>(bytes.size()));
    previous = bytes;
  }
  close_to(0);
  nodes_.push_back({static_cast<int32_t>(nodes_.size()), static_cast<int32_t>(tokens_.size()), 0, 0});
}

bool TokenTrie::HasControlToken(const std::string& name) const {
  return std::find(bytes_.begin(), bytes_.end(), ControlTokenBytes(name)) != bytes_.end();
}

}  // namespace r1
