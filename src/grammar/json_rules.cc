#include "grammar/json_rules.h"

#include <map>
#include <string>

#include "base/utf8.h"

namespace r1 {
namespace {

using E = Expression;

const CharRanges kDigits = {{'0', '9'}};
// What stands in a string as it is.
const CharRanges kPlain = CharRanges{{0x20, 0x10FFFF}}.Without({{'"', '"'}, {'\\', '\\'}});

// \uXXXX: a character of the basic plane, or a high and a low surrogate.
E UnicodeEscape() {
  const E hex = E::Chars({{'0', '9'}, {'A', 'F'}, {'a', 'f'}});
  const E d = E::Chars({{'D', 'D'}, {'d', 'd'}});
  const E other = E::Chars({{'0', '9'}, {'A', 'C'}, {'E', 'F'}, {'a', 'c'}, {'e', 'f'}});
  const E pair = E::Sequence({d, E::Chars({{'8', '9'}, {'A', 'B'}, {'a', 'b'}}), hex, hex, E::Literal("\\u"), d,
                              E::Chars({{'C', 'F'}, {'c', 'f'}}), hex, hex});
  return E::Sequence({E::Literal("\\u"),
                      E::Choice({E::Sequence({other, hex, hex, hex}), E::Sequence({d, E::Chars({{'0', '7'}}), hex, hex}), pair})});
}

}  // namespace

Expression JsonRules::AnyCharacter() {
  const E escape =
      E::Sequence({E::Literal("\\"),
                   E::Chars({{'"', '"'}, {'/', '/'}, {'\\', '\\'}, {'b', 'b'}, {'f', 'f'}, {'n', 'n'}, {'r', 'r'}, {'t', 't'}})});
  return E::Choice({E::Chars(kPlain), escape, UnicodeEscape()});
}

Expression JsonRules::Character(const CharRanges& set) {
  CharRanges plain = set.Without(CharRanges::All().Without(kPlain));
  std::vector<E> choices;
  if (!plain.empty()) choices.push_back(E::Chars(std::move(plain)));
  const std::pair<char32_t, const char*> escapes[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\b', "\\b"}, {'\f', "\\f"},
                                                      {'\n', "\\n"}, {'\r', "\\r"},  {'\t', "\\t"}};
  for (const auto& [c, text] : escapes)
    if (set.Contains(c)) choices.push_back(E::Literal(text));
  return E::Choice(std::move(choices));
}

Expression JsonRules::Quoted(Expression characters) {
  return E::Sequence({E::Literal("\""), std::move(characters), E::Literal("\"")});
}

Expression JsonRules::StringOtherThan(const std::vector<std::string>& names) {
  // A tree of the names; where a string leaves it, the rest is free, and it may end wherever no name does.
  struct Node {
    std::map<char32_t, int32_t> children;
    bool is_name = false;
  };
  std::vector<Node> tree(1);
  for (const std::string& name : names) {
    size_t at = 0;
    for (std::string_view rest = name; !rest.empty();) {
      const Utf8Char c = NextUtf8Char(rest);
      rest.remove_prefix(static_cast<size_t>(c.num_bytes));
      const auto [it, added] = tree[at].children.try_emplace(c.code_point, static_cast<int32_t>(tree.size()));
      const auto child = static_cast<size_t>(it->second);
      if (added) tree.emplace_back();
      at = child;
    }
    tree[at].is_name = true;
  }
  E graph;
  graph.num_nodes = static_cast<int32_t>(tree.size()) + 2;  // 0: start and root, 1: end, 2: free, then the rest of the tree
  const auto number = [](size_t node) { return node == 0 ? 0 : static_cast<int32_t>(node) + 2; };
  for (size_t i = 0; i < tree.size(); ++i) {
    CharRanges taken;
    for (const auto& [c, child] : tree[i].children) {
      taken.Add(c, c);
      if (kPlain.Contains(c)) graph.AddEdge(number(i), number(static_cast<size_t>(child)), E::Chars({{c, c}}));
    }
    graph.AddEdge(number(i), 2, E::Chars(kPlain.Without(taken)));
    if (!tree[i].is_name) graph.AddEdge(number(i), 1, E::Sequence({}));
  }
  graph.AddEdge(2, 1, E::Repeat(E::Chars(kPlain), 0, E::kUnbounded));
  return Quoted(std::move(graph));
}

Expression JsonRules::String() {
  if (string_ < 0) string_ = rules_.Add("a JSON string", Quoted(E::Repeat(AnyCharacter(), 0, E::kUnbounded)));
  return E::Rule(string_);
}

Expression JsonRules::Integer() {
  return E::Sequence({E::Optional(E::Literal("-")),
                      E::Choice({E::Literal("0"), E::Sequence({E::Chars({{'1', '9'}}), E::Repeat(E::Chars(kDigits), 0, 17)})})});
}

Expression JsonRules::Number() {
  const E digits = E::Repeat(E::Chars(kDigits), 1, 16);
  return E::Sequence({E::Optional(E::Literal("-")),
                      E::Choice({E::Literal("0"), E::Sequence({E::Chars({{'1', '9'}}), E::Repeat(E::Chars(kDigits), 0, 15)})}),
                      E::Optional(E::Sequence({E::Literal("."), digits})),
                      E::Optional(E::Sequence({E::Chars({{'E', 'E'}, {'e', 'e'}}), E::Optional(E::Chars({{'+', '+'}, {'-', '-'}})),
                                               E::Repeat(E::Chars(kDigits), 1, 2)}))});
}

Expression JsonRules::Boolean() { return E::Choice({E::Literal("true"), E::Literal("false")}); }

Expression JsonRules::Space() {
  if (space_ < 0) {
    const E indent = E::Repeat(E::Chars({{' ', ' '}, {'\t', '\t'}}), 0, 40);
    space_ = rules_.Add("white space", E::Choice({E::Sequence({}), E::Literal(" "), E::Sequence({E::Literal("\n"), indent})}));
  }
  return E::Rule(space_);
}

Expression JsonRules::Value() {
  if (value_ < 0) {
    value_ = rules_.Add("a JSON value");
    E body = E::Choice({Object(), Array(), String(), Number(), Boolean(), Null()});
    rules_.rules[static_cast<size_t>(value_)].body = std::move(body);
  }
  return E::Rule(value_);
}

Expression JsonRules::Object() {
  if (object_ < 0) {
    object_ = rules_.Add("a JSON object");
    const E member = E::Sequence({String(), E::Literal(":"), Space(), Value()});
    const E more = E::Repeat(E::Sequence({E::Literal(","), Space(), member}), 0, E::kUnbounded);
    E body = E::Sequence({E::Literal("{"), Space(), E::Optional(E::Sequence({member, more, Space()})), E::Literal("}")});
    rules_.rules[static_cast<size_t>(object_)].body = std::move(body);
  }
  return E::Rule(object_);
}

Expression JsonRules::Array() {
  if (array_ < 0) {
    array_ = rules_.Add("a JSON array");
    const E more = E::Repeat(E::Sequence({E::Literal(","), Space(), Value()}), 0, E::kUnbounded);
    E body = E::Sequence({E::Literal("["), Space(), E::Optional(E::Sequence({Value(), more, Space()})), E::Literal("]")});
    rules_.rules[static_cast<size_t>(array_)].body = std::move(body);
  }
  return E::Rule(array_);
}

}  // namespace r1
