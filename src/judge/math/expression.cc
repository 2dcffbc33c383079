#include "judge/math/expression.h"

#include <algorithm>

#include "base/error.h"

namespace r1::math {
namespace {

// "0.50" -> "0.5", "007" -> "7", ".5" -> "0.5"; exponents stay.
std::string ShortNumber(std::string_view text) {
  const size_t exponent = std::min(text.find('e'), text.size());
  std::string digits(text.substr(0, exponent));
  if (digits.find('.') != digits.npos) {
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty() || digits[0] == '.') digits.insert(0, "0");
  return digits + std::string(text.substr(exponent));
}

class Printer {
 public:
  explicit Printer(const Arena& arena) : arena_(arena) {}

  std::string Print(NodeId id) {
    const DepthGuard guard(depth_, kMaxTreeDepth);
    const Node& node = arena_[id];
    switch (node.op) {
      case Op::kNumber: return ShortNumber(node.text);
      case Op::kSymbol:
      case Op::kConstant: return node.text;
      case Op::kText: return "'" + node.text + "'";
      case Op::kBased: return StrCat(node.text, "_", node.number);
      case Op::kAdd: return Sorted(id, Op::kAdd, "+");
      case Op::kMul: return Sorted(id, Op::kMul, "*");
      // In brackets, or (a^b)^c and a^(b^c), (a/b)^c and a/b^c would be one text.
      case Op::kDiv: return "(" + Print(node.children[0]) + "/" + Print(node.children[1]) + ")";
      case Op::kPow: return "(" + Print(node.children[0]) + "^" + Print(node.children[1]) + ")";
      case Op::kPercent: return Print(node.children[0]) + "%";
      case Op::kDegree: return Print(node.children[0]) + "deg";
      case Op::kUnit: return Print(node.children[0]) + " '" + node.text + "'";
      case Op::kMatrix: return StrCat(node.text.empty() ? "matrix" : node.text, node.number, Joined(node, "(", ",", ")"));
      case Op::kRatio: return Joined(node, "", ":", "");
      case Op::kRelation: return Relation(node);
      case Op::kSequence:
        if (node.text.empty()) return Joined(node, "", ", ", HowJoined(node));
        return Joined(node, node.text.substr(0, 1), ", ", node.text.substr(1));
      default: return Name(node) + Joined(node, "(", ",", ")");
    }
  }

 private:
  static std::string Name(const Node& node) {
    switch (node.op) {
      case Op::kPlusMinus: return node.text == "+" ? "plusminus" : "minusplus";
      case Op::kSetOperation: return node.text == "u" ? "union" : node.text == "n" ? "intersection" : "difference";
      case Op::kSetBuilder: return "those";
      case Op::kModulo: return "mod";
      default: return node.text;
    }
  }

  std::string Joined(const Node& node, std::string_view open, std::string_view between, std::string_view close) {
    std::string out(open);
    for (size_t i = 0; i < node.children.size(); ++i) out += (i ? std::string(between) : "") + Print(node.children[i]);
    return out += close;
  }

  // x > 1 and x < 2 is not x > 1 or x < 2; solutions may be joined by either.
  std::string_view HowJoined(const Node& node) const {
    const bool conditions = std::any_of(node.children.begin(), node.children.end(), [&](NodeId child) {
      return arena_[child].op == Op::kRelation && arena_[child].text.find_first_of("<l>g!") != std::string::npos;
    });
    return !conditions || node.number == 0 ? "" : node.number == 1 ? " (or)" : " (and)";
  }

  void Flatten(NodeId id, Op op, std::vector<std::string>& out) {
    const DepthGuard guard(depth_, kMaxTreeDepth);
    for (const NodeId child : arena_[id].children) {
      if (arena_[child].op == op)
        Flatten(child, op, out);
      else
        out.push_back(Print(child));
    }
  }

