// The think tags of a tokenizer as token ids, and what they mean in a prompt: where its thinking stands, how to open, close or
// leave out thinking in the layout the model family was trained on.
//
// Tags are ids where the tokenizer has both as added tokens, and text of several tokens elsewhere; see text/reasoning_parser.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/reasoning_parser.h"
#include "text/tokenizer.h"

namespace r1 {

// Where a sequence stands. There is one block of thinking, and none begins after it. kBefore: none yet, and perhaps there never
// will be.
enum class ThinkingPhase : uint8_t { kBefore, kInside, kAfter };

enum class ThinkingMode : uint8_t {
  kAuto,  // the prompt is left as it is
  kOn,    // the prompt is made to end inside thinking
  kOff,   // the prompt is made to end behind an empty block of thinking
};

class ThinkingTags {
 public:
  // `tokenizer` must outlive the tags.
  ThinkingTags(const Tokenizer& tokenizer, ReasoningFormat format);

  const Tokenizer& tokenizer() const { return tokenizer_; }
  const ReasoningFormat& format() const { return format_; }
  bool by_id() const { return open_id_ >= 0; }
  int32_t open_id() const { return open_id_; }  // -1 if tags are text
  int32_t close_id() const { return close_id_; }

  // The text's tokens. Tags in it are tags; any other markup stays text, so that no wrap-up can end a turn.
  std::vector<int32_t> Encode(std::string_view text) const;

  // kAfter only if nothing but white space follows a closing tag: earlier turns do not count.
  ThinkingPhase PhaseAtEndOf(std::span<const int32_t> prompt) const;
  // Changes the end of `prompt` as `mode` says and returns its phase. A prompt that is as it should be is left alone.
  ThinkingPhase Prepare(ThinkingMode mode, std::vector<int32_t>& prompt) const;
  // What ends thinking after `before`, its last tokens: `wrap_up` and the format's closing, or `wrap_up` alone if it has the
  // closing tag in it. The closing's first line break or blank is left out where there is one already.
  std::vector<int32_t> Closing(std::string_view wrap_up, std::span<const int32_t> before) const;

  // What the token adds to the text that tags of several tokens are found in; empty for control tokens and ids without a token.
  std::string_view TextOf(int32_t id) const;
  // Tags of several tokens: the tokens that may be the last of a closing one.
  std::span<const int32_t> close_ends() const { return close_ends_; }

 private:
  bool OnlyWhiteSpace(std::span<const int32_t> ids) const;

  const Tokenizer& tokenizer_;
  ReasoningFormat format_;
  int32_t open_id_ = -1, close_id_ = -1;
  std::vector<int32_t> close_ends_;
};

}  // namespace r1
