// A token that may be drawn, and the order in which tokens rank.
#pragma once

#include <cstdint>

namespace r1 {

struct TokenCandidate {
  float logit;
  float weight;  // exp((logit - the largest logit) / temperature)
  int32_t token_id;
};

// The higher logit first; of equal ones the lower id.
inline bool RanksBefore(const TokenCandidate& a, const TokenCandidate& b) {
  return a.logit != b.logit ? a.logit > b.logit : a.token_id < b.token_id;
}

}  // namespace r1
