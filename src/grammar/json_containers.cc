#include "grammar/json_containers.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace r1 {
namespace {

using E = Expression;

E Comma(JsonRules& json) { return E::Sequence({E::Literal(","), json.Space()}); }

// What follows the first of some: as many as are left of the range.
E More(E next, CountRange range) {
  const int64_t max = range.max == E::kUnbounded ? E::kUnbounded : range.max - 1;
  return E::Repeat(std::move(next), std::max<int64_t>(0, range.min - 1), max);
}

E Within(const char* open, JsonRules& json, E inner, const char* close) {
  return E::Sequence({E::Literal(open), json.Space(), std::move(inner), E::Literal(close)});
}

}  // namespace

Expression ArrayExpression(JsonRules& json, std::vector<Expression> fixed, const std::optional<Expression>& others,
                           CountRange num_items) {
  const auto [min, max] = num_items;
  const auto num_fixed = static_cast<int32_t>(fixed.size());
  const auto written = [](int32_t count) { return 2 + count; };  // the node where so many items have been written
  E graph;
  graph.num_nodes = written(num_fixed + 1) + 1;
  graph.AddEdge(0, written(0), E::Sequence({}));
  for (int32_t i = 0; i <= num_fixed; ++i) {
    if (i >= min && (max == E::kUnbounded || i <= max)) graph.AddEdge(written(i), 1, i == 0 ? E::Sequence({}) : json.Space());
    if (i == num_fixed) break;
    E item = std::move(fixed[static_cast<size_t>(i)]);
    graph.AddEdge(written(i), written(i + 1), i == 0 ? std::move(item) : E::Sequence({Comma(json), std::move(item)}));
  }
  if (others && (max == E::kUnbounded || max > num_fixed)) {
    const E next = E::Sequence({Comma(json), *others});
    const CountRange rest{min - num_fixed, max == E::kUnbounded ? max : max - num_fixed};
    graph.AddEdge(written(num_fixed), written(num_fixed + 1), E::Sequence({num_fixed == 0 ? *others : next, More(next, rest)}));
    graph.AddEdge(written(num_fixed + 1), 1, json.Space());
  }
  return Within("[", json, std::move(graph), "]");
}

// Two nodes between members: nothing has been written yet, or something has, and then a comma comes first. Both lead to where the
// next member is written, so that a hundred members that may be left out are a hundred choices and not 2^100.
Expression ObjectExpression(JsonRules& json, std::vector<JsonMember> members, const std::optional<Expression>& others,
                            CountRange num_others) {
  const auto nothing = [](int32_t i) { return 2 + 3 * i; };
  const auto something = [](int32_t i) { return 3 + 3 * i; };
  const auto here = [](int32_t i) { return 4 + 3 * i; };
  const auto member = [&](E name, E value) {
    return E::Sequence({std::move(name), E::Literal(":"), json.Space(), std::move(value)});
  };
  const auto end = static_cast<int32_t>(members.size());
  std::vector<std::string> names;
  E graph;
  graph.num_nodes = here(end) + 1;
  graph.AddEdge(0, nothing(0), E::Sequence({}));
  for (int32_t i = 0; i < end; ++i) {
    JsonMember& m = members[static_cast<size_t>(i)];
    names.push_back(m.name);
    graph.AddEdge(nothing(i), here(i), E::Sequence({}));
    if (i > 0) graph.AddEdge(something(i), here(i), Comma(json));
    graph.AddEdge(here(i), something(i + 1), member(E::Literal(nlohmann::json(m.name).dump()), std::move(m.value)));
    if (m.required) continue;
    graph.AddEdge(nothing(i), nothing(i + 1), E::Sequence({}));
    if (i > 0) graph.AddEdge(something(i), something(i + 1), E::Sequence({}));
  }
  if (num_others.min == 0) {
    graph.AddEdge(nothing(end), 1, E::Sequence({}));
    if (end > 0) graph.AddEdge(something(end), 1, json.Space());
  }
  if (others && num_others.max != 0) {
    const E other = member(names.empty() ? json.String() : JsonRules::StringOtherThan(names), *others);
    graph.AddEdge(nothing(end), here(end), other);
    const E next = E::Sequence({Comma(json), other});
    if (end > 0) graph.AddEdge(something(end), here(end), next);
    graph.AddEdge(here(end), 1, E::Sequence({More(next, num_others), json.Space()}));
  }
  return Within("{", json, std::move(graph), "}");
}

}  // namespace r1
