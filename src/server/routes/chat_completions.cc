// POST /v1/chat/completions.
#include "server/consensus/consensus_writer.h"
#include "server/openai/chat_writer.h"
#include "server/openai/start_answer.h"
#include "server/routes.h"

namespace r1 {

void HandleChatCompletions(ServerContext& context, ExchangePtr exchange, int) {
  StartAnswer(context, exchange, ParseChatCompletionRequest(exchange->request().body, context.served.default_sampling),
              [&](const ChatCompletionRequest& request) -> std::unique_ptr<AnswerWriter> {
                if (!request.consensus) return std::make_unique<ChatWriter>(context, exchange, request);
                ChatCompletionRequest one = request;
                one.n = 1;
                return std::make_unique<ConsensusWriter>(context, exchange, *request.consensus, request.return_progress,
                                                         std::make_unique<ChatWriter>(context, exchange, one));
              });
}

}  // namespace r1
