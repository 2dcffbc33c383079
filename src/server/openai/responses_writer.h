// Answers of /v1/responses: one object, or the events in which it grows.
//   https://github.com/openai/openai-openapi, schemas "Response" and "ResponseStreamEvent"
//
// An answer is a list of items, each of them added, told in deltas and done: reasoning, a message, calls of functions. The order of
// a stream:
//   response.created, response.in_progress
//   output_item.added (reasoning), reasoning_text.delta ..., reasoning_text.done, output_item.done
//   output_item.added (message), content_part.added, output_text.delta ..., output_text.done, content_part.done, output_item.done
//   output_item.added (function_call), function_call_arguments.delta ..., function_call_arguments.done, output_item.done
//   response.completed, response.incomplete or response.failed
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "server/openai/answer_writer.h"
#include "server/openai/responses_request.h"
#include "server/server_context.h"

namespace r1 {

class ResponsesWriter : public AnswerWriter {
 public:
  ResponsesWriter(const ServerContext& context, ExchangePtr exchange, const ChatCompletionRequest& request,
                  std::vector<std::pair<std::string, std::string>> repeated);

  void Begin() override;
  void Thinking(int64_t choice, const std::string& text) override;
  void Content(int64_t choice, const std::string& text) override;
  void Call(int64_t choice, const std::string& name) override;
  void Arguments(int64_t choice, const std::string& piece) override;
  void Logprob(int64_t choice, LoggedToken token) override;
  void EndChoice(int64_t choice, const std::string& finish_reason) override;
  void Finish(const Usage& usage) override;
  void Fail(const ApiError& error) override;

 private:
  enum class Item { kNone, kReasoning, kMessage, kCall };

  void Open(Item item, const std::string& name = "");
  void Close(const char* status);
  // The item that grows, as JSON. status: "in_progress", "completed" or "incomplete".
  std::string ItemJson(const char* status) const;
  void WritePart(JsonWriter& json, bool empty) const;
  // The whole response; usage and error: null where there is none.
  std::string ResponseJson(const char* status, const Usage* usage, const ApiError* error) const;

  // Events. Delta: the piece of the item that grows.
  void Event(const char* type, std::string_view members);
  void Delta(const char* type, const std::string& piece);
  std::string Place() const;  // members that say which item it is about

  const ServerContext& context_;
  ExchangePtr exchange_;
  const bool stream_, logprobs_;
  const std::vector<std::pair<std::string, std::string>> repeated_;
  const ResponseHead head_;
  int64_t next_number_ = 0;  // of events

  Item item_ = Item::kNone;
  std::string id_, name_, text_;     // of the item that grows
  std::vector<LoggedToken> logged_;  // its logprobs
  size_t num_told_ = 0;              // of them in deltas
  std::vector<std::string> items_;   // that are done, as JSON
  bool out_of_tokens_ = false;
};

}  // namespace r1
