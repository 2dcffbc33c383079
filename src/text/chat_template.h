// A conversation -> the prompt its model was trained on, by the model's own chat template.
//
// Templates come with the model (chat_template.jinja, tokenizer_config.json, GGUF metadata) and are foreign programs: they run in
// text/jinja with hard limits. What they render is text in which every byte is known to be the template's or a user's, and
// EncodeChat reads control tokens only in the former: a message that contains "<|im_end|>" or "</think>" is that text and nothing
// else.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/jinja/marked_text.h"
#include "text/tokenizer.h"

namespace r1 {

namespace jinja {
class Template;
}

struct ChatMessage {
  std::string role;  // "system", "user", "assistant", "tool"
  std::string content;
  std::string reasoning_content;  // the thinking of an assistant's message; most templates leave it out of the prompt
  // Further members as a JSON object, such as {"tool_calls": [...], "tool_call_id": "c1"}; they override the ones above, so
  // {"content": null} or a list of content parts can be said. "": none.
  std::string more_json;
};

struct ChatOptions {
  bool add_generation_prompt = true;    // end where the assistant's answer begins
  bool continue_final_message = false;  // end inside the last message, to be continued; not with add_generation_prompt
  // Templates with a switch read enable_thinking (Qwen3) or thinking (DeepSeek V3.1); nothing: the template's own default.
  std::optional<bool> enable_thinking;
  // The thinking of earlier answers, and not only of one that is continued, stands in the prompt, also where the template leaves it
  // out: put before the answer's text, in the layout in which the model writes it.
  bool keep_thinking = false;
  std::string think_opening = "<think>\n", think_closing = "\n</think>\n\n";
  std::string tools_json;      // a JSON array of function schemas; "": none
  std::string variables_json;  // a JSON object of further variables of the template; "": none
  std::string bos_token, eos_token;
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();  // strftime_now, in local time
};

struct RenderedChat {
  std::string text;
  std::vector<jinja::MarkedText::Span> foreign;  // the bytes that came from messages, tools and variables
};

class ChatTemplate {
 public:
  // Throws kInvalidArgument, with the line, for a source that is not a template.
  explicit ChatTemplate(std::string_view source);
  ~ChatTemplate();
  ChatTemplate(ChatTemplate&&) noexcept;
  ChatTemplate& operator=(ChatTemplate&&) noexcept;

  // Throws kInvalidArgument with the template's own complaint ("Conversation roles must alternate"), or for JSON that is none;
  // kResourceExhausted, naming the limit, for a template that asks for too much.
  RenderedChat Render(const std::vector<ChatMessage>& messages, const ChatOptions& options = {}) const;

 private:
  jinja::MarkedText RenderOnce(const std::vector<ChatMessage>& messages, const ChatOptions& options) const;

  std::unique_ptr<jinja::Template> template_;
};

// The prompt's tokens. Control tokens count where the template wrote all of their bytes; those in foreign bytes are plain text.
// Templates write the beginning-of-sequence token themselves.
std::vector<int32_t> EncodeChat(const Tokenizer& tokenizer, const RenderedChat& chat);

}  // namespace r1
