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
  answer = WithConstantsOf(expected, answer);
  if (IsEitherOr(answer) && !IsEitherOr(expected)) return Decide(false, "one of several letters, and it does not say which");
  if (NormalForm(arena_, expected) == NormalForm(arena_, answer)) return Decide(true, "the same normal form");
  expected = AsNamedList(expected, answer);
  answer = AsNamedList(answer, expected);
  const Assigned a = Unwrap(expected);
  Assigned b = Unwrap(answer);
  const bool named = a.name != kNoNode, answer_named = b.name != kNoNode;
  // m + n = 17 answers what a question asked for m + n.
  if (b.is_equation && !a.is_equation && !named && IsSumOfNames(arena_[answer].children[0]))
    b = {kNoNode, arena_[answer].children[1], false};
  if (a.is_equation || b.is_equation) {
    if ((a.is_equation || named) && (b.is_equation || answer_named)) return SameEquation(expected, answer);
    return Decide(false, "an equation and a value");
  }
  if (named && answer_named && NormalForm(arena_, a.name) != NormalForm(arena_, b.name))
    if (const NodeId other = AsFunctionOf(a, b); other != kNoNode) return SameValue(a.value, other);
  if (named && answer_named && !NamesAgree(a.name, b.name)) {
    if (SameEquation(expected, answer)) return true;
    return Decide(false, "values of different unknowns");
  }
  return SameValue(a.value, b.value);
}

bool AnswerComparison::SameValue(NodeId expected, NodeId answer) {
  if (arena_[expected].op == Op::kText || arena_[answer].op == Op::kText) return SameText(expected, answer);
  if (IsCertainlyRealSet(arena_, expected) || IsCertainlyRealSet(arena_, answer)) return SameSet(expected, answer);
  if (const NodeId point = AsPoint(expected); point != expected && AsPoint(answer) == answer) return SameValue(point, answer);
  if (const NodeId point = AsPoint(answer); point != answer && AsPoint(expected) == expected) return SameValue(expected, point);
  if (SameLetters(expected, answer)) return Decide(true, "the same letters");
  if (const NodeId vector = AsTuple(expected, answer); vector != expected) return SameValue(vector, answer);
  if (const NodeId vector = AsTuple(answer, expected); vector != answer) return SameValue(expected, vector);
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
  Marked a = Unmarked(expected), b = Unmarked(answer);
  const auto half_day = [](const std::string& name) { return name == "am" || name == "pm"; };
  if (half_day(a.unit) && half_day(b.unit) && a.unit != b.unit) return Decide(false, "morning and evening");
  // "5 m" may be a product, which 5 does not answer; but it answers 5.
  const auto as_product = [&](const Marked& marked) {
    NodeId factor = arena_.Add(Op::kSymbol, marked.unit.substr(0, 1));
    if (marked.unit.size() > 2) factor = arena_.Add(Op::kPow, "", {factor, arena_.Integer(marked.unit.back() - '0')});
    return arena_.Add(Op::kMul, "", {marked.value, factor});
  };
  const auto perhaps = [](const std::string& unit) { return unit.size() >= 2 && unit[1] == '?'; };
  if (perhaps(a.unit) && b.unit.empty()) a.value = as_product(a);
  if (perhaps(b.unit) && a.unit.empty() && !Unknowns(arena_, a.value).empty()) b.value = as_product(b);
  if (options_.same_units && !a.unit.empty() && !b.unit.empty() && a.unit != b.unit)
    return Decide(false, StrCat("different units: ", a.unit, " and ", b.unit));
  const bool percent = arena_[a.value].op == Op::kPercent, other_percent = arena_[b.value].op == Op::kPercent;
  // 50% answers both 50 and 0.5.
  if (percent != other_percent) {
    const NodeId x = percent ? Unmarked(arena_[a.value].children[0]).value : a.value;
    const NodeId y = other_percent ? Unmarked(arena_[b.value].children[0]).value : b.value;
    const Comparison plain = CompareScalars(arena_, x, y, budget_);
    if (plain.equal) return Decide(true, plain.rule + ", without the percent sign");
  }
  // 45 degrees answer both 45 and \pi/4.
  if (a.degrees != b.degrees) {
    const auto has_pi = [&](NodeId node) { return NormalForm(arena_, node).find("pi") != std::string::npos; };
    const NodeId other = a.degrees ? b.value : a.value;
    if (has_pi(other)) {
      const NodeId half_turns = arena_.Add(Op::kDiv, "", {a.degrees ? a.value : b.value, arena_.Integer(180)});
      const NodeId radians = arena_.Add(Op::kMul, "", {half_turns, arena_.Add(Op::kConstant, "pi")});
      const Comparison comparison = CompareScalars(arena_, a.degrees ? radians : a.value, a.degrees ? b.value : radians, budget_);
      return Decide(comparison.equal, comparison.rule + ", in radians");
    }
  }
  const Comparison comparison = CompareScalars(arena_, a.value, b.value, budget_);
  return Decide(comparison.equal, comparison.rule);
}

