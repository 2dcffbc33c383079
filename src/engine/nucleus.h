// The nucleus of top_p: the tokens that rank first and together reach a mass. Weights are added as integers, in units of 2^-39 of
// the largest one, so that the order of adding them changes no sum, and the nucleus of a flat distribution over 150,000 tokens is
// found without putting them in order.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/token_candidate.h"

namespace r1 {

// The mass of some tokens. 2^24 tokens of weight 1 fit in.
class TokenMass {
 public:
  void Add(float weight) { units_ += static_cast<uint64_t>(static_cast<int64_t>(weight * kUnit)); }
  void Add(TokenMass other) { units_ += other.units_; }
  bool Reaches(double mass) const { return static_cast<double>(units_) >= mass * kUnit; }

 private:
  static constexpr float kUnit = 0x1p39f;
  uint64_t units_ = 0;
};

// The candidates that rank first and together reach `mass`, in order of rank; false if all of them do not. Few are needed as a
// rule, so they are put in order a part at a time.
bool KeepNucleus(double mass, std::vector<TokenCandidate>& candidates);

// The last token, in order of rank, of the nucleus of all tokens with a weight above 0; nothing if all of them do not reach `mass`.
// Time grows with the tokens and what ties or nearly ties with the last one. `largest` is the largest logit; between it and `least`
// the cut is found fast.
std::optional<TokenCandidate> LastOfNucleus(double mass, std::span<const float> logits, const float* weights, float largest,
                                            float least);

}  // namespace r1
