// What every endpoint that converses does with a request once it is read.
#pragma once

#include <functional>
#include <memory>

#include "server/openai/answer_writer.h"
#include "server/openai/chat_request.h"
#include "server/server_context.h"

namespace r1 {

// Renders, checks and submits the request; the answer goes to the writer that is made for it. Throws ApiError for what is wrong
// with the request, before anything is told.
void StartAnswer(ServerContext& context, const ExchangePtr& exchange, ChatCompletionRequest request,
                 const std::function<std::unique_ptr<AnswerWriter>(const ChatCompletionRequest&)>& make_writer);

// The request's model is ours, or any is (strict_model). Throws ApiError 404.
void CheckModel(const ServerContext& context, const std::string& model);
// Ranges and token ids. Throws ApiError 400 naming the member.
void CheckSampling(const ServerContext& context, CompletionRequest& request);

}  // namespace r1
