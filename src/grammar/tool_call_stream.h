// Reads calls of functions out of an answer while it grows: text, calls and their arguments, in order.
//
//   ToolCallStream stream(format, {.marked = true, .bound = true});
//   for (each token) for (ToolCallPart& part : stream.Push(bytes)) ...;
//   for (ToolCallPart& part : stream.Flush()) ...;
//
// All parts, joined, are the same however the text is cut into pieces. White space beside a call belongs to no text; text before
// and text after calls are two lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/tool_call_form.h"

namespace r1 {

struct ToolCallPart {
  enum class Kind {
    kText,       // what is no call
    kCall,       // a call begins: the function's name
    kArguments,  // a piece of its arguments, which joined are a JSON object
  };
  Kind kind;
  std::string text;
  friend bool operator==(const ToolCallPart&, const ToolCallPart&) = default;
};

struct ToolCallStreamOptions {
  // The vocabulary has the family's tags as control tokens, and the text brings them as ControlTokenBytes: only those count. false:
  // whatever looks like a tag is one.
  bool marked = false;
  // The calls are known to be well-formed, by their grammar: they are told as they come, and one that max_tokens cuts off stays
  // begun, or untold if its name was not complete. false: a call is told when it is complete, and one that is malformed or cut off
  // is text.
  bool bound = false;
};

class ToolCallStream {
 public:
  explicit ToolCallStream(ToolCallFormat format, ToolCallStreamOptions options = {});

  // Whole characters, or a tag.
  std::vector<ToolCallPart> Push(std::string_view text);
  // The end of the answer: what was held back.
  std::vector<ToolCallPart> Flush();

  int64_t num_calls() const { return num_calls_; }

 private:
  enum class State { kText, kName, kArguments, kClosing, kWhole };
  void Read(bool at_end);
  bool ReadText(bool at_end);
  bool ReadName(bool at_end);
  bool ReadArguments();
  bool ReadClosing(bool at_end);
  void ReadWhole();
  std::optional<std::string> ReadCall(std::string_view body);  // the arguments; the name is told
  void Say(ToolCallPart::Kind kind, std::string_view text);
  void SayText(std::string_view text);

  const ToolCallForm form_;
  const ToolCallFormat format_;
  const ToolCallStreamOptions options_;
  std::string call_tag_, close_tag_, separator_, name_begin_, name_end_;
  std::vector<std::string> outer_tags_;  // around all calls; they say nothing

  State state_;
  std::string held_;         // not told yet
  std::string white_space_;  // before held_: told only if more text follows
  bool after_call_ = false, has_text_ = false;
  int depth_ = 0;  // of the arguments
  bool in_string_ = false, escaped_ = false;
  int64_t num_calls_ = 0;
  std::vector<ToolCallPart> parts_;
};

struct ToolCall {
  std::string name;
  std::string arguments;  // a JSON object, as text
  friend bool operator==(const ToolCall&, const ToolCall&) = default;
};
struct ToolCallText {
  std::string content;  // what is no call, white space at its ends left out; a call that is malformed stays here
  std::vector<ToolCall> calls;
};
// `text`: of a finished completion after its thinking, with the tags in it. From TokenTrie::Bytes of its tokens, only true control
// tokens count as tags; from decoded text, whatever looks like one does.
ToolCallText ParseToolCalls(ToolCallFormat format, std::string_view text);

}  // namespace r1
