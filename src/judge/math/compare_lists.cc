// Lists and sets, whose order says nothing unless their elements have names: "1, 2", "2 or 1", "\{2, 1\}", "x = 1, x = 2", "\pm 3".
#include <algorithm>

#include "base/error.h"
#include "judge/math/answer_comparison.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

constexpr size_t kMaxElements = 256;

// "x_{1}" and "x_{2}" are values of the same unknown x.
std::string BaseName(const Arena& arena, NodeId name) {
  std::string form = arena[name].op == Op::kUnknown ? arena[name].text : NormalForm(arena, name);
  return form.substr(0, form.find("_{"));
}

// The step of "1, 3, ..., 9", or of "1, ..., 9"; 0: the dots may stand for anything.
int64_t StepBefore(const Arena& arena, const std::vector<NodeId>& children, size_t ellipsis) {
  const auto value = [&](size_t i) -> int64_t {
    const Node& node = arena[children[i]];
    const bool whole = node.op == Op::kNumber && node.text.size() <= 9 && std::all_of(node.text.begin(), node.text.end(), IsDigit);
    return whole ? std::stoll(node.text) : -1;
  };
  if (ellipsis == 0 || ellipsis + 1 >= children.size()) return 0;
  const int64_t last = value(ellipsis + 1), first = value(0);
  int64_t step = ellipsis == 1 ? 1 : value(1) - first;
  for (size_t i = 0; i < ellipsis; ++i)
    if (value(i) < 0 || (i > 0 && value(i) - value(i - 1) != step)) return 0;
  const int64_t from = value(ellipsis - 1);
  if (step == 0 || last < 0 || (last - from) % step != 0 || (last - from) / step < 1) return 0;
  return (last - from) / step <= static_cast<int64_t>(kMaxElements) ? step : 0;
}

}  // namespace

// "1, 2, ..., 9" with every number that the dots stand for.
std::vector<NodeId> AnswerComparison::FilledIn(std::vector<NodeId> children) {
  const auto dots = std::find_if(children.begin(), children.end(),
                                 [&](NodeId id) { return arena_[id].op == Op::kSymbol && arena_[id].text == "..."; });
  const auto ellipsis = static_cast<size_t>(dots - children.begin());
  const int64_t step = dots == children.end() ? 0 : StepBefore(arena_, children, ellipsis);
  if (step == 0) return children;
  std::vector<NodeId> between;
  const int64_t from = std::stoll(arena_[children[ellipsis - 1]].text), last = std::stoll(arena_[children[ellipsis + 1]].text);
  for (int64_t number = from + step; number != last; number += step) between.push_back(arena_.Integer(number));
  children.erase(dots);
  children.insert(children.begin() + static_cast<std::ptrdiff_t>(ellipsis), between.begin(), between.end());
  return children;
}

// (\pm 2, 0) is (2, 0), (-2, 0). Of two signs it is unclear whether they go together.
bool AnswerComparison::IsPairOfTuples(NodeId node) const {
  const Node& n = arena_[node];
  if (n.op != Op::kSequence || n.text != "()") return false;
  const auto scalar = [&](NodeId child) { return IsScalar(arena_, child); };
  const auto signed_value = [&](NodeId child) { return Contains(arena_, child, Op::kPlusMinus); };
  return std::all_of(n.children.begin(), n.children.end(), scalar) &&
         std::count_if(n.children.begin(), n.children.end(), signed_value) == 1;
}

bool AnswerComparison::IsList(NodeId node) const {
  const Node& n = arena_[node];
  if (n.op == Op::kSequence) return n.text.empty() || n.text == "{}" || n.text == "gg" || IsPairOfTuples(node);
  return IsScalar(arena_, node) && Contains(arena_, node, Op::kPlusMinus);
}

