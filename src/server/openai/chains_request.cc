#include "server/openai/chains_request.h"

#include <nlohmann/json.hpp>

#include "server/api_error.h"

namespace r1 {

void RefuseBeside(const JsonObject& body, const char* member, std::initializer_list<const char*> others) {
  for (const char* other : others) {
    const auto* value = body.Any(other);
    if (value == nullptr || *value == 1 || *value == false || (value->is_array() && value->empty())) continue;
    throw InvalidRequest(StrCat(member, " and ", other, " do not go together"), member);
  }
}

}  // namespace r1
