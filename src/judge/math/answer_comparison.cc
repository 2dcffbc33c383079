#include "judge/math/answer_comparison.h"

#include <algorithm>

#include "base/error.h"
#include "judge/math/real_set.h"
#include "judge/math/scalar_equality.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

// Letters side by side, as they were written: "AB"; "" for anything else.
std::string Spelled(const Arena& arena, NodeId id) {
  const Node& node = arena[id];
  if (node.op == Op::kText) return node.text;
  if ((node.op == Op::kSymbol || node.op == Op::kConstant) && node.text.size() == 1) return LowerCase(node.text);
  if (node.op != Op::kMul) return "";
  std::string all;
  for (const NodeId child : node.children) {
    const std::string part = Spelled(arena, child);
    if (part.empty()) return "";
    all += part;
  }
  return all;
}

}  // namespace

bool AnswerComparison::Same(NodeId expected, NodeId answer) {
  const DepthGuard guard(depth_);
  budget_.Spend(20);
  if (NormalForm(arena_, expected) == NormalForm(arena_, answer)) return Decide(true, "the same normal form");
  const Assigned a = Unwrap(expected), b = Unwrap(answer);
  const bool named = a.name != kNoNode, answer_named = b.name != kNoNode;
  if (a.is_equation || b.is_equation) {
    if ((a.is_equation || named) && (b.is_equation || answer_named)) return SameEquation(expected, answer);
    return Decide(false, "an equation and a value");
  }
  if (named && answer_named && !NamesAgree(a.name, b.name)) {
    if (SameEquation(expected, answer)) return true;
    return Decide(false, "values of different unknowns");
  }
  return SameValue(a.value, b.value);
}

bool AnswerComparison::SameValue(NodeId expected, NodeId answer) {
  if (arena_[expected].op == Op::kText || arena_[answer].op == Op::kText) return SameText(expected, answer);
  if (IsCertainlyRealSet(arena_, expected) || IsCertainlyRealSet(arena_, answer)) return SameSet(expected, answer);
  const NodeId matrix = AsMatrix(expected), other_matrix = AsMatrix(answer);
  if (matrix != kNoNode || other_matrix != kNoNode) return SameMatrix(matrix, other_matrix);
  if (IsList(expected) || IsList(answer)) return SameList(expected, answer);
  const Op a = arena_[expected].op, b = arena_[answer].op;
  if (a == Op::kSequence && b == Op::kSequence) {
    if (arena_[expected].text != arena_[answer].text) return Decide(false, "different brackets");
    return SameParts(expected, answer, "tuples or intervals");
  }
  if (a == Op::kRatio && b == Op::kRatio) return SameParts(expected, answer, "ratios");
  if ((a == Op::kRatio && b == Op::kDiv) || (a == Op::kDiv && b == Op::kRatio))
    return SameParts(expected, answer, "a ratio and a fraction");
  if (a == Op::kModulo && b == Op::kModulo) return SameParts(expected, answer, "remainders");
  if (a == Op::kModulo) return Same(arena_[expected].children[0], answer);
  if (b == Op::kModulo) return Same(expected, arena_[answer].children[0]);
  if (a == Op::kBased || b == Op::kBased) return SameBased(expected, answer);
  if (IsScalar(arena_, expected) && IsScalar(arena_, answer)) return SameScalar(expected, answer);
  return Decide(false, "answers of different kinds");
}

bool AnswerComparison::SameScalar(NodeId expected, NodeId answer) {
  std::string unit, other_unit;
  const auto core = [&](NodeId node, std::string& name) {
    while (arena_[node].op == Op::kUnit || arena_[node].op == Op::kDegree) {
      if (arena_[node].op == Op::kUnit) name = arena_[node].text;
      node = arena_[node].children[0];
    }
    return node;
  };
  expected = core(expected, unit);
  answer = core(answer, other_unit);
  const auto half_day = [](const std::string& name) { return name == "am" || name == "pm"; };
  if (half_day(unit) && half_day(other_unit) && unit != other_unit) return Decide(false, "morning and evening");
  if (options_.same_units && !unit.empty() && !other_unit.empty() && unit != other_unit)
    return Decide(false, StrCat("different units: ", unit, " and ", other_unit));
  const bool percent = arena_[expected].op == Op::kPercent, other_percent = arena_[answer].op == Op::kPercent;
  // 50% answers both 50 and 0.5.
  if (percent != other_percent) {
    const NodeId a = percent ? core(arena_[expected].children[0], unit) : expected;
    const NodeId b = other_percent ? core(arena_[answer].children[0], other_unit) : answer;
    const Comparison plain = CompareScalars(arena_, a, b, budget_);
    if (plain.equal) return Decide(true, plain.rule + ", without the percent sign");
  }
  const Comparison comparison = CompareScalars(arena_, expected, answer, budget_);
  return Decide(comparison.equal, comparison.rule);
}

