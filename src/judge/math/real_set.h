// Sets of real numbers in one form, however they were written: intervals, unions, inequalities in one unknown, {x | x > 2}, x != 0.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "judge/math/expression.h"

namespace r1::math {

// From low to high; kNoNode stands for minus and plus infinity. The rough values order pieces, the nodes are what is compared.
struct Piece {
  NodeId low = kNoNode, high = kNoNode;
  double rough_low = 0, rough_high = 0;
  bool low_closed = false, high_closed = false;
};

struct RealSet {
  std::vector<Piece> pieces;  // ascending, apart from each other
  std::string unknown;        // of the inequality; empty where the notation has none
};

// Nothing: not a set of real numbers that this can read. (1,2) is read as an interval; whether it is one its company decides.
std::optional<RealSet> ToRealSet(Arena& arena, NodeId node, Budget& budget);

// Written in a way that can only be a set of real numbers: a union, an inequality, a set by a condition, the reals.
bool IsCertainlyRealSet(const Arena& arena, NodeId node);

bool SameRealSet(const Arena& arena, const RealSet& a, const RealSet& b, Budget& budget);

}  // namespace r1::math
