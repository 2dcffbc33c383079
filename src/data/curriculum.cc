#include "data/curriculum.h"

#include "base/bounds.h"

namespace r1 {
namespace {
constexpr int64_t kHardest = 1000;
}  // namespace

void CurriculumConfig::Validate() const {
  RequireRange("first_difficulty", first_difficulty, 1, kHardest);
  RequireRange("unlock_accuracy", unlock_accuracy, 0, 1);
  Require(memory >= 0 && memory < 1, "memory must lie in [0, 1), got ", memory);
  Require(floor > 0 && floor <= 1000, "floor must be above 0 and at most 1000, got ", floor);
}

void UpdateCurriculum(const CurriculumConfig& config, int64_t difficulty, double accuracy, CurriculumState& state) {
  RequireRange("curriculum: difficulty", difficulty, 1, kHardest);
  const auto i = static_cast<size_t>(difficulty - 1);
  if (state.accuracy.size() <= i) state.accuracy.resize(i + 1, -1.0);
  double& average = state.accuracy[i];
  average = average < 0 ? accuracy : config.memory * average + (1 - config.memory) * accuracy;
}

std::vector<double> DifficultyWeights(const CurriculumConfig& config, const CurriculumState& state, int64_t max_difficulty) {
  const auto accuracy = [&](int64_t difficulty) {
    const auto i = static_cast<size_t>(difficulty - 1);
    return i < state.accuracy.size() ? state.accuracy[i] : -1.0;
  };
  int64_t offered = config.first_difficulty;
  while (offered < max_difficulty && accuracy(offered) >= config.unlock_accuracy) ++offered;
  std::vector<double> weights(static_cast<size_t>(max_difficulty), 0.0);
  for (int64_t d = 1; d <= max_difficulty && d <= offered; ++d) {
    const double p = accuracy(d) < 0 ? 0.5 : accuracy(d);
    weights[static_cast<size_t>(d - 1)] = config.floor + 4 * p * (1 - p);
  }
  return weights;
}

}  // namespace r1
