#include "server/openai/chat_answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/rng.h"
#include "server/api_error.h"
#include "server/idle_prefill.h"
#include "text/thinking_tags.h"

namespace r1 {

ChatAnswer::ChatAnswer(ServerContext& context, ExchangePtr exchange, ChatCompletionRequest request,
                       const std::vector<int32_t>& prompt, CompiledForm form, std::unique_ptr<AnswerWriter> writer)
    : context_(context),
      exchange_(std::move(exchange)),
      request_(std::move(request)),
      form_(std::move(form)),
      start_(StartOf(prompt, form_)),
      writer_(std::move(writer)),
      choices_(static_cast<size_t>(request_.n)) {
  if (request_.form.calls != OutputForm::Calls::kNone)
    for (const std::string& tag : ToolCallTags(context.structured_output.format()))
      if (const auto id = context.structured_output.ControlTokenId(tag)) call_tags_.emplace(*id, tag);
  const ReasoningFormat& format = context.served.engine.config().reasoning_format;
  if (request_.reasoning_output == ReasoningOutput::kBoth && PromptEndsInThinking(context.served.tokenizer, prompt, format))
    raw_opening_ = format.opening;
  for (Choice& choice : choices_) SetUpChoice(prompt, choice);
  if (request_.receipt) receipt_.emplace(context, request_, prompt);
}

void ChatAnswer::SetUpChoice(const std::vector<int32_t>& prompt, Choice& choice) const {
  choice.parser.emplace(context_.served.make_parser(prompt));
  if (request_.reasoning_output != ReasoningOutput::kSeparate)
    choice.raw.emplace(context_.served.tokenizer, DecodeOptions{.skip_special = true});
  if (!request_.sampling.stop.empty()) choice.stop_text.emplace(request_.sampling.stop);
  if (request_.form.calls != OutputForm::Calls::kNone)
    choice.calls.emplace(context_.structured_output.format(),
                         ToolCallStreamOptions{.marked = !call_tags_.empty(), .bound = form_.grammar != nullptr});
}

// A form binds the answer only: it waits for the end of the thinking, also of one that the model opens itself.
GrammarStart ChatAnswer::StartOf(const std::vector<int32_t>& prompt, const CompiledForm& form) const {
  GrammarStart start{.after_thinking = true, .opening = {}, .after = form.after};
  const ThinkingTags tags(context_.served.tokenizer, context_.served.engine.config().reasoning_format);
  const bool may_think = request_.sampling.EffectiveThinking() != ThinkingMode::kOff;
  if (!form.after && may_think && tags.by_id() && tags.PhaseAtEndOf(prompt) == ThinkingPhase::kBefore)
    start.opening = tags.open_id();
  return start;
}

EngineService::Job ChatAnswer::MakeJob(std::vector<int32_t> prompt) {
  EngineService::Job job;
  job.request.prompt = std::move(prompt);
  job.request.params = request_.sampling;
  job.request.first_draw = request_.first_draw();
  if (form_.grammar)
    job.request.make_logits_processors = [grammar = form_.grammar, ends = context_.served.engine.config().eos_token_ids,
                                          start = start_] {
      return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<GrammarProcessor>(grammar, ends, start)};
    };
  for (int64_t i = 0; i < request_.n; ++i)
    job.request.rng_keys.push_back(i == 0 ? request_.sampling.RngKeyOrDefault()
                                          : RngKey({request_.sampling.seed, static_cast<uint64_t>(i)}));
  job.on_token = [self = shared_from_this()](int64_t choice, const TokenEvent& event) {
    Token token{choice, event.token_id, event.logprob, {}, nullptr, {}};
    if (self->request_.sampling.logprobs > 0) token.top.assign(event.top_logprobs.begin(), event.top_logprobs.end());
    if (event.completion != nullptr) token.completion = std::make_shared<const Completion>(*event.completion);
    if (self->request_.timings_per_token) token.timings = self->exchange_->records().front()->timings();
    self->exchange_->Post([self, token = std::move(token)]() mutable { self->OnToken(std::move(token)); });
  };
  job.on_error = [self = shared_from_this()](const std::string& why) {
    self->exchange_->Post([self, why] { self->writer_->Fail(ApiError(500, "server_error", "internal_error", why)); });
  };
  if (request_.return_progress)
    job.on_progress = [self = shared_from_this()](const EngineService::Progress& progress) {
      self->exchange_->Post([self, progress] { self->writer_->Progress(progress); });
    };
  return job;
}

void ChatAnswer::OnToken(Token token) {
  Choice& choice = At(token.choice);
  if (token.timings) writer_->Times(*token.timings);
  if (token.id >= 0) {
    writer_->Token(token.choice, token.id);
    const bool in_thinking = choice.parser->section() == ReasoningSection::kThinking;
    if (request_.logprobs) {
      const bool separate = request_.reasoning_output == ReasoningOutput::kSeparate;
      writer_->Logprob(token.choice, {token.id, token.logprob, separate && in_thinking, std::move(token.top)});
    }
    const auto tag = call_tags_.find(token.id);
    Show(token.choice, choice.parser->Push(token.id), tag == call_tags_.end() || in_thinking ? "" : tag->second);
    if (choice.raw) ShowRaw(token.choice, choice.raw->Push(token.id), in_thinking);
  }
  if (token.completion) End(token.choice, *token.completion);
}

