#include "server/consensus/consensus_request.h"

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
  RefuseBeside(body, "consensus", {"n", "logprobs", "tools"});
  return consensus;
}

}  // namespace r1
