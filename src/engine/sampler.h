// Picks a token from logits. The choice is a pure function of (logits, key, position, params): one random number, one walk along
// the cumulative distribution in order of token id. Equal logits rank by id, lower first.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "engine/completion.h"
#include "engine/logits_processor.h"
#include "engine/sampling_params.h"
#include "engine/token_filter.h"
#include "ops/exec_context.h"

namespace r1 {

// One token to draw.
struct SampleRequest {
  const float* logits;  // [V]
  const SamplingParams* params;
  std::span<const std::shared_ptr<LogitsProcessor>> logits_processors;
  uint64_t rng_key;
  uint64_t position;  // index of the token in its completion
  // Not sampled but this one, if it is not -1; its logprob is reported as of any other.
  int32_t forced_token = -1;
  std::span<const int32_t> forbidden_tokens;
  bool in_thinking = false;  // processors that do not apply in thinking are passed over

  bool edits_logits() const { return !logits_processors.empty() || !forbidden_tokens.empty(); }
};

struct SampledToken {
  int32_t token_id;
  float logprob;
  float entropy;                           // 0 unless asked for
  std::vector<TokenLogprob> top_logprobs;  // empty unless asked for
};

class Sampler {
 public:
  Sampler(const KernelTable& kernels, int64_t vocab_size) : kernels_(kernels), vocab_size_(vocab_size) {}

  // out[i] belongs to requests[i]. Throws kDataLoss if logits are not finite, kInvalidArgument if processors forbid every token.
  void Sample(ThreadPool& pool, std::span<const SampleRequest> requests, std::span<SampledToken> out);

 private:
  struct Scratch {
    std::vector<float> logits;   // [V] after processors
    std::vector<float> weights;  // [V]
    std::vector<float> span_sums, maxima;
    std::vector<TokenCandidate> candidates;
  };
  void SampleOne(const SampleRequest& request, Scratch& scratch, SampledToken& out) const;
  const float* Edit(const SampleRequest& request, Scratch& scratch) const;
  int32_t Choose(const SampleRequest& request, const float* logits, Scratch& scratch) const;
  double SumSpans(Scratch& scratch) const;  // of the weights; returns the sum of all
  int32_t ChooseFromAll(double uniform, double total, const Scratch& scratch) const;
  static int32_t ChooseFrom(double uniform, std::span<const TokenCandidate> candidates);  // in order of token id
  void TopLogprobs(const float* logits, int64_t count, float inv_temperature, float lse, Scratch& scratch, SampledToken& out) const;

  const KernelTable& kernels_;
  int64_t vocab_size_;
  std::vector<Scratch> scratch_;  // one for each piece of work
};

}  // namespace r1
