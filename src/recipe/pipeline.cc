#include "recipe/pipeline.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/rng.h"
#include "model/load.h"
#include "model/registry.h"
#include "recipe/model_folder.h"
#include "recipe/recipe_memory.h"
#include "recipe/run_control.h"
#include "recipe/run_folder.h"
#include "recipe/task_data.h"
#include "text/bpe_trainer.h"

namespace r1 {
namespace {

constexpr const char* kBos = "<|begin|>";
constexpr const char* kEos = "<|end|>";
constexpr std::chrono::milliseconds kPoll{100};

}  // namespace

Pipeline::Pipeline(Recipe recipe, PipelineOptions options, Terminal terminal)
    : recipe_(std::move(recipe)),
      options_(std::move(options)),
      terminal_(terminal),
      paths_{options_.out},
      runtime_(options_.threads) {
  RequireOwnFolder(paths_, recipe_, options_.resume);
  state_.config_hash = ConfigHash(recipe_);
  CheckTaskData(recipe_.corpus.tasks, Split::kTrain);
  CheckTaskData(recipe_.tasks, Split::kTrain);
  CheckTaskData(evaluation_shares(), Split::kHeldOut);
}

const std::vector<TaskShare>& Pipeline::evaluation_shares() const {
  return recipe_.evaluation.tasks.empty() ? recipe_.tasks : recipe_.evaluation.tasks;
}

Pipeline::~Pipeline() = default;

void Pipeline::PrepareTokenizer() {
  corpus_ = std::make_unique<MicroCorpus>(recipe_.corpus, RngKey({recipe_.seed, 0xC0}));
  if (std::filesystem::exists(paths_.Tokenizer() + "/tokenizer.json")) {
    tokenizer_ = std::make_unique<Tokenizer>(LoadTokenizer(paths_.Tokenizer()));
    return;
  }
  const std::string& folder = recipe_.stages.front().start_from;  // nothing is earlier: a model, which has its own
  tokenizer_ = std::make_unique<Tokenizer>(folder.empty() ? LearnTokenizer() : LoadTokenizer(FindFolderToTrain(folder)));
  if (!options_.write) return;
  CheckpointWriter writer(paths_.Tokenizer());  // all its files or none: a resumed run reads what is there
  for (const auto& [name, contents] : TokenizerFiles(*tokenizer_)) writer.AddText(name, contents);
  writer.Commit();
}

Tokenizer Pipeline::LearnTokenizer() {
  Say(StrCat("tokenizer: learning ", recipe_.tokenizer.vocab_size, " entries from ", recipe_.tokenizer.training_documents,
             " documents"));
  std::vector<std::string> documents;
  for (int64_t i = 0; i < recipe_.tokenizer.training_documents; ++i) {
    ThrowIfInterrupted();
    documents.push_back(corpus_->Document(i).text);
  }
  BpeTrainerConfig config;
  config.vocab_size = recipe_.tokenizer.vocab_size;
  config.bos_token = kBos;
  config.eos_token = kEos;
  config.unk_token = "<unk>";
  config.plain_tokens = {"<think>", "</think>", "<answer>", "</answer>"};
  config.add_bos = true;
  config.single_digits = recipe_.tokenizer.single_digits;
  config.used_bytes_only = recipe_.tokenizer.used_bytes_only;
  Tokenizer tokenizer(TrainBpe(documents, config));
  if (tokenizer.vocab_size() < recipe_.tokenizer.vocab_size)
    Say(StrCat("tokenizer: the documents give no more than ", tokenizer.vocab_size(), " entries"));
  return tokenizer;
}

std::optional<std::string> Pipeline::ForeignStart(size_t index) const {
  const StageRecipe& stage = recipe_.stages[index];
  const auto begin = recipe_.stages.begin(), end = begin + static_cast<int64_t>(index);
  const bool earlier = std::any_of(begin, end, [&](const StageRecipe& other) { return other.name == stage.start_from; });
  if (stage.start_from.empty() || earlier) return std::nullopt;
  const std::string folder = FindFolderToTrain(stage.start_from);
  Require(LoadTokenizer(folder).spec().tokens == tokenizer_->spec().tokens, "stage \"", stage.name, "\": ", folder,
          " has other tokens than the stages before; a recipe that begins with this folder takes its tokenizer");
  return folder;
}

void Pipeline::RehearseRewards() const {
  std::set<std::string> commands;
  for (size_t i = static_cast<size_t>(state_.stage); i < recipe_.stages.size(); ++i)
    if (const StageRecipe& stage = recipe_.stages[i]; stage.kind == StageKind::kGrpo)
      for (const RewardSpec& reward : stage.grpo.rewards)
        if (const RewardRow& row = FindReward(reward.name); row.rehearse != nullptr && commands.insert(reward.command).second)
          row.rehearse(reward, options_.rehearsal_s);
}

void Pipeline::PrepareStage(const StageRecipe& stage, const std::optional<CheckpointReader>& checkpoint) {
  const uint64_t index = static_cast<uint64_t>(state_.stage);
  const bool in_stage = state_.stage_step > 0;
  if (checkpoint && (in_stage || stage.start_from.empty())) {
    model_ = LoadModel(checkpoint->dir(), runtime_.allocator);
  } else if (!stage.start_from.empty()) {
    model_ = LoadModel(ForeignStart(index).value_or(paths_.Stage(stage.start_from)), runtime_.allocator);
  } else if (!model_) {
    ModelConfig config = recipe_.model.ToModelConfig(tokenizer_->vocab_size());
    config.bos_token_id = tokenizer_->bos_id().value_or(-1);
    if (const auto eos = tokenizer_->eos_id()) config.eos_token_ids = {*eos};
    model_ = NewModel(config, RngKey({recipe_.seed, index}), runtime_.allocator, &runtime_.pool);
  }
  if (const ComputeDtype dtype = recipe_.model.compute_dtype; dtype != ComputeDtype::kAuto) model_->SetGemmType(GemmTypeOf(dtype));
  Require(model_->config().vocab_size >= tokenizer_->vocab_size(), "stage \"", stage.name, "\": the model has ",
          model_->config().vocab_size, " tokens and the tokenizer ", tokenizer_->vocab_size());
  held_out_.clear();
  pretrain_.reset();
  grpo_.reset();
  AdamW* optimizer = nullptr;
  Model* reference = nullptr;
  if (stage.kind == StageKind::kPretrain) {
    const std::optional<int32_t> bos = tokenizer_->bos_id(), eos = tokenizer_->eos_id();
    Require(bos || eos, "stage \"", stage.name,
            "\": the tokenizer has neither a token for the beginning of a document nor for its end");
    pretrain_ = std::make_unique<PretrainTrainer>(stage.pretrain, runtime_, *model_, [this, bos, eos](int64_t i) {
      TokenSequence tokens;
      if (bos) tokens.push_back(*bos);
      const std::vector<int32_t> text = tokenizer_->Encode(corpus_->Document(i).text);
      tokens.insert(tokens.end(), text.begin(), text.end());
      if (eos) tokens.push_back(*eos);
      return tokens;
    });
    optimizer = &pretrain_->optimizer();
  } else {
    GrpoTrainer::Setup setup{
        stage.grpo, recipe_.curriculum,     WithStoredData(recipe_.tasks), recipe_.prompt_template, recipe_.seed,
        index,      options_.check_onpolicy};
    grpo_ = std::make_unique<GrpoTrainer>(std::move(setup), runtime_, *model_, *tokenizer_);
    optimizer = &grpo_->optimizer();
    reference = grpo_->reference();
  }
  if (checkpoint && in_stage) LoadCheckpointTensors(*checkpoint, *model_, optimizer, reference);
  if (pretrain_) pretrain_->Restore(state_.stage_step, state_.cursor);
  if (grpo_) grpo_->Restore({state_.stage_step, state_.cursor, state_.optimizer_step, state_.curriculum});
}

void Pipeline::Checkpoint() {
  last_checkpoint_s_ = SteadySeconds();
  checkpointed_step_ = state_.step;
  if (!options_.write) return;
  state_.seconds = session_base_s_ + SteadySeconds() - session_start_s_;
  log_->Sync();
  AdamW* optimizer = pretrain_ ? &pretrain_->optimizer() : grpo_ ? &grpo_->optimizer() : nullptr;
  SaveCheckpoint(paths_, state_, *model_, *tokenizer_, state_.stage_step > 0 ? optimizer : nullptr,
                 state_.stage_step > 0 && grpo_ ? grpo_->reference() : nullptr, recipe_.keep_checkpoints);
}

void Pipeline::CountStep() {
  ++state_.step;
  ++state_.stage_step;
  if (pretrain_) {
    state_.cursor = pretrain_->cursor();
    state_.optimizer_step = pretrain_->optimizer().step();
  } else {
    state_.cursor = grpo_->state().prompt_cursor;
    state_.optimizer_step = grpo_->state().optimizer_step;
    state_.curriculum = grpo_->state().curriculum;
  }
}

void Pipeline::LeaveStage() {
  ++state_.stage;
  state_.stage_step = 0;
  state_.cursor = 0;
  state_.optimizer_step = 0;
  state_.curriculum = {};
  pretrain_.reset();
  grpo_.reset();
}

void Pipeline::AfterStep(const StepMetrics& metrics, const StageRecipe& stage) {
  CountStep();
  if (log_) {
    StepMetrics logged = metrics;
    logged.Set("time/run_s", session_base_s_ + SteadySeconds() - session_start_s_);
    log_->Step(state_.step, stage.name, logged);
    log_->MarkLengths(state_);
  }
  const bool stop = Interrupted() || state_.step == options_.stop_after_step;
  if (stop || SteadySeconds() - last_checkpoint_s_ >= recipe_.checkpoint_every_s) Checkpoint();
  if (stop) FailStopped();
  if (log_) ObeyControl();
}

void Pipeline::FailStopped() const {
  Fail(ErrorCode::kCancelled, "stopped after step ", state_.step,
       options_.write ? "; a checkpoint is written, go on with --resume" : "");
}

void Pipeline::FinishStage(const StageRecipe& stage) {
  if (options_.write)
    SaveModelFolder(paths_.Stage(stage.name), *model_, *tokenizer_,
                    {recipe_.prompt_template, stage.grpo.max_completion_tokens, recipe_.tasks});
  LeaveStage();
  if (log_) log_->MarkLengths(state_);
  // The step's own checkpoint is replaced by one that starts the next stage.
  Checkpoint();
}

std::optional<CheckpointReader> Pipeline::FindCheckpoint() {
  LatestCheckpoint latest = FindLatestCheckpoint(paths_.Checkpoints());
  for (const std::string& message : latest.skipped) Say("skipped: " + message);
  if (!latest.checkpoint) {
    RequireNoCheckpointLost(paths_, recipe_, latest);
    return std::nullopt;
  }
  const std::string hash = state_.config_hash;
  state_ = ReadRunState(*latest.checkpoint);
  Require(state_.config_hash == hash, latest.checkpoint->dir(),
          " belongs to a run with other settings, or whose data files were others");
  Say(StrCat("resuming after step ", state_.step, " from ", latest.checkpoint->dir()));
  return std::move(latest.checkpoint);
}

// Whoever asks whether a run is at work holds its lock for an instant: once more, then.
void Pipeline::LockFolder() {
  for (int tries = 0; tries < 5 && !run_lock_.has_value(); ++tries) {
    if (tries > 0) std::this_thread::sleep_for(kPoll);
    run_lock_ = PathLock::Try(paths_.root, PathLock::WithoutLocks::kPretend);
  }
  Require(run_lock_.has_value(), paths_.root, ": another r1 train is at work in this folder");
}

void Pipeline::TakeFolder(bool resumes) {
  std::error_code error;
  std::filesystem::create_directories(paths_.root + "/rollouts", error);
  if (error) FailErrno("create", paths_.root, error.value());
  if (!run_lock_) LockFolder();
  for (const char* folder : {"", "/stages", "/checkpoints", "/rollouts"}) RemoveAbandonedIn(paths_.root + folder);
  // What a run left that did not come to its first step, perhaps with other settings.
  if (std::filesystem::exists(paths_.Recipe()) && !HoldsProgress(paths_)) std::filesystem::remove_all(paths_.Tokenizer());
  AtomicWriteFile(paths_.Recipe(), ToTomlText(WriteFields(recipe_)));
  log_ = std::make_unique<RunLog>(paths_, resumes ? &state_ : nullptr);
  if (ReadRunCommand(paths_.root) == RunCommand::kStop) WriteRunCommand(paths_.root, RunCommand::kRun);
  WriteRunStatus(paths_.root, RunPhase::kRunning);
}

void Pipeline::Run() {
  std::optional<CheckpointReader> checkpoint;
  if (options_.resume) checkpoint = FindCheckpoint();
  RequireRecipeMemory(recipe_, runtime_.pool.num_threads());
  if (!checkpoint) RequireRewardsApply(recipe_);
  if (options_.write && std::filesystem::exists(paths_.root)) LockFolder();  // before programs start beside another run's
  RehearseRewards();
  if (options_.write) TakeFolder(checkpoint.has_value());
  try {
    RunStages(std::move(checkpoint));
  } catch (const Error& error) {
    if (log_)
      WriteRunStatus(paths_.root, error.code() == ErrorCode::kCancelled ? RunPhase::kStopped : RunPhase::kFailed, error.what());
    if (log_ && grpo_ && error.code() == ErrorCode::kCancelled) Draw();
    throw;
  }
  if (log_) WriteRunStatus(paths_.root, RunPhase::kDone);
}

void Pipeline::RunStages(std::optional<CheckpointReader> checkpoint) {
  PrepareTokenizer();
  // Of the stages behind the one that comes now, before it is trained.
  for (size_t i = static_cast<size_t>(state_.stage) + 1; i < recipe_.stages.size(); ++i) ForeignStart(i);
  PrintPlan();
  if (state_.stage == static_cast<int64_t>(recipe_.stages.size())) Say("the run is finished; nothing is left to do");
  session_start_s_ = last_checkpoint_s_ = SteadySeconds();
  session_base_s_ = state_.seconds;
  while (state_.stage < static_cast<int64_t>(recipe_.stages.size())) {
    const StageRecipe& stage = recipe_.stages[static_cast<size_t>(state_.stage)];
    PrepareStage(stage, checkpoint);
    checkpoint.reset();
    try {
      if (stage.kind == StageKind::kPretrain)
        RunPretrain(stage);
      else
        RunGrpo(stage);
    } catch (const Error& error) {
      // Stopped within a rollout or an evaluation: neither has changed anything yet, so the state is that after the last step.
      if (error.code() != ErrorCode::kCancelled) throw;
      progress_.reset();
      if (checkpointed_step_ != state_.step) Checkpoint();
      FailStopped();
    }
    FinishStage(stage);
  }
}

}  // namespace r1
