// Conversations with functions, for chat templates that render all of it, some of it or nothing.
//
// Templates differ in what they know: many render earlier calls but not the list of functions (DeepSeek-R1), some want a call's
// arguments as an object and some as JSON text, most know nothing of functions at all. What a template knows is found by rendering
// small conversations with it; what it does not is written into messages that every template renders: functions into the system
// message, calls into the assistant's text in the family's own form, results as the user's.
#pragma once

#include <string>
#include <vector>

#include "grammar/tool_calls.h"
#include "text/chat_template.h"

namespace r1 {

class ToolMessages {
 public:
  // `bos` and `eos`: for templates that ask for them. The template must outlive it; null for models without one, which read
  // questions only: nothing is changed for them.
  ToolMessages(const ChatTemplate* chat_template, ToolCallFormat format, const std::string& bos, const std::string& eos);

  // Changes messages and options so that the template renders all that they say.
  void Prepare(std::vector<ChatMessage>& messages, ChatOptions& options) const;

  bool renders_tools() const { return renders_tools_; }
  bool renders_calls() const { return object_arguments_ || text_arguments_; }
  bool renders_results() const { return renders_results_; }
  bool object_arguments() const { return object_arguments_; }  // of calls

 private:
  void FindCallForm(const ChatTemplate& chat_template, const ChatOptions& options);
  std::string Instructions(const std::string& tools_json) const;

  const ToolCallFormat format_;
  bool active_ = false;
  bool renders_tools_ = false, renders_results_ = false;
  bool object_arguments_ = false, text_arguments_ = false;
  bool null_content_ = false;       // of a message that is nothing but calls
  bool calls_beside_text_ = false;  // else the two are messages of their own
};

}  // namespace r1
