// Requests to completions, many at once. Used by chat, rollouts and evaluation alike; the weights are the trainer's own.
//
// A completion is a pure function of (weights, prompt, params): the same tokens and logprobs, to the bit, alone or among others,
// with any chunk size, prefix cache, number of threads, preemption or speculation (docs/numerics.md).
//
// One thread at a time may call an engine. Callbacks run inside Step, Cancel and Generate, may call Submit, Cancel and Take, and
// must not throw or call Step.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/drafter.h"
#include "engine/engine_config.h"
#include "engine/model_runner.h"

namespace r1 {

class Tokenizer;

struct Request {
  std::vector<int32_t> prompt;
  SamplingParams params;
  // One completion for each key; the prompt is computed once. Empty: one completion with params' own key.
  std::vector<uint64_t> rng_keys;
  // The number of the random draw for the first new token: where the prompt ends in so many tokens of a completion, that completion
  // goes on as it did (its penalties and thinking budget begin anew).
  int64_t first_draw = 0;
  TokenCallback callback;
  // Makes the extra processors of one completion, applied after bias and penalties (a grammar, for one).
  std::function<std::vector<std::shared_ptr<LogitsProcessor>>()> make_logits_processors;
};

struct EngineStats {
  int64_t num_steps = 0;
  int64_t tokens_prefilled = 0;  // computed of prompts, and of preempted sequences again
  int64_t tokens_decoded = 0;    // generated
  int64_t tokens_cached = 0;     // of prompts, not computed: found in the prefix cache or shared by a group
  int64_t num_preemptions = 0;
  int64_t num_finished = 0;
  // Speculation: guessed tokens that were computed, those that were right, and the (sequence, step) pairs they were computed in.
  // What is forced is known ahead and not counted here.
  int64_t tokens_drafted = 0, tokens_accepted = 0, num_verify_steps = 0;
  double draft_s = 0, schedule_s = 0, forward_s = 0, sample_s = 0, postprocess_s = 0;
};

// How far the prompt of a sequence has come; all three in tokens. Computed ones include the cached ones.
struct PromptProgress {
  int64_t total = 0, cached = 0, computed = 0;
  bool operator==(const PromptProgress&) const = default;
};

struct GenerateProgress {
  int64_t num_finished, num_total;  // completions
  int64_t tokens_generated;
};

class Engine {
 public:
  // All must outlive the engine. Without a tokenizer there are no texts, no stop texts and no thinking controls. draft_model: for
  // speculation = draft, with the same tokenizer.
  Engine(Runtime& runtime, const Model& model, EngineConfig config, const Tokenizer* tokenizer = nullptr,
         const Model* draft_model = nullptr);

  // Returns the id of the first completion; those of a group follow it without a gap.
  // Throws kInvalidArgument for bad parameters, token ids outside the vocabulary and what can never fit.
  SequenceId Submit(const Request& request);
  bool HasWork() const { return scheduler_.HasWork(); }
  // One scheduled batch. Throws kDataLoss if the weights have diverged to NaN; Cancel still works then.
  void Step();
  // Ends a sequence with kCancelled and frees its memory at once. false if it has ended or was never there.
  bool Cancel(SequenceId id);
  // "Answer now": closes the thinking of a running or waiting sequence. false if it is not thinking.
  bool EndThinking(SequenceId id);
  // The prompt as Submit runs it: its end changed as params' thinking mode says. Returns whether it ends inside thinking, which is
  // how a ReasoningParser of the completion starts.
  bool PreparePrompt(const SamplingParams& params, std::vector<int32_t>& prompt) const;
  // Of a sequence that has not been taken; empty for others.
  std::optional<PromptProgress> ProgressOfPrompt(SequenceId id) const;
  // A finished completion, once; empty while it runs and for unknown ids.
  std::optional<Completion> Take(SequenceId id);

  // Runs until all are done; results in order of requests, and of keys within a request. `progress` is called after each step and
  // may throw: what was submitted here is then cancelled and the error goes on.
  std::vector<Completion> Generate(std::span<const Request> requests,
                                   const std::function<void(const GenerateProgress&)>& progress = {});
  // The same, but each completion is given to `take`, with its place in that order, as soon as it has ended. `take` may throw too.
  void GenerateEach(std::span<const Request> requests, const std::function<void(size_t, Completion)>& take,
                    const std::function<void(const GenerateProgress&)>& progress = {});

  // The model's weights have changed (Parameters::MarkUpdated has been called): forgets all keys and values. Running sequences go
  // on with the new weights from recomputed keys, so that every later token's logprob is that of the new weights.
  int64_t UpdateWeights();
  int64_t weights_version() const { return weights_version_; }

  EngineStats stats() const;
  void ResetStats();
  int64_t num_running() const { return scheduler_.num_running(); }
  int64_t num_waiting() const { return scheduler_.num_waiting(); }
  const BlockManager& blocks() const { return blocks_; }
  const EngineConfig& config() const { return config_; }
  // Most tokens of prompt and completion together.
  int64_t max_length() const { return max_length_; }

 private:
  struct Event {
    SequenceId id;
    int32_t token_id;
    float logprob;
    std::string text;
    bool last, thinking, forced;
    ThinkingEnd thinking_end = ThinkingEnd::kNone;
    int64_t index = -1;  // of the token in its completion
  };
  ThinkingPhase Prepare(const SamplingParams& params, std::vector<int32_t>& prompt) const;
  std::unique_ptr<Sequence> MakeSequence(const Request& request, std::span<const int32_t> prompt, ThinkingPhase phase,
                                         std::shared_ptr<const SamplingParams> params, uint64_t rng_key);
  void ProposeDrafts();
  void RecordDrafts(const ScheduledBatch& batch);
  // engine_output.cc
  bool Append(Sequence& sequence, SampledToken& token);
  std::optional<FinishReason> EndAfter(Sequence& sequence, int32_t token_id, bool was_thinking, bool forced, std::string& shown);
  void Finish(Sequence& sequence, FinishReason reason, std::string& shown);
  void Deliver(const Event& event);

  Runtime& runtime_;
  const Model& model_;
  EngineConfig config_;
  const Tokenizer* tokenizer_;
  int64_t max_length_;
  BlockManager blocks_;
  Scheduler scheduler_;
  ModelRunner runner_;
  std::optional<ThinkingTags> thinking_tags_;  // with a tokenizer
  std::unique_ptr<Drafter> drafter_;           // null: no speculation

  std::unordered_map<SequenceId, std::unique_ptr<Sequence>> sequences_;
  SequenceId next_id_ = 1;
  int64_t weights_version_ = 1;
  EngineStats stats_;

  // Of one step, kept for their memory.
  std::vector<ModelRunner::Draw> draws_;
  std::vector<Drafter::Ask> asks_;
  std::vector<Sequence*> finished_;
  std::vector<BlockManager::BlockCopy> copies_;
  std::vector<Event> events_;
};

}  // namespace r1
