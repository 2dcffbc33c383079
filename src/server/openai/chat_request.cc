#include "server/openai/chat_request.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/api_error.h"
#include "server/openai/chat_messages.h"
#include "server/openai/tool_request.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr int64_t kMostTokens = int64_t{1} << 31;
constexpr int64_t kMostTopLogprobs = 20;

// What the levels mean in tokens of thinking; -1 has no budget.
struct Effort {
  const char* name;
  int64_t budget;
};
constexpr Effort kEfforts[] = {{"none", 0},    {"minimal", 256}, {"low", 512}, {"medium", 2048},
                               {"high", 8192}, {"xhigh", 32768}, {"max", -1}};

int64_t BudgetOfEffort(const std::string& path, const std::string& effort) {
  std::string known;
  for (const Effort& row : kEfforts) {
    if (effort == row.name) return row.budget;
    known += StrCat(known.empty() ? "" : ", ", row.name);
  }
  throw InvalidRequest(StrCat(path, " must be one of ", known, ", got ", effort), path);
}

// response_format, or llama.cpp's json_schema and grammar. A schema is kept as text with its properties in the order in which they
// came, which is the order they are written in.
OutputForm ParseForm(const JsonObject& body, std::string_view text) {
  using Kind = OutputForm::Kind;
  const auto in_order = [&](std::initializer_list<const char*> path) {
    nlohmann::ordered_json value = nlohmann::ordered_json::parse(text);
    for (const char* name : path) value = nlohmann::ordered_json(value.at(name));
    return value.dump();
  };
  if (const auto gbnf = body.String("grammar"); gbnf && !gbnf->empty()) return {Kind::kGbnf, *gbnf};
  if (body.Any("json_schema") != nullptr) return {Kind::kJsonSchema, in_order({"json_schema"})};
  const auto format = body.Object("response_format");
  if (!format) return {};
  const std::string type = format->String("type").value_or("text");
  if (type == "text") return {};
  if (type == "json_object")
    return format->Any("schema") != nullptr ? OutputForm{Kind::kJsonSchema, in_order({"response_format", "schema"})}
                                            : OutputForm{Kind::kJsonObject, ""};
  if (type != "json_schema")
    throw InvalidRequest(StrCat("response_format.type must be text, json_object or json_schema, got ", type),
                         "response_format.type");
  const auto schema = format->Object("json_schema");
  if (!schema || schema->Any("schema") == nullptr)
    throw InvalidRequest("response_format.json_schema.schema is missing", "response_format.json_schema.schema",
                         "missing_required_parameter");
  return {Kind::kJsonSchema, in_order({"response_format", "json_schema", "schema"})};
}

// What every client may send, and nobody is told that it does nothing.
constexpr std::array<std::string_view, 6> kOfNoEffect = {"user",         "metadata",          "store",
                                                         "service_tier", "safety_identifier", "prompt_cache_key"};

std::vector<std::string> WarningsOf(const JsonObject& body) {
  std::vector<std::string> warnings;
  for (const std::string& name : body.Unread())
    if (std::ranges::find(kOfNoEffect, name) == kOfNoEffect.end()) warnings.push_back(name + " was ignored");
  return warnings;
}

void ParseContinuation(const JsonObject& body, const JsonObject& last, ChatCompletionRequest& request) {
  ChatMessage& message = request.messages.back();
  if (const auto add = body.Bool("add_generation_prompt")) request.chat.add_generation_prompt = *add;
  bool go_on = body.Bool("continue_final_message").value_or(false) || last.Bool("prefix").value_or(false);
  const bool open = last.Bool("reasoning_open").value_or(false);
  if (message.role != "assistant") {
    if (go_on || open)
      throw InvalidRequest("only an assistant's message can be continued; the last one is of role " + message.role,
                           last.Path("role"));
    return;
  }
  if (open) {
    // Inside the thinking: the conversation before it is rendered as for a new answer, and the thinking so far is what it begins
    // with.
    request.open_reasoning = message.reasoning_content;
    request.messages.pop_back();
    request.sampling.thinking = ThinkingMode::kOn;
    request.chat.add_generation_prompt = true;
    return;
  }
  go_on = go_on || last.Any("reasoning_open") != nullptr;
  if (!go_on) return;
  request.chat.continue_final_message = true;
  request.chat.add_generation_prompt = false;
}

}  // namespace

