// Runs a recipe: trains its tokenizer, then its stages in order, evaluating, logging and checkpointing on the way. Whatever stops
// it, the same command with `resume` goes on, and every later byte of the models is the same as without the stop.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "base/temporary.h"
#include "recipe/run_log.h"
#include "recipe/run_state.h"

namespace r1 {

struct PipelineOptions {
  std::string out;  // the run's folder
  bool resume = false;
  bool check_onpolicy = false;   // recompute every rollout log-probability in the trainer and stop at the first bit that differs
  int threads = 0;               // 0: one per CPU
  int64_t stop_after_step = -1;  // stop as if interrupted after so many steps of the run; for tests and replay
  double rehearsal_s = 1;        // how long a reward's program is watched before the first step
  bool write = true;             // false: nothing on disk; for replay
};

class Pipeline {
 public:
  // Checks the run's folder: throws kInvalidArgument if it holds a run and `resume` is not set, or one of another recipe.
  Pipeline(Recipe recipe, PipelineOptions options, Terminal terminal);
  ~Pipeline();

  // Trains until done, obeying the folder's `control` file (recipe/run_control.h). Throws kCancelled after an interrupt or a stop,
  // once a checkpoint is written.
  void Run();

  // For replay: brings the stage's trainer, weights and optimizer to where they were when `step` steps of the run were done, with
  // the stage of the next step set up, from the newest checkpoint or finished stage before that. The options must have `resume` and
  // not `write`: nothing on disk changes. Throws kInvalidArgument if the recipe has no step after `step`, kCancelled after an
  // interrupt.
  void RunUntil(int64_t step);
  GrpoTrainer* grpo() { return grpo_.get(); }  // null in a pretrain stage
  Runtime& runtime() { return runtime_; }
  const Model& model() const { return *model_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  const RunState& state() const { return state_; }

 private:
  void PrepareTokenizer();
  Tokenizer LearnTokenizer();  // from the corpus
  void PrintPlan();
  void PrepareStage(const StageRecipe& stage, const std::optional<CheckpointReader>& checkpoint);
  void RunPretrain(const StageRecipe& stage);
  void RunGrpo(const StageRecipe& stage);
  void FinishStage(const StageRecipe& stage);
  // Advances the state by one step, and writes a checkpoint if one is due or the user wants to stop.
  void AfterStep(const StepMetrics& metrics, const StageRecipe& stage);
  void ObeyControl();
  void WaitWhilePaused();
  std::optional<CheckpointReader> FindCheckpoint();
  void LockFolder();
  void TakeFolder(bool resumes);  // for writing
  void RehearseRewards() const;   // of the stages to come
  // The folder of the model that a stage starts from, nothing if that is an earlier stage's. Throws kInvalidArgument if it has
  // other tokens than the run.
  std::optional<std::string> ForeignStart(size_t stage) const;
  void Draw();  // the curve until now
  void RunStages(std::optional<CheckpointReader> checkpoint);
  void CountStep();
  void LeaveStage();
  // Where RunUntil starts: sets state_ and, at the start of a stage, model_; returns the checkpoint if it is one.
  std::optional<CheckpointReader> FindReplayStart(int64_t step);
  void Checkpoint();
  [[noreturn]] void FailStopped() const;
  const std::vector<TaskShare>& evaluation_shares() const;
  bool IsFirstReinforced(const StageRecipe& stage) const;  // of the stages of reinforcement learning the first
  // What is asked in every evaluation of a stage: data files are read once.
  const std::vector<EvalTask>& HeldOutQuestions(const StageRecipe& stage, const std::string& prompt_template, bool full);
  // Asks the held-out questions, logs and shows the result. label: "policy", or "solution" for the base when it is asked for one.
  void EvaluatePolicy(const StageRecipe& stage, const std::string& label, bool full, bool header);
  void ShowEvaluation(const StageRecipe& stage, const std::string& label, const EvalReport& report, bool header);
  void ShowSample(const StageRecipe& stage, const RolloutBatch& rollouts);
  void StoreRollouts(const StageRecipe& stage, const RolloutBatch& rollouts);
  void Say(const std::string& line);

  Recipe recipe_;
  PipelineOptions options_;
  Terminal terminal_;
  RunPaths paths_;
  Runtime runtime_;
  RunState state_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::unique_ptr<MicroCorpus> corpus_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<PretrainTrainer> pretrain_;
  std::unique_ptr<GrpoTrainer> grpo_;
  std::map<std::pair<std::string, bool>, std::vector<EvalTask>> held_out_;  // of the stage, by prompt template and `full`
  std::unique_ptr<RunLog> log_;
  std::unique_ptr<Progress> progress_;
  int64_t checkpointed_step_ = -1;    // in this session
  std::optional<PathLock> run_lock_;  // one writer per run
  double last_checkpoint_s_ = 0, session_start_s_ = 0, session_base_s_ = 0;
};

}  // namespace r1
