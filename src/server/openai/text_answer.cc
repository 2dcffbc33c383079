#include "server/openai/text_answer.h"

#include <utility>

#include "base/rng.h"
#include "server/api_error.h"
#include "server/event_stream.h"
#include "server/openai/chat_writer.h"

namespace r1 {

TextAnswer::TextAnswer(ServerContext& context, ExchangePtr exchange, TextCompletionRequest request)
    : context_(context),
      exchange_(std::move(exchange)),
      request_(std::move(request)),
      head_(HeadOf(context, *exchange_, request_, "cmpl-")),
      choices_(request_.prompts.size() * static_cast<size_t>(request_.n)) {
  for (size_t i = 0; i < choices_.size(); ++i) choices_[i].told.index = static_cast<int64_t>(i);
}

EngineService::Job TextAnswer::MakeJob(size_t prompt) {
  EngineService::Job job;
  job.request.prompt = request_.prompts[prompt];
  job.request.params = request_.sampling;
  for (int64_t i = 0; i < request_.n; ++i)
    job.request.rng_keys.push_back(i == 0 ? request_.sampling.RngKeyOrDefault()
                                          : RngKey({request_.sampling.seed, static_cast<uint64_t>(i)}));
  const size_t first = prompt * static_cast<size_t>(request_.n);
  job.on_token = [self = shared_from_this(), first](int64_t choice, const TokenEvent& event) {
    Piece piece{first + static_cast<size_t>(choice), {event.token_id, event.logprob, false, {}}, std::string(event.text), nullptr};
    piece.token.top.assign(event.top_logprobs.begin(), event.top_logprobs.end());
    if (event.completion != nullptr) piece.completion = std::make_shared<const Completion>(*event.completion);
    self->exchange_->Post([self, piece = std::move(piece)]() mutable { self->OnPiece(std::move(piece)); });
  };
  job.on_error = [self = shared_from_this()](const std::string& why) {
    self->exchange_->Post([self, why] { self->OnError(why); });
  };
  return job;
}

void TextAnswer::Begin() {
  if (request_.stream) BeginEventStream(context_, *exchange_);
}

void TextAnswer::OnPiece(Piece piece) {
  if (failed_) return;
  Choice& choice = choices_[piece.choice];
  if (request_.logprobs && piece.token.token_id >= 0) choice.told.tokens.push_back({std::move(piece.token), choice.num_bytes});
  choice.told.text += piece.text;
  choice.num_bytes += piece.text.size();
  const Completion* completion = piece.completion.get();
  if (completion != nullptr) {
    choice.told.finish_reason = OpenAiFinishReason(completion->finish_reason);
    if (piece.choice % static_cast<size_t>(request_.n) == 0) {  // once a prompt
      usage_.prompt_tokens += completion->num_prompt_tokens;
      usage_.cached_tokens += completion->num_cached_tokens;
    }
    usage_.completion_tokens += static_cast<int64_t>(completion->token_ids.size());
    usage_.reasoning_tokens += completion->num_thinking_tokens;
    ++num_ended_;
  }
  if (request_.stream && (!choice.told.text.empty() || completion != nullptr)) {
    SendEvent(*exchange_, CompletionJson(head_, {&choice.told, 1}, nullptr, request_.logprobs, context_.served.tokenizer));
    choice.told.text.clear();
    choice.told.tokens.clear();
  }
  if (completion != nullptr && num_ended_ == choices_.size()) Finish();
}

void TextAnswer::Finish() {
  const Tokenizer& tokenizer = context_.served.tokenizer;
  if (request_.stream) {
    if (request_.include_usage) SendEvent(*exchange_, CompletionJson(head_, {}, &usage_, false, tokenizer));
    SendDone(*exchange_);
    return;
  }
  std::vector<TextChoice> all;
  for (Choice& choice : choices_) all.push_back(std::move(choice.told));
  exchange_->Respond({.body = CompletionJson(head_, all, &usage_, request_.logprobs, tokenizer),
                      .headers = context_.access.CorsHeaders(exchange_->request())});
}

void TextAnswer::OnError(const std::string& why) {
  if (std::exchange(failed_, true)) return;
  const ApiError error(500, "server_error", "internal_error", why);
  if (!request_.stream) return exchange_->Respond(ErrorResponse(error));
  SendEvent(*exchange_, ErrorJson(error));
  exchange_->EndStream();
}

}  // namespace r1
