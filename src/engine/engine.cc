#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "engine/model_drafter.h"
#include "engine/ngram_drafter.h"

namespace r1 {
namespace {

class Stopwatch {
 public:
  // Adds the time since the last call, or since construction, to `seconds`.
  void AddTo(double& seconds) {
    const auto now = std::chrono::steady_clock::now();
    seconds += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

EngineConfig Checked(EngineConfig config, const ModelConfig& model) {
  config.Validate();
  Require(config.KvTypeOr(model.kv_type) == model.kv_type, "kv_dtype is ", EnumToString(config.kv_dtype),
          " but the model computes in ", KvTypeName(model.kv_type));
  config.num_blocks = config.NumBlocksFor(model);
  LOG(Info) << "engine: keys and values in " << KvTypeName(model.kv_type) << ", " << KvCache::BytesPerBlock(model) / kKvBlockSize
            << " bytes a token, room for " << config.num_blocks * kKvBlockSize << " tokens ("
            << static_cast<int64_t>(KvCache::BytesPerBlock(model)) * config.num_blocks / 1000000 << " MB)";
  config.eos_token_ids.insert(config.eos_token_ids.end(), model.eos_token_ids.begin(), model.eos_token_ids.end());
  return config;
}

// A step with more rows is bound by arithmetic: there a row for a guess that may be wrong takes the place of one that is certainly
// right.
constexpr int64_t kSpeculativeRows = 32;

}  // namespace

Engine::Engine(Runtime& runtime, const Model& model, EngineConfig config, const Tokenizer* tokenizer, const Model* draft_model)
    : runtime_(runtime),
      model_(model),
      config_(Checked(std::move(config), model.config())),
      tokenizer_(tokenizer),
      // The last token's keys are never needed, so one more token than the cache holds.
      max_length_(std::min(model.config().max_position_embeddings, config_.num_blocks * kKvBlockSize + 1)),
      blocks_(config_.num_blocks, config_.enable_prefix_cache),
      scheduler_({config_.max_num_seqs, config_.max_num_batched_tokens, config_.prefill_chunk}, blocks_),
      runner_(runtime, model, config_.num_blocks) {
  const int64_t vocab = model.config().vocab_size;
  if (tokenizer) {
    Require(tokenizer->vocab_size() <= vocab, "engine: the tokenizer has ", tokenizer->vocab_size(), " tokens and the model ",
            vocab);
    thinking_tags_.emplace(*tokenizer, config_.reasoning_format);
  }
  if (config_.speculation == Speculation::kNgram) drafter_ = std::make_unique<NgramDrafter>();
  if (config_.speculation == Speculation::kDraft) {
    Require(draft_model, "speculation = draft needs a draft model");
    drafter_ = std::make_unique<ModelDrafter>(runtime, *draft_model, config_.num_blocks, vocab);
  }
}

ThinkingPhase Engine::Prepare(const SamplingParams& params, std::vector<int32_t>& prompt) const {
  return thinking_tags_ ? thinking_tags_->Prepare(params.EffectiveThinking(), prompt) : ThinkingPhase::kBefore;
}

bool Engine::PreparePrompt(const SamplingParams& params, std::vector<int32_t>& prompt) const {
  return Prepare(params, prompt) == ThinkingPhase::kInside;
}

SequenceId Engine::Submit(const Request& request) {
  const int64_t vocab = model_.config().vocab_size;
  request.params.Validate(vocab);
  Require(!request.prompt.empty(), "engine: the prompt is empty; it needs at least one token");
  for (int32_t id : request.prompt)
    Require(id >= 0 && id < vocab, "engine: prompt token ids must be in 0..", vocab - 1, ", got ", id);
  Require(request.first_draw >= 0, "engine: first_draw must not be negative, got ", request.first_draw);
  Require(request.params.stop.empty() || tokenizer_, "engine: stop texts need a tokenizer");
  Require(!request.params.ControlsThinking() || tokenizer_, "engine: thinking controls need a tokenizer");
  std::vector<int32_t> prompt = request.prompt;
  const ThinkingPhase phase = Prepare(request.params, prompt);
  const auto prompt_length = static_cast<int64_t>(prompt.size());
  Require(prompt_length < max_length_, "engine: the prompt has ", prompt_length,
          " tokens; prompt and completion together can have ", max_length_);
  const int64_t context = model_.config().max_position_embeddings,
                wanted = prompt_length + std::min(request.params.max_tokens, max_length_);
  Require(request.params.max_tokens == 0 || wanted <= max_length_ || context <= max_length_, "engine: ", prompt_length,
          " prompt tokens and max_tokens ", request.params.max_tokens, " can never fit: keys and values have room for ",
          max_length_, " tokens (kv_bytes)");

  auto params = std::make_shared<const SamplingParams>(request.params);
  std::vector<uint64_t> keys = request.rng_keys;
  if (keys.empty()) keys.push_back(params->RngKeyOrDefault());
  std::vector<std::unique_ptr<Sequence>> group;  // complete before anything is changed: MakeSequence may throw
  for (uint64_t key : keys) group.push_back(MakeSequence(request, prompt, phase, params, key));
  Sequence& first = *group.front();
  const auto callback = request.callback ? std::make_shared<const TokenCallback>(request.callback) : nullptr;
  for (auto& sequence : group) {
    sequence->id = next_id_++;
    sequence->callback = callback;
    if (sequence.get() != &first) first.siblings.push_back(sequence.get());
    sequences_.emplace(sequence->id, std::move(sequence));
  }
  scheduler_.Add(first);
  return first.id;
}

std::unique_ptr<Sequence> Engine::MakeSequence(const Request& request, std::span<const int32_t> prompt, ThinkingPhase phase,
                                               std::shared_ptr<const SamplingParams> params, uint64_t rng_key) {
  auto sequence = std::make_unique<Sequence>();
  sequence->rng_key = rng_key;
  sequence->first_draw = request.first_draw;
  sequence->token_ids.assign(prompt.begin(), prompt.end());
  sequence->num_prompt_tokens = sequence->length();
  sequence->max_length =
      params->max_tokens == 0 ? max_length_ : std::min(max_length_, sequence->length() + std::min(params->max_tokens, max_length_));
  sequence->completion.num_prompt_tokens = sequence->length();
  if (params->EditsLogits()) sequence->logits_processors.push_back(std::make_shared<PenaltyProcessor>(params, prompt));
  if (request.make_logits_processors) {
    for (auto& processor : request.make_logits_processors()) sequence->logits_processors.push_back(std::move(processor));
  }
  if (thinking_tags_ || params->loop_guard > 0)
    sequence->thinking = std::make_unique<ThinkingControl>(thinking_tags_ ? &*thinking_tags_ : nullptr, params, phase, prompt,
                                                           config_.eos_token_ids, sequence->max_length - sequence->length());
  if (tokenizer_ && (request.callback || !params->stop.empty()))
    sequence->text_stream = std::make_unique<TextStream>(*tokenizer_, params->stop);
  sequence->params = std::move(params);
  return sequence;
}

void Engine::Step() {
  if (!HasWork()) return;
  Stopwatch watch;
  ProposeDrafts();
  watch.AddTo(stats_.draft_s);
  const ScheduledBatch& batch = scheduler_.Schedule();
  draws_.clear();
  int64_t rows = 0;
  for (const ScheduledSequence& scheduled : batch) {
    Sequence& sequence = *scheduled.sequence;
    if (sequence.num_uncomputed() > 1 || sequence.num_generated() == 0) stats_.tokens_prefilled += scheduled.num_tokens;
    if (!scheduled.samples) continue;
    const int64_t num_rows = 1 + static_cast<int64_t>(sequence.draft_ids.size());
    draws_.push_back({rows, num_rows, &sequence});
    for (Sequence* sibling : sequence.siblings) draws_.push_back({rows, 1, sibling});
    rows += num_rows;
  }
  watch.AddTo(stats_.schedule_s);
  runner_.CopyBlocks(scheduler_.copies());
  const Tensor hidden = runner_.Forward(batch);  // [rows, D]
  watch.AddTo(stats_.forward_s);
  finished_.clear();
  std::exception_ptr failure;
  try {
    runner_.Sample(hidden, draws_, [this](Sequence& sequence, SampledToken& token) { return Append(sequence, token); });
  } catch (...) {
    failure = std::current_exception();
  }
  watch.AddTo(stats_.sample_s);

  if (!failure) {
    scheduler_.Advance();
    RecordDrafts(batch);
    copies_.clear();
    for (const ScheduledSequence& scheduled : batch)
      if (!scheduled.sequence->siblings.empty() && scheduled.samples) scheduler_.Fork(*scheduled.sequence, copies_);
    runner_.CopyBlocks(copies_);  // before the finished give blocks back
    ++stats_.num_steps;
  } else {
    for (const ScheduledSequence& scheduled : batch)
      if (scheduled.samples) scheduler_.Split(*scheduled.sequence);
  }
  for (Sequence* sequence : finished_) scheduler_.Remove(*sequence);
  watch.AddTo(stats_.postprocess_s);
  // Last, when all is in order: callbacks may cancel, submit and take.
  for (const Event& event : std::exchange(events_, {})) Deliver(event);
  if (failure) std::rethrow_exception(failure);
}

// What comes next for the sequences that decode: known where it is forced, else guessed.
void Engine::ProposeDrafts() {
  asks_.clear();
  int64_t num_decoding = 0;
  for (Sequence* sequence : scheduler_.running()) {
    sequence->draft_ids.clear();
    sequence->num_accepted = 0;
    sequence->draft_is_forced = false;
    if (sequence->num_uncomputed() != 1) continue;
    ++num_decoding;
    if (!sequence->siblings.empty()) continue;                           // its first token is theirs too
    const int64_t most = sequence->max_length - sequence->length() - 1;  // the step draws one token more
    if (sequence->thinking && !sequence->thinking->forced().empty()) {
      const std::span<const int32_t> forced = sequence->thinking->forced();
      const auto n = static_cast<ptrdiff_t>(std::min<int64_t>(std::max<int64_t>(0, most), static_cast<int64_t>(forced.size())));
      sequence->draft_ids.assign(forced.begin(), forced.begin() + n);
      sequence->draft_is_forced = true;
    } else if (drafter_ && most > 0) {
      asks_.push_back({sequence, most});
    }
  }
  if (asks_.empty() || num_decoding >= kSpeculativeRows) return;
  const int64_t share = (kSpeculativeRows - num_decoding) / static_cast<int64_t>(asks_.size());
  if (share == 0) return;
  for (Drafter::Ask& ask : asks_) ask.most = std::min({ask.most, share, config_.max_draft_tokens});
  drafter_->Propose(asks_);
}

void Engine::RecordDrafts(const ScheduledBatch& batch) {
  for (const ScheduledSequence& scheduled : batch) {
    Sequence& sequence = *scheduled.sequence;
    const auto drafted = static_cast<int64_t>(sequence.draft_ids.size()), accepted = static_cast<int64_t>(sequence.num_accepted);
    if (drafted == 0 || sequence.draft_is_forced) continue;
    // Guesses behind the end were never looked at.
    sequence.pace.Record(sequence.status == SequenceStatus::kFinished ? accepted : drafted, accepted);
    stats_.tokens_drafted += drafted;
    stats_.tokens_accepted += accepted;
    ++stats_.num_verify_steps;
    sequence.completion.num_drafted += drafted;
    sequence.completion.num_accepted += accepted;
    ++sequence.completion.num_verify_steps;
  }
}

bool Engine::Cancel(SequenceId id) {
  auto it = sequences_.find(id);
  if (it == sequences_.end() || it->second->status == SequenceStatus::kFinished) return false;
  Sequence& sequence = *it->second;
  std::string shown;
  scheduler_.Remove(sequence);
  Finish(sequence, FinishReason::kCancelled, shown);
  Deliver({id, -1, 0, std::move(shown), true, false, false});
  return true;
}

bool Engine::EndThinking(SequenceId id) {
  auto it = sequences_.find(id);
  if (it == sequences_.end() || it->second->status == SequenceStatus::kFinished || !it->second->thinking) return false;
  return it->second->thinking->EndNow(it->second->token_ids);
}

std::optional<PromptProgress> Engine::ProgressOfPrompt(SequenceId id) const {
  const auto it = sequences_.find(id);
  if (it == sequences_.end()) return {};
  const Sequence& sequence = *it->second;
  return PromptProgress{sequence.num_prompt_tokens, sequence.completion.num_cached_tokens,
                        std::min(sequence.num_computed, sequence.num_prompt_tokens)};
}

std::optional<Completion> Engine::Take(SequenceId id) {
  auto it = sequences_.find(id);
  if (it == sequences_.end() || it->second->status != SequenceStatus::kFinished) return {};
  Completion completion = std::move(it->second->completion);
  sequences_.erase(it);
  return completion;
}

std::vector<Completion> Engine::Generate(std::span<const Request> requests,
                                         const std::function<void(const GenerateProgress&)>& progress) {
  size_t total = 0;
  for (const Request& request : requests) total += std::max<size_t>(1, request.rng_keys.size());
  std::vector<Completion> completions(total);
  const auto keep = [&](size_t i, Completion completion) { completions[i] = std::move(completion); };
  GenerateEach(requests, keep, progress);
  return completions;
}

void Engine::GenerateEach(std::span<const Request> requests, const std::function<void(size_t, Completion)>& take,
                          const std::function<void(const GenerateProgress&)>& progress) {
  std::vector<SequenceId> ids;
  try {
    for (const Request& request : requests) {
      const SequenceId first = Submit(request);
      for (size_t i = 0; i < std::max<size_t>(1, request.rng_keys.size()); ++i) ids.push_back(first + static_cast<SequenceId>(i));
    }
    const int64_t decoded_before = stats_.tokens_decoded;
    std::vector<size_t> open(ids.size());
    for (size_t i = 0; i < open.size(); ++i) open[i] = i;
    int64_t finished_before = -1;
    while (!open.empty()) {
      Step();
      if (stats_.num_finished != finished_before) {
        finished_before = stats_.num_finished;
        std::erase_if(open, [&](size_t i) {
          std::optional<Completion> completion = Take(ids[i]);
          if (completion) take(i, std::move(*completion));
          return completion.has_value();
        });
      }
      const auto total = static_cast<int64_t>(ids.size());
      if (progress) progress({total - static_cast<int64_t>(open.size()), total, stats_.tokens_decoded - decoded_before});
    }
  } catch (...) {
    for (SequenceId id : ids) {
      Cancel(id);
      Take(id);
    }
    throw;
  }
}

int64_t Engine::UpdateWeights() {
  scheduler_.PreemptAll();
  blocks_.ResetPrefixCache();
  return ++weights_version_;
}

EngineStats Engine::stats() const {
  EngineStats stats = stats_;
  stats.num_preemptions += scheduler_.num_preemptions();
  stats.tokens_cached += scheduler_.num_cached_tokens();
  return stats;
}

void Engine::ResetStats() {
  stats_ = {};
  stats_.num_preemptions = -scheduler_.num_preemptions();
  stats_.tokens_cached = -scheduler_.num_cached_tokens();
}

}  // namespace r1
