// What a grammar says, before it is compiled (grammar/grammar.h): rules, and for each an expression over characters and other
// rules. GBNF, regular expressions and JSON schemas are read into these.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammar/char_ranges.h"

namespace r1 {

struct Expression {
  enum class Kind {
    kLiteral,   // `bytes`
    kChars,     // one character of `chars`
    kSequence,  // all parts, in order; none: the empty text
    kChoice,    // one of the parts; none: nothing matches
    kRepeat,    // parts[0], min to max times
    kRule,      // what rule number `rule` says
    kGraph,     // a path from node 0 to node 1; part i leads from edges[i].from to edges[i].to. Choices that share their ends
  };
  struct GraphEdge {
    int32_t from, to;
  };
  static constexpr int64_t kUnbounded = -1;

  Kind kind = Kind::kSequence;
  std::string bytes;
  CharRanges chars;
  std::vector<Expression> parts;
  int64_t min = 0, max = 0;
  int32_t rule = -1;
  std::vector<GraphEdge> edges;
  int32_t num_nodes = 2;

  static Expression Literal(std::string_view text);
  static Expression Chars(CharRanges set);
  static Expression Sequence(std::vector<Expression> parts);
  static Expression Choice(std::vector<Expression> parts);
  static Expression Repeat(Expression part, int64_t min, int64_t max);
  static Expression Optional(Expression part) { return Repeat(std::move(part), 0, 1); }
  static Expression Rule(int32_t rule);
  // A token that is no text, such as <tool_call>; see ControlTokenBytes.
  static Expression ControlToken(std::string_view name);

  void AddEdge(int32_t from, int32_t to, Expression part);
};

// Tokens that steer the model rather than stand for text have a spelling of their own: their name between two bytes that no UTF-8
// text contains. So no text can spell one, and a grammar that wants one can.
inline constexpr char kControlTokenMark = '\xFF';
std::string ControlTokenBytes(std::string_view name);

struct RuleSet {
  struct Rule {
    std::string name;  // for messages
    Expression body;
  };
  std::deque<Rule> rules;  // stay where they are while others are added
  int32_t root = 0;

  // The body follows later: rules may refer to each other.
  int32_t Add(std::string name);
  int32_t Add(std::string name, Expression body);
};

}  // namespace r1
