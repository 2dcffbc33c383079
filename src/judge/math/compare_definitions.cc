// What may be called otherwise: f(x) = x + 1 and f(n) = n + 1, y = 2x and f(x) = 2x, constants of integration.
#include <algorithm>

#include "judge/math/answer_comparison.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

constexpr size_t kMaxNodes = 2000;  // of the arena, where constants are looked for

// The one argument, if it is a symbol, of a definition of f(x).
NodeId ArgumentOf(const Arena& arena, NodeId name) {
  const Node& node = arena[name];
  if (node.op != Op::kUnknown || node.children.size() != 1 || node.text.find('_') != std::string::npos) return kNoNode;
  return arena[node.children[0]].op == Op::kSymbol ? node.children[0] : kNoNode;
}

// "n" of "a_{n}"
std::string IndexOf(const std::string& name) {
  const size_t at = name.find("_{");
  return at != name.npos && name.size() == at + 4 && IsLetter(name[at + 2]) ? name.substr(at + 2, 1) : "";
}

bool IsVariable(const std::string& name) {
  return name == "x" || name == "y" || name == "z" || name == "t" || name == "u" || name == "s" || name == "\\theta";
}

// "C", and "C_{1}" of several.
bool IsConstantOfIntegration(std::string_view name, char letter) {
  return !name.empty() && name[0] == letter && (name.size() == 1 || name.starts_with(letter == 'c' ? "c_{" : "C_{"));
}

// The symbol of the one condition "k in ZZ" of a list.
NodeId IntegerOf(const Arena& arena, NodeId id) {
  if (arena[id].op != Op::kSequence || !arena[id].text.empty()) return kNoNode;
  NodeId symbol = kNoNode;
  for (const NodeId child : arena[id].children) {
    const Node& node = arena[child];
    if (node.op != Op::kRelation || node.text != "e" || arena[node.children[1]].text != "ZZ") continue;
    if (symbol != kNoNode || arena[node.children[0]].op != Op::kSymbol) return kNoNode;
    symbol = node.children[0];
  }
  return symbol;
}

// Is `name` a term of its own, in the expression or on the right of its equation?
bool IsAdded(const Arena& arena, NodeId id, const std::string& name) {
  const Node& node = arena[id];
  if (node.op == Op::kRelation && node.text == "=") return IsAdded(arena, node.children[1], name);
  return node.op == Op::kAdd && std::any_of(node.children.begin(), node.children.end(), [&](NodeId child) {
           return arena[child].op == Op::kSymbol && arena[child].text == name;
         });
}

}  // namespace

// m + n, x + y + z
bool AnswerComparison::IsSumOfNames(NodeId id) const {
  const Node& node = arena_[id];
  return node.op == Op::kAdd &&
         std::all_of(node.children.begin(), node.children.end(), [&](NodeId child) { return arena_[child].op == Op::kSymbol; });
}

// The argument of a function has another name. Where the new one is taken already, it is another function: f(t) = xt is not f(x) =
// x^2.
NodeId AnswerComparison::Renamed(NodeId value, const std::string& from, NodeId to) {
  if (from != arena_[to].text && Unknowns(arena_, value).contains(arena_[to].text)) throw Refusal{"a function of two names"};
  return Replaced(arena_, value, from, to, budget_);
}

NodeId AnswerComparison::AsFunctionOf(const Assigned& expected, const Assigned& answer) {
  const NodeId x = ArgumentOf(arena_, expected.name), z = ArgumentOf(arena_, answer.name);
  const std::string name = arena_[expected.name].text, other = arena_[answer.name].text;
  if (x != kNoNode && z != kNoNode) return name == other ? Renamed(answer.value, arena_[z].text, x) : kNoNode;
  // a_n = 2n and a_k = 2k
  const std::string index = IndexOf(name), other_index = IndexOf(other);
  if (!index.empty() && !other_index.empty() && name.substr(0, name.find('_')) == other.substr(0, other.find('_')))
    return Renamed(answer.value, other_index, arena_.Add(Op::kSymbol, index));
  // y stands for f(x), and y(x) for y.
  const NodeId argument = x != kNoNode ? x : z;
  if (argument == kNoNode || arena_[x != kNoNode ? answer.name : expected.name].op != Op::kSymbol) return kNoNode;
  const std::string& symbol = x != kNoNode ? other : name;
  const std::string& function = x != kNoNode ? name : other;
  const bool known = symbol == "y" || symbol == function;
  return known && arena_[argument].text != symbol ? answer.value : kNoNode;
}

// Constants of integration may be written small or large, integers have any name: the answer with those of the expected answer.
NodeId AnswerComparison::WithConstantsOf(NodeId expected, NodeId answer) {
  if (arena_.size() > kMaxNodes || depth_ > 1) return answer;
  // x = k\pi, k \in \mathbb{Z}: any name will do for a number that ranges over the integers.
  const NodeId k = IntegerOf(arena_, expected), n = IntegerOf(arena_, answer);
  if (k != kNoNode && n != kNoNode && arena_[k].text != arena_[n].text && !Unknowns(arena_, answer).contains(arena_[k].text))
    answer = Replaced(arena_, answer, arena_[n].text, k, budget_);
  const std::set<std::string> wanted = Unknowns(arena_, expected), given = Unknowns(arena_, answer);
  if (wanted == given || std::none_of(wanted.begin(), wanted.end(), IsVariable)) return answer;
  for (const char letter : {'c', 'C'}) {
    const char other = letter == 'c' ? 'C' : 'c';
    for (const std::string& name : wanted) {
      const std::string written = other + name.substr(1);
      if (!IsConstantOfIntegration(name, letter) || given.contains(name) || !given.contains(written) || wanted.contains(written))
        continue;
      const bool equations = arena_[expected].op == Op::kRelation && arena_[answer].op == Op::kRelation;
      const bool added = IsAdded(arena_, expected, name) && IsAdded(arena_, answer, written);
      if (name.size() > 1 || added || equations) answer = Replaced(arena_, answer, written, arena_.Add(Op::kSymbol, name), budget_);
    }
  }
  return answer;
}

}  // namespace r1::math
