// POST /v1/responses.
#include "server/api_error.h"
#include "server/openai/responses_writer.h"
#include "server/openai/start_answer.h"
#include "server/routes.h"

namespace r1 {

void HandleResponses(ServerContext& context, ExchangePtr exchange, int) {
  ResponsesRequest request = ParseResponsesRequest(exchange->request().body, context.served.default_sampling);
  if (request.chat.receipt) throw InvalidRequest("receipts are given for chat completions", "receipt", "unsupported_parameter");
  StartAnswer(context, exchange, std::move(request.chat), [&](const ChatCompletionRequest& chat) {
    return std::make_unique<ResponsesWriter>(context, exchange, chat, std::move(request.repeated));
  });
}

}  // namespace r1
