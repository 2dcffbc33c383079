// POST /v1/chat/completions.
#include "server/openai/chat_writer.h"
#include "server/openai/start_answer.h"
#include "server/routes.h"

namespace r1 {

void HandleChatCompletions(ServerContext& context, ExchangePtr exchange, int) {
  StartAnswer(context, exchange, ParseChatCompletionRequest(exchange->request().body, context.served.default_sampling),
              [&](const ChatCompletionRequest& request) { return std::make_unique<ChatWriter>(context, exchange, request); });
}

}  // namespace r1
