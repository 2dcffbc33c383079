// Drawing from small tables and filling sentence templates; for the task and corpus generators.
#pragma once

#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/rng.h"

namespace r1 {

template <class Table>
const auto& Pick(Rng& rng, const Table& table) {
  return std::data(table)[rng.Below(std::size(table))];
}

inline bool Chance(Rng& rng, double probability) { return rng.Uniform() < probability; }

// Index i with probability weights[i] / sum. `name` is for the error if no weight is positive or one is negative.
size_t PickWeighted(Rng& rng, std::span<const double> weights, std::string_view name);

// Replaces every {x} by the value given for the letter x; a letter without a value is our bug.
std::string Fill(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> values);

}  // namespace r1
