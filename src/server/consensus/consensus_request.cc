#include "server/consensus/consensus_request.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/api_error.h"

namespace r1 {

std::optional<ConsensusRequest> ParseConsensus(const JsonObject& body) {
  const auto object = body.Object("consensus");
  if (!object) return {};
  ConsensusRequest consensus;
  consensus.k = object->Integer("k", 2, kMostChains).value_or(consensus.k);
  consensus.early_stop = object->Bool("early_stop").value_or(true);
  if (const auto place = object->String("extract")) {
    try {
      consensus.finder = AnswerFinder(*place);
    } catch (const Error& error) {
      throw InvalidRequest(StrCat("consensus.extract ", error.what()), "consensus.extract");
    }
  }
  for (const char* other : {"n", "logprobs", "tools"}) {
    const auto* value = body.Any(other);
    if (value == nullptr || *value == 1 || *value == false || (value->is_array() && value->empty())) continue;
    throw InvalidRequest(StrCat("consensus and ", other, " do not go together"), "consensus");
  }
  return consensus;
}

}  // namespace r1
