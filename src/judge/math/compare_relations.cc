// Equations and inequalities: "x = 5" is a value, "2x + y = 1" a line that may be written otherwise, "x > 2" a set.
#include <algorithm>

#include "base/error.h"
#include "judge/math/answer_comparison.h"
#include "judge/math/real_set.h"
#include "judge/math/scalar_equality.h"

namespace r1::math {
namespace {

// \sin A, \cos 2x, \tan\angle ABC
bool IsTrigonometric(const Arena& arena, NodeId id) {
  if (arena[id].op != Op::kFunction || arena[id].children.size() != 1 || Unknowns(arena, id).empty()) return false;
  for (const std::string_view name : {"sin", "cos", "tan", "cot", "sec", "csc"})
    if (arena[id].text == name) return true;
  return false;
}

}  // namespace

// What stands for a value: x, x_1, f(x), f^{-1}(x), dy/dx, (x, y), AB, \angle ABC, V_1 : V_2, "area". Not abc or 2x.
bool AnswerComparison::IsName(NodeId id) const {
  const Node& node = arena_[id];
  const auto all = [&](auto accept) { return std::all_of(node.children.begin(), node.children.end(), accept); };
  switch (node.op) {
    case Op::kSymbol: return node.text != "RR" && node.text != "...";
    case Op::kUnknown:
    case Op::kText: return true;
    case Op::kRatio: return all([&](NodeId child) { return IsName(child); });
    case Op::kSequence: return !node.children.empty() && node.text != "{}" && all([&](NodeId child) { return IsName(child); });
    case Op::kDiv: {
      const std::string top = NormalForm(arena_, node.children[0]), bottom = NormalForm(arena_, node.children[1]);
      return (top.starts_with("(d*") || top == "d") && bottom.starts_with("(d*") && bottom.size() == 5;
    }
    case Op::kFunction: return node.text == "abs" && IsName(node.children[0]);
    case Op::kMul: {
      const auto letter = [&](NodeId child) {
        const std::string& text = arena_[child].text;
        return arena_[child].op == Op::kSymbol && text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z';
      };
      const bool angle = std::any_of(node.children.begin(), node.children.end(), [&](NodeId child) {
        return arena_[child].op == Op::kSymbol && arena_[child].text.starts_with("\\angle");
      });
      if (node.children.size() <= 4 && all(letter)) return true;
      if (node.children.size() == 2 && NormalForm(arena_, node.children[0]).ends_with("^(-1*1)") && IsName(node.children[1]))
        return true;
      return node.children.size() == 2 && angle && arena_[node.children[0]].op == Op::kSymbol;  // m\angle A
    }
    default: return false;
  }
}

AnswerComparison::Assigned AnswerComparison::Unwrap(NodeId id) const {
  const Node& node = arena_[id];
  if (node.op != Op::kRelation) return {kNoNode, id, false};
  if ((node.text == "e" || node.text == "#") && IsName(node.children[0])) return {node.children[0], node.children[1], false};
  if (node.text.find_first_not_of("=~") != std::string::npos) return {kNoNode, id, false};
  // x = 1/3 ~ 0.33: what is only about right is no part of the answer, unless there is nothing else.
  std::vector<NodeId> members = {node.children[0]};
  for (size_t i = 0; i < node.text.size(); ++i) {
    if (node.text[i] == '~' && !(members.size() == 1 && IsName(members[0]))) break;
    members.push_back(node.children[i + 1]);
  }
  if (members.size() == 1) return {kNoNode, members[0], false};
  const NodeId first = members.front(), last = members.back();
  if (members.size() > 2) {
    const auto name = std::find_if(members.rbegin() + 1, members.rend(), [&](NodeId member) { return IsName(member); });
    return {name == members.rend() ? kNoNode : *name, last, false};
  }
  if (IsName(first)) return {first, last, false};
  if (IsName(last)) return {last, first, false};
  const auto is_constant = [&](NodeId side) { return IsScalar(arena_, side) && Unknowns(arena_, side).empty(); };
  if (is_constant(first) && is_constant(last)) return {kNoNode, last, false};  // 5 + 5 = 10
  if (IsAskedFor(first)) return {first, last, false};                          // \\tan\\theta = 2
  return {kNoNode, id, true};
}

// What a question may ask for by name, like f(x), though it is no name: \sin A, \frac{AB}{BC}, \det A, A \cap B, \sum_{k=1}^n k.
bool AnswerComparison::IsAskedFor(NodeId id) const {
  const Node& node = arena_[id];
  const auto all = [&](auto accept) { return std::all_of(node.children.begin(), node.children.end(), accept); };
  switch (node.op) {
    case Op::kSum: return true;
    case Op::kDiv: return all([&](NodeId child) { return IsName(child); });
    case Op::kSetOperation: return all([&](NodeId child) { return arena_[child].op == Op::kSymbol; });
    case Op::kMul: {
      const Node &first = arena_[node.children[0]], &second = arena_[node.children[1]];
      return node.children.size() == 2 && first.op == Op::kSymbol && first.text == "\\det" && second.op == Op::kSymbol;
    }
    default: return IsTrigonometric(arena_, id);
  }
}

bool AnswerComparison::NamesAgree(NodeId a, NodeId b) const {
  if (arena_[a].op == Op::kUnknown && arena_[b].op == Op::kUnknown) return arena_[a].text == arena_[b].text;
  // m\angle A is \angle A, and both \overline{AB} and |AB| are AB.
  const auto plain = [&](NodeId id) {
    std::string form = NormalForm(arena_, id);
    for (const auto& [open, close] : {std::pair("\\overline{", "}"), std::pair("abs(", ")")})
      if (form.starts_with(open) && form.ends_with(close))
        form = form.substr(std::string_view(open).size(), form.size() - std::string_view(open).size() - 1);
    if (form.starts_with("(\\angle ") && form.ends_with("*m)")) form = form.substr(1, form.size() - 4);
    return form;
  };
  return plain(a) == plain(b);
}

bool AnswerComparison::SameEquation(NodeId expected, NodeId answer) {
  const auto difference = [&](NodeId id) {
    const std::vector<NodeId> sides = arena_[id].children;
    if (arena_[id].text != "=" || !IsScalar(arena_, sides[0]) || !IsScalar(arena_, sides[1])) return kNoNode;
    return arena_.Difference(sides[0], sides[1]);
  };
  const NodeId a = difference(expected), b = difference(answer);
  if (a == kNoNode || b == kNoNode) return Decide(false, "different equations");
  const bool same = ConstantRatio(arena_, a, b, budget_) != 0;
  return Decide(same, same ? "equations: one is a multiple of the other" : "different equations");
}

bool AnswerComparison::SameSet(NodeId expected, NodeId answer) {
  const auto a = ToRealSet(arena_, expected, budget_), b = ToRealSet(arena_, answer, budget_);
  if (a && b) {
    const bool same = SameRealSet(arena_, *a, *b, budget_);
    return Decide(
        same, same ? StrCat("the same set of real numbers, in ", a->pieces.size(), " pieces") : "different sets of real numbers");
  }
  if (arena_[expected].op == Op::kRelation && arena_[answer].op == Op::kRelation) return SameInequality(expected, answer);
  const bool list = IsList(expected) && IsList(answer);
  if (list) return SameList(expected, answer);
  if (arena_[expected].op == Op::kSequence && arena_[answer].op == Op::kSequence && arena_[expected].text == arena_[answer].text)
    return SameParts(expected, answer, "intervals");
  return Decide(false, "a set of real numbers and none");
}

// f(2) < f(1) is f(1) > f(2); 2x - 2y < 4 is x - y < 2.
bool AnswerComparison::SameInequality(NodeId expected, NodeId answer) {
  const auto reversed = [](std::string relations) {
    std::reverse(relations.begin(), relations.end());
    for (char& c : relations) c = c == '<' ? '>' : c == '>' ? '<' : c == 'l' ? 'g' : c == 'g' ? 'l' : c;
    return relations;
  };
  const std::string relations = arena_[expected].text, other = arena_[answer].text;
  const std::vector<NodeId> a = arena_[expected].children;
  std::vector<NodeId> b = arena_[answer].children;
  if (a.size() != b.size()) return Decide(false, "different inequalities");
  const auto same_sides = [&] {
    for (size_t i = 0; i < a.size(); ++i)
      if (!Quietly(a[i], b[i])) return false;
    return true;
  };
  if (relations == other && same_sides()) return Decide(true, "inequalities with the same sides");
  std::reverse(b.begin(), b.end());
  if (relations == reversed(other) && same_sides()) return Decide(true, "inequalities with the same sides");
  if (a.size() != 2 || !IsScalar(arena_, a[0]) || !IsScalar(arena_, a[1]) || !IsScalar(arena_, b[0]) || !IsScalar(arena_, b[1]))
    return Decide(false, "different inequalities");
  const int ratio = ConstantRatio(arena_, arena_.Difference(a[0], a[1]), arena_.Difference(b[1], b[0]), budget_);
  const bool same = (ratio == 1 && relations == other) || (ratio == -1 && relations == reversed(other));
  return Decide(same, same ? "inequalities: one is a multiple of the other" : "different inequalities");
}

}  // namespace r1::math
