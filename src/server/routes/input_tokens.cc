// POST /v1/chat/completions/input_tokens and /v1/responses/input_tokens: how many tokens the prompt of such a request has, even of
// one that is too long for the model. The request is read, and refused, as if it were to be answered.
//   https://platform.openai.com/docs/api-reference/responses/input-tokens
#include "base/json_writer.h"
#include "server/openai/responses_request.h"
#include "server/openai/start_answer.h"
#include "server/routes.h"

namespace r1 {
namespace {

void RespondWithCount(ServerContext& context, const ExchangePtr& exchange, ChatCompletionRequest request) {
  const PreparedAnswer prepared = PrepareOfAnyLength(context, std::move(request));
  JsonWriter json;
  json.BeginObject().Field("object", "response.input_tokens").Field("input_tokens", prepared.prompt.size()).EndObject();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

}  // namespace

void HandleChatInputTokens(ServerContext& context, ExchangePtr exchange, int) {
  RespondWithCount(context, exchange, ParseChatCompletionRequest(exchange->request().body, context.served.default_sampling));
}

void HandleResponsesInputTokens(ServerContext& context, ExchangePtr exchange, int) {
  RespondWithCount(context, exchange, ParseResponsesRequest(exchange->request().body, context.served.default_sampling).chat);
}

}  // namespace r1
