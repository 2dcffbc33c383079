#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/log.h"

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
  if (model.eos_token_id >= 0) config.eos_token_ids.push_back(model.eos_token_id);
  return config;
}

}  // namespace

const char* FinishReasonName(FinishReason reason) {
  switch (reason) {
    case FinishReason::kStop: return "stop";
    case FinishReason::kLength: return "length";
    case FinishReason::kCancelled: return "cancelled";
  }
  return "?";
}

Engine::Engine(Runtime& runtime, const Model& model, EngineConfig config, const Tokenizer* tokenizer)
    : runtime_(runtime),
      model_(model),
      config_(Checked(std::move(config), model.config())),
      tokenizer_(tokenizer),
      // The last token's keys are never needed, so one more token than the cache holds.
      max_length_(std::min(model.config().max_position_embeddings, config_.num_blocks * kKvBlockSize + 1)),
      blocks_(config_.num_blocks, config_.enable_prefix_cache),
      scheduler_({config_.max_num_seqs, config_.max_num_batched_tokens, config_.prefill_chunk}, blocks_),
      runner_(runtime, model, config_.num_blocks) {}

SequenceId Engine::Submit(const Request& request) {
  const int64_t vocab = model_.config().vocab_size, prompt_length = static_cast<int64_t>(request.prompt.size());
  request.params.Validate(vocab);
  Require(prompt_length > 0, "engine: the prompt is empty; it needs at least one token");
  for (int32_t id : request.prompt)
    Require(id >= 0 && id < vocab, "engine: prompt token ids must be in 0..", vocab - 1, ", got ", id);
  Require(prompt_length < max_length_, "engine: the prompt has ", prompt_length,
          " tokens; prompt and completion together can have ", max_length_);
  const int64_t context = model_.config().max_position_embeddings, wanted = prompt_length + request.params.max_tokens;
  Require(request.params.max_tokens == 0 || wanted <= max_length_ || context <= max_length_, "engine: ", prompt_length,
          " prompt tokens and max_tokens ", request.params.max_tokens, " can never fit into num_blocks ", config_.num_blocks, " (",
          max_length_, " tokens)");
  Require(request.params.stop.empty() || tokenizer_, "engine: stop texts need a tokenizer");

  auto params = std::make_shared<const SamplingParams>(request.params);
  std::vector<uint64_t> keys = request.rng_keys;
  if (keys.empty()) keys.push_back(params->RngKeyOrDefault());
  std::vector<std::unique_ptr<Sequence>> group;  // complete before anything is changed: MakeSequence may throw
  for (uint64_t key : keys) group.push_back(MakeSequence(request, params, key));
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

std::unique_ptr<Sequence> Engine::MakeSequence(const Request& request, std::shared_ptr<const SamplingParams> params,
                                               uint64_t rng_key) {
  auto sequence = std::make_unique<Sequence>();
  sequence->rng_key = rng_key;
  sequence->token_ids = request.prompt;
  sequence->num_prompt_tokens = sequence->length();
  sequence->max_length = params->max_tokens == 0 ? max_length_ : std::min(max_length_, sequence->length() + params->max_tokens);
  sequence->completion.num_prompt_tokens = sequence->length();
  if (params->EditsLogits()) sequence->logits_processors.push_back(std::make_shared<PenaltyProcessor>(params, request.prompt));
  if (request.make_logits_processors) {
    for (auto& processor : request.make_logits_processors()) sequence->logits_processors.push_back(std::move(processor));
  }
  if (tokenizer_ && (request.callback || !params->stop.empty()))
    sequence->text_stream = std::make_unique<TextStream>(*tokenizer_, params->stop);
  sequence->params = std::move(params);
  return sequence;
}

void Engine::Step() {
  if (!HasWork()) return;
  Stopwatch watch;
  const ScheduledBatch& batch = scheduler_.Schedule();
  draws_.clear();
  drawing_.clear();
  int64_t rows = 0;
  for (const ScheduledSequence& scheduled : batch) {
    if (scheduled.num_tokens > 1 || scheduled.sequence->num_generated() == 0) stats_.tokens_prefilled += scheduled.num_tokens;
    if (!scheduled.samples) continue;
    draws_.push_back({rows, scheduled.sequence});
    drawing_.push_back(scheduled.sequence);
    for (Sequence* sibling : scheduled.sequence->siblings) {
      draws_.push_back({rows, sibling});
      drawing_.push_back(sibling);
    }
    ++rows;
  }
  watch.AddTo(stats_.schedule_s);
  const Tensor hidden = runner_.Forward(batch);  // [rows, D]
  watch.AddTo(stats_.forward_s);
  sampled_.resize(draws_.size());
  runner_.Sample(hidden, draws_, sampled_);
  watch.AddTo(stats_.sample_s);

  scheduler_.Advance();
  finished_.clear();
  for (size_t i = 0; i < drawing_.size(); ++i) Append(*drawing_[i], sampled_[i]);
  copies_.clear();
  for (const ScheduledSequence& scheduled : batch)
    if (!scheduled.sequence->siblings.empty() && scheduled.samples) scheduler_.Fork(*scheduled.sequence, copies_);
  runner_.CopyBlocks(copies_);  // before the finished give blocks back
  for (Sequence* sequence : finished_) scheduler_.Remove(*sequence);
  ++stats_.num_steps;
  stats_.tokens_decoded += static_cast<int64_t>(drawing_.size());
  watch.AddTo(stats_.postprocess_s);
  // Last, when all is in order: callbacks may cancel, submit and take.
  for (const Event& event : std::exchange(events_, {})) Deliver(event);
}

void Engine::Append(Sequence& sequence, SampledToken& token) {
  Completion& completion = sequence.completion;
  sequence.token_ids.push_back(token.token_id);
  completion.logprobs.push_back(token.logprob);
  completion.weights_versions.push_back(weights_version_);
  if (sequence.params->entropy) completion.entropies.push_back(token.entropy);
  if (sequence.params->logprobs > 0) completion.top_logprobs.push_back(std::move(token.top_logprobs));
  for (const auto& processor : sequence.logits_processors) processor->Accept(token.token_id);
  std::string shown;
  const std::optional<FinishReason> end = EndAfter(sequence, token.token_id, shown);
  if (end) {
    Finish(sequence, *end, shown);
    finished_.push_back(&sequence);
  } else {
    completion.text += shown;
  }
  if (sequence.callback) events_.push_back({sequence.id, token.token_id, token.logprob, std::move(shown), end.has_value()});
}

// Why the sequence ends with this token, if it does. `shown` gets the text that may be shown now.
std::optional<FinishReason> Engine::EndAfter(Sequence& sequence, int32_t token_id, std::string& shown) {
  const SamplingParams& params = *sequence.params;
  auto contains = [token_id](const std::vector<int32_t>& ids) { return std::find(ids.begin(), ids.end(), token_id) != ids.end(); };
  if ((!params.ignore_eos && contains(config_.eos_token_ids)) || contains(params.stop_token_ids)) {
    sequence.completion.stop_token_id = token_id;
    return FinishReason::kStop;
  }
  if (sequence.text_stream) {
    shown = sequence.text_stream->Push(token_id);
    if (sequence.text_stream->found_stop()) return FinishReason::kStop;
  }
  if (sequence.length() >= sequence.max_length) return FinishReason::kLength;
  return {};
}

// Completes the completion; the caller takes the sequence from the scheduler.
void Engine::Finish(Sequence& sequence, FinishReason reason, std::string& shown) {
  Completion& completion = sequence.completion;
  completion.token_ids.assign(sequence.token_ids.begin() + sequence.num_prompt_tokens, sequence.token_ids.end());
  if (sequence.text_stream) {
    shown += sequence.text_stream->Flush();
    if (const std::string* stop = sequence.text_stream->found_stop()) {
      completion.stop_text = *stop;
      if (reason == FinishReason::kLength) reason = FinishReason::kStop;  // completed by the last half character
    }
  } else if (tokenizer_) {  // nobody watched it grow: decoded once, which is cheaper
    std::span<const int32_t> ids = completion.token_ids;
    shown = tokenizer_->Decode(completion.stop_token_id >= 0 ? ids.first(ids.size() - 1) : ids);
  }
  completion.text += shown;
  completion.finish_reason = reason;
  sequence.status = SequenceStatus::kFinished;
  ++stats_.num_finished;
}

bool Engine::Cancel(SequenceId id) {
  auto it = sequences_.find(id);
  if (it == sequences_.end() || it->second->status == SequenceStatus::kFinished) return false;
  Sequence& sequence = *it->second;
  std::string shown;
  scheduler_.Remove(sequence);
  Finish(sequence, FinishReason::kCancelled, shown);
  Deliver({id, -1, 0, std::move(shown), true});
  return true;
}

// A callback may cancel, take and so destroy its own sequence: the sequence is looked up anew each time, and the callback held.
void Engine::Deliver(const Event& event) {
  auto it = sequences_.find(event.id);
  if (it == sequences_.end() || !it->second->callback) return;
  Sequence& sequence = *it->second;
  const std::shared_ptr<const TokenCallback> callback = sequence.callback;
  if (event.last) sequence.callback = nullptr;
  (*callback)({event.id, event.token_id, event.logprob, event.text, event.last ? &sequence.completion : nullptr});
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
  std::vector<SequenceId> ids;
  std::vector<Completion> completions;
  try {
    for (const Request& request : requests) {
      const SequenceId first = Submit(request);
      for (size_t i = 0; i < std::max<size_t>(1, request.rng_keys.size()); ++i) ids.push_back(first + static_cast<SequenceId>(i));
    }
    const int64_t decoded_before = stats_.tokens_decoded;
    completions.resize(ids.size());
    std::vector<size_t> open(ids.size());
    for (size_t i = 0; i < open.size(); ++i) open[i] = i;
    int64_t finished_before = -1;
    while (!open.empty()) {
      Step();
      if (stats_.num_finished != finished_before) {
        finished_before = stats_.num_finished;
        std::erase_if(open, [&](size_t i) {
          std::optional<Completion> completion = Take(ids[i]);
          if (completion) completions[i] = std::move(*completion);
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
  return completions;
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
