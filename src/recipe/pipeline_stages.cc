// The two kinds of stages, as loops of numbered steps.
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/format.h"
#include "base/interrupt.h"
#include "recipe/pipeline.h"
#include "recipe/rollout_file.h"

namespace r1 {
namespace {

// How a step of reinforcement learning went: the reward, what it is made of, and what tells a run that goes wrong.
std::string StepLine(const StepMetrics& metrics, const GrpoConfig& config) {
  std::string line = Format("reward %.2f", metrics.Get("reward"));
  for (const RewardSpec& reward : config.rewards)
    if (const std::string key = "reward/" + reward.name; metrics.Has(key))
      line += "  " + reward.name + Format(" %.2f", metrics.Get(key));
  line += Format("  length %.1f  entropy %.2f", metrics.Get("completion_tokens"), metrics.Get("entropy"));
  return config.kl_coef > 0 ? line + Format("  KL %.3g", metrics.Get("kl")) : line;
}

void RequireFiniteGradient(const StepMetrics& metrics, const StageRecipe& stage, int64_t step) {
  if (!std::isfinite(metrics.Get("grad_norm")))
    Fail(ErrorCode::kDiverged, "stage \"", stage.name, "\": the gradient is not finite at step ", step,
         "; try a lower learning_rate",
         stage.kind == StageKind::kGrpo ? ", and see that rewards are numbers of ordinary size" : "");
}

constexpr int64_t kUnmovedSteps = 10;

// alike: in the latest of those steps, every question's completions had the same reward.
std::string WhyUnmoved(bool alike) {
  if (alike)
    return StrCat("the completions of every question of the last ", kUnmovedSteps,
                  " steps had one reward each: there was nothing to learn from. Other questions, more completions a question or a "
                  "further reward would help");
  return StrCat("nothing was learned from the last ", kUnmovedSteps,
                " steps: completions were cut, which mask_truncated_completions leaves out, or had the reward of all others of "
                "their question. A larger max_completion_tokens would help");
}

}  // namespace

void Pipeline::RunPretrain(const StageRecipe& stage) {
  progress_ = std::make_unique<Progress>(
      terminal_, ProgressOptions{.title = stage.name, .total = stage.pretrain.Steps(), .start = pretrain_->step()});
  double loss = 0;
  while (!pretrain_->Done()) {
    const StepMetrics metrics = pretrain_->Step();
    loss = metrics.Get("loss");
    RequireFiniteGradient(metrics, stage, pretrain_->step());
    progress_->Update(pretrain_->step(), Format("loss %.3f  %.1fk tokens/s", loss, metrics.Get("tokens_per_s") / 1000));
    AfterStep(metrics, stage);
  }
  progress_->Finish(Format("loss %.3f", loss));
  progress_.reset();
}

void Pipeline::RunGrpo(const StageRecipe& stage) {
  const EvaluationRecipe& evaluation = recipe_.evaluation;
  if (grpo_->state().step == 0) {
    const bool first = IsFirstReinforced(stage);  // what comes later is no base model
    if (first) EvaluatePolicy(stage, "solution", /*full=*/true, /*header=*/true);
    EvaluatePolicy(stage, "policy", /*full=*/true, /*header=*/!first);
  }
  progress_ = std::make_unique<Progress>(
      terminal_, ProgressOptions{.title = stage.name, .total = stage.grpo.steps, .start = grpo_->state().step});
  bool evaluated = grpo_->state().step == 0;
  int64_t unmoved = 0;  // steps in a row
  double checked = 0;
  while (!grpo_->Done()) {
    // After the step's checkpoint, so that a stopped run evaluates again and its log ends up the same.
    if (!evaluated && evaluation.every_steps > 0 && grpo_->state().step % evaluation.every_steps == 0)
      EvaluatePolicy(stage, "policy", /*full=*/false, /*header=*/false);
    evaluated = false;
    RolloutBatch rollouts;
    const StepMetrics metrics = grpo_->Step(&rollouts);
    const int64_t step = grpo_->state().step;
    if (options_.check_onpolicy) checked += metrics.Get("checked_tokens");
    progress_->Update(step, StepLine(metrics, stage.grpo));
    StoreRollouts(stage, rollouts);  // also of a step that is the last for its rewards or gradient
    RequireFiniteGradient(metrics, stage, step);
    const bool alike = metrics.Get("groups_without_variance") == 1;
    unmoved = alike || metrics.Get("updates") == 0 ? unmoved + 1 : 0;
    if (unmoved == kUnmovedSteps) Say(terminal_.Red(StrCat("    ", WhyUnmoved(alike))));
    if (step == 1 || (evaluation.every_steps > 0 && step % evaluation.every_steps == 0)) ShowSample(stage, rollouts);
    AfterStep(metrics, stage);
  }
  progress_->Finish();
  progress_.reset();
  if (options_.check_onpolicy)
    Say(StrCat("on-policy: ", static_cast<int64_t>(checked),
               " log-probabilities recomputed in the trainer, all equal bit for bit"));
  EvaluatePolicy(stage, "policy", /*full=*/true, /*header=*/true);
  if (options_.write) Draw();
}

// A picture that cannot be written is no reason for a run to fail.
void Pipeline::Draw() {
  try {
    if (DrawCurve(paths_, recipe_.name + ": learning to think", StrCat("seed ", recipe_.seed, ", held-out questions")))
      Say("curve: " + paths_.Curve());
  } catch (const Error& error) {
    Say(StrCat("no curve: ", error.what()));
  }
}

void Pipeline::StoreRollouts(const StageRecipe& stage, const RolloutBatch& rollouts) {
  if (!options_.write || !recipe_.keep_rollouts) return;
  std::vector<std::string> names;
  for (const RewardSpec& reward : stage.grpo.rewards) names.push_back(reward.name);
  WriteRollouts(paths_.Rollouts(state_.step + 1), state_.step + 1, rollouts, names);
}

}  // namespace r1