  std::string Sorted(NodeId id, Op op, std::string_view between) {
    std::vector<std::string> parts;
    Flatten(id, op, parts);
    std::sort(parts.begin(), parts.end());
    std::string out = "(";
    for (size_t i = 0; i < parts.size(); ++i) out += (i ? std::string(between) : "") + parts[i];
    return out + ")";
  }

  std::string Relation(const Node& node) {
    std::string out = Print(node.children[0]);
    for (size_t i = 0; i < node.text.size(); ++i) {
      switch (node.text[i]) {
        case 'l': out += " <= "; break;
        case 'g': out += " >= "; break;
        case '!': out += " != "; break;
        case 'e': out += " in "; break;
        case 'c': out += " subset "; break;
        case '#': out += " congruent "; break;
        default: out += std::string(" ") + node.text[i] + " ";
      }
      out += Print(node.children[i + 1]);
    }
    return out;
  }

  const Arena& arena_;
  int depth_ = 0;
};

void CollectUnknowns(const Arena& arena, NodeId id, std::set<std::string>& names) {
  const Node& node = arena[id];
  if (node.op == Op::kSymbol || node.op == Op::kUnknown) names.insert(node.text);
  std::set<std::string> inner;
  for (const NodeId child : node.children) CollectUnknowns(arena, child, node.op == Op::kSum ? inner : names);
  if (node.op == Op::kSum) {
    inner.erase(arena[node.children[0]].text);
    names.merge(inner);
  }
}

}  // namespace

NodeId Arena::Add(Op op, std::string text, std::vector<NodeId> children, int32_t number) {
  nodes_.push_back({op, std::move(text), std::move(children), number});
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId Arena::Integer(int64_t value) {
  const NodeId node = Add(Op::kNumber, std::to_string(value < 0 ? -value : value));
  return value < 0 ? Negative(node) : node;
}

NodeId Arena::Negative(NodeId node) {
  const NodeId one = Add(Op::kConstant, "-1");
  return Add(Op::kMul, "", {one, node});
}

NodeId Arena::Difference(NodeId a, NodeId b) {
  const NodeId negative = Negative(b);
  return Add(Op::kAdd, "", {a, negative});
}

std::string NormalForm(const Arena& arena, NodeId node) {
  const std::string form = Printer(arena).Print(node);
  const bool bracketed = arena[node].op == Op::kDiv || arena[node].op == Op::kPow;
  return bracketed ? form.substr(1, form.size() - 2) : form;  // nothing stands around it
}

std::set<std::string> Unknowns(const Arena& arena, NodeId node) {
  std::set<std::string> names;
  CollectUnknowns(arena, node, names);
  return names;
}

bool Contains(const Arena& arena, NodeId node, Op op) {
  if (arena[node].op == op) return true;
  for (const NodeId child : arena[node].children)
    if (Contains(arena, child, op)) return true;
  return false;
}

bool IsScalar(const Arena& arena, NodeId node) {
  if (arena[node].op > Op::kBased) return false;
  for (const NodeId child : arena[node].children)
    if (!IsScalar(arena, child)) return false;
  return true;
}

namespace {

NodeId ReplacedBelow(Arena& arena, NodeId node, const std::string& from, NodeId to, Budget& budget) {
  budget.Spend(20);
  const Op op = arena[node].op;
  if ((op == Op::kSymbol || op == Op::kUnknown) && NormalForm(arena, node) == from) return to;
  std::vector<NodeId> children = arena[node].children;
  if (children.empty()) return node;
  for (NodeId& child : children) child = ReplacedBelow(arena, child, from, to, budget);
  return arena.Add(op, arena[node].text, std::move(children), arena[node].number);
}

}  // namespace

NodeId Replaced(Arena& arena, NodeId node, std::string_view from, NodeId to, Budget& budget) {
  // A copy: the name may stand in the arena, which moves as it grows.
  return ReplacedBelow(arena, node, std::string(from), to, budget);
}

}  // namespace r1::math
