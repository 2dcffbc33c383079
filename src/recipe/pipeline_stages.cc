// The two kinds of stages, as loops of numbered steps.
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "checkpoint/safetensors.h"
#include "recipe/pipeline.h"

namespace r1 {
namespace {

std::string Format(const char* format, auto... values) {
  char text[256];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

}  // namespace

void Pipeline::RunPretrain(const StageRecipe& stage) {
  progress_ = std::make_unique<Progress>(
      terminal_, ProgressOptions{.title = stage.name, .total = stage.pretrain.Steps(), .start = pretrain_->step()});
  double loss = 0;
  while (!pretrain_->Done()) {
    const StepMetrics metrics = pretrain_->Step();
    loss = metrics.Get("loss");
    if (!std::isfinite(metrics.Get("grad_norm")))
      Fail(ErrorCode::kDataLoss, "stage \"", stage.name, "\": the gradient is not finite at step ", pretrain_->step(),
           "; try a lower learning_rate");
    progress_->Update(pretrain_->step(), Format("loss %.3f  %.1fk tokens/s", loss, metrics.Get("tokens_per_s") / 1000));
    AfterStep(metrics, stage);
  }
  progress_->Finish(Format("loss %.3f", loss));
  progress_.reset();
}

void Pipeline::RunGrpo(const StageRecipe& stage) {
  const EvaluationRecipe& evaluation = recipe_.evaluation;
  auto evaluate = [&](const std::string& label, const std::string& prompt_template, bool full, bool header) {
    const EvalReport report = EvaluatePolicy(stage, prompt_template, full);
    if (log_) log_->Evaluation(state_.step, stage.name, label, report);
    ShowEvaluation(label, report, header);
  };
  if (grpo_->state().step == 0) {
    evaluate("solution", "solution", true, true);
    evaluate("policy", recipe_.prompt_template, true, false);
  }
  progress_ = std::make_unique<Progress>(
      terminal_, ProgressOptions{.title = stage.name, .total = stage.grpo.steps, .start = grpo_->state().step});
  bool evaluated = grpo_->state().step == 0;
  while (!grpo_->Done()) {
    // After the step's checkpoint, so that a stopped run evaluates again and its log ends up the same.
    if (!evaluated && evaluation.every_steps > 0 && grpo_->state().step % evaluation.every_steps == 0)
      evaluate("policy", recipe_.prompt_template, false, false);
    evaluated = false;
    RolloutBatch rollouts;
    const StepMetrics metrics = grpo_->Step(&rollouts);
    if (!std::isfinite(metrics.Get("grad_norm")))
      Fail(ErrorCode::kDataLoss, "stage \"", stage.name, "\": the gradient is not finite at step ", grpo_->state().step,
           "; try a lower learning_rate");
    const int64_t step = grpo_->state().step;
    progress_->Update(step, Format("reward %.2f  accuracy %.2f  format %.2f  length %.1f  entropy %.2f  KL %g",
                                   metrics.Get("reward"), metrics.Get("reward/accuracy"), metrics.Get("reward/format"),
                                   metrics.Get("completion_tokens"), metrics.Get("entropy"), metrics.Get("old_kl")));
    StoreRollouts(rollouts);
    if (step == 1 || (evaluation.every_steps > 0 && step % evaluation.every_steps == 0)) ShowSample(stage, rollouts);
    AfterStep(metrics, stage);
  }
  progress_->Finish();
  progress_.reset();
  evaluate("policy", recipe_.prompt_template, true, true);
  if (options_.write) {
    DrawCurve(paths_, recipe_.name + ": learning to think", StrCat("seed ", recipe_.seed, ", held-out questions"));
    Say("curve: " + paths_.Curve());
  }
}

void Pipeline::StoreRollouts(const RolloutBatch& rollouts) {
  if (!options_.write || !recipe_.keep_rollouts) return;
  // Everything flat: G completions of each prompt, concatenated; *_starts are prefix sums.
  std::vector<int32_t> prompt_ids, prompt_starts{0}, token_ids, starts{0};
  std::vector<float> logprobs, ref_logprobs, rewards, advantages;
  for (const RolloutGroup& group : rollouts.groups) {
    prompt_ids.insert(prompt_ids.end(), group.prompt_ids.begin(), group.prompt_ids.end());
    prompt_starts.push_back(static_cast<int32_t>(prompt_ids.size()));
    for (const Rollout& r : group.rollouts) {
      token_ids.insert(token_ids.end(), r.token_ids.begin(), r.token_ids.end());
      logprobs.insert(logprobs.end(), r.sampler_logprobs.begin(), r.sampler_logprobs.end());
      ref_logprobs.insert(ref_logprobs.end(), r.ref_logprobs.begin(), r.ref_logprobs.end());
      starts.push_back(static_cast<int32_t>(token_ids.size()));
      rewards.push_back(r.reward.score ? static_cast<float>(*r.reward.score) : NAN);
      advantages.push_back(r.advantage);
    }
  }
  auto tensor = [](auto& values) {
    using T = typename std::remove_reference_t<decltype(values)>::value_type;
    return Tensor::Borrow(std::shared_ptr<void>(values.data(), [](void*) {}), values.data(), {static_cast<int64_t>(values.size())},
                          kDTypeOf<T>);
  };
  std::vector<NamedTensor> tensors{{"prompt_ids", tensor(prompt_ids)}, {"prompt_starts", tensor(prompt_starts)},
                                   {"token_ids", tensor(token_ids)},   {"starts", tensor(starts)},
                                   {"logprobs", tensor(logprobs)},     {"rewards", tensor(rewards)},
                                   {"advantages", tensor(advantages)}};
  if (!ref_logprobs.empty()) tensors.push_back({"ref_logprobs", tensor(ref_logprobs)});
  WriteSafetensors(paths_.Rollouts(state_.step + 1), tensors, {{"step", std::to_string(state_.step + 1)}});
}

}  // namespace r1
