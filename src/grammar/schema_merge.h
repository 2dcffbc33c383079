// Two schemas that both have to hold, as one: what allOf means, and keywords beside $ref and anyOf.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace r1 {

// False if the keyword only describes. Keywords that we do not know count as assertions.
bool IsAssertion(const std::string& keyword);

// Neither schema has $ref. Properties and items that both have become allOf of the two. Throws kInvalidArgument, with `where`, for
// keywords that cannot be combined.
nlohmann::ordered_json MergeSchemas(const nlohmann::ordered_json& a, const nlohmann::ordered_json& b, const std::string& where);

}  // namespace r1