// tag: what the last token is, if it is a tag of a call; its text, if it has any, is the end of the deltas.
void ChatAnswer::Show(int64_t index, const std::vector<ReasoningDelta>& deltas, const std::string& tag) {
  Choice& choice = At(index);
  for (const ReasoningDelta& delta : deltas) {
    if (delta.section == ReasoningSection::kThinking) {
      if (request_.include_reasoning && request_.reasoning_output != ReasoningOutput::kNone)
        TellText(index, true, delta.text);
      else
        writer_->SilentThinking(index);
    } else if (!choice.raw) {
      std::string text = delta.text;
      // In formats with answer tags, white space around the tags says nothing.
      if (delta.section == ReasoningSection::kOther && !form_.grammar && choice.content.empty())
        text.erase(0, std::min(text.find_first_not_of(" \n"), text.size()));
      if (&delta == &deltas.back() && !tag.empty() && text.ends_with(tag)) text.resize(text.size() - tag.size());
      Answer(index, text);
    }
  }
  if (tag.empty() || choice.raw) return;
  if (choice.stop_text) Tell(index, choice.calls->Push(choice.stop_text->Flush()));
  Tell(index, choice.calls->Push(ControlTokenBytes(tag)));
}

// What was written, tags and all. The thinking is told as it is: stop texts and calls are looked for behind it.
void ChatAnswer::ShowRaw(int64_t index, std::string text, bool in_thinking) {
  if (At(index).at_start && request_.reasoning_output == ReasoningOutput::kBoth) {
    text.erase(0, std::min(text.find_first_not_of(" \n"), text.size()));  // "<think>" is what it begins with
    if (!text.empty()) TellText(index, false, raw_opening_);
  }
  At(index).at_start = At(index).at_start && text.empty();
  if (!in_thinking)
    Answer(index, text);
  else
    TellText(index, false, text);
}

void ChatAnswer::Answer(int64_t index, const std::string& text) {
  Choice& choice = At(index);
  const std::string kept = choice.stop_text ? choice.stop_text->Push(text) : text;
  if (choice.calls)
    Tell(index, choice.calls->Push(kept));
  else
    TellText(index, false, kept);
}

void ChatAnswer::Tell(int64_t index, const std::vector<ToolCallPart>& parts) {
  std::vector<ToolCall>& calls = At(index).tool_calls;
  for (const ToolCallPart& part : parts) {
    switch (part.kind) {
      case ToolCallPart::Kind::kText: TellText(index, false, part.text); break;
      case ToolCallPart::Kind::kCall:
        calls.push_back({part.text, ""});
        writer_->Call(index, part.text);
        break;
      case ToolCallPart::Kind::kArguments:
        calls.back().arguments += part.text;
        writer_->Arguments(index, part.text);
        break;
    }
  }
}

void ChatAnswer::TellText(int64_t index, bool thinking, const std::string& text) {
  if (text.empty()) return;
  (thinking ? At(index).thinking : At(index).content) += text;
  thinking ? writer_->Thinking(index, text) : writer_->Content(index, text);
}

void ChatAnswer::End(int64_t index, const Completion& completion) {
  Choice& choice = At(index);
  if (std::exchange(choice.ended, true)) return;
  const bool in_thinking = choice.parser->section() == ReasoningSection::kThinking;
  Show(index, choice.parser->Flush(), "");
  if (choice.raw) ShowRaw(index, choice.raw->Flush(), in_thinking);
  if (choice.stop_text) {
    const std::string rest = choice.stop_text->Flush();
    if (choice.calls)
      Tell(index, choice.calls->Push(rest));
    else
      TellText(index, false, rest);
  }
  if (choice.calls) Tell(index, choice.calls->Flush());
  // A stop text may have cut a call: then it is none that could be made.
  const bool called = choice.calls && choice.calls->num_calls() > 0 && completion.finish_reason == FinishReason::kStop &&
                      nlohmann::json::accept(choice.tool_calls.back().arguments);
  usage_.prompt_tokens = completion.num_prompt_tokens;
  usage_.cached_tokens = std::max(usage_.cached_tokens, index == 0 ? completion.num_cached_tokens : 0);
  usage_.completion_tokens += static_cast<int64_t>(completion.token_ids.size());
  usage_.reasoning_tokens += completion.num_thinking_tokens;
  writer_->EndChoice(index, called ? "tool_calls" : OpenAiFinishReason(completion.finish_reason));
  if (receipt_) receipt_->Add(index, completion);
  if (++num_ended_ < choices_.size()) return;
  if (receipt_) writer_->TakeReceipt(receipt_->Finish());
  const std::shared_ptr<AnswerWriter> writer = std::exchange(writer_, nullptr);
  writer->Finish(usage_);
  writer->WhenChosen([self = shared_from_this()](int64_t chosen) { self->PrepareNextTurn(self->At(chosen)); });
}

// A client sends the whole conversation again with its next question; the thinking will be missing from it.
void ChatAnswer::PrepareNextTurn(const Choice& answer) {
  if (!context_.idle_prefill || request_.messages.back().role == "assistant") return;
  ChatMessage message = {.role = "assistant", .content = answer.content, .reasoning_content = answer.thinking, .more_json = ""};
  if (!answer.tool_calls.empty()) {
    JsonWriter json;
    json.BeginObject().Key("tool_calls").BeginArray();
    for (const ToolCall& call : answer.tool_calls) {
      json.BeginObject().Field("type", "function").Key("function").BeginObject();
      json.Field("name", call.name).Field("arguments", call.arguments).EndObject().EndObject();
    }
    message.more_json = json.EndArray().EndObject().text();
  }
  try {
    context_.service.PrefillWhenIdle(NextTurnPrefix(context_.served, request_.messages, request_.chat, message));
  } catch (const Error&) {
    // The template has no place for an answer such as this one.
  }
}

}  // namespace r1
