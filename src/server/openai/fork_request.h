// "fork": {"token_ids": [...], "at_token": 120, "inject": "Wait, check the units."}: the answer begins with tokens of an earlier
// one and goes on from there, in as many ways as n says. token_ids come from an answer with "return_token_ids". With the same seed
// and nothing injected the first way is the one that the earlier answer took, to the bit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/openai/json_object.h"

namespace r1 {

struct ForkRequest {
  std::vector<int32_t> token_ids;  // up to at_token
  std::string inject;              // text behind them
};

// Nothing if there is no such member. Throws ApiError 400.
std::optional<ForkRequest> ParseFork(const JsonObject& body);

}  // namespace r1
