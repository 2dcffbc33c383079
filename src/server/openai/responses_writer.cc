#include "server/openai/responses_writer.h"

#include "base/clock.h"
#include "server/api_error.h"
#include "server/event_stream.h"
#include "server/openai/chat_writer.h"

namespace r1 {

ResponsesWriter::ResponsesWriter(const ServerContext& context, ExchangePtr exchange, const ChatCompletionRequest& request,
                                 std::vector<std::pair<std::string, std::string>> repeated)
    : context_(context),
      exchange_(std::move(exchange)),
      stream_(request.stream),
      logprobs_(request.logprobs),
      repeated_(std::move(repeated)),
      head_(HeadOf(context, *exchange_, request, "resp_")) {}

void ResponsesWriter::Begin() {
  if (!stream_) return;
  BeginEventStream(context_, *exchange_);
  const std::string response = "\"response\":" + ResponseJson("in_progress", nullptr, nullptr);
  Event("response.created", response);
  Event("response.in_progress", response);
}

void ResponsesWriter::Thinking(int64_t, const std::string& text) {
  if (item_ != Item::kReasoning) Open(Item::kReasoning);
  text_ += text;
  Delta("response.reasoning_text.delta", text);
}

void ResponsesWriter::Content(int64_t, const std::string& text) {
  if (item_ != Item::kMessage) Open(Item::kMessage);
  text_ += text;
  Delta("response.output_text.delta", text);
}

void ResponsesWriter::Call(int64_t, const std::string& name) { Open(Item::kCall, name); }

void ResponsesWriter::Arguments(int64_t, const std::string& piece) {
  text_ += piece;
  Delta("response.function_call_arguments.delta", piece);
}

// Only messages have logprobs.
void ResponsesWriter::Logprob(int64_t, LoggedToken token) {
  if (!token.thinking) logged_.push_back(std::move(token));
}

void ResponsesWriter::EndChoice(int64_t, const std::string& finish_reason) {
  out_of_tokens_ = finish_reason == "length";
  Close(out_of_tokens_ ? "incomplete" : "completed");
}

void ResponsesWriter::Finish(const Usage& usage) {
  const char* status = out_of_tokens_ ? "incomplete" : "completed";
  const std::string response = ResponseJson(status, &usage, nullptr);
  if (stream_) {
    Event(out_of_tokens_ ? "response.incomplete" : "response.completed", "\"response\":" + response);
    exchange_->EndStream();
  } else {
    exchange_->Respond({.body = response, .headers = context_.access.CorsHeaders(exchange_->request())});
  }
}

void ResponsesWriter::Fail(const ApiError& error) {
  if (stream_) {
    Event("response.failed", "\"response\":" + ResponseJson("failed", nullptr, &error));
    exchange_->EndStream();
  } else {
    exchange_->Respond(ErrorResponse(error));
  }
}

void ResponsesWriter::Open(Item item, const std::string& name) {
  Close("completed");
  item_ = item;
  name_ = name;
  text_.clear();
  const char* prefix = item == Item::kReasoning ? "rs_" : item == Item::kMessage ? "msg_" : "fc_";
  id_ = StrCat(prefix, exchange_->id(), items_.size());
  if (!stream_) return;
  Event("response.output_item.added", StrCat("\"output_index\":", items_.size(), ",\"item\":", ItemJson("in_progress")));
  if (item != Item::kMessage) return;
  JsonWriter part;
  WritePart(part, /*empty=*/true);
  Event("response.content_part.added", Place() + ",\"content_index\":0,\"part\":" + part.text());
}

void ResponsesWriter::Close(const char* status) {
  if (item_ == Item::kNone) return;
  if (stream_) {
    JsonWriter text;
    text.Value(text_);
    switch (item_) {
      case Item::kReasoning: Event("response.reasoning_text.done", Place() + ",\"content_index\":0,\"text\":" + text.text()); break;
      case Item::kMessage: {
        JsonWriter part, logprobs;
        WritePart(part, /*empty=*/false);
        WriteTokenLogprobs(logprobs, logprobs_ ? logged_ : std::vector<LoggedToken>{}, false, context_.served.tokenizer);
        Event("response.output_text.done",
              Place() + ",\"content_index\":0,\"text\":" + text.text() + ",\"logprobs\":" + logprobs.text());
        Event("response.content_part.done", Place() + ",\"content_index\":0,\"part\":" + part.text());
        break;
      }
      case Item::kCall: {
        JsonWriter name;
        name.Value(name_);
        Event("response.function_call_arguments.done", Place() + ",\"name\":" + name.text() + ",\"arguments\":" + text.text());
        break;
      }
      case Item::kNone: break;
    }
    Event("response.output_item.done", StrCat("\"output_index\":", items_.size(), ",\"item\":", ItemJson(status)));
  }
  items_.push_back(ItemJson(status));
  item_ = Item::kNone;
  logged_.clear();
  num_told_ = 0;
}

void ResponsesWriter::WritePart(JsonWriter& json, bool empty) const {
  json.BeginObject().Field("type", "output_text").Field("text", empty ? "" : text_).Key("annotations").BeginArray().EndArray();
  json.Key("logprobs");
  WriteTokenLogprobs(json, logprobs_ && !empty ? logged_ : std::vector<LoggedToken>{}, false, context_.served.tokenizer);
  json.EndObject();
}

std::string ResponsesWriter::ItemJson(const char* status) const {
  const bool begins = std::string_view(status) == "in_progress";
  JsonWriter json;
  json.BeginObject().Field("id", id_);
  switch (item_) {
    case Item::kReasoning:
      // There is one part, from the beginning: clients add deltas to it.
      json.Field("type", "reasoning").Key("summary").BeginArray().EndArray().Key("content").BeginArray().BeginObject();
      json.Field("type", "reasoning_text").Field("text", text_).EndObject().EndArray();
      break;
    case Item::kMessage:
      json.Field("type", "message").Field("role", "assistant").Key("content").BeginArray();
      if (!begins) WritePart(json, /*empty=*/false);
      json.EndArray();
      break;
    case Item::kCall:
      json.Field("type", "function_call").Field("call_id", "call_" + id_.substr(3)).Field("name", name_).Field("arguments", text_);
      break;
    case Item::kNone: break;
  }
  return json.Field("status", status).EndObject().text();
}

std::string ResponsesWriter::ResponseJson(const char* status, const Usage* usage, const ApiError* error) const {
  JsonWriter json;
  json.BeginObject().Field("id", head_.id).Field("object", "response").Field("created_at", head_.created).Field("status", status);
  json.Key("completed_at");
  if (usage != nullptr && !out_of_tokens_)
    json.Value(SecondsSince1970());
  else
    json.Null();
  json.Field("background", false).Key("error");
  if (error != nullptr)
    json.BeginObject().Field("code", "server_error").Field("message", error->what()).EndObject();
  else
    json.Null();
  json.Key("incomplete_details");
  if (out_of_tokens_)
    json.BeginObject().Field("reason", "max_output_tokens").EndObject();
  else
    json.Null();
  json.Field("model", head_.model).Field("seed", head_.seed).Field("system_fingerprint", head_.system_fingerprint);
  json.Key("output").BeginArray();
  for (const std::string& item : items_) json.Raw(item);
  json.EndArray();
  for (const auto& [name, value] : repeated_) json.Key(name).Raw(value);
  json.Key("previous_response_id").Null().Field("service_tier", "default").Field("store", false).Key("usage");
  if (usage == nullptr) return json.Null().EndObject().text();
  json.BeginObject().Field("input_tokens", usage->prompt_tokens);
  json.Key("input_tokens_details").BeginObject().Field("cached_tokens", usage->cached_tokens).EndObject();
  json.Field("output_tokens", usage->completion_tokens);
  json.Key("output_tokens_details").BeginObject().Field("reasoning_tokens", usage->reasoning_tokens).EndObject();
  return json.Field("total_tokens", usage->prompt_tokens + usage->completion_tokens).EndObject().EndObject().text();
}

void ResponsesWriter::Event(const char* type, std::string_view members) {
  SendEvent(*exchange_, type, StrCat("{\"type\":\"", type, "\",\"sequence_number\":", next_number_++, ",", members, "}"));
}

void ResponsesWriter::Delta(const char* type, const std::string& piece) {
  if (!stream_) return;
  JsonWriter delta;
  delta.Value(piece);
  std::string members = Place() + (item_ == Item::kCall ? "" : ",\"content_index\":0") + ",\"delta\":" + delta.text();
  if (item_ == Item::kMessage) {
    const std::vector<LoggedToken> fresh(logged_.begin() + static_cast<ptrdiff_t>(num_told_), logged_.end());
    num_told_ = logged_.size();
    JsonWriter logprobs;
    WriteTokenLogprobs(logprobs, logprobs_ ? fresh : std::vector<LoggedToken>{}, false, context_.served.tokenizer);
    members += ",\"logprobs\":" + logprobs.text();
  }
  Event(type, members);
}

std::string ResponsesWriter::Place() const { return StrCat("\"item_id\":\"", id_, "\",\"output_index\":", items_.size()); }

}  // namespace r1
