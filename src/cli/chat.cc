#include "cli/chat.h"

#include <optional>

#include "base/error.h"
#include "base/interrupt.h"
#include "cli/answer_view.h"
#include "terminal/quiet_input.h"

namespace r1 {

Chat::Chat(ModelSession& session, const SamplingParams& params, ThinkingDisplay display, const Terminal& terminal)
    : session_(session), params_(params), display_(display), terminal_(terminal) {
  conversation_.model = session.dir;
}

std::vector<ChatMessage> Chat::Messages() const {
  std::vector<ChatMessage> messages;
  if (!conversation_.system.empty()) messages.push_back({.role = "system", .content = conversation_.system});
  for (const Turn& turn : conversation_.turns) {
    messages.push_back({.role = "user", .content = turn.question});
    messages.push_back({.role = "assistant", .content = turn.answer, .reasoning_content = turn.thinking});
  }
  return messages;
}

ChatOptions Chat::Options() const {
  ChatOptions options;
  const ThinkingMode mode = params_.EffectiveThinking();
  if (mode != ThinkingMode::kAuto) options.enable_thinking = mode == ThinkingMode::kOn;
  return options;
}

bool Chat::Ask(const std::string& question) {
  std::vector<ChatMessage> messages = Messages();
  messages.push_back({.role = "user", .content = question});
  Request request;
  request.prompt = session_.EncodeChat(messages, Options());
  request.params = params_;
  std::vector<int32_t> prepared = request.prompt;
  session_.engine->PreparePrompt(params_, prepared);

  AnswerView view(terminal_, display_, session_.MakeParser(prepared));
  std::optional<Completion> finished;
  request.callback = [&](const TokenEvent& event) {
    if (event.token_id >= 0) view.Push(event.token_id);
    if (event.completion) finished = *event.completion;
  };
  {
    QuietInput keys(terminal_.interactive());
    const SequenceId id = session_.engine->Submit(request);
    const int64_t prefilled = session_.engine->stats().tokens_prefilled;
    try {
      while (!finished && session_.engine->HasWork()) {
        if (Interrupted()) session_.engine->Cancel(id);
        if (keys.EnterPressed()) session_.engine->EndThinking(id);
        session_.engine->Step();
        if (!finished) view.Reading(session_.engine->stats().tokens_prefilled - prefilled, static_cast<int64_t>(prepared.size()));
      }
    } catch (...) {  // the engine goes on, and must not hold what is gone
      session_.engine->Cancel(id);
      session_.engine->Take(id);
      throw;
    }
    session_.engine->Take(id);
  }
  ClearInterrupt();
  conversation_.turns.push_back(view.Finish(question, *finished));
  return finished->finish_reason != FinishReason::kCancelled;
}

void Chat::Retry() {
  Require(!conversation_.turns.empty(), "there is no question to ask again");
  const Turn last = conversation_.turns.back();
  conversation_.turns.pop_back();
  ++params_.seed;
  try {
    Ask(last.question);
  } catch (...) {
    conversation_.turns.push_back(last);
    --params_.seed;
    throw;
  }
}

void Chat::Undo() {
  Require(!conversation_.turns.empty(), "there is nothing to undo");
  conversation_.turns.pop_back();
}

int64_t Chat::ContextTokens() const {
  std::vector<ChatMessage> messages = Messages();
  if (!session_.chat_template || messages.empty() || messages.back().role == "system") return 0;
  ChatOptions options = Options();
  options.add_generation_prompt = false;
  return static_cast<int64_t>(session_.EncodeChat(messages, options).size());
}

}  // namespace r1
