// From the engine's tokens to the answer of one chat request, streamed or whole. Lives as long as the request; everything but the
// engine callbacks runs on the exchange's own thread, one after another.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/stop_text.h"
#include "server/openai/chat_request.h"
#include "server/openai/chat_response.h"
#include "server/server_context.h"
#include "text/reasoning_parser.h"
#include "text/stream_decoder.h"

namespace r1 {

class ChatAnswer : public std::enable_shared_from_this<ChatAnswer> {
 public:
  // prompt: as the engine will run it; its end decides whether the answer begins inside thinking. grammar: what the answer, not the
  // thinking, must follow; may be null.
  ChatAnswer(ServerContext& context, ExchangePtr exchange, ChatCompletionRequest request, const std::vector<int32_t>& prompt,
             std::shared_ptr<const TokenGrammar> grammar);

  // The job that answers; its callbacks hand everything over to the exchange.
  EngineService::Job MakeJob(std::vector<int32_t> prompt);
  // The first bytes of a stream, as soon as the request is admitted.
  void Begin();

 private:
  struct Token {
    int64_t choice;
    int32_t id;
    float logprob;
    std::vector<TokenLogprob> top;
    std::shared_ptr<const Completion> completion;  // with the last one
  };
  struct Choice {
    std::optional<ReasoningParser> parser;  // unless everything is content
    std::optional<StreamDecoder> decoder;
    std::optional<StopText> stop_text;  // cuts the answer where the client asked; the engine ends it there
    ChatChoice answer;
    std::vector<LoggedToken> unsent;  // logprobs of tokens whose text is not sent yet
    bool ended = false;
  };
  void OnToken(Token token);
  void OnError(const std::string& why);
  void Show(int64_t index, const std::vector<ReasoningDelta>& deltas);
  void Say(int64_t index, bool thinking, const std::string& text);
  void End(int64_t index, const Completion& completion);
  void Send(const std::string& json);
  void Finish();
  void SendEnd();
  void PrepareNextTurn(const ChatMessage& answer);

  ServerContext& context_;
  ExchangePtr exchange_;
  ChatCompletionRequest request_;
  std::shared_ptr<const TokenGrammar> grammar_;
  std::optional<int32_t> grammar_begins_after_;  // the closing tag, where the prompt ends inside thinking
  ResponseHead head_;
  Usage usage_;
  std::vector<Choice> choices_;
  size_t num_ended_ = 0;
};

}  // namespace r1
