// POST /v1/completions: plain text goes on. No template, and thinking is text like any other.
#include <algorithm>

#include "server/api_error.h"
#include "server/openai/start_answer.h"
#include "server/openai/text_answer.h"
#include "server/routes.h"
#include "server/submit.h"

namespace r1 {

void HandleCompletions(ServerContext& context, ExchangePtr exchange, int) {
  TextCompletionRequest request =
      ParseTextCompletionRequest(exchange->request().body, context.served.default_sampling, context.served.tokenizer);
  CheckModel(context, request.model);
  CheckSampling(context, request);
  const size_t num_prompts = request.prompts.size();
  const int64_t most = context.service.max_length();
  for (const std::vector<int32_t>& prompt : request.prompts) {
    const int64_t length = static_cast<int64_t>(prompt.size()), wanted = TokensWanted(request, most - length);
    if (length + wanted <= most) continue;
    ApiError error = ContextLengthExceeded(most, length, wanted);
    error.param = "prompt";
    throw error;
  }
  if (request.resumable) exchange->KeepFor(context.streams);
  const auto answer = std::make_shared<TextAnswer>(context, exchange, std::move(request));
  for (size_t i = 0; i < num_prompts; ++i) SubmitJob(context, exchange, answer->MakeJob(i));
  answer->Begin();
}

}  // namespace r1
