// What a run is going to do, as its recipe.toml says: only what the page shows. Nothing else of the recipe is checked, so that a
// run is shown whose settings are those of another version, or whose model folder has moved.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace r1 {

struct StagePlan {
  std::string name, kind;  // kind: "pretrain" or "grpo"
  int64_t steps = 0;
};

struct RunPlan {
  std::string name, description;
  std::vector<StagePlan> stages;
  int64_t TotalSteps() const;
};

// Throws kInvalidArgument naming `path` and the line if the text is no TOML.
RunPlan ParseRunPlan(const std::string& text, const std::string& path);

}  // namespace r1
