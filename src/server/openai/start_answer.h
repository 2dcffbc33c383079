// What every endpoint that converses does with a request once it is read.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "server/openai/answer_writer.h"
#include "server/openai/chat_request.h"
#include "server/server_context.h"

namespace r1 {

// A request that is ready to run.
struct PreparedAnswer {
  ChatCompletionRequest request;
  std::vector<int32_t> prompt;  // as the engine runs it
  CompiledForm form;
};

// Renders and checks the request, but for its length. Throws ApiError for what is wrong with it.
PreparedAnswer PrepareOfAnyLength(const ServerContext& context, ChatCompletionRequest request);
// The same, and it has room in the model's context.
PreparedAnswer PrepareAnswer(const ServerContext& context, ChatCompletionRequest request);
// Submits it; the answer goes to the writer. Throws ApiError as SubmitJob does, before anything is told.
void SubmitAnswer(ServerContext& context, const ExchangePtr& exchange, PreparedAnswer prepared,
                  std::unique_ptr<AnswerWriter> writer);
// Both, with the writer that is made for the request once it is known to be right.
void StartAnswer(ServerContext& context, const ExchangePtr& exchange, ChatCompletionRequest request,
                 const std::function<std::unique_ptr<AnswerWriter>(const ChatCompletionRequest&)>& make_writer);

// The request's model is ours, or any is (strict_model). Throws ApiError 404.
void CheckModel(const ServerContext& context, const std::string& model);
// Ranges and token ids. Throws ApiError 400 naming the member.
void CheckSampling(const ServerContext& context, CompletionRequest& request);
// The tokens of an answer that the context must have room for, 1 at least. What the client did not ask for is cut to `room`.
int64_t TokensWanted(CompletionRequest& request, int64_t room);

}  // namespace r1
