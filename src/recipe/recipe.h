// A recipe: everything a run needs to go from random weights to a trained model, as one settings file. The struct is the schema:
// keys,
// --set, --help, the saved run config and docs/reference.md come from its Field rows.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "data/curriculum.h"
#include "data/dataset.h"
#include "data/micro_corpus.h"
#include "model/model_config.h"
#include "train/grpo_config.h"
#include "train/pretrain_trainer.h"

namespace r1 {

struct TokenizerRecipe {
  int64_t vocab_size = 256;
  int64_t training_documents = 8000;
  bool single_digits = true;
  bool used_bytes_only = true;

  static constexpr auto Fields() {
    using C = TokenizerRecipe;
    return std::tuple{Field{"vocab_size", &C::vocab_size, "entries of the byte-level BPE vocabulary, special tokens included"},
                      Field{"training_documents", &C::training_documents, "documents of the corpus the merges are learned from"},
                      Field{"single_digits", &C::single_digits, "every digit is a token of its own"},
                      Field{"used_bytes_only", &C::used_bytes_only,
                            "bytes the corpus never uses get no token and are read as <unk>: a small model has no room for them"}};
  }
};

// What matrix products round weights and inputs to. kAuto: what the folder that a stage starts from says, else f32.
enum class ComputeDtype { kAuto, kF32, kBF16 };
template <>
struct EnumNames<ComputeDtype> {
  static constexpr EnumName<ComputeDtype> kRows[] = {
      {ComputeDtype::kAuto, "auto"}, {ComputeDtype::kF32, "f32"}, {ComputeDtype::kBF16, "bf16"}};
};

// What it means for a model that says nothing itself.
inline GemmType GemmTypeOf(ComputeDtype dtype) { return dtype == ComputeDtype::kBF16 ? GemmType::kBF16 : GemmType::kF32; }

struct ModelRecipe {
  std::string architecture = "LlamaForCausalLM";
  int64_t hidden_size = 128;
  int64_t intermediate_size = 352;
  int64_t num_layers = 4;
  int64_t num_heads = 4;
  int64_t num_kv_heads = 2;
  int64_t head_dim = 32;
  int64_t max_position_embeddings = 512;
  double rope_theta = 10000;
  bool tie_word_embeddings = true;
  float initializer_range = 0.05f;
  ComputeDtype compute_dtype = ComputeDtype::kAuto;

  static constexpr auto Fields() {
    using C = ModelRecipe;
    return std::tuple{Field{"architecture", &C::architecture, "LlamaForCausalLM, Qwen2ForCausalLM or Qwen3ForCausalLM"},
                      Field{"hidden_size", &C::hidden_size, "model width D"},
                      Field{"intermediate_size", &C::intermediate_size, "MLP width F"},
                      Field{"num_layers", &C::num_layers, "decoder layers L"},
                      Field{"num_heads", &C::num_heads, "query heads H"},
                      Field{"num_kv_heads", &C::num_kv_heads, "key/value heads Hkv; H must be a multiple"},
                      Field{"head_dim", &C::head_dim, "width of a head Dh; a multiple of 8"},
                      Field{"max_position_embeddings", &C::max_position_embeddings, "longest context"},
                      Field{"rope_theta", &C::rope_theta, "base of the rotary frequencies"},
                      Field{"tie_word_embeddings", &C::tie_word_embeddings, "the output head is the embedding"},
                      Field{"initializer_range", &C::initializer_range, "standard deviation of fresh weights"},
                      Field{"compute_dtype", &C::compute_dtype,
                            "of products with weights: f32, or bf16 (mixed precision: weights and sums stay f32; half the time "
                            "where the processor has AMX, a quarter more where it has no products of bf16); auto: what the model "
                            "that a stage starts from was trained with, else f32"}};
  }
  ModelConfig ToModelConfig(int64_t vocab_size) const;
};

struct EvaluationRecipe {
  int64_t every_steps = 10;
  int64_t questions_per_task = 64;
  int64_t samples = 1;
  int64_t final_questions_per_task = 128;
  int64_t final_samples = 4;
  double temperature = 0.6;
  double top_p = 0.95;
  std::vector<TaskShare> tasks;

