// Two parsed answers: the same? First by what kind of thing they are (scalar, list, tuple, interval, equation, matrix, ...), then
// part by part down to scalars.
#pragma once

#include <string>

#include "judge/math/expression.h"
#include "judge/math/math_verdict.h"

namespace r1::math {

class AnswerComparison {
 public:
  AnswerComparison(Arena& arena, Budget& budget, const MathOptions& options) : arena_(arena), budget_(budget), options_(options) {}

  // Throws Refusal where nothing can be decided. rule() says what decided.
  bool Same(NodeId expected, NodeId answer);
  const std::string& rule() const { return rule_; }

 private:
  // An answer "x = 5" is the value 5 of x.
  struct Assigned {
    NodeId name = kNoNode;
    NodeId value = kNoNode;
    bool is_equation = false;  // neither side is a name: x^2 + y^2 = 1
  };
  struct Item {
    NodeId name = kNoNode;
    NodeId value = kNoNode;
  };

  // A scalar below its units and degree signs.
  struct Marked {
    NodeId value = kNoNode;
    std::string unit;  // "h?", "m?^2": perhaps the symbol h, or m squared
    bool degrees = false;
  };

  // answer_comparison.cc
  bool Decide(bool same, std::string rule) {
    rule_ = std::move(rule);
    return same;
  }
  bool SameValue(NodeId expected, NodeId answer);
  bool SameScalar(NodeId expected, NodeId answer);
  bool SameText(NodeId expected, NodeId answer);
  bool SameMatrix(NodeId expected, NodeId answer);
  bool SameParts(NodeId expected, NodeId answer, const char* what);  // child by child
  bool SameBased(NodeId expected, NodeId answer);
  NodeId AsMatrix(NodeId node);
  bool IsEitherOr(NodeId node) const;
  NodeId AsPoint(NodeId node) const;  // the node itself where it is none
  bool SameLetters(NodeId expected, NodeId answer) const;
  NodeId AsTuple(NodeId node, NodeId other);  // the node itself where it is none
  Marked Unmarked(NodeId node) const;

  // compare_lists.cc
  bool IsList(NodeId node) const;
  bool SameList(NodeId expected, NodeId answer);
  void CollectItems(NodeId node, NodeId& name, std::vector<Item>& items);
  NodeId AsNamedList(NodeId chain, NodeId other);
  bool IsPairOfTuples(NodeId node) const;
  std::vector<NodeId> FilledIn(std::vector<NodeId> children);
  NodeId WithSign(NodeId node, bool positive);  // every \pm one way
  bool SameInAnyOrder(const std::vector<Item>& expected, const std::vector<Item>& answer);
  bool Quietly(NodeId expected, NodeId answer);  // Same, where a refusal means no

  // compare_definitions.cc
  bool IsSumOfNames(NodeId node) const;
  NodeId AsFunctionOf(const Assigned& expected, const Assigned& answer);  // kNoNode: as they are
  NodeId Renamed(NodeId value, const std::string& from, NodeId to);
  NodeId WithConstantsOf(NodeId expected, NodeId answer);

  // compare_relations.cc
  Assigned Unwrap(NodeId node) const;
  bool IsName(NodeId node) const;
  bool IsAskedFor(NodeId node) const;
  bool NamesAgree(NodeId a, NodeId b) const;
  bool SameEquation(NodeId expected, NodeId answer);
  bool SameSet(NodeId expected, NodeId answer);
  bool SameInequality(NodeId expected, NodeId answer);

  Arena& arena_;
  Budget& budget_;
  const MathOptions& options_;
  std::string rule_;
  int depth_ = 0;
};

}  // namespace r1::math
