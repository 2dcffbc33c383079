// "consensus": {"k": 8, "extract": "boxed", "early_stop": true} in a chat request: k chains answer, and the answer most of them
// give is the answer.
#pragma once

#include <cstdint>
#include <optional>

#include "server/consensus/answer_finder.h"
#include "server/openai/chains_request.h"

namespace r1 {

struct ConsensusRequest {
  int64_t k = 8;
  AnswerFinder finder;
  bool early_stop = true;  // chains end when none of them can change the outcome
};

// Nothing if there is no such member. Throws ApiError 400.
std::optional<ConsensusRequest> ParseConsensus(const JsonObject& body);

}  // namespace r1
