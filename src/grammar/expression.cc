#include "grammar/expression.h"

namespace r1 {

Expression Expression::Literal(std::string_view text) {
  Expression e;
  e.kind = Kind::kLiteral;
  e.bytes = text;
  return e;
}

Expression Expression::Chars(CharRanges set) {
  Expression e;
  e.kind = Kind::kChars;
  e.chars = std::move(set);
  return e;
}

Expression Expression::Sequence(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  Expression e;
  e.kind = Kind::kSequence;
  e.parts = std::move(parts);
  return e;
}

Expression Expression::Choice(std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  Expression e;
  e.kind = Kind::kChoice;
  e.parts = std::move(parts);
  return e;
}

Expression Expression::Repeat(Expression part, int64_t min, int64_t max) {
  Expression e;
  e.kind = Kind::kRepeat;
  e.parts.push_back(std::move(part));
  e.min = min;
  e.max = max;
  return e;
}

Expression Expression::Rule(int32_t rule) {
  Expression e;
  e.kind = Kind::kRule;
  e.rule = rule;
  return e;
}

Expression Expression::ControlToken(std::string_view name) { return Literal(ControlTokenBytes(name)); }

void Expression::AddEdge(int32_t from, int32_t to, Expression part) {
  kind = Kind::kGraph;
  edges.push_back({from, to});
  parts.push_back(std::move(part));
}

std::string ControlTokenBytes(std::string_view name) {
  std::string bytes(1, kControlTokenMark);
  bytes += name;
  bytes += kControlTokenMark;
  return bytes;
}

int32_t RuleSet::Add(std::string name) {
  rules.push_back({std::move(name), {}});
  return static_cast<int32_t>(rules.size()) - 1;
}

int32_t RuleSet::Add(std::string name, Expression body) {
  const int32_t rule = Add(std::move(name));
  rules[static_cast<size_t>(rule)].body = std::move(body);
  return rule;
}

}  // namespace r1