void ParseThinkingMembers(const JsonObject& body, ChatCompletionRequest& request) {
  SamplingParams& sampling = request.sampling;
  const auto set_mode = [&](const std::optional<bool>& on) {
    if (on) sampling.thinking = *on ? ThinkingMode::kOn : ThinkingMode::kOff;
  };
  if (const auto effort = body.String("reasoning_effort")) sampling.thinking_budget = BudgetOfEffort("reasoning_effort", *effort);
  if (const auto reasoning = body.Object("reasoning")) {
    if (const auto effort = reasoning->String("effort")) sampling.thinking_budget = BudgetOfEffort("reasoning.effort", *effort);
    if (const auto most = reasoning->Integer("max_tokens", 0, kMostTokens)) sampling.thinking_budget = *most;
    set_mode(reasoning->Bool("enabled"));
  }
  if (const auto thinking = body.Object("thinking")) {  // DeepSeek's and Anthropic's spelling
    const std::string type = thinking->String("type").value_or("enabled");
    if (type != "enabled" && type != "disabled" && type != "auto")
      throw InvalidRequest(StrCat("thinking.type must be enabled, disabled or auto, got ", type), "thinking.type");
    if (type != "auto") set_mode(type == "enabled");
    if (const auto most = thinking->Integer("budget_tokens", 0, kMostTokens)) sampling.thinking_budget = *most;
  }
  set_mode(body.Bool("enable_thinking"));
  if (const auto kwargs = body.Object("chat_template_kwargs")) {
    set_mode(kwargs->Bool("thinking"));
    set_mode(kwargs->Bool("enable_thinking"));
    if (const auto most = kwargs->IntegerOf({"thinking_budget", "thinking_budget_tokens"}, -1, kMostTokens))
      sampling.thinking_budget = *most;
    request.chat.variables_json = kwargs->value().dump();
  }
  if (const auto most = body.IntegerOf({"thinking_budget_tokens", "thinking_token_budget", "thinking_budget"}, -1, kMostTokens))
    sampling.thinking_budget = *most;
  if (const auto least = body.Integer("min_thinking_tokens", 0, kMostTokens)) sampling.min_thinking_tokens = *least;
  if (const auto reserve = body.Integer("answer_reserve", 0, kMostTokens)) sampling.answer_reserve = *reserve;
  if (const auto text = body.String("thinking_wrap_up")) sampling.thinking_wrap_up = *text;
  const ThinkingMode mode = sampling.EffectiveThinking();
  if (mode != ThinkingMode::kAuto) request.chat.enable_thinking = mode == ThinkingMode::kOn;

  if (const auto format = body.String("reasoning_format")) {
    if (*format == "none")
      request.reasoning_output = ReasoningOutput::kNone;
    else if (*format == "deepseek-legacy")
      request.reasoning_output = ReasoningOutput::kBoth;
    else if (*format != "auto" && *format != "deepseek")
      throw InvalidRequest(StrCat("reasoning_format must be auto, deepseek, deepseek-legacy or none, got ", *format),
                           "reasoning_format");
  }
  if (body.Bool("separate_reasoning") == false) request.reasoning_output = ReasoningOutput::kNone;
  request.chat.keep_thinking = body.Bool("preserve_thinking").value_or(false);
  request.include_reasoning = body.Bool("include_reasoning").value_or(true);
  if (const auto field = body.String("reasoning_field")) {
    if (*field != "reasoning_content" && *field != "reasoning")
      throw InvalidRequest(StrCat("reasoning_field must be reasoning_content or reasoning, got ", *field), "reasoning_field");
    request.reasoning_field = *field;
  }
}

void SetTools(ToolRequest tools, ChatCompletionRequest* request) {
  if (tools.calls != OutputForm::Calls::kNone && request->form.kind == OutputForm::Kind::kGbnf)
    throw InvalidRequest("grammar and tools cannot both bind the answer; set tool_choice to none, or leave grammar out", "grammar");
  request->chat.tools_json = std::move(tools.tools_json);
  request->form.calls = tools.calls;
  request->form.functions = std::move(tools.functions);
  request->form.parallel_calls = tools.parallel;
}

ChatCompletionRequest ParseChatCompletionRequest(std::string_view text, const SamplingParams& defaults) {
  const json parsed = ParseRequestBody(text);
  const JsonObject body(parsed);
  ChatCompletionRequest request;
  request.sampling = defaults;
  ParseCompletionMembers(body, request);
  request.logprobs = body.Bool("logprobs").value_or(false);
  if (const auto top = body.Integer("top_logprobs", 0, kMostTopLogprobs)) {
    if (*top > 0 && !request.logprobs)
      throw InvalidRequest("when using top_logprobs, logprobs must be set to true", "top_logprobs");
    request.sampling.logprobs = *top;
  }
  const json* messages = body.Array("messages");
  if (messages == nullptr) throw InvalidRequest("messages is missing", "messages", "missing_required_parameter");
  if (messages->empty()) throw InvalidRequest("messages must have at least one message", "messages");
  for (size_t i = 0; i < messages->size(); ++i)
    request.messages.push_back(ParseChatMessage(JsonObject((*messages)[i], StrCat("messages[", i, "]"))));
  request.form = ParseForm(body, text);
  SetTools(ParseTools(body, text, ToolShape::kNested), &request);
  request.return_token_ids = body.Bool("return_token_ids").value_or(false);
  request.return_progress = body.Bool("return_progress").value_or(false);
  request.timings_per_token = body.Bool("timings_per_token").value_or(false);
  request.fork = ParseFork(body);
  if ((request.consensus = ParseConsensus(body))) request.n = request.consensus->k;
  if ((request.best_of = ParseBestOf(body))) request.n = request.best_of->n;
  ParseThinkingMembers(body, request);
  const size_t last = messages->size() - 1;
  ParseContinuation(body, JsonObject((*messages)[last], StrCat("messages[", last, "]")), request);
  if (body.Bool("debug").value_or(false)) request.warnings = WarningsOf(body);
  return request;
}

}  // namespace r1
