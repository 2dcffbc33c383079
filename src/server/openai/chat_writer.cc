#include "server/openai/chat_writer.h"

#include "base/clock.h"
#include "server/api_error.h"
#include "server/event_stream.h"
#include "server/openai/progress.h"
#include "server/receipt/receipt.h"

namespace r1 {

ResponseHead HeadOf(const ServerContext& context, const ApiExchange& exchange, const CompletionRequest& request,
                    const char* id_prefix) {
  return {.id = id_prefix + exchange.id(),
          .created = SecondsSince1970(),
          .model = request.model.empty() ? context.served.name : request.model,
          .system_fingerprint = context.served.fingerprint,
          .seed = request.sampling.seed};
}

ChatWriter::ChatWriter(const ServerContext& context, ExchangePtr exchange, const ChatCompletionRequest& request)
    : context_(context),
      exchange_(std::move(exchange)),
      stream_(request.stream),
      include_usage_(request.include_usage),
      logprobs_(request.logprobs),
      token_ids_(request.return_token_ids),
      reasoning_field_(request.reasoning_field.empty() ? context.reasoning_field : request.reasoning_field),
      head_(HeadOf(context, *exchange_, request, "chatcmpl-")),
      choices_(static_cast<size_t>(request.n)) {
  if (!request.warnings) return;
  JsonWriter json;
  json.BeginArray();
  for (const std::string& warning : *request.warnings) json.Value(warning);
  warnings_ = {"warnings", json.EndArray().text()};
}

void ChatWriter::Begin() {
  if (!stream_) return;
  BeginEventStream(context_, *exchange_);
  for (size_t i = 0; i < choices_.size(); ++i) {
    const std::string chunk = ChatChunkRole(head_, static_cast<int64_t>(i));
    Send(warnings_ && i == 0 ? WithMember(chunk, *warnings_) : chunk);
  }
}

void ChatWriter::Progress(const EngineService::Progress& progress) {
  TellProgress(PromptProgressMember(progress, exchange_->records().front()->seconds()));
}

void ChatWriter::Token(int64_t choice, int32_t id) {
  if (token_ids_) At(choice).token_ids.push_back(id);
}

void ChatWriter::Send(const std::string& json) { SendEvent(*exchange_, json); }

void ChatWriter::SendTimed(std::string json) { Send(timings_ ? WithMember(std::move(json), TimingsMember(*timings_)) : json); }

void ChatWriter::SendText(int64_t choice, const char* member, const std::string& text) {
  ChatChoice& answer = At(choice);
  SendTimed(ChatChunkDelta(head_, choice, member, text, logprobs_ ? &answer.logprobs : nullptr,
                           token_ids_ ? &answer.token_ids : nullptr, context_.served.tokenizer));
  answer.logprobs.clear();
  answer.token_ids.clear();
}

void ChatWriter::Thinking(int64_t choice, const std::string& text) {
  At(choice).reasoning_content += text;
  At(choice).thought = true;
  if (stream_) SendText(choice, reasoning_field_.c_str(), text);
}

void ChatWriter::Content(int64_t choice, const std::string& text) {
  At(choice).content += text;
  if (stream_) SendText(choice, "content", text);
}

void ChatWriter::Call(int64_t choice, const std::string& name) {
  ChatChoice& answer = At(choice);
  const size_t index = answer.tool_calls.size();
  answer.tool_calls.push_back({StrCat("call_", exchange_->id(), "_", choice, "_", index), name, ""});
  if (!stream_) return;
  answer.logprobs.clear();
  Send(ChatChunkCall(head_, choice, index, answer.tool_calls.back()));
}

void ChatWriter::Arguments(int64_t choice, const std::string& piece) {
  ChatChoice& answer = At(choice);
  answer.tool_calls.back().arguments += piece;
  if (!stream_) return;
  answer.logprobs.clear();
  Send(ChatChunkArguments(head_, choice, answer.tool_calls.size() - 1, piece));
}

void ChatWriter::Logprob(int64_t choice, LoggedToken token) { At(choice).logprobs.push_back(std::move(token)); }

void ChatWriter::EndChoice(int64_t choice, const std::string& finish_reason) {
  ChatChoice& answer = At(choice);
  answer.finish_reason = finish_reason;
  if (stream_)
    SendTimed(ChatChunkFinish(head_, choice, finish_reason, answer.all_was_thinking(), token_ids_ ? &answer.token_ids : nullptr));
}

void ChatWriter::AddMember(ExtraMember member) {
  TellProgress(member);
  extra_.push_back(std::move(member));
}

void ChatWriter::TellProgress(const ExtraMember& member) {
  if (stream_) Send(ChatChunkExtra(head_, member));
}

void ChatWriter::TakeReceipt(const Receipt& receipt) { receipt_ = {"receipt", receipt.Json()}; }

void ChatWriter::Finish(const Usage& usage) {
  if (stream_) {
    if (include_usage_)
      Send(ChatChunkUsage(head_, usage, receipt_ ? &*receipt_ : nullptr));
    else if (receipt_)
      Send(ChatChunkExtra(head_, *receipt_));
    SendDone(*exchange_);
    return;
  }
  if (warnings_) extra_.push_back(*std::move(warnings_));
  if (receipt_) extra_.push_back(*std::move(receipt_));
  if (timings_) extra_.push_back(TimingsMember(*timings_));
  std::string body = ChatCompletionJson(head_, choices_, usage, logprobs_, context_.served.tokenizer, reasoning_field_, extra_);
  exchange_->Respond({.body = std::move(body), .headers = context_.access.CorsHeaders(exchange_->request())});
}

void ChatWriter::Fail(const ApiError& error) {
  if (stream_) {
    Send(ErrorJson(error));
    exchange_->EndStream();
  } else {
    exchange_->Respond(ErrorResponse(error));
  }
}

}  // namespace r1
