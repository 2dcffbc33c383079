#include "server/openai/chat_request.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <random>

#include "base/error.h"
#include "server/api_error.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr int64_t kMostTokens = int64_t{1} << 31;
constexpr size_t kMostStops = 16;
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

// A message's content as text: a string, or parts of type text.
std::string ContentText(const JsonObject& message) {
  const json* content = message.Any("content");
  if (content == nullptr) return "";
  if (content->is_string()) return content->get<std::string>();
  const std::string path = message.Path("content");
  if (!content->is_array()) throw InvalidRequest(path + " must be a string or a list of text parts", path, "invalid_type");
  std::string text;
  for (size_t i = 0; i < content->size(); ++i) {
    const JsonObject part((*content)[i], StrCat(path, "[", i, "]"));
    const std::string type = part.String("type").value_or("text");
    if (type != "text")
      throw InvalidRequest(StrCat(part.Path("type"), " must be text: this server reads no ", type), part.Path("type"),
                           "unsupported_content");
    const auto piece = part.String("text");
    if (!piece) throw InvalidRequest(part.Path("text") + " is missing", part.Path("text"), "missing_required_parameter");
    text += *piece;
  }
  return text;
}

ChatMessage ParseMessage(const JsonObject& object) {
  ChatMessage message;
  const auto role = object.String("role");
  if (!role) throw InvalidRequest(object.Path("role") + " is missing", object.Path("role"), "missing_required_parameter");
  message.role = *role == "developer" ? "system" : *role == "function" ? "tool" : *role;
  constexpr std::array kRoles = {"system", "user", "assistant", "tool"};
  if (std::find(kRoles.begin(), kRoles.end(), message.role) == kRoles.end())
    throw InvalidRequest(StrCat(object.Path("role"), " must be one of system, developer, user, assistant, tool, got ", *role),
                         object.Path("role"));
  const json* calls = object.Array("tool_calls");
  message.content = ContentText(object);
  if (object.Any("content") == nullptr && !(message.role == "assistant" && (calls != nullptr || object.Any("reasoning_content"))))
    throw InvalidRequest(object.Path("content") + " is missing", object.Path("content"), "missing_required_parameter");
  auto reasoning = object.String("reasoning_content");
  if (!reasoning) reasoning = object.String("reasoning");
  message.reasoning_content = reasoning.value_or("");
  json more = json::object();
  if (calls != nullptr) more["tool_calls"] = *calls;
  for (const char* name : {"tool_call_id", "name"})
    if (const auto value = object.String(name)) more[name] = *value;
  if (!more.empty()) message.more_json = more.dump();
  return message;
}

void ParseThinking(const JsonObject& body, ChatCompletionRequest& request) {
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
    else if (*format != "auto" && *format != "deepseek")
      throw InvalidRequest(StrCat("reasoning_format must be auto, deepseek or none, got ", *format), "reasoning_format");
  }
  request.include_reasoning = body.Bool("include_reasoning").value_or(true);
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

void ParseCompletionMembers(const JsonObject& body, CompletionRequest& request) {
  SamplingParams& s = request.sampling;
  request.model = body.String("model").value_or("");
  if (const auto v = body.Number("temperature", 0, 2)) s.temperature = static_cast<float>(*v);
  if (const auto v = body.Number("top_p", 0, 1)) s.top_p = static_cast<float>(std::max(*v, 1e-6));
  if (const auto v = body.Integer("top_k", -1, kMostTokens)) s.top_k = std::max<int64_t>(0, *v);
  if (const auto v = body.Number("min_p", 0, 1)) s.min_p = static_cast<float>(*v);
  if (const auto v = body.Number("presence_penalty", -2, 2)) s.presence_penalty = static_cast<float>(*v);
  if (const auto v = body.Number("frequency_penalty", -2, 2)) s.frequency_penalty = static_cast<float>(*v);
  for (const char* name : {"repetition_penalty", "repeat_penalty"})
    if (const auto v = body.Number(name, 0.01, 10)) s.repetition_penalty = static_cast<float>(*v);
  if (const auto v = body.Integer("max_tokens", -1, kMostTokens)) s.max_tokens = std::max<int64_t>(0, *v);
  if (const auto v = body.Integer("max_completion_tokens", 1, kMostTokens)) s.max_tokens = *v;
  if (const auto v = body.Strings("stop", kMostStops)) {
    s.stop = *v;
    std::erase(s.stop, "");
  }
  if (const auto v = body.Bool("ignore_eos")) s.ignore_eos = *v;
  if (const auto v = body.Integer("loop_guard", 0, kMostTokens)) s.loop_guard = *v;
  // Without a seed every request is another draw; the one used is told, so that it can be repeated.
  if (const auto v = body.Integer("seed", INT64_MIN, INT64_MAX))
    s.seed = static_cast<uint64_t>(*v);
  else
    s.seed = std::random_device()() & 0x7fffffff;
  request.n = body.Integer("n", 1, kMostChoices).value_or(1);
  request.stream = body.Bool("stream").value_or(false);
  if (const auto options = body.Object("stream_options")) {
    if (!request.stream) throw InvalidRequest("stream_options is only allowed when stream is true", "stream_options");
    request.include_usage = options->Bool("include_usage").value_or(false);
  }
  if (const json* bias = body.Any("logit_bias")) {
    if (!bias->is_object()) throw InvalidRequest("logit_bias must be an object of token ids", "logit_bias", "invalid_type");
    for (const auto& [key, value] : bias->items()) {
      const bool number = !key.empty() && key.size() < 10 && key.find_first_not_of("0123456789") == key.npos;
      if (!number || !value.is_number() || std::abs(value.get<double>()) > 100)
        throw InvalidRequest(StrCat("logit_bias must map token ids to numbers in -100..100, got ", key), "logit_bias");
      s.logit_bias.push_back({static_cast<int32_t>(std::stol(key)), value.get<float>()});
    }
  }
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
    request.messages.push_back(ParseMessage(JsonObject((*messages)[i], StrCat("messages[", i, "]"))));
  request.form = ParseForm(body, text);
  if (const json* tools = body.Array("tools"); tools != nullptr && !tools->empty() && body.String("tool_choice") != "none")
    throw InvalidRequest("tools are not supported by this server yet; leave them out, or set tool_choice to none", "tools",
                         "unsupported_parameter");
  ParseThinking(body, request);
  const size_t last = messages->size() - 1;
  ParseContinuation(body, JsonObject((*messages)[last], StrCat("messages[", last, "]")), request);
  return request;
}

}  // namespace r1
