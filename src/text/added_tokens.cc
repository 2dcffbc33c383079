#include "text/added_tokens.h"

#include "base/utf8.h"
#include "text/unicode.h"

namespace r1 {
namespace {

// What a single-word token must not touch: Rust's \w, which also takes the two joiners.
bool TouchesWord(char32_t c) { return IsWordCharacter(c) || c == 0x200C || c == 0x200D; }

// Where the last character of non-empty valid text begins.
size_t LastCharBegin(std::string_view text) {
  size_t i = text.size() - 1;
  while (i > 0 && (static_cast<uint8_t>(text[i]) & 0xC0) == 0x80) --i;
  return i;
}

}  // namespace

bool AddedToken::is_control() const {
  const bool markup = content.size() >= 3 && content.front() == '<' && content.back() == '>';
  return special || markup;
}

void AddedTokenMatcher::Add(const AddedToken& token, std::string_view content) {
  if (content.empty()) return;
  const auto new_node = [&] {
    nodes_.emplace_back();
    return static_cast<int32_t>(nodes_.size() - 1);
  };
  int32_t& root = roots_[static_cast<uint8_t>(content[0])];
  if (root == 0) root = new_node();
  int32_t at = root;
  for (const char c : content.substr(1)) {
    int32_t next = 0;
    for (const auto& [byte, child] : nodes_[static_cast<size_t>(at)].children)
      if (byte == static_cast<uint8_t>(c)) next = child;
    if (next == 0) {
      next = new_node();
      nodes_[static_cast<size_t>(at)].children.emplace_back(static_cast<uint8_t>(c), next);
    }
    at = next;
  }
  nodes_[static_cast<size_t>(at)].entry = static_cast<int32_t>(entries_.size());
  entries_.push_back({token.id, token.is_control(), token.lstrip, token.rstrip, token.single_word});
}

const AddedTokenMatcher::Entry* AddedTokenMatcher::Longest(std::string_view text, bool skip_control, size_t* size) const {
  const Entry* found = nullptr;
  int32_t at = roots_[static_cast<uint8_t>(text[0])];
  for (size_t i = 1; at != 0; ++i) {
    const Node& node = nodes_[static_cast<size_t>(at)];
    if (node.entry >= 0 && !(skip_control && entries_[static_cast<size_t>(node.entry)].control)) {
      found = &entries_[static_cast<size_t>(node.entry)];
      *size = i;
    }
    at = 0;
    if (i == text.size()) break;
    for (const auto& [byte, child] : node.children)
      if (byte == static_cast<uint8_t>(text[i])) at = child;
  }
  return found;
}

std::vector<AddedTokenMatcher::Section> AddedTokenMatcher::Split(std::string_view text, bool skip_control) const {
  std::vector<Section> sections;
  size_t done = 0;  // everything before is in `sections`
  for (size_t i = 0; !entries_.empty() && i < text.size();) {
    size_t size = 0;
    const Entry* found = Longest(text.substr(i), skip_control, &size);
    if (found == nullptr) {
      ++i;
      continue;
    }
    size_t begin = i, end = i + size;
    if (found->single_word) {
      const bool word_before = begin > 0 && TouchesWord(NextUtf8Char(text.substr(LastCharBegin(text.substr(0, begin)))).code_point);
      const bool word_after = end < text.size() && TouchesWord(NextUtf8Char(text.substr(end)).code_point);
      if (word_before || word_after) {
        i = end;
        continue;
      }
    }
    while (found->lstrip && begin > done) {
      const size_t last = LastCharBegin(text.substr(0, begin));
      if (last < done || !IsWhiteSpace(NextUtf8Char(text.substr(last)).code_point)) break;
      begin = last;
    }
    while (found->rstrip && end < text.size()) {
      const Utf8Char c = NextUtf8Char(text.substr(end));
      if (!IsWhiteSpace(c.code_point)) break;
      end += static_cast<size_t>(c.num_bytes);
    }
    if (begin > done) sections.push_back({-1, text.substr(done, begin - done)});
    sections.push_back({found->id, text.substr(begin, end - begin)});
    i = done = end;
  }
  if (done < text.size()) sections.push_back({-1, text.substr(done)});
  return sections;
}

}  // namespace r1