  static constexpr auto Fields() {
    using C = EvaluationRecipe;
    return std::tuple{
        Field{"every_steps", &C::every_steps, "evaluate during grpo every so many steps; 0 = only before and after"},
        Field{"questions_per_task", &C::questions_per_task, "held-out questions of each task, during training"},
        Field{"samples", &C::samples, "completions per question, during training"},
        Field{"final_questions_per_task", &C::final_questions_per_task,
              "held-out questions of each task, before the first and after the last step"},
        Field{"final_samples", &C::final_samples, "completions per question, before the first and after the last step"},
        Field{"temperature", &C::temperature, "of the papers' protocol: 0.6"},
        Field{"top_p", &C::top_p, "of the papers' protocol: 0.95"},
        Field{"tasks", &C::tasks, "what is evaluated; empty: the tasks trained on"}};
  }
  void Validate() const;  // throws kInvalidArgument naming the key
};

enum class StageKind { kPretrain, kGrpo };
template <>
struct EnumNames<StageKind> {
  static constexpr EnumName<StageKind> kRows[] = {{StageKind::kPretrain, "pretrain"}, {StageKind::kGrpo, "grpo"}};
};

struct StageRecipe {
  std::string name;
  StageKind kind = StageKind::kPretrain;
  std::string start_from;
  PretrainConfig pretrain;
  GrpoConfig grpo;

  static constexpr auto Fields() {
    using C = StageRecipe;
    return std::tuple{
        Field{"name", &C::name, "names the stage's folder of the run; letters, digits, - and _"},
        Field{"kind", &C::kind, "pretrain (next-token on the corpus) or grpo (reinforcement learning on the tasks)"},
        Field{"start_from", &C::start_from,
              "an earlier stage, or a model: its folder, or what `r1 pull` downloaded (the first stage takes its tokenizer "
              "too); empty: the stage before, the first from random weights"},
        Field{"pretrain", &C::pretrain, "settings of a pretrain stage"}, Field{"grpo", &C::grpo, "settings of a grpo stage"}};
  }
  int64_t Steps() const { return kind == StageKind::kPretrain ? pretrain.Steps() : grpo.steps; }
};

struct Recipe {
  std::string name = "run";
  std::string description;
  uint64_t seed = 1;
  std::string prompt_template = "r1_zero";
  TokenizerRecipe tokenizer;
  ModelRecipe model;
  CorpusConfig corpus;
  std::vector<TaskShare> tasks;
  CurriculumConfig curriculum;
  EvaluationRecipe evaluation;
  double checkpoint_every_s = 60;
  int64_t keep_checkpoints = 2;
  bool keep_rollouts = true;
  std::vector<StageRecipe> stages;

  static constexpr auto Fields() {
    using C = Recipe;
    return std::tuple{
        Field{"name", &C::name, "names the run"},
        Field{"description", &C::description, "one line, printed at the start"},
        Field{"seed", &C::seed, "everything random in the run is a function of it"},
        Field{"prompt_template", &C::prompt_template, "how questions are put to the model: r1_zero, r1_zero_paper, solution, bare"},
        Field{"tokenizer", &C::tokenizer, "trained on the corpus before the first stage"},
        Field{"model", &C::model, "shape of a model that starts from random weights; compute_dtype of any"},
        Field{"corpus", &C::corpus, "pre-training documents"},
        Field{"tasks", &C::tasks, "questions of reinforcement learning"},
        Field{"curriculum", &C::curriculum, "difficulty that rises with skill"},
        Field{"evaluation", &C::evaluation, "held-out questions"},
        Field{"checkpoint_every_s", &C::checkpoint_every_s, "seconds between checkpoints; 0 = after every step"},
        Field{"keep_checkpoints", &C::keep_checkpoints, "how many of the newest to keep"},
        Field{"keep_rollouts", &C::keep_rollouts, "store every rollout's tokens and log-probabilities, for r1 replay"},
        Field{"stages", &C::stages, "what to train, in order"}};
  }
  void Validate() const;  // throws kInvalidArgument naming the key
};

// Reads a TOML file, applies `overrides` ("a.b=value", as typed after --set), checks every value. Throws kInvalidArgument with file
// and line, kNotFound if there is no such file.
Recipe LoadRecipe(const std::string& path, const std::vector<std::string>& overrides);
// The same without overrides, and without checking values: the saved settings of a run.
Recipe ReadRecipe(const std::string& path);

}  // namespace r1
