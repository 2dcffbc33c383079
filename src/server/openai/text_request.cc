#include "server/openai/text_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/api_error.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr int64_t kMostTopLogprobs = 20;

std::vector<int32_t> ParsePrompt(const json& prompt, const std::string& path, const Tokenizer& tokenizer) {
  if (prompt.is_string())
    return tokenizer.Encode(prompt.get<std::string>(), {.parse_special = true, .add_bos = tokenizer.spec().add_bos});
  if (!prompt.is_array()) throw InvalidRequest(path + " must be a text or a list of token ids", path, "invalid_type");
  if (prompt.empty()) throw InvalidRequest(path + " must not be empty", path);
  std::vector<int32_t> ids;
  for (size_t i = 0; i < prompt.size(); ++i) {
    const json& id = prompt[i];
    const bool fits = id.is_number_integer() && id >= 0 && id < tokenizer.vocab_size();
    if (!fits)
      throw InvalidRequest(StrCat(path, "[", i, "] must be a token id in 0..", tokenizer.vocab_size() - 1),
                           StrCat(path, "[", i, "]"));
    ids.push_back(id.get<int32_t>());
  }
  return ids;
}

void RefuseUnsupported(const JsonObject& body) {
  const auto refuse = [](const char* name, const char* why) {
    throw InvalidRequest(StrCat(name, " is not supported: ", why), name, "unsupported_parameter");
  };
  if (body.Bool("echo").value_or(false)) refuse("echo", "the answer is what comes after the prompt");
  if (const auto suffix = body.String("suffix"); suffix && !suffix->empty()) refuse("suffix", "this model writes forwards only");
  if (body.Integer("best_of", 1, kMostChoices).value_or(1) > body.Integer("n", 1, kMostChoices).value_or(1))
    refuse("best_of", "ask for n, or for consensus in /v1/chat/completions");
}

}  // namespace

TextCompletionRequest ParseTextCompletionRequest(std::string_view text, const SamplingParams& defaults,
                                                 const Tokenizer& tokenizer) {
  const json parsed = ParseRequestBody(text);
  const JsonObject body(parsed);
  TextCompletionRequest request;
  request.sampling = defaults;
  ParseCompletionMembers(body, request);
  RefuseUnsupported(body);
  if (request.receipt) throw InvalidRequest("receipts are given for chat completions", "receipt", "unsupported_parameter");
  if (const auto most = body.Integer("n_predict", 1, INT32_MAX); most && !request.max_tokens_given) {
    request.sampling.max_tokens = *most;
    request.max_tokens_given = true;
  }
  if (const auto top = body.Integer("logprobs", 0, kMostTopLogprobs)) {
    request.logprobs = true;
    request.sampling.logprobs = *top;
  }
  const json* prompt = body.Any("prompt");
  if (prompt == nullptr) throw InvalidRequest("prompt is missing", "prompt", "missing_required_parameter");
  const bool several = prompt->is_array() && !prompt->empty() &&
                       std::ranges::any_of(*prompt, [](const json& p) { return p.is_string() || p.is_array(); });
  if (!several) {
    request.prompts.push_back(ParsePrompt(*prompt, "prompt", tokenizer));
    return request;
  }
  if (prompt->size() > kMostPrompts)
    throw InvalidRequest(StrCat("prompt may have ", kMostPrompts, " entries, got ", prompt->size()), "prompt");
  for (size_t i = 0; i < prompt->size(); ++i)
    request.prompts.push_back(ParsePrompt((*prompt)[i], StrCat("prompt[", i, "]"), tokenizer));
  return request;
}

}  // namespace r1
