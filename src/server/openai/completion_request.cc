#include "server/openai/completion_request.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "server/api_error.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr int64_t kMostTokens = int64_t{1} << 31;
constexpr size_t kMostStops = 16, kMostStopTokens = 256;
constexpr float kLeastBias = -100;

// OpenAI's {"ID": BIAS}, or llama.cpp's [[ID or TEXT, BIAS or false], ...], where false forbids.
void ParseLogitBias(const json& bias, CompletionRequest& request) {
  const auto value_of = [](const json& value, const std::string& path) {
    if (value == false) return kLeastBias;
    if (!value.is_number() || std::abs(value.get<double>()) > -kLeastBias)
      throw InvalidRequest(StrCat(path, " must be a number in -100..100"), path);
    return value.get<float>();
  };
  if (bias.is_object()) {
    for (const auto& [key, value] : bias.items()) {
      const bool number = !key.empty() && key.size() < 10 && key.find_first_not_of("0123456789") == key.npos;
      if (!number) throw InvalidRequest(StrCat("logit_bias must map token ids to numbers in -100..100, got ", key), "logit_bias");
      request.sampling.logit_bias.push_back({static_cast<int32_t>(std::stol(key)), value_of(value, "logit_bias." + key)});
    }
    return;
  }
  if (!bias.is_array())
    throw InvalidRequest("logit_bias must be an object of token ids, or a list of pairs", "logit_bias", "invalid_type");
  for (size_t i = 0; i < bias.size(); ++i) {
    const json& pair = bias[i];
    const std::string path = StrCat("logit_bias[", i, "]");
    if (!pair.is_array() || pair.size() != 2 || !(pair[0].is_string() || pair[0].is_number_integer()))
      throw InvalidRequest(path + " must be a token id or a text, and its bias", path, "invalid_type");
    if (pair[0].is_string())
      request.text_bias.emplace_back(pair[0].get<std::string>(), value_of(pair[1], path));
    else if (pair[0].get<int64_t>() >= 0 && pair[0].get<int64_t>() <= INT32_MAX)
      request.sampling.logit_bias.push_back({pair[0].get<int32_t>(), value_of(pair[1], path)});
    else
      throw InvalidRequest(path + " has no token id", path);
  }
}

// vLLM's. Whether the vocabulary has them is checked with the other parameters.
std::vector<int> ParseStopTokenIds(const json& list) {
  const std::string name = "stop_token_ids";
  if (!list.is_array() || list.size() > kMostStopTokens)
    throw InvalidRequest(StrCat(name, " must be a list of at most ", kMostStopTokens, " token ids"), name, "invalid_type");
  std::vector<int> ids;
  for (const json& id : list) {
    if (!id.is_number_integer() || id < 0 || id > INT32_MAX)
      throw InvalidRequest(StrCat(name, " must hold token ids, got ", id.dump().substr(0, 40)), name);
    ids.push_back(id.get<int>());
  }
  return ids;
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
  if (const auto v = body.Integer("max_tokens", -1, kMostTokens)) {  // -1: llama.cpp's "no limit"
    if (*v == 0) throw InvalidRequest("max_tokens must be at least 1, got 0", "max_tokens");
    s.max_tokens = std::max<int64_t>(0, *v);
    request.max_tokens_given = true;
  }
  if (const auto v = body.Integer("max_completion_tokens", 1, kMostTokens)) {
    s.max_tokens = *v;
    request.max_tokens_given = true;
  }
  if (const auto v = body.Strings("stop", kMostStops)) {
    s.stop = *v;
    std::erase(s.stop, "");
  }
  if (const json* ids = body.Any("stop_token_ids")) s.stop_token_ids = ParseStopTokenIds(*ids);
  if (const auto v = body.Bool("ignore_eos")) s.ignore_eos = *v;
  if (const auto v = body.Integer("loop_guard", 0, kMostTokens)) s.loop_guard = *v;
  // Without a seed every request is another draw; the one used is told, so that it can be repeated.
  if (const auto v = body.Integer("seed", INT64_MIN, INT64_MAX))
    s.seed = static_cast<uint64_t>(*v);
  else
    s.seed = std::random_device()() & 0x7fffffff;
  request.n = body.Integer("n", 1, kMostChoices).value_or(1);
  request.stream = body.Bool("stream").value_or(false);
  request.receipt = body.Bool("receipt").value_or(false);
  request.resumable = body.Bool("resumable").value_or(false);
  if (request.resumable && !request.stream) throw InvalidRequest("resumable is only allowed when stream is true", "resumable");
  if (const auto options = body.Object("stream_options")) {
    if (!request.stream) throw InvalidRequest("stream_options is only allowed when stream is true", "stream_options");
    request.include_usage = options->Bool("include_usage").value_or(false);
  }
  if (const json* bias = body.Any("logit_bias")) ParseLogitBias(*bias, request);
}

void ResolveTextBias(const Tokenizer& tokenizer, CompletionRequest& request) {
  for (const auto& [text, bias] : std::exchange(request.text_bias, {}))
    for (const int32_t id : tokenizer.Encode(text, {.parse_special = false})) request.sampling.logit_bias.push_back({id, bias});
}

}  // namespace r1
