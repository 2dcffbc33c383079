// "best_of": {"n": 8, "verifiers": [...], "early_stop": true} in a chat request: n chains answer, all verifiers judge each of them,
// and one that passes is the answer (server/best_of/selection.h says which).
#pragma once

#include <cstdint>
#include <optional>

#include "server/best_of/verifier.h"
#include "server/openai/chains_request.h"

namespace r1 {

struct BestOfRequest {
  static constexpr size_t kMostVerifiers = 16;

  int64_t n = 8;
  Verifiers verifiers;     // at least one
  bool early_stop = true;  // chains end that can no longer be the answer
};

// Nothing if there is no such member. Throws ApiError 400.
std::optional<BestOfRequest> ParseBestOf(const JsonObject& body);

// Throws ApiError 400 if one of the verifiers runs code and the server does not.
void CheckRunsCode(const BestOfRequest& request, bool server_runs_code);

}  // namespace r1
