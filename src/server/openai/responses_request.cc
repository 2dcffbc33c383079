#include "server/openai/responses_request.h"

#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "server/api_error.h"
#include "server/openai/response_items.h"
#include "server/openai/tool_request.h"

namespace r1 {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int64_t kMostTokens = int64_t{1} << 31;
constexpr int64_t kMostTopLogprobs = 20;

// What would need a memory of earlier responses, or somebody else's service.
void RefuseState(const JsonObject& body) {
  for (const char* name : {"previous_response_id", "conversation", "prompt"})
    if (body.Any(name) != nullptr)
      throw InvalidRequest(StrCat(name, " is not supported: this server keeps no responses, send the whole conversation as input"),
                           name, "unsupported_parameter");
  if (body.Bool("background").value_or(false))
    throw InvalidRequest("background is not supported: this server keeps no responses", "background", "unsupported_parameter");
}

// text.format, which is chat's response_format without its inner object.
OutputForm ParseTextFormat(const JsonObject& body, const ordered_json& ordered) {
  using Kind = OutputForm::Kind;
  const auto text = body.Object("text");
  const auto format = text ? text->Object("format") : std::nullopt;
  if (!format) return {};
  const std::string type = format->String("type").value_or("text");
  if (type == "text") return {};
  if (type == "json_object") return {.kind = Kind::kJsonObject};
  if (type != "json_schema")
    throw InvalidRequest(StrCat("text.format.type must be text, json_object or json_schema, got ", type), "text.format.type");
  if (format->Any("schema") == nullptr)
    throw InvalidRequest("text.format.schema is missing", "text.format.schema", "missing_required_parameter");
  return {.kind = Kind::kJsonSchema, .source = ordered.at("text").at("format").at("schema").dump()};
}

void ParseLogprobs(const JsonObject& body, ChatCompletionRequest& request) {
  if (const auto top = body.Integer("top_logprobs", 0, kMostTopLogprobs)) {
    request.sampling.logprobs = *top;
    request.logprobs = *top > 0;
  }
  if (const json* include = body.Array("include"))
    for (const json& what : *include) request.logprobs = request.logprobs || what == "message.output_text.logprobs";
}

}  // namespace

ResponsesRequest ParseResponsesRequest(std::string_view text, const SamplingParams& defaults) {
  const json parsed = ParseRequestBody(text);
  const ordered_json ordered = ordered_json::parse(text);
  const JsonObject body(parsed);
  RefuseState(body);
  ResponsesRequest request;
  ChatCompletionRequest& chat = request.chat;
  chat.sampling = defaults;
  chat.messages_member = "input";
  chat.form_member = "text.format";
  ParseCompletionMembers(body, chat);
  chat.n = 1;
  if (const auto most = body.Integer("max_output_tokens", 1, kMostTokens)) {
    chat.sampling.max_tokens = *most;
    chat.max_tokens_given = true;
  }
  const json* input = body.Any("input");
  if (input == nullptr) throw InvalidRequest("input is missing", "input", "missing_required_parameter");
  chat.messages = ParseInputItems(*input);
  const auto instructions = body.String("instructions");
  if (instructions)
    chat.messages.insert(chat.messages.begin(),
                         {.role = "system", .content = *instructions, .reasoning_content = "", .more_json = ""});
  chat.form = ParseTextFormat(body, ordered);
  ParseLogprobs(body, chat);
  SetTools(ParseTools(body, text, ToolShape::kFlat), &chat);
  ParseThinkingMembers(body, chat);

  const auto repeat = [&](const char* name, std::string otherwise) {
    const auto given = ordered.find(name);
    const bool there = given != ordered.end() && !given->is_null();
    request.repeated.emplace_back(name, there ? given->dump() : std::move(otherwise));
  };
  repeat("instructions", "null");
  repeat("max_output_tokens", "null");
  repeat("metadata", "{}");
  repeat("parallel_tool_calls", "true");
  repeat("reasoning", R"({"effort":null,"summary":null})");
  repeat("temperature", JsonWriter().Value(chat.sampling.temperature).text());
  repeat("text", R"({"format":{"type":"text"}})");
  repeat("tool_choice", R"("auto")");
  repeat("tools", "[]");
  repeat("top_logprobs", "0");
  repeat("top_p", JsonWriter().Value(chat.sampling.top_p).text());
  repeat("truncation", R"("disabled")");
  repeat("user", "null");
  return request;
}

}  // namespace r1
