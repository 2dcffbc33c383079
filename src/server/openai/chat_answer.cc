#include "server/openai/chat_answer.h"

#include "base/error.h"
#include "base/rng.h"
#include "engine/grammar_processor.h"
#include "server/api_error.h"
#include "server/idle_prefill.h"

namespace r1 {
namespace {

int64_t SecondsSince1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

ChatAnswer::ChatAnswer(ServerContext& context, ExchangePtr exchange, ChatCompletionRequest request,
                       const std::vector<int32_t>& prompt, std::shared_ptr<const TokenGrammar> grammar)
    : context_(context),
      exchange_(std::move(exchange)),
      request_(std::move(request)),
      grammar_(std::move(grammar)),
      choices_(static_cast<size_t>(request_.n)) {
  head_.id = "chatcmpl-" + exchange_->id();
  head_.created = SecondsSince1970();
  head_.model = request_.model.empty() ? context.served.name : request_.model;
  head_.system_fingerprint = context.served.fingerprint;
  head_.seed = request_.sampling.seed;
  const ReasoningFormat& format = context.served.engine.config().reasoning_format;
  if (grammar_ && PromptEndsInThinking(context.served.tokenizer, prompt, format))
    grammar_begins_after_ = context.served.tokenizer.TokenId(format.think_close);
  for (Choice& choice : choices_) {
    if (!request_.sampling.stop.empty()) choice.stop_text.emplace(request_.sampling.stop);
    if (request_.reasoning_output == ReasoningOutput::kSeparate)
      choice.parser.emplace(context.served.make_parser(prompt));
    else
      choice.decoder.emplace(context.served.tokenizer, DecodeOptions{.skip_special = true});
  }
}

EngineService::Job ChatAnswer::MakeJob(std::vector<int32_t> prompt) {
  EngineService::Job job;
  job.request.prompt = std::move(prompt);
  job.request.params = request_.sampling;
  if (grammar_)
    job.request.make_logits_processors = [grammar = grammar_, ends = context_.served.engine.config().eos_token_ids,
                                          after = grammar_begins_after_] {
      return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<GrammarProcessor>(grammar, ends, after)};
    };
  for (int64_t i = 0; i < request_.n; ++i)
    job.request.rng_keys.push_back(i == 0 ? request_.sampling.RngKeyOrDefault()
                                          : RngKey({request_.sampling.seed, static_cast<uint64_t>(i)}));
  job.on_token = [self = shared_from_this()](int64_t choice, const TokenEvent& event) {
    Token token{choice, event.token_id, event.logprob, {}, nullptr};
    if (self->request_.sampling.logprobs > 0) token.top.assign(event.top_logprobs.begin(), event.top_logprobs.end());
    if (event.completion != nullptr) token.completion = std::make_shared<const Completion>(*event.completion);
    self->exchange_->Post([self, token = std::move(token)]() mutable { self->OnToken(std::move(token)); });
  };
  job.on_error = [self = shared_from_this()](const std::string& why) {
    self->exchange_->Post([self, why] { self->OnError(why); });
  };
  return job;
}

void ChatAnswer::Begin() {
  if (!request_.stream) return;
  http::Headers headers = context_.access.CorsHeaders(exchange_->request());
  headers.emplace_back("cache-control", "no-cache");
  headers.emplace_back("x-accel-buffering", "no");
  exchange_->BeginStream("text/event-stream; charset=utf-8", std::move(headers), ": ping\n\n");
  for (int64_t i = 0; i < request_.n; ++i) Send(ChatChunkRole(head_, i));
}

void ChatAnswer::Send(const std::string& json) { exchange_->Write("data: " + json + "\n\n"); }

void ChatAnswer::OnToken(Token token) {
  Choice& choice = choices_[static_cast<size_t>(token.choice)];
  if (token.id >= 0) {
    if (request_.logprobs)
      choice.unsent.push_back({token.id, token.logprob, choice.parser && choice.parser->section() == ReasoningSection::kThinking,
                               std::move(token.top)});
    Show(token.choice, choice.parser ? choice.parser->Push(token.id)
                                     : std::vector<ReasoningDelta>{{ReasoningSection::kAnswer, choice.decoder->Push(token.id)}});
  }
  if (token.completion) End(token.choice, *token.completion);
}

void ChatAnswer::Show(int64_t index, const std::vector<ReasoningDelta>& deltas) {
  Choice& choice = choices_[static_cast<size_t>(index)];
  for (const ReasoningDelta& delta : deltas) {
    const bool thinking = delta.section == ReasoningSection::kThinking;
    Say(index, thinking, !thinking && choice.stop_text ? choice.stop_text->Push(delta.text) : delta.text);
  }
  if (request_.stream) return;
  for (LoggedToken& token : choice.unsent) choice.answer.logprobs.push_back(std::move(token));
  choice.unsent.clear();
}

void ChatAnswer::Say(int64_t index, bool thinking, const std::string& text) {
  if (text.empty() || (thinking && !request_.include_reasoning)) return;
  Choice& choice = choices_[static_cast<size_t>(index)];
  (thinking ? choice.answer.reasoning_content : choice.answer.content) += text;
  if (!request_.stream) return;
  Send(ChatChunkDelta(head_, index, thinking ? "reasoning_content" : "content", text, request_.logprobs ? &choice.unsent : nullptr,
                      context_.served.tokenizer));
  choice.unsent.clear();
}

void ChatAnswer::End(int64_t index, const Completion& completion) {
  Choice& choice = choices_[static_cast<size_t>(index)];
  if (std::exchange(choice.ended, true)) return;
  Show(index,
       choice.parser ? choice.parser->Flush() : std::vector<ReasoningDelta>{{ReasoningSection::kAnswer, choice.decoder->Flush()}});
  if (choice.stop_text) Say(index, /*thinking=*/false, choice.stop_text->Flush());
  choice.answer.finish_reason = OpenAiFinishReason(completion.finish_reason);
  usage_.prompt_tokens = completion.num_prompt_tokens;
  usage_.cached_tokens = std::max(usage_.cached_tokens, index == 0 ? completion.num_cached_tokens : 0);
  usage_.completion_tokens += static_cast<int64_t>(completion.token_ids.size());
  usage_.reasoning_tokens += completion.num_thinking_tokens;
  if (request_.stream) Send(ChatChunkFinish(head_, index, choice.answer.finish_reason));
  if (++num_ended_ == choices_.size()) Finish();
}

void ChatAnswer::Finish() {
  const ChatMessage answer = {.role = "assistant",
                              .content = choices_.front().answer.content,
                              .reasoning_content = choices_.front().answer.reasoning_content};
  SendEnd();
  PrepareNextTurn(answer);
}

void ChatAnswer::SendEnd() {
  if (request_.stream) {
    if (request_.include_usage) Send(ChatChunkUsage(head_, usage_));
    exchange_->Write("data: [DONE]\n\n");
    exchange_->EndStream();
    return;
  }
  std::vector<ChatChoice> answers;
  for (Choice& choice : choices_) answers.push_back(std::move(choice.answer));
  exchange_->Respond({.body = ChatCompletionJson(head_, answers, usage_, request_.logprobs, context_.served.tokenizer),
                      .headers = context_.access.CorsHeaders(exchange_->request())});
}

// A client sends the whole conversation again with its next question; the thinking will be missing from it.
void ChatAnswer::PrepareNextTurn(const ChatMessage& answer) {
  if (!context_.idle_prefill || request_.messages.back().role == "assistant") return;
  try {
    context_.service.PrefillWhenIdle(NextTurnPrefix(context_.served, request_.messages, request_.chat, answer));
  } catch (const Error&) {
    // The template has no place for an answer such as this one.
  }
}

void ChatAnswer::OnError(const std::string& why) {
  const ApiError error(500, "server_error", "internal_error", why);
  if (request_.stream) {
    Send(ErrorJson(error));
    exchange_->EndStream();
  } else {
    exchange_->Respond(ErrorResponse(error));
  }
}

}  // namespace r1
