// Difficulty that rises with skill. The weights of the difficulties are a pure function of the logged accuracies, so a run can be
// resumed and any step's questions found again.
#pragma once

#include <cstdint>
#include <vector>

#include "base/fields.h"

namespace r1 {

struct CurriculumConfig {
  bool enabled = false;
  int64_t first_difficulty = 2;
  double unlock_accuracy = 0.6;
  double memory = 0.8;
  double floor = 0.1;

  static constexpr auto Fields() {
    using C = CurriculumConfig;
    return std::tuple{
        Field{"enabled", &C::enabled, "weigh difficulties by recent accuracy instead of by difficulty_weights"},
        Field{"first_difficulty", &C::first_difficulty, "hardest difficulty offered at the start"},
        Field{"unlock_accuracy", &C::unlock_accuracy,
              "the next difficulty is offered once the hardest one offered reaches this accuracy"},
        Field{"memory", &C::memory, "share of the old value kept when a step's accuracy comes in (exponential average)"},
        Field{"floor", &C::floor, "least weight of an offered difficulty; weights are floor + 4 p (1 - p) at accuracy p"}};
  }
  void Validate() const;
};

// The state to save: for difficulty i+1, an exponential average of the accuracy, or -1 before the first question.
struct CurriculumState {
  std::vector<double> accuracy;
  static constexpr auto Fields() {
    using C = CurriculumState;
    return std::tuple{Field{"accuracy", &C::accuracy, "recent accuracy of difficulty 1, 2, ...; -1: not seen"}};
  }
};

// A step's mean accuracy on the questions of one difficulty.
void UpdateCurriculum(const CurriculumConfig& config, int64_t difficulty, double accuracy, CurriculumState& state);

// Weights of the difficulties 1..max_difficulty, for TaskDataset::At. The variance p (1 - p) is what a group of rollouts can learn
// from; a difficulty not seen yet counts as p = 1/2.
std::vector<double> DifficultyWeights(const CurriculumConfig& config, const CurriculumState& state, int64_t max_difficulty);

}  // namespace r1