AnswerComparison::Marked AnswerComparison::Unmarked(NodeId node) const {
  Marked marked{node, "", false};
  for (Op op = arena_[node].op; op == Op::kUnit || op == Op::kDegree; op = arena_[node].op) {
    if (op == Op::kUnit) marked.unit = arena_[node].text;
    marked.degrees = marked.degrees || op == Op::kDegree;
    node = arena_[node].children[0];
  }
  marked.value = node;
  return marked;
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

// The point A(1,2) is (1,2).
NodeId AnswerComparison::AsPoint(NodeId id) const {
  const Node& node = arena_[id];
  if (node.op != Op::kMul || node.children.size() != 2) return id;
  const Node &name = arena_[node.children[0]], &tuple = arena_[node.children[1]];
  const bool capital = name.op == Op::kSymbol && name.text.size() == 1 && name.text[0] >= 'A' && name.text[0] <= 'Z';
  return capital && tuple.op == Op::kSequence && tuple.text == "()" ? node.children[1] : id;
}

// "A or C", which is no choice; "1 or 2" is a list of solutions.
bool AnswerComparison::IsEitherOr(NodeId id) const {
  const Node& node = arena_[id];
  return node.op == Op::kSequence && node.text.empty() && node.number == 1 &&
         std::all_of(node.children.begin(), node.children.end(), [&](NodeId child) {
           const std::string& name = arena_[child].text;
           return arena_[child].op == Op::kSymbol && name.size() == 1 && name[0] >= 'A' && name[0] <= 'H';
         });
}

// Of several choices, "ABD" is "A, B, D": letters up to H in their order on one side, a list of them on the other.
bool AnswerComparison::SameLetters(NodeId expected, NodeId answer) const {
  const bool list = arena_[expected].op == Op::kSequence;
  const Node &letters = arena_[list ? answer : expected], &sequence = arena_[list ? expected : answer];
  if (letters.op != Op::kMul || sequence.op != Op::kSequence || !sequence.text.empty() || sequence.number == 1) return false;
  std::vector<std::string> together, apart;
  for (const NodeId child : letters.children) together.push_back(NormalForm(arena_, child));
  for (const NodeId child : sequence.children) apart.push_back(NormalForm(arena_, child));
  std::sort(apart.begin(), apart.end());
  const bool choices =
      std::all_of(apart.begin(), apart.end(), [](const std::string& l) { return l.size() == 1 && l[0] >= 'A' && l[0] <= 'H'; });
  return choices && apart == together;
}

// A column, a row, and a sum of the unit vectors i, j and k are written as tuples too, where the other side is one.
NodeId AnswerComparison::AsTuple(NodeId node, NodeId other) {
  const Node& tuple = arena_[other];
  const size_t size = tuple.children.size();
  const bool is_row = tuple.op == Op::kSequence && tuple.text == "[]" && size >= 3;  // of two it is an interval
  const bool is_tuple = is_row || (tuple.op == Op::kSequence && tuple.text == "()" && size >= 2);
  const bool is_column = tuple.op == Op::kMatrix && tuple.text.empty() && tuple.number == 1 && size >= 2;
  const Node n = arena_[node];
  if (is_tuple && n.op == Op::kMatrix && n.text.empty() && n.children.size() == size &&
      (n.number == 1 || static_cast<size_t>(n.number) == size))
    return arena_.Add(Op::kSequence, tuple.text, n.children);
  if ((!is_tuple && !is_column) || size > 3 || !IsScalar(arena_, node)) return node;
  static constexpr std::string_view kUnitVectors[] = {"\\vec{i}", "\\vec{j}", "\\vec{k}"};
  const std::set<std::string> unknowns = Unknowns(arena_, node);
  if (std::none_of(std::begin(kUnitVectors), std::end(kUnitVectors), [&](auto v) { return unknowns.contains(std::string(v)); }))
    return node;
  // Component c is what the sum is where vector c is one and the others are zero; so it must be zero where all are.
  const auto at = [&](size_t one) {
    NodeId sum = node;
    for (size_t v = 0; v < 3; ++v) sum = Replaced(arena_, sum, kUnitVectors[v], arena_.Integer(v == one ? 1 : 0), budget_);
    return sum;
  };
  const NodeId zero = arena_.Integer(0);
  if (!CompareScalars(arena_, at(3), zero, budget_).equal) return node;
  std::vector<NodeId> components;
  for (size_t c = 0; c < 3; ++c) components.push_back(at(c));
  if (size == 2 && !CompareScalars(arena_, components[2], zero, budget_).equal) return node;
  components.resize(size);
  if (is_tuple) return arena_.Add(Op::kSequence, arena_[other].text, components);
  return arena_.Add(Op::kMatrix, "", components, 1);
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
