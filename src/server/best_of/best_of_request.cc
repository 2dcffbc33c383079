#include "server/best_of/best_of_request.h"

#include <nlohmann/json.hpp>

#include "server/api_error.h"

namespace r1 {
namespace {

std::string PathOf(size_t verifier) { return StrCat("best_of.verifiers[", verifier, "]"); }

}  // namespace

std::optional<BestOfRequest> ParseBestOf(const JsonObject& body) {
  const auto object = body.Object("best_of");
  if (!object) return {};
  BestOfRequest best_of;
  best_of.n = object->Integer("n", 1, kMostChains).value_or(best_of.n);
  best_of.early_stop = object->Bool("early_stop").value_or(true);
  RequiredMember(*object, "verifiers");
  const nlohmann::json& verifiers = *object->Array("verifiers");
  if (verifiers.empty() || verifiers.size() > BestOfRequest::kMostVerifiers)
    throw InvalidRequest(
        StrCat("best_of.verifiers must have 1 to ", BestOfRequest::kMostVerifiers, " verifiers, got ", verifiers.size()),
        "best_of.verifiers");
  for (size_t i = 0; i < verifiers.size(); ++i) best_of.verifiers.push_back(ParseVerifier(JsonObject(verifiers[i], PathOf(i))));
  RefuseBeside(body, "best_of", {"n", "logprobs", "tools", "consensus"});
  return best_of;
}

void CheckRunsCode(const BestOfRequest& request, bool server_runs_code) {
  for (size_t i = 0; i < request.verifiers.size(); ++i)
    if (request.verifiers[i]->runs_code() && !server_runs_code)
      throw InvalidRequest("this server runs no programs that a model wrote; it does if it is started with --verify-code",
                           PathOf(i) + ".type", "unsupported_parameter");
}

}  // namespace r1
