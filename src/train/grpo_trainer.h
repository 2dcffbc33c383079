// Reinforcement learning with verifiable rewards: sample groups, score them, move the policy towards what was better than its
// group. DeepSeek-AI 2025 (R1), https://arxiv.org/abs/2501.12948; the update shares each prompt across its group.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "data/curriculum.h"
#include "data/dataset.h"
#include "data/prompt_template.h"
#include "engine/engine.h"
#include "reward/combine.h"
#include "text/tokenizer.h"
#include "train/grpo_config.h"
#include "train/rollout.h"
#include "train/rollout_rewards.h"
#include "train/step_metrics.h"

namespace r1 {

// What a step depends on besides weights and optimizer: small, saved with every checkpoint.
struct GrpoState {
  int64_t step = 0;
  int64_t prompt_cursor = 0;
  int64_t optimizer_step = 0;
  CurriculumState curriculum;
};

struct MicroBatchSize {
  int64_t tokens = 0, targets = 0;  // that the model runs, and whose log-probability is asked
};

class GrpoTrainer {
 public:
  struct Setup {
    GrpoConfig config;
    CurriculumConfig curriculum;
    std::vector<TaskShare> tasks;
    std::string prompt_template;
    uint64_t seed = 1;   // of the run
    uint64_t stage = 0;  // index of the stage; keys of random numbers are (seed, stage, step, prompt, sample)
    bool check_onpolicy = false;
  };
  // Keeps references to runtime, model and tokenizer. The engine samples from the very weights that are trained.
  GrpoTrainer(Setup setup, Runtime& runtime, Model& model, const Tokenizer& tokenizer);

  // One rollout and its updates. `rollouts` (if not null) receives what was sampled. Throws kCancelled if `progress` says stop.
  // Metrics: docs/watch.md lists them; of slow rewards, what train/rollout_rewards.h says.
  StepMetrics Step(RolloutBatch* rollouts = nullptr);
  bool Done() const { return state_.step >= setup_.config.steps; }

  const GrpoState& state() const { return state_; }
  void Restore(const GrpoState& state);
  AdamW& optimizer() { return optimizer_; }
  Engine& engine() { return engine_; }
  Model* reference() { return reference_.get(); }  // null unless kl_coef > 0

  // Recomputes, as the update does, the log-probabilities of a batch's completions in order: group by group, token by token.
  std::vector<float> Recompute(const Model& model, const RolloutBatch& batch);
  // What Step would sample at the present state; changes nothing.
  RolloutBatch Sample(StepMetrics& metrics);
  // The groups that each optimizer step of a batch counts, in order; a group may be in none. The pointers are into `batch`.
  std::vector<std::vector<const RolloutGroup*>> UpdateGroups(const RolloutBatch& batch) const;
  // Whether an update takes up this completion, if it does its group.
  static bool LearnsFrom(const GrpoConfig& config, const Rollout& rollout);
  static LossNormalizer Normalizer(const GrpoConfig& config, const std::vector<const RolloutGroup*>& groups);
  double LearningRate(int64_t update) const;  // of an update of this step, counted from 0
  // Optimizer step `update` of a rollout, on some groups; the sums of `total` go on. False, and no step: no completion of theirs is
  // learned from.
  bool UpdateOn(StepMetrics& metrics, const std::vector<const RolloutGroup*>& groups, int64_t update, GrpoLossResult& total);

  const Setup& setup() const { return setup_; }
  MicroBatchSize largest_micro_batch() const { return largest_; }  // of all updates so far

 private:
  RolloutBatch SampleRound(int64_t first_prompt, int64_t count, RolloutRewards& rewards);
  void Describe(StepMetrics& metrics, const RolloutBatch& batch) const;
  void CheckOnPolicy(StepMetrics& metrics, const RolloutBatch& batch);
  void Update(StepMetrics& metrics, const RolloutBatch& batch);
  void UpdateDifficulty(const RolloutBatch& batch);

  Setup setup_;
  Runtime& runtime_;
  Model& model_;
  const Tokenizer& tokenizer_;
  TaskDataset dataset_;
  CombinedReward rewards_;
  Engine engine_;
  std::unique_ptr<Model> reference_;
  AdamW optimizer_;
  GrpoState state_;
  MicroBatchSize largest_;
};

}  // namespace r1
