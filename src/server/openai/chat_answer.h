// From the engine's tokens to the parts of one answer: thinking, text and calls of functions, which an AnswerWriter tells the
// client. Lives as long as the request; everything but the engine callbacks runs on the exchange's own thread, one after another.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/grammar_processor.h"
#include "engine/stop_text.h"
#include "grammar/tool_call_stream.h"
#include "server/openai/answer_writer.h"
#include "server/openai/chat_request.h"
#include "server/receipt/receipt_maker.h"
#include "server/server_context.h"
#include "text/reasoning_parser.h"
#include "text/stream_decoder.h"

namespace r1 {

class ChatAnswer : public std::enable_shared_from_this<ChatAnswer> {
 public:
  // prompt: as the engine will run it; its end decides whether the answer begins inside thinking. form: request.form, compiled.
  ChatAnswer(ServerContext& context, ExchangePtr exchange, ChatCompletionRequest request, const std::vector<int32_t>& prompt,
             CompiledForm form, std::unique_ptr<AnswerWriter> writer);

  // The job that answers; its callbacks hand everything over to the exchange.
  EngineService::Job MakeJob(std::vector<int32_t> prompt);
  void Begin() { writer_->Begin(); }

 private:
  struct Token {
    int64_t choice;
    int32_t id;
    float logprob;
    std::vector<TokenLogprob> top;
    std::shared_ptr<const Completion> completion;  // with the last one
    std::optional<RequestTimings> timings;         // if they were asked for: with this token, not with those that followed since
  };
  struct Choice {
    std::optional<ReasoningParser> parser;
    std::optional<StreamDecoder> raw;   // if content is to hold what was written, tags and all
    std::optional<StopText> stop_text;  // cuts the answer where the client asked; the engine ends it there
    std::optional<ToolCallStream> calls;
    bool at_start = true;  // no raw text yet
    // What was told, for the next turn.
    std::string thinking, content;
    std::vector<ToolCall> tool_calls;
    bool ended = false;
  };
  Choice& At(int64_t index) { return choices_[static_cast<size_t>(index)]; }
  void SetUpChoice(const std::vector<int32_t>& prompt, Choice& choice) const;
  GrammarStart StartOf(const std::vector<int32_t>& prompt, const CompiledForm& form) const;
  void OnToken(Token token);
  void Show(int64_t index, const std::vector<ReasoningDelta>& deltas, const std::string& tag);
  void ShowRaw(int64_t index, std::string text, bool in_thinking);
  void Answer(int64_t index, const std::string& text);
  void Tell(int64_t index, const std::vector<ToolCallPart>& parts);
  void TellText(int64_t index, bool thinking, const std::string& text);
  void End(int64_t index, const Completion& completion);
  void PrepareNextTurn(const Choice& answer);

  ServerContext& context_;
  ExchangePtr exchange_;
  ChatCompletionRequest request_;
  CompiledForm form_;
  GrammarStart start_;
  std::shared_ptr<AnswerWriter> writer_;                // null: it has all, and may tell it later without us
  std::optional<ReceiptMaker> receipt_;                 // if one was asked for
  std::unordered_map<int32_t, std::string> call_tags_;  // tokens that are tags of calls, if calls are looked for
  std::string raw_opening_;                             // what of the thinking the prompt has, where content is to hold it
  Usage usage_;
  std::vector<Choice> choices_;
  size_t num_ended_ = 0;
};

}  // namespace r1
