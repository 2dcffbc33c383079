#include "grammar/schema_numbers.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/error.h"
#include "grammar/json_rules.h"
#include "grammar/number_range.h"

namespace r1 {
namespace {

using E = Expression;
using Json = nlohmann::ordered_json;

constexpr size_t kMaxMultiples = 2'000;

std::optional<Bound> BoundOf(const Json& schema, const char* key, bool excluded, const std::string& where) {
  if (!schema.contains(key)) return std::nullopt;
  const Json& value = schema[key];
  if (!value.is_number()) Fail(ErrorCode::kInvalidArgument, where, ": \"", key, "\" must be a number, got ", value.dump());
  const std::optional<Decimal> decimal = Decimal::Parse(value.dump());
  if (!decimal) Fail(ErrorCode::kInvalidArgument, where, ": \"", key, "\": ", value.dump(), " has too many digits");
  return Bound{*decimal, excluded};
}
double Approximately(const Bound& bound) {
  return std::stod(StrCat(bound.value.negative ? "-" : "", bound.value.whole, ".", bound.value.fraction, "0"));
}
// The narrower of two bounds; where they are equal, the excluded one.
std::optional<Bound> Narrower(std::optional<Bound> a, std::optional<Bound> excluded, bool low) {
  if (!a || !excluded) return a ? a : excluded;
  const double x = Approximately(*a), y = Approximately(*excluded);
  return (low ? x > y : x < y) ? a : excluded;
}
// The first integer that is within.
std::optional<int64_t> WholeBound(const std::optional<Bound>& bound, bool low) {
  if (!bound) return std::nullopt;
  if (bound->value.whole.size() > 18) return bound->value.negative ? -1'000'000'000'000'000'000 : 1'000'000'000'000'000'000;
  const int64_t whole = std::stoll(bound->value.whole) * (bound->value.negative ? -1 : 1);
  if (bound->value.IsInteger()) return bound->excluded ? whole + (low ? 1 : -1) : whole;
  return low ? (bound->value.negative ? whole : whole + 1) : (bound->value.negative ? whole - 1 : whole);
}

E Multiples(int64_t step, std::optional<int64_t> low, std::optional<int64_t> high, const std::string& where) {
  if (step == 1) return IntegersBetween(low, high);
  std::vector<E> choices;
  if (low && high) {
    for (int64_t multiple = *low + ((-*low) % step + step) % step; multiple <= *high; multiple += step) {
      choices.push_back(E::Literal(std::to_string(multiple)));
      if (choices.size() > kMaxMultiples)
        Fail(ErrorCode::kInvalidArgument, where, ": \"multipleOf\": more than ", kMaxMultiples, " multiples between the bounds");
    }
    return E::Choice(std::move(choices));
  }
  if (low || high) Fail(ErrorCode::kInvalidArgument, where, ": \"multipleOf\" needs both \"minimum\" and \"maximum\", or neither");
  if (step > 200) Fail(ErrorCode::kInvalidArgument, where, ": \"multipleOf\" without bounds: at most 200, got ", step);
  // The remainder of what has been written is a node; its digits are edges.
  E graph;
  graph.num_nodes = static_cast<int32_t>(step) + 2;  // 0: start, 1: end, 2 + remainder
  graph.AddEdge(0, 1, E::Literal("0"));
  for (int64_t remainder = -1; remainder < step; ++remainder)
    for (int64_t digit = remainder < 0 ? 1 : 0; digit <= 9; ++digit)
      graph.AddEdge(remainder < 0 ? 0 : static_cast<int32_t>(remainder) + 2,
                    static_cast<int32_t>((std::max<int64_t>(0, remainder) * 10 + digit) % step) + 2,
                    E::Literal(std::to_string(digit)));
  graph.AddEdge(2, 1, E::Sequence({}));
  return E::Sequence({E::Optional(E::Literal("-")), std::move(graph)});
}

}  // namespace

Expression SchemaNumber(const Json& schema, bool is_integer, const std::string& where) {
  for (const char* key : {"exclusiveMinimum", "exclusiveMaximum"})
    if (schema.contains(key) && schema[key].is_boolean())
      Fail(ErrorCode::kInvalidArgument, where, ": \"", key, "\" must be a number, as in drafts since 6");
  const std::optional<Bound> low =
      Narrower(BoundOf(schema, "minimum", false, where), BoundOf(schema, "exclusiveMinimum", true, where), true);
  const std::optional<Bound> high =
      Narrower(BoundOf(schema, "maximum", false, where), BoundOf(schema, "exclusiveMaximum", true, where), false);
  std::optional<int> num_decimals;
  if (const std::optional<Bound> step = BoundOf(schema, "multipleOf", false, where)) {
    const std::string& fraction = step->value.fraction;
    const bool is_power = step->value.whole == "0" && !fraction.empty() && fraction.find_first_not_of('0') == fraction.size() - 1 &&
                          fraction.back() == '1';
    if (step->value.negative || (step->value.whole == "0" && fraction.empty()))
      Fail(ErrorCode::kInvalidArgument, where, ": \"multipleOf\" must be greater than 0");
    if (!is_integer && is_power && fraction.size() <= 10)
      num_decimals = static_cast<int>(fraction.size());
    else if (step->value.IsInteger() && step->value.whole.size() <= 9)
      return Multiples(std::stoll(step->value.whole), WholeBound(low, true), WholeBound(high, false), where);
    else if (!is_integer || !is_power)
      Fail(ErrorCode::kInvalidArgument, where, ": \"multipleOf\": only integers and 0.1, 0.01, ... are supported, got ",
           schema["multipleOf"].dump());
  }
  if (is_integer) return low || high ? IntegersBetween(WholeBound(low, true), WholeBound(high, false)) : JsonRules::Integer();
  return low || high || num_decimals ? NumbersBetween(low, high, num_decimals) : JsonRules::Number();
}

}  // namespace r1