NodeId AnswerComparison::WithSign(NodeId node, bool positive) {
  budget_.Spend(20);
  const Op op = arena_[node].op;
  std::vector<NodeId> children = arena_[node].children;
  for (NodeId& child : children) child = WithSign(child, positive);
  if (op == Op::kPlusMinus) return (arena_[node].text == "+") == positive ? children[0] : arena_.Negative(children[0]);
  if (children.empty()) return node;
  return arena_.Add(op, arena_[node].text, std::move(children), arena_[node].number);
}

// The name stays for the elements behind it: "a = 4, -8, -10".
void AnswerComparison::CollectItems(NodeId node, NodeId& name, std::vector<Item>& items) {
  if (items.size() > kMaxElements) throw Refusal{"a list of too many elements"};
  const Node n = arena_[node];
  const bool list = n.op == Op::kSequence && (n.text.empty() || n.text == "{}" || n.text == "gg");
  if (list) {
    for (const NodeId child : FilledIn(n.children)) {
      // A group between semicolons is an element of its own, "p=5,q=2; p=7,q=2", and so is a set in a set.
      const bool group = arena_[child].op == Op::kSequence && (arena_[child].text.empty() || arena_[child].text == "{}");
      if (group)
        items.push_back({kNoNode, child});
      else
        CollectItems(child, name, items);
    }
    return;
  }
  const Assigned assigned = Unwrap(node);
  if (assigned.is_equation) return items.push_back({kNoNode, node});
  if (assigned.name != kNoNode) name = assigned.name;
  if (!IsList(assigned.value)) return items.push_back({name, assigned.value});
  if (assigned.value != node) return CollectItems(assigned.value, name, items);
  for (const bool positive : {true, false}) items.push_back({name, WithSign(assigned.value, positive)});
}

// x = y = z = 1 is x = 1, y = 1, z = 1 where the other side has as many elements.
NodeId AnswerComparison::AsNamedList(NodeId chain, NodeId other) {
  const Node node = arena_[chain];
  const size_t size = arena_[other].children.size();
  if (node.op != Op::kRelation || arena_[other].op != Op::kSequence || size < 2 || node.children.size() != size + 1) return chain;
  if (node.text.find_first_not_of('=') != std::string::npos || !IsScalar(arena_, node.children[size])) return chain;
  std::vector<NodeId> items;
  for (size_t i = 0; i < size; ++i) {
    if (arena_[node.children[i]].op != Op::kSymbol) return chain;
    items.push_back(arena_.Add(Op::kRelation, "=", {node.children[i], node.children[size]}));
  }
  return arena_.Add(Op::kSequence, "", std::move(items));
}

bool AnswerComparison::Quietly(NodeId expected, NodeId answer) {
  try {
    return Same(expected, answer);
  } catch (const Refusal&) {
    return false;
  }
}

