// POST /v1/chat/completions.
#include <nlohmann/json.hpp>

#include "server/api_error.h"
#include "server/openai/chat_answer.h"
#include "server/routes.h"
#include "server/submit.h"

namespace r1 {

void HandleChatCompletions(ServerContext& context, ExchangePtr exchange, int) {
  ChatCompletionRequest request = ParseChatCompletionRequest(exchange->request().body, context.served.default_sampling);
  if (context.strict_model && !request.model.empty() && request.model != context.served.name)
    throw NotFound(StrCat("the model ", request.model, " does not exist; this server has ", context.served.name),
                   "model_not_found");
  request.sampling.Validate(context.served.model.config().vocab_size);

  std::vector<int32_t> prompt = context.served.encode_chat(request.messages, request.chat);
  context.served.engine.PreparePrompt(request.sampling, prompt);
  if (request.open_reasoning) {
    const std::vector<int32_t> begun = context.served.tokenizer.Encode(*request.open_reasoning, {.parse_special = false});
    prompt.insert(prompt.end(), begun.begin(), begun.end());
    request.sampling.thinking = ThinkingMode::kAuto;  // the prompt is as it should be
  }
  const int64_t length = static_cast<int64_t>(prompt.size()), most = context.service.max_length();
  if (length + std::max<int64_t>(1, request.sampling.max_tokens) > most)
    throw ContextLengthExceeded(most, length, std::max<int64_t>(1, request.sampling.max_tokens));

  std::shared_ptr<const TokenGrammar> grammar;
  try {
    grammar = context.structured_output.Compile(request.form);
  } catch (const Error& error) {
    throw InvalidRequest(error.what(), request.form.kind == OutputForm::Kind::kGbnf ? "grammar" : "response_format",
                         "invalid_schema");
  }
  const auto answer = std::make_shared<ChatAnswer>(context, exchange, std::move(request), prompt, std::move(grammar));
  SubmitJob(context, exchange, answer->MakeJob(std::move(prompt)));
  answer->Begin();
}

}  // namespace r1
