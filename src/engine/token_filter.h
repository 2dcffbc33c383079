// Which tokens may be drawn: top_k, then top_p, then min_p. A vocabulary has 150,000 tokens and the answer usually a dozen, so
// nothing is sorted but what may be kept: the largest logit of each span of 64 tells which spans to look into.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/sampling_params.h"
#include "engine/token_candidate.h"

namespace r1 {

inline constexpr int64_t kTokenSpan = 64;

// The largest logit of each kTokenSpan tokens, into `maxima`; returns the largest of all.
float SpanMaxima(std::span<const float> logits, std::vector<float>& maxima);

// The `count` highest logits in order of rank (equal logits: the lower token id first), or all there are; `weights` may be null.
void TopTokens(std::span<const float> logits, const float* weights, std::span<const float> maxima, int64_t count,
               std::vector<TokenCandidate>& out);

// What `params` leave, in order of token id and never empty; or false: they are too many to list, and the weights of all others
// were set to 0. weights[v] is 0 for a forbidden token and 1 for the largest logit, `total` their sum, `maxima` as above.
bool FilterTokens(const SamplingParams& params, std::span<const float> logits, float* weights, std::span<const float> maxima,
                  double total, std::vector<TokenCandidate>& out);

}  // namespace r1
