#include "server/openai/fork_request.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/api_error.h"

namespace r1 {

std::optional<ForkRequest> ParseFork(const JsonObject& body) {
  const auto object = body.Object("fork");
  if (!object) return {};
  const nlohmann::json* ids = object->Array("token_ids");
  if (ids == nullptr) throw InvalidRequest("fork.token_ids is missing", "fork.token_ids", "missing_required_parameter");
  ForkRequest fork;
  for (size_t i = 0; i < ids->size(); ++i) {
    const nlohmann::json& id = (*ids)[i];
    if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() > INT32_MAX)
      throw InvalidRequest("token ids must be integers that are not negative", StrCat("fork.token_ids[", i, "]"), "invalid_type");
    fork.token_ids.push_back(id.get<int32_t>());
  }
  if (const auto at = object->Integer("at_token", 0, static_cast<int64_t>(fork.token_ids.size())))
    fork.token_ids.resize(static_cast<size_t>(*at));
  fork.inject = object->String("inject").value_or("");
  for (const char* other : {"response_format", "grammar", "json_schema", "tools"}) {
    const nlohmann::json* value = body.Any(other);
    if (value == nullptr || (value->is_array() && value->empty())) continue;
    throw InvalidRequest(StrCat("fork and ", other, " do not go together: a form binds an answer from its beginning"), "fork");
  }
  return fork;
}

}  // namespace r1
