// POST /v1/completions: plain text goes on. No template, and thinking is text like any other.
//   https://github.com/openai/openai-openapi, schema "CreateCompletionRequest"
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "base/rng.h"
#include "server/api_error.h"
#include "server/event_stream.h"
#include "server/openai/chat_writer.h"
#include "server/openai/start_answer.h"
#include "server/routes.h"
#include "server/submit.h"

namespace r1 {
namespace {

// "prompt": a string, or token ids.
std::vector<int32_t> ParsePrompt(const JsonObject& body, const Tokenizer& tokenizer) {
  const nlohmann::json* prompt = body.Any("prompt");
  if (prompt == nullptr) throw InvalidRequest("prompt is missing", "prompt", "missing_required_parameter");
  if (prompt->is_array() && prompt->size() == 1 && (*prompt)[0].is_string()) prompt = &(*prompt)[0];
  if (prompt->is_string()) return tokenizer.Encode(prompt->get<std::string>(), {.parse_special = true, .add_bos = true});
  if (!prompt->is_array()) throw InvalidRequest("prompt must be a string or a list of token ids", "prompt", "invalid_type");
  std::vector<int32_t> ids;
  for (size_t i = 0; i < prompt->size(); ++i) {
    const nlohmann::json& id = (*prompt)[i];
    if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() >= tokenizer.vocab_size())
      throw InvalidRequest(StrCat("prompt[", i, "] must be a token id in 0..", tokenizer.vocab_size() - 1), "prompt");
    ids.push_back(id.get<int32_t>());
  }
  if (ids.empty()) throw InvalidRequest("prompt must not be empty", "prompt");
  return ids;
}

// The answer while it grows; on the exchange's thread but for the engine's callbacks.
class TextAnswer : public std::enable_shared_from_this<TextAnswer> {
 public:
  TextAnswer(ServerContext& context, ExchangePtr exchange, CompletionRequest request)
      : context_(context), exchange_(std::move(exchange)), request_(std::move(request)), choices_(static_cast<size_t>(request_.n)) {
    head_ = HeadOf(context, *exchange_, request_, "cmpl-");
  }

  EngineService::Job MakeJob(std::vector<int32_t> prompt) {
    EngineService::Job job;
    job.request.prompt = std::move(prompt);
    job.request.params = request_.sampling;
    for (int64_t i = 0; i < request_.n; ++i)
      job.request.rng_keys.push_back(i == 0 ? request_.sampling.RngKeyOrDefault()
                                            : RngKey({request_.sampling.seed, static_cast<uint64_t>(i)}));
    job.on_token = [self = shared_from_this()](int64_t choice, const TokenEvent& event) {
      auto completion = event.completion == nullptr ? nullptr : std::make_shared<const Completion>(*event.completion);
      self->exchange_->Post([self, choice, text = std::string(event.text), completion = std::move(completion)] {
        self->OnText(static_cast<size_t>(choice), text, completion.get());
      });
    };
    job.on_error = [self = shared_from_this()](const std::string& why) {
      self->exchange_->Post(
          [self, why] { self->exchange_->Respond(ErrorResponse(ApiError(500, "server_error", "internal_error", why))); });
    };
    return job;
  }

  void Begin() {
    if (request_.stream) BeginEventStream(context_, *exchange_);
  }

 private:
  struct Choice {
    std::string text, finish_reason;
  };

  void OnText(size_t index, const std::string& text, const Completion* completion) {
    Choice& choice = choices_[index];
    choice.text += text;
    if (completion != nullptr) {
      choice.finish_reason = OpenAiFinishReason(completion->finish_reason);
      usage_.prompt_tokens = completion->num_prompt_tokens;
      usage_.completion_tokens += static_cast<int64_t>(completion->token_ids.size());
      usage_.reasoning_tokens += completion->num_thinking_tokens;
      if (index == 0) usage_.cached_tokens = completion->num_cached_tokens;
      ++num_ended_;
    }
    if (request_.stream && (!text.empty() || completion != nullptr))
      Send(CompletionJson(head_, {{static_cast<int64_t>(index), text, choice.finish_reason}}, nullptr));
    if (completion != nullptr && num_ended_ == choices_.size()) Finish();
  }

  void Finish() {
    if (request_.stream) {
      if (request_.include_usage) Send(CompletionJson(head_, {}, &usage_));
      SendDone(*exchange_);
      return;
    }
    std::vector<TextChoice> all;
    for (size_t i = 0; i < choices_.size(); ++i)
      all.push_back({static_cast<int64_t>(i), choices_[i].text, choices_[i].finish_reason});
    exchange_->Respond({.body = CompletionJson(head_, all, &usage_), .headers = context_.access.CorsHeaders(exchange_->request())});
  }

  void Send(const std::string& json) { SendEvent(*exchange_, json); }

  const ServerContext& context_;
  ExchangePtr exchange_;
  CompletionRequest request_;
  ResponseHead head_;
  Usage usage_;
  std::vector<Choice> choices_;
  size_t num_ended_ = 0;
};

}  // namespace

void HandleCompletions(ServerContext& context, ExchangePtr exchange, int) {
  const nlohmann::json parsed = ParseRequestBody(exchange->request().body);
  const JsonObject body(parsed);
  CompletionRequest request;
  request.sampling = context.served.default_sampling;
  ParseCompletionMembers(body, request);
  if (request.receipt) throw InvalidRequest("receipts are given for chat completions", "receipt", "unsupported_parameter");
  if (request.sampling.max_tokens == 0) request.sampling.max_tokens = body.Integer("n_predict", 1, INT32_MAX).value_or(0);
  CheckModel(context, request.model);
  CheckSampling(context, request);
  std::vector<int32_t> prompt = ParsePrompt(body, context.served.tokenizer);
  const int64_t length = static_cast<int64_t>(prompt.size()), most = context.service.max_length();
  const int64_t wanted = std::max<int64_t>(1, request.sampling.max_tokens);
  if (length + wanted > most) throw ContextLengthExceeded(most, length, wanted);
  const auto answer = std::make_shared<TextAnswer>(context, exchange, std::move(request));
  SubmitJob(context, exchange, answer->MakeJob(std::move(prompt)));
  answer->Begin();
}

}  // namespace r1
