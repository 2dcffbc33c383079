// A conversation with a model in the terminal: asks, shows thinking and answer as they come, remembers.
#pragma once

#include <string>
#include <vector>

#include "base/terminal.h"
#include "cli/conversation.h"
#include "cli/model_session.h"
#include "terminal/thinking_view.h"

namespace r1 {

class Chat {
 public:
  // All must outlive the chat.
  Chat(ModelSession& session, const SamplingParams& params, ThinkingDisplay display, const Terminal& terminal);

  // Streams one answer and remembers it. Ctrl-C ends the answer, not the program, and makes this return false; Enter during the
  // thinking asks for the answer now.
  bool Ask(const std::string& question);
  // The last question again, with other random numbers.
  void Retry();
  void Undo();  // forgets the last question and answer

  // Tokens of the conversation as the next question would carry them; without a chat template it carries none.
  int64_t ContextTokens() const;

  ModelSession& session() { return session_; }
  const Terminal& terminal() const { return terminal_; }
  Conversation& conversation() { return conversation_; }
  SamplingParams& params() { return params_; }
  ThinkingDisplay& display() { return display_; }

 private:
  std::vector<ChatMessage> Messages() const;
  ChatOptions Options() const;

  ModelSession& session_;
  SamplingParams params_;
  ThinkingDisplay display_;
  const Terminal& terminal_;
  Conversation conversation_;
};

}  // namespace r1
