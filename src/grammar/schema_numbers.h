// The number keywords of a JSON schema: minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "grammar/expression.h"

namespace r1 {

// Numbers, or integers, that the schema accepts. Throws kInvalidArgument, beginning with `where`.
Expression SchemaNumber(const nlohmann::ordered_json& schema, bool is_integer, const std::string& where);

}  // namespace r1
