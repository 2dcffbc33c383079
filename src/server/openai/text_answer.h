// The answer of /v1/completions while it grows: plain text, for every prompt n choices. Lives as long as the request; on the
// exchange's own thread but for the engine's callbacks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/openai/chat_response.h"
#include "server/openai/text_request.h"
#include "server/server_context.h"

namespace r1 {

class TextAnswer : public std::enable_shared_from_this<TextAnswer> {
 public:
  TextAnswer(ServerContext& context, ExchangePtr exchange, TextCompletionRequest request);

  // The job of one prompt; its choices are prompt * n and those that follow.
  EngineService::Job MakeJob(size_t prompt);
  void Begin();

 private:
  struct Piece {
    size_t choice;
    LoggedToken token;  // id -1: none
    std::string text;
    std::shared_ptr<const Completion> completion;  // with the last one
  };
  struct Choice {
    TextChoice told;  // all of it, or of a stream what is not sent yet
    size_t num_bytes = 0;
  };
  void OnPiece(Piece piece);
  void OnError(const std::string& why);
  void Finish();

  ServerContext& context_;
  ExchangePtr exchange_;
  TextCompletionRequest request_;
  ResponseHead head_;
  Usage usage_;
  std::vector<Choice> choices_;
  size_t num_ended_ = 0;
  bool failed_ = false;
};

}  // namespace r1
