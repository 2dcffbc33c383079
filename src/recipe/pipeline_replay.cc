// Going back in a run: the weights before any of its steps, by running again, in memory, what came after the nearest saved state.
#include <algorithm>
#include <filesystem>

#include "base/check.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "model/load.h"
#include "recipe/pipeline.h"

namespace r1 {

std::optional<CheckpointReader> Pipeline::FindReplayStart(int64_t step) {
  std::optional<CheckpointReader> checkpoint;
  RunState start;
  start.config_hash = state_.config_hash;
  std::vector<int64_t> steps = ListCheckpointSteps(paths_.Checkpoints());
  for (size_t i = steps.size(); i-- > 0 && !checkpoint;) {
    if (steps[i] > step) continue;
    try {
      CheckpointReader reader = CheckpointReader::Open(StepCheckpointDir(paths_.Checkpoints(), steps[i]));
      const RunState state = ReadRunState(reader);
      if (state.step != steps[i]) Fail(ErrorCode::kDataLoss, reader.dir(), ": its state is that after step ", state.step);
      start = state;
      checkpoint = std::move(reader);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kDataLoss && error.code() != ErrorCode::kNotFound) throw;
      Say(StrCat("skipped: ", error.what()));
    }
  }
  if (checkpoint)
    Require(start.config_hash == state_.config_hash, checkpoint->dir(),
            " belongs to a run with other settings, or whose data files were others");
  // A finished stage may be nearer. One that starts from a named place is set up from there by PrepareStage.
  int64_t base = 0;
  for (size_t i = 0; i < recipe_.stages.size() && base <= step; ++i) {
    const bool follows = i > 0 && recipe_.stages[i].start_from.empty();
    const bool available = !follows || std::filesystem::exists(paths_.Stage(recipe_.stages[i - 1].name) + "/model.safetensors");
    if (available && (i == 0 ? !checkpoint : base > start.step)) {
      checkpoint.reset();
      start = RunState();
      start.config_hash = state_.config_hash;
      start.stage = static_cast<int64_t>(i);
      start.step = base;
      model_ = follows ? LoadModel(paths_.Stage(recipe_.stages[i - 1].name), runtime_.allocator) : nullptr;
    }
    base += recipe_.stages[i].Steps();
  }
  state_ = start;
  return checkpoint;
}

void Pipeline::RunUntil(int64_t step) {
  CHECK(options_.resume && !options_.write);
  int64_t total = 0;
  for (const StageRecipe& stage : recipe_.stages) total += stage.Steps();
  Require(step >= 0 && step < total, "replay: the run has steps 1 to ", total, ", got ", step + 1);
  const auto stage = [this]() -> const StageRecipe& { return recipe_.stages[static_cast<size_t>(state_.stage)]; };

  const std::optional<CheckpointReader> checkpoint = FindReplayStart(step);
  PrepareTokenizer();
  Say(StrCat("replay: from ",
             checkpoint                   ? checkpoint->dir()
             : state_.step > 0            ? "the start of stage " + stage().name
             : stage().start_from.empty() ? "random weights"
                                          : stage().start_from,
             ", ", step - state_.step, " steps to run again"));
  PrepareStage(stage(), checkpoint);
  Progress progress(terminal_, {.title = "replay", .total = step, .start = state_.step});
  while (true) {
    if (state_.stage_step == stage().Steps()) {
      LeaveStage();
      PrepareStage(stage(), std::nullopt);
      continue;
    }
    if (state_.step == step) break;
    ThrowIfInterrupted();
    if (pretrain_)
      pretrain_->Step();
    else
      grpo_->Step();
    CountStep();
    progress.Update(state_.step, stage().name);
  }
}

}  // namespace r1