bool AnswerComparison::SameText(NodeId expected, NodeId answer) {
  const auto without_article = [](std::string words) {
    for (const std::string_view article : {"a ", "an ", "the "})
      if (words.starts_with(article)) return words.substr(article.size());
    return words;
  };
  const std::string a = without_article(Spelled(arena_, expected)), b = without_article(Spelled(arena_, answer));
  if (a.empty() || b.empty()) return Decide(false, "words and a value");
  if (a == b) return Decide(true, "the same words");
  return Decide(false, "different words");
}

bool AnswerComparison::SameParts(NodeId expected, NodeId answer, const char* what) {
  const std::vector<NodeId> a = arena_[expected].children, b = arena_[answer].children;
  if (a.size() != b.size()) return Decide(false, StrCat(what, " of ", a.size(), " and ", b.size(), " parts"));
  for (size_t i = 0; i < a.size(); ++i)
    if (!Same(a[i], b[i])) return Decide(false, StrCat(what, ", part ", i + 1, ": ", rule_));
  return Decide(true, StrCat(what, ": all ", a.size(), " parts are the same"));
}

bool AnswerComparison::SameBased(NodeId expected, NodeId answer) {
  const Node &a = arena_[expected], &b = arena_[answer];
  // The base may be left out of the answer, and base ten of either side.
  const auto digits = [](const Node& node) { return node.op == Op::kBased || node.op == Op::kNumber ? node.text : std::string(); };
  const bool same_base = a.op == b.op ? a.number == b.number : a.op == Op::kBased || b.number == 10;
  const bool same = !digits(a).empty() && digits(a) == digits(b) && same_base;
  return Decide(same, same ? "the same digits" : "different digits or bases");
}

// [[1,2],[3,4]] and 2 * matrix are matrices too.
NodeId AnswerComparison::AsMatrix(NodeId id) {
  const Node node = arena_[id];
  if (node.op == Op::kMatrix) return id;
  if (node.op == Op::kSequence && node.text == "[]" && node.children.size() >= 2) {
    std::vector<NodeId> cells;
    size_t columns = 0;
    for (const NodeId row : node.children) {
      const Node& inner = arena_[row];
      if (inner.op != Op::kSequence || inner.text != "[]" || (columns != 0 && inner.children.size() != columns)) return kNoNode;
      columns = inner.children.size();
      cells.insert(cells.end(), inner.children.begin(), inner.children.end());
    }
    return arena_.Add(Op::kMatrix, "", cells, static_cast<int32_t>(columns));
  }
  if (node.op != Op::kMul) return kNoNode;
  NodeId matrix = kNoNode;
  std::vector<NodeId> factors;
  for (const NodeId child : node.children) {
    if (arena_[child].op == Op::kMatrix && matrix == kNoNode)
      matrix = child;
    else if (IsScalar(arena_, child))
      factors.push_back(child);
    else
      return kNoNode;
  }
  if (matrix == kNoNode) return kNoNode;
  std::vector<NodeId> cells = arena_[matrix].children;
  for (NodeId& cell : cells) {
    std::vector<NodeId> product = factors;
    product.push_back(cell);
    cell = arena_.Add(Op::kMul, "", std::move(product));
  }
  return arena_.Add(Op::kMatrix, "", cells, arena_[matrix].number);
}

bool AnswerComparison::SameMatrix(NodeId expected, NodeId answer) {
  if (expected == kNoNode || answer == kNoNode) return Decide(false, "a matrix and none");
  if (arena_[expected].text != arena_[answer].text) return Decide(false, "a matrix and a determinant");
  if (arena_[expected].number != arena_[answer].number) return Decide(false, "matrices of different shapes");
  return SameParts(expected, answer, "matrices");
}

}  // namespace r1::math
