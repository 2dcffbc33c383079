// Splits a completion into thinking and answer while it is being generated.
//
// Tags are found by token id where the tokenizer has them as added tokens: a model that only writes about "<think>" spells it in
// pieces, and those stay text. Where it has no such token, tags are found in the text, also when split over several tokens; text
// that may be the beginning of a tag is held back until that is decided.
//
// The states are one open and one close: thinking that has ended does not begin again, and a second tag does nothing. Serving
// quirks behind these rules: the opening tag is usually in the prompt, models repeat it, close twice or never.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/stream_decoder.h"
#include "text/tokenizer.h"

namespace r1 {

struct ReasoningFormat {
  std::string think_open = "<think>", think_close = "</think>";
  // "" (chat models): whatever is not thinking is the answer. With tags (R1-Zero), the answer is what stands between them.
  std::string answer_open, answer_close;
  // Leaves out the layout of the chat templates: one line break after think_open, up to two after think_close.
  bool trim_newlines = true;
  // The layout that models of the family are trained on: how thinking begins, how it ends, and how a turn without thinking looks.
  std::string opening = "<think>\n", closing = "\n</think>\n\n", empty_block = "<think>\n\n</think>\n\n";

  static ReasoningFormat R1Zero() {
    return {.answer_open = "<answer>",
            .answer_close = "</answer>",
            .trim_newlines = false,
            .opening = " <think> ",
            .closing = " </think> ",
            .empty_block = " <think> </think> "};
  }
};

enum class ReasoningSection { kOther, kThinking, kAnswer };  // kOther: outside all tags, only in formats with answer tags

struct ReasoningDelta {
  ReasoningSection section;
  std::string text;
  friend bool operator==(const ReasoningDelta&, const ReasoningDelta&) = default;
};

class ReasoningParser {
 public:
  // starts_in_thinking: the prompt ends inside an open think tag (PromptEndsInThinking). `tokenizer` must outlive the parser;
  // without one, only PushText can be used.
  ReasoningParser(ReasoningFormat format, bool starts_in_thinking, const Tokenizer* tokenizer = nullptr);

  // What may be shown now, in order; never empty texts, never half a character, no tags. Special tokens have no text.
  std::vector<ReasoningDelta> Push(int32_t id);
  std::vector<ReasoningDelta> PushText(std::string_view text);
  // The end of the completion: what was held back.
  std::vector<ReasoningDelta> Flush();

  ReasoningSection section() const { return section_; }
  bool thinking_closed() const { return thinking_closed_; }
  // Tokens so far whose first byte is in the section; a tag belongs to what it opens or closes. Complete after Flush.
  int64_t num_tokens(ReasoningSection section) const { return num_tokens_[static_cast<size_t>(section)]; }

 private:
  enum Tag { kThinkOpen, kThinkClose, kAnswerOpen, kAnswerClose, kNumTags };
  bool Recognises(Tag tag) const;  // whether the tag, as text, counts in the present state
  void Apply(Tag tag);
  void Scan(bool at_end, std::vector<ReasoningDelta>* deltas);
  void Emit(size_t bytes, std::vector<ReasoningDelta>* deltas);  // from the front of held_
  void Resolve(size_t bytes, ReasoningSection section);          // drops from the front of held_, counting tokens
  void Count(ReasoningSection section) { ++num_tokens_[static_cast<size_t>(section)]; }

  ReasoningFormat format_;
  const Tokenizer* tokenizer_;
  std::optional<StreamDecoder> decoder_;
  std::array<std::string, kNumTags> tags_;
  std::array<int32_t, kNumTags> tag_ids_;  // -1: found by text

  ReasoningSection section_;
  bool thinking_closed_ = false;
  bool section_has_text_ = false;  // more than white space
  int newlines_to_skip_ = 0;
  std::string held_;
  uint64_t decoded_ = 0, resolved_ = 0;     // bytes of text
  std::deque<uint64_t> unresolved_begins_;  // where tokens begin whose section is not known yet
  std::array<int64_t, 3> num_tokens_{};
};

// A whole text at once.
struct ReasoningText {
  std::string thinking, answer, other;
  bool thinking_closed = false;
};
ReasoningText SplitReasoning(std::string_view text, const ReasoningFormat& format = {}, bool starts_in_thinking = false);

// Whether a completion of this prompt starts inside thinking: by ids, the last think tag is an opening one; by text, the prompt
// ends with the opening tag and white space.
bool PromptEndsInThinking(const Tokenizer& tokenizer, std::span<const int32_t> prompt, const ReasoningFormat& format = {});

}  // namespace r1
