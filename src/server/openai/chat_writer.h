// Answers of /v1/chat/completions: one object, or a stream of chunks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/openai/answer_writer.h"
#include "server/openai/chat_request.h"
#include "server/server_context.h"

namespace r1 {

class ChatWriter : public AnswerWriter {
 public:
  ChatWriter(const ServerContext& context, ExchangePtr exchange, const ChatCompletionRequest& request);

  void Begin() override;
  void Progress(const EngineService::Progress& progress) override;
  void Times(const RequestTimings& timings) override { timings_ = timings; }
  void Token(int64_t choice, int32_t id) override;
  void Thinking(int64_t choice, const std::string& text) override;
  void SilentThinking(int64_t choice) override { At(choice).thought = true; }
  void Content(int64_t choice, const std::string& text) override;
  void Call(int64_t choice, const std::string& name) override;
  void Arguments(int64_t choice, const std::string& piece) override;
  void Logprob(int64_t choice, LoggedToken token) override;
  void EndChoice(int64_t choice, const std::string& finish_reason) override;
  void TakeReceipt(const Receipt& receipt) override;
  void Finish(const Usage& usage) override;
  void Fail(const ApiError& error) override;
  // Of the object, or of a chunk of its own before the end of a stream.
  void AddMember(ExtraMember member);
  // The same while the answer is on its way; streams alone tell it.
  void TellProgress(const ExtraMember& member);

 private:
  ChatChoice& At(int64_t choice) { return choices_[static_cast<size_t>(choice)]; }
  void Send(const std::string& json);
  void SendTimed(std::string json);
  void SendText(int64_t choice, const char* member, const std::string& text);

  const ServerContext& context_;
  ExchangePtr exchange_;
  const bool stream_, include_usage_, logprobs_, token_ids_;
  const std::string reasoning_field_;
  ResponseHead head_;
  std::optional<RequestTimings> timings_;  // the last that were told
  std::vector<ExtraMember> extra_;         // of a whole answer
  std::optional<ExtraMember> warnings_;    // of a whole answer or the first chunk of a stream
  std::optional<ExtraMember> receipt_;     // of a whole answer or the last chunk of a stream
  std::vector<ChatChoice> choices_;        // of a stream, logprobs and token_ids are those that are not sent yet
};

// "chatcmpl-...", and what else the pieces of one answer share.
ResponseHead HeadOf(const ServerContext& context, const ApiExchange& exchange, const CompletionRequest& request,
                    const char* id_prefix);

}  // namespace r1
