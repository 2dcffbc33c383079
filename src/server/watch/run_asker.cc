#include "server/watch/run_asker.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/rng.h"
#include "checkpoint/training_checkpoint.h"
#include "data/prompt_template.h"
#include "engine/engine.h"
#include "model/inference_load.h"
#include "model/load.h"
#include "recipe/model_folder.h"
#include "recipe/run_state.h"
#include "watch/step_rollouts.h"

namespace r1 {
namespace {

constexpr size_t kMostWaiting = 4;

struct Weights {
  std::string dir;
  int64_t step = -1;  // of the run; -1: a finished stage
};

Weights NewestWeights(const std::string& run) {
  const RunPaths paths{run};
  const std::vector<int64_t> steps = ListCheckpointSteps(paths.Checkpoints());
  if (!steps.empty()) return {StepCheckpointDir(paths.Checkpoints(), steps.back()), steps.back()};
  return {FindModelFolder(run), -1};
}

EngineConfig AskerEngine() {
  return {.max_num_seqs = 1, .max_num_batched_tokens = 256, .prefill_chunk = 256, .kv_bytes = int64_t{64} << 20};
}

}  // namespace

struct RunAsker::Loaded {
  explicit Loaded(const std::string& run, Weights newest)
      : weights(std::move(newest)),
        recipe(ReadRecipe(RunPaths{run}.Recipe())),
        runtime(1),
        model(LoadModelForInference(weights.dir, runtime)),
        tokenizer(LoadTokenizer(weights.dir)),
        engine(runtime, *model, AskerEngine(), &tokenizer) {}

  Weights weights;
  Recipe recipe;
  Runtime runtime;
  std::unique_ptr<Model> model;
  Tokenizer tokenizer;
  Engine engine;
};

RunAsker::~RunAsker() { Close(); }

void RunAsker::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (Waiting& waiting : waiting_)
    waiting.failed(std::make_exception_ptr(Error(ErrorCode::kCancelled, "the server is shutting down")));
  waiting_.clear();
}

bool RunAsker::Ask(RunQuestion question, std::function<void(const std::string& json)> answered,
                   std::function<void(const std::exception_ptr& why)> failed) {
  std::lock_guard lock(mutex_);
  if (closed_ || waiting_.size() >= kMostWaiting) return false;
  waiting_.push_back({std::move(question), std::move(answered), std::move(failed)});
  if (!thread_.joinable()) thread_ = std::thread([this] { Loop(); });
  wake_.notify_all();
  return true;
}

void RunAsker::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (closed_) return;
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    try {
      next.answered(Answer(next.question));
    } catch (...) {
      loaded_.reset();
      next.failed(std::current_exception());
    }
    lock.lock();
  }
}

std::string RunAsker::Answer(const RunQuestion& question) {
  // A run prunes its old checkpoints, perhaps while one is being read: then there is a newer one.
  for (int tries = 0;; ++tries) {
    const Weights newest = NewestWeights(question.run);
    if (loaded_ && loaded_->weights.dir == newest.dir) break;
    loaded_.reset();
    try {
      loaded_ = std::make_shared<Loaded>(question.run, newest);
      break;
    } catch (const Error&) {
      if (tries == 2 || std::filesystem::exists(newest.dir)) throw;
    }
  }
  Loaded& loaded = *loaded_;
  Request request;
  request.prompt = loaded.tokenizer.Encode(RenderPrompt(FindPromptTemplate(loaded.recipe.prompt_template), question.question),
                                           {.parse_special = false, .add_bos = true});
  const int64_t room = loaded.engine.max_length() - static_cast<int64_t>(request.prompt.size());
  Require(room > 0, "the question has ", request.prompt.size(), " tokens, and the model takes ", loaded.engine.max_length());
  request.params.temperature = static_cast<float>(question.temperature);
  request.params.top_p = 0.95f;
  request.params.max_tokens = std::min(question.max_tokens, room);
  request.params.entropy = true;
  request.rng_keys = {RngKey({question.seed, 0xA5C})};
  const Completion completion = loaded.engine.Generate({&request, 1}).front();
  JsonWriter json;
  json.BeginObject().Field("weights", std::filesystem::relative(loaded.weights.dir, question.run).string());
  json.Field("step", loaded.weights.step).Field("completion", completion.text);
  json.Field("finished", completion.finish_reason == FinishReason::kStop);
  json.Key("tokens").Raw(TokensJson(loaded.tokenizer, completion.token_ids, completion.logprobs, completion.entropies));
  return json.EndObject().text();
}

}  // namespace r1
