// Where a run stands, in its folder:
//   recipe.toml                what it was started with, every setting written out
//   tokenizer/                 the trained tokenizer
//   stages/NAME/               the model after each stage: a folder that `r1 run`, transformers and converters open
//   checkpoints/step-000123/   weights, moments, reference and state after that step of the run; the newest few
//   rollouts/step-000123.safetensors  tokens, log-probabilities, rewards and advantages of that step, for `r1 replay`
//   metrics.jsonl, events.out.tfevents.0.r1, samples.jsonl, curve.svg
//   questions.jsonl            the same few held-out questions, answered at every evaluation
//   status.json, control       what the run does and what it was asked to do: recipe/run_control.h
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "checkpoint/training_checkpoint.h"
#include "model/model.h"
#include "recipe/recipe.h"
#include "text/tokenizer.h"
#include "train/grpo_trainer.h"

namespace r1 {

struct RunPaths {
  std::string root;
  std::string Recipe() const { return root + "/recipe.toml"; }
  std::string Tokenizer() const { return root + "/tokenizer"; }
  std::string Stage(const std::string& name) const { return root + "/stages/" + name; }
  std::string Checkpoints() const { return root + "/checkpoints"; }
  std::string Rollouts(int64_t step) const;
  std::string Metrics() const { return root + "/metrics.jsonl"; }
  std::string Samples() const { return root + "/samples.jsonl"; }
  std::string Questions() const { return root + "/questions.jsonl"; }
  std::string Curve() const { return root + "/curve.svg"; }
};

// The small part of a checkpoint. Randomness is counter-based, so there is no generator state.
struct RunState {
  int64_t format = 1;
  std::string config_hash;  // of the settings and data files that change bits
  int64_t stage = 0;        // index into the recipe's stages; their number once all are done
  int64_t stage_step = 0;   // steps done in it
  int64_t step = 0;         // steps done in the run
  int64_t cursor = 0;       // documents or prompts consumed in the stage
  int64_t optimizer_step = 0;
  CurriculumState curriculum;
  double seconds = 0;  // of training, over all sessions
  // Lengths of the logs right after that step's lines. What was written later, an evaluation say, is cut off on resume and done
  // again.
  int64_t metrics_bytes = 0, samples_bytes = 0, events_bytes = 0, questions_bytes = 0;

  static constexpr auto Fields() {
    using C = RunState;
    return std::tuple{Field{"format", &C::format, "version of this file"},
                      Field{"config_hash", &C::config_hash, "SHA-256 of the settings and data files that change bits"},
                      Field{"stage", &C::stage, "index of the stage"},
                      Field{"stage_step", &C::stage_step, "steps done in the stage"},
                      Field{"step", &C::step, "steps done in the run"},
                      Field{"cursor", &C::cursor, "documents or prompts consumed in the stage"},
                      Field{"optimizer_step", &C::optimizer_step, "updates done in the stage"},
                      Field{"curriculum", &C::curriculum, "state of the curriculum"},
                      Field{"seconds", &C::seconds, "seconds of training"},
                      Field{"metrics_bytes", &C::metrics_bytes, "length of metrics.jsonl"},
                      Field{"samples_bytes", &C::samples_bytes, "length of samples.jsonl"},
                      Field{"events_bytes", &C::events_bytes, "length of the TensorBoard file"},
                      Field{"questions_bytes", &C::questions_bytes, "length of questions.jsonl"}};
  }
};

// The recipe without what changes no bit of the result (micro-batches, checkpoints, evaluation, names), as TOML text.
std::string ResultSettings(const Recipe& recipe);
std::string ConfigHash(const Recipe& recipe);

// Writes a checkpoint folder and prunes old ones. `optimizer` and `reference` may be null.
void SaveCheckpoint(const RunPaths& paths, const RunState& state, const Model& model, const Tokenizer& tokenizer, AdamW* optimizer,
                    const Model* reference, int64_t keep);

// The checkpoint's state alone, and its tensors into what the stage has set up.
RunState ReadRunState(const CheckpointReader& checkpoint);
void LoadCheckpointTensors(const CheckpointReader& checkpoint, Model& model, AdamW* optimizer, Model* reference);

}  // namespace r1
