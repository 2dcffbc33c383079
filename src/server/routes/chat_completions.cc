// POST /v1/chat/completions.
#include "server/best_of/best_of_writer.h"
#include "server/consensus/consensus_writer.h"
#include "server/openai/chat_writer.h"
#include "server/openai/start_answer.h"
#include "server/routes.h"

namespace r1 {
namespace {

std::unique_ptr<AnswerWriter> MakeWriter(ServerContext& context, const ExchangePtr& exchange,
                                         const ChatCompletionRequest& request) {
  if (!request.consensus && !request.best_of) return std::make_unique<ChatWriter>(context, exchange, request);
  ChatCompletionRequest one = request;
  one.n = 1;
  auto inner = std::make_unique<ChatWriter>(context, exchange, one);
  if (request.best_of) return std::make_unique<BestOfWriter>(context, exchange, *request.best_of, std::move(inner));
  return std::make_unique<ConsensusWriter>(context, exchange, *request.consensus, request.return_progress, std::move(inner));
}

}  // namespace

void HandleChatCompletions(ServerContext& context, ExchangePtr exchange, int) {
  StartAnswer(context, exchange, ParseChatCompletionRequest(exchange->request().body, context.served.default_sampling),
              [&](const ChatCompletionRequest& request) { return MakeWriter(context, exchange, request); });
}

}  // namespace r1
