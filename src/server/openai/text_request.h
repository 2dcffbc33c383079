// POST /v1/completions: what a client may ask.
//   https://github.com/openai/openai-openapi, schema "CreateCompletionRequest"
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "server/openai/completion_request.h"

namespace r1 {

inline constexpr size_t kMostPrompts = 64;

struct TextCompletionRequest : CompletionRequest {
  std::vector<std::vector<int32_t>> prompts;  // as tokens; each is answered n times
};

// "prompt": a text, a list of token ids, or a list of either. Throws ApiError 400 naming the member.
TextCompletionRequest ParseTextCompletionRequest(std::string_view body, const SamplingParams& defaults, const Tokenizer& tokenizer);

}  // namespace r1
