// How an answer is told to its client: whole or as a stream, in the form of one API. ChatAnswer calls it, one call after another,
// on the exchange's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "server/engine_service.h"
#include "server/openai/chat_response.h"

namespace r1 {

class ApiError;
struct Receipt;

class AnswerWriter : public std::enable_shared_from_this<AnswerWriter> {
 public:
  virtual ~AnswerWriter() = default;

  // As soon as the request is admitted: the first bytes of a stream.
  virtual void Begin() = 0;
  // How far it is before the first token, where the request asked for it.
  virtual void Progress(const EngineService::Progress& /*progress*/) {}
  // What was over when the next token came, where the request asked for it.
  virtual void Times(const RequestTimings& /*timings*/) {}
  // A token was generated; before the pieces that it brings.
  virtual void Token(int64_t /*choice*/, int32_t /*id*/) {}
  // Pieces of one choice as they come, never empty; each text is whole characters.
  virtual void Thinking(int64_t choice, const std::string& text) = 0;
  virtual void SilentThinking(int64_t /*choice*/) {}  // there was some that the request does not want to be told
  virtual void Content(int64_t choice, const std::string& text) = 0;
  virtual void Call(int64_t choice, const std::string& name) = 0;        // a call begins
  virtual void Arguments(int64_t choice, const std::string& piece) = 0;  // of that call
  // A token whose logprob was asked for, before the text that it is part of.
  virtual void Logprob(int64_t choice, LoggedToken token) = 0;
  // finish_reason: OpenAI's words.
  virtual void EndChoice(int64_t choice, const std::string& finish_reason) = 0;
  // Before Finish, if the request asked for it.
  virtual void TakeReceipt(const Receipt& /*receipt*/) {}
  // All choices have ended.
  virtual void Finish(const Usage& usage) = 0;
  // Instead of the rest.
  virtual void Fail(const ApiError& error) = 0;
  // After Finish: runs `next` with the choice with which the conversation goes on, once that is told.
  virtual void WhenChosen(std::function<void(int64_t chosen)> next) { next(0); }
};

}  // namespace r1
