// Objects and arrays of which is known what may stand in them, as expressions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "grammar/expression.h"
#include "grammar/json_rules.h"

namespace r1 {

// Both bounds included; max may be Expression::kUnbounded.
struct CountRange {
  int64_t min = 0, max = Expression::kUnbounded;
};

// The fixed items, of which the last may be missing, and then others.
Expression ArrayExpression(JsonRules& json, std::vector<Expression> fixed, const std::optional<Expression>& others,
                           CountRange num_items);

struct JsonMember {
  std::string name;
  Expression value;
  bool required;
};
// The members in this order, those that are not required perhaps left out, and then others, whose names are none of theirs.
// num_others bounds the others only.
Expression ObjectExpression(JsonRules& json, std::vector<JsonMember> members, const std::optional<Expression>& others,
                            CountRange num_others);

}  // namespace r1
