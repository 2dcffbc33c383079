// order: the largest or the smallest of two to five one-operator expressions; difficulty is their number. Values differ.
#include <algorithm>

#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawOrder(Rng& rng, int64_t difficulty, int64_t max_value) {
  static constexpr const char* kQuestions[] = {"What is the {w} value: {l}?", "Give the {w} value of {l}.",
                                               "Compute {l}. What is the {w} result?"};
  Problem problem;
  std::vector<int64_t> values;
  std::vector<std::string> keys;
  std::string list;
  for (int64_t i = 0; i < difficulty; ++i) {
    const std::optional<Chain> chain = DrawSumChain(rng, 1, max_value);
    if (!chain || std::find(values.begin(), values.end(), chain->Value()) != values.end()) return std::nullopt;
    values.push_back(chain->Value());
    keys.push_back(chain->Key());
    if (i > 0) list += i + 1 == difficulty ? " or " : ", ";
    list += chain->Expression();
    if (i == 0) problem.solutions.emplace_back();
    problem.solutions[0].steps.push_back({chain->Equations().front()});
  }
  const bool largest = Chance(rng, 0.5);
  std::sort(keys.begin(), keys.end());
  // Largest and smallest of the same expressions share a key: the working is the same.
  problem.key = "order:";
  for (const std::string& key : keys) problem.key += key + ';';
  problem.answer = largest ? *std::max_element(values.begin(), values.end()) : *std::min_element(values.begin(), values.end());
  problem.question = Fill(Pick(rng, kQuestions), {{'w', largest ? "largest" : "smallest"}, {'l', list}});
  problem.difficulty = difficulty;
  problem.kind = largest ? "largest" : "smallest";
  return problem;
}

}  // namespace r1