bool AnswerComparison::SameList(NodeId expected, NodeId answer) {
  // 100,200,300 may be one number or three: what the other side is decides.
  for (const bool first : {true, false}) {
    const NodeId number = first ? expected : answer, other = first ? answer : expected;
    if (arena_[number].op != Op::kNumber || arena_[number].number != 1 || arena_[other].op != Op::kSequence) continue;
    const std::string digits = arena_[number].text.substr(0, arena_[number].text.find('.'));
    if (digits != arena_[number].text) return Decide(false, "a number and a list");
    std::vector<NodeId> parts;
    for (size_t end = (digits.size() - 1) % 3 + 1, begin = 0; begin < digits.size(); begin = end, end += 3)
      parts.push_back(arena_.Add(Op::kNumber, digits.substr(begin, end - begin)));
    const NodeId list = arena_.Add(Op::kSequence, "", std::move(parts));
    return first ? SameList(list, answer) : SameList(expected, list);
  }
  std::vector<Item> a, b;
  NodeId name_a = kNoNode, name_b = kNoNode;
  const auto is_tuple = [&](NodeId node) { return arena_[node].op == Op::kSequence && !IsList(node); };
  const auto collect = [&](NodeId node, NodeId& name, std::vector<Item>& items) {
    if (is_tuple(node))
      for (const NodeId child : arena_[node].children) items.push_back({kNoNode, child});
    else
      CollectItems(node, name, items);
  };
  collect(expected, name_a, a);
  collect(answer, name_b, b);
  // Elements with a name each: x = 1, y = 2. Then order or names matter.
  const auto distinct_names = [&](const std::vector<Item>& items) {
    std::set<std::string> names;
    for (const Item& item : items)
      if (item.name != kNoNode) names.insert(BaseName(arena_, item.name));
    return items.size() > 1 && names.size() == items.size();
  };
  const bool named = distinct_names(a), other_named = distinct_names(b);
  if (is_tuple(expected) || is_tuple(answer)) {
    const NodeId tuple = is_tuple(expected) ? expected : answer;
    const NodeId list = is_tuple(expected) ? answer : expected;
    const bool list_named = is_tuple(expected) ? other_named : named;
    // One element can be a tuple: \{(1,2)\}.
    const std::vector<Item>& items = is_tuple(expected) ? b : a;
    if (items.size() == 1 && arena_[items[0].value].op == Op::kSequence)
      return Same(is_tuple(expected) ? expected : items[0].value, is_tuple(expected) ? items[0].value : answer);
    if (arena_[list].text != "gg" && !list_named) return Decide(false, "a tuple and a list");
    if (arena_[tuple].text != "()") return Decide(false, "an interval and a list");
  }
  if (is_tuple(expected) || is_tuple(answer) || named != other_named) {
    // An answer without names follows the order of the expected ones; an expected answer without names that of the alphabet:
    // (3, -4) is x = 3, y = -4, whichever comes first.
    if (other_named && !named)
      std::stable_sort(b.begin(), b.end(),
                       [&](const Item& x, const Item& y) { return BaseName(arena_, x.name) < BaseName(arena_, y.name); });
    if (a.size() != b.size()) return Decide(false, StrCat("lists of ", a.size(), " and ", b.size()));
    for (size_t i = 0; i < a.size(); ++i)
      if (!Same(a[i].value, b[i].value)) return Decide(false, StrCat("lists in order, element ", i + 1, ": ", rule_));
    return Decide(true, StrCat("lists: all ", a.size(), " elements are the same, in order"));
  }
  return SameInAnyOrder(a, b);
}

bool AnswerComparison::SameInAnyOrder(const std::vector<Item>& expected, const std::vector<Item>& answer) {
  const auto same_item = [&](const Item& x, const Item& y) {
    if (x.name != kNoNode && y.name != kNoNode && BaseName(arena_, x.name) != BaseName(arena_, y.name)) return false;
    return Quietly(x.value, y.value);
  };
  // What stands twice counts once: two boxes with 5 say 5.
  const auto without_repeats = [&](const std::vector<Item>& items) {
    if (items.size() > 32) return items;
    std::vector<Item> kept;
    for (const Item& item : items)
      if (std::none_of(kept.begin(), kept.end(), [&](const Item& other) {
            return NormalForm(arena_, item.value) == NormalForm(arena_, other.value) && same_item(item, other);
          }))
        kept.push_back(item);
    return kept;
  };
  // Lists of the same length are compared with all that they repeat: 5, 5, 6 and 5, 6, 6 are two triangles.
  const bool with_repeats = expected.size() == answer.size();
  const std::vector<Item> a = with_repeats ? expected : without_repeats(expected);
  std::vector<Item> b = with_repeats ? answer : without_repeats(answer);
  if (a.size() != b.size()) return Decide(false, StrCat("lists of ", a.size(), " and ", b.size()));
  for (const Item& item : a) {
    const auto found = std::find_if(b.begin(), b.end(), [&](const Item& other) { return same_item(item, other); });
    if (found == b.end()) return Decide(false, StrCat("not in the answer: ", NormalForm(arena_, item.value).substr(0, 60)));
    b.erase(found);
  }
  return Decide(true, StrCat("lists: the same ", a.size(), " elements, in any order"));
}

}  // namespace r1::math
