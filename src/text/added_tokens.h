// Tokens that are found in the text as written, before BPE sees it: <think>, <|im_start|>, end of text.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace r1 {

// One row of tokenizer.json's added_tokens.
struct AddedToken {
  int32_t id = -1;
  std::string content;
  bool special = false;      // left out when decoding with skip_special
  bool lstrip = false;       // also takes the white space before it
  bool rstrip = false;       // also takes the white space after it
  bool single_word = false;  // only where no word character touches it
  bool normalized = false;   // searched in the normalized text instead of the raw one

  // True if text a user typed must not become this token when special tokens are not to be parsed: it is special, or it is markup
  // such as <think> and <tool_call>, which Hugging Face files often do not mark special although they steer the model just the
  // same.
  bool is_control() const;
};

// Finds the leftmost, then longest, of a set of strings.
class AddedTokenMatcher {
 public:
  // Copies what it needs of the tokens. `contents[i]` is what is searched for tokens[i].
  void Add(const AddedToken& token, std::string_view content);
  bool empty() const { return entries_.empty(); }

  struct Section {
    int32_t id;  // -1: text between tokens
    std::string_view text;
  };
  // Cuts valid UTF-8 text into tokens and the non-empty text between them. skip_control: control tokens are taken as text.
  std::vector<Section> Split(std::string_view text, bool skip_control) const;

 private:
  struct Entry {
    int32_t id;
    bool control, lstrip, rstrip, single_word;
  };
  struct Node {  // of a trie over bytes
    std::vector<std::pair<uint8_t, int32_t>> children;
    int32_t entry = -1;
  };
  // The longest token at the start of `text`, and its length; null if there is none.
  const Entry* Longest(std::string_view text, bool skip_control, size_t* size) const;

  std::array<int32_t, 256> roots_ = {};  // node of the first byte; 0: none
  std::vector<Node> nodes_ = std::vector<Node>(1);
  std::vector<Entry> entries_;
};

}  // namespace r1
