// Where a completion stands, token by token: before, inside or after its thinking, and how many of its tokens were thinking. Agrees
// with ReasoningParser, and costs two comparisons a token where tags are ids.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/thinking_tags.h"

namespace r1 {

class ThinkingTracker {
 public:
  // `tags` must outlive the tracker. `start`: the phase at the end of the prompt.
  ThinkingTracker(const ThinkingTags& tags, ThinkingPhase start) : tags_(&tags), phase_(start) {}

  void Push(int32_t id);
  ThinkingPhase phase() const { return phase_; }
  // A tag belongs to the thinking that it opens or closes.
  int64_t num_thinking_tokens() const { return num_thinking_tokens_; }
  // Bytes of the last token that stand behind the closing tag it completed; 0 if it did not.
  size_t num_answer_bytes() const { return num_answer_bytes_; }
  // Whether the next token would close the thinking.
  bool Closes(int32_t id) const;

 private:
  void PushText(int32_t id);

  const ThinkingTags* tags_;
  ThinkingPhase phase_;
  int64_t num_thinking_tokens_ = 0;
  size_t num_answer_bytes_ = 0;
  // Tags of several tokens: the end of the text, too short for a whole tag, and where the tokens in it begin.
  std::string tail_;
  std::vector<size_t> tail_begins_;
  bool has_text_ = false;  // before the thinking, and more than white space
};

}  // namespace r1
