// The members that requests for chat and for text completions share.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/sampling_params.h"
#include "server/openai/json_object.h"
#include "text/tokenizer.h"

namespace r1 {

inline constexpr int64_t kMostChoices = 16;

struct CompletionRequest {
  std::string model;  // "" if absent: the one that is served
  SamplingParams sampling;
  int64_t n = 1;
  bool stream = false, include_usage = false;
  bool logprobs = false;
  bool receipt = false;           // the answer comes with one (server/receipt/receipt.h)
  bool max_tokens_given = false;  // else sampling.max_tokens is this server's own wish
  bool resumable = false;         // the stream may be taken up again after its connection broke (server/resume/)
  std::vector<std::pair<std::string, float>> text_bias;  // logit_bias of all tokens of a text; ResolveTextBias
};

// Throws ApiError 400 naming the member. What is absent stays as it is in `request`.
void ParseCompletionMembers(const JsonObject& body, CompletionRequest& request);

// Once the tokenizer is at hand: text_bias becomes part of sampling.logit_bias.
void ResolveTextBias(const Tokenizer& tokenizer, CompletionRequest& request);

}  // namespace r1
