#include "engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "base/error.h"
#include "base/rng.h"

namespace r1 {
namespace {

constexpr int64_t kLanes = 16;
constexpr int64_t kSpan = 64;     // weights summed in f32 before the running total continues in f64
constexpr int64_t kGrain = 2048;  // logits a thread takes at least: a few us
constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

// Lane loops, so that the compiler may use vectors without changing the order of any sum.
float Sum(const float* x, int64_t n) {
  float lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) lanes[l] += x[i + l];
  for (; i < n; ++i) lanes[i % kLanes] += x[i];
  for (int64_t step = kLanes / 2; step > 0; step /= 2)
    for (int64_t l = 0; l < step; ++l) lanes[l] += lanes[l + step];
  return lanes[0];
}

// 53 bits, so that a token's chance is right down to 1e-16. The upper 24 are RandomUniform's.
double Uniform(uint64_t key, uint64_t index) { return static_cast<double>(RandomBits(key, index) >> 11) * 0x1p-53; }

[[noreturn]] void FailNotFinite() {
  Fail(ErrorCode::kDataLoss, "sampler: logits are not finite; the weights are damaged or have diverged");
}

}  // namespace

void Sampler::Sample(ThreadPool& pool, std::span<const SampleRequest> requests, std::span<SampledToken> out) {
  const auto n = static_cast<int64_t>(requests.size());
  const int64_t grain = std::max<int64_t>(1, kGrain / vocab_size_);
  const int64_t pieces = std::min((n + grain - 1) / grain, int64_t{4} * pool.num_threads());
  if (static_cast<int64_t>(scratch_.size()) < pieces) scratch_.resize(static_cast<size_t>(pieces));
  pool.Run(pieces, [&](int64_t p) {
    for (int64_t i = n * p / pieces; i < n * (p + 1) / pieces; ++i)
      SampleOne(requests[static_cast<size_t>(i)], scratch_[static_cast<size_t>(p)], out[static_cast<size_t>(i)]);
  });
}

void Sampler::SampleOne(const SampleRequest& request, Scratch& scratch, SampledToken& out) const {
  out.token_id = request.forced_token >= 0 ? request.forced_token : Choose(request, Edit(request, scratch), scratch);

  const float inv_temperature = request.params->InvTemperature();
  float lse = 0;
  out.entropy = 0;
  kernels_.log_prob(1, vocab_size_, request.logits, vocab_size_, &out.token_id, inv_temperature, &out.logprob, &lse,
                    request.params->entropy ? &out.entropy : nullptr);
  if (!std::isfinite(out.logprob)) FailNotFinite();
  out.top_logprobs.clear();
  if (request.params->logprobs > 0) TopLogprobs(request.logits, request.params->logprobs, inv_temperature, lse, scratch, out);
}

// The logits to choose by: those of the model where nothing edits them.
const float* Sampler::Edit(const SampleRequest& request, Scratch& scratch) const {
  if (!request.edits_logits()) return request.logits;
  scratch.logits.assign(request.logits, request.logits + vocab_size_);
  for (const auto& processor : request.logits_processors)
    if (!request.in_thinking || processor->applies_in_thinking()) processor->Process(scratch.logits);
  for (int32_t id : request.forbidden_tokens)
    if (id < vocab_size_) scratch.logits[static_cast<size_t>(id)] = kMinusInfinity;
  return scratch.logits.data();
}

int32_t Sampler::Choose(const SampleRequest& request, const float* logits, Scratch& scratch) const {
  const SamplingParams& params = *request.params;
  const std::span<const float> all(logits, static_cast<size_t>(vocab_size_));
  const float max = SpanMaxima(all, scratch.maxima);
  if (max == kMinusInfinity) {
    Require(!request.edits_logits(), "sampler: the logits processors forbid every token");
    FailNotFinite();
  }
  if (params.temperature == 0 || params.top_k == 1) {
    const float* end = logits + vocab_size_;
    const float* first = std::find(logits, end, max);
    return static_cast<int32_t>(first - logits);
  }
  scratch.weights.resize(static_cast<size_t>(vocab_size_));
  float* weights = scratch.weights.data();
  const float inv_temperature = params.InvTemperature();
  kernels_.exp_scaled(vocab_size_, logits, inv_temperature, max * inv_temperature, weights);
  if (request.edits_logits()) {  // the kernel's exp has no zero
    for (int64_t v = 0; v < vocab_size_; ++v) weights[v] = logits[v] == kMinusInfinity ? 0 : weights[v];
  }
  double total = SumSpans(scratch);
  if (!(total > 0 && total < std::numeric_limits<double>::infinity())) FailNotFinite();
  const double uniform = Uniform(request.rng_key, request.position);
  const bool filtered = (params.top_k > 0 && params.top_k < vocab_size_) || params.top_p < 1 || params.min_p > 0;
  if (!filtered) return ChooseFromAll(uniform, total, scratch);
  if (FilterTokens(params, all, weights, scratch.maxima, total, scratch.candidates)) return ChooseFrom(uniform, scratch.candidates);
  total = SumSpans(scratch);
  return ChooseFromAll(uniform, total, scratch);
}

double Sampler::SumSpans(Scratch& scratch) const {
  scratch.span_sums.clear();
  double total = 0;
  for (int64_t v = 0; v < vocab_size_; v += kSpan) {
    scratch.span_sums.push_back(Sum(scratch.weights.data() + v, std::min(kSpan, vocab_size_ - v)));
    total += scratch.span_sums.back();
  }
  return total;
}

int32_t Sampler::ChooseFromAll(double uniform, double total, const Scratch& scratch) const {
  const double target = uniform * total;
  double before = 0;
  size_t s = 0;
  while (s + 1 < scratch.span_sums.size() && before + scratch.span_sums[s] <= target) before += scratch.span_sums[s++];
  const int64_t begin = static_cast<int64_t>(s) * kSpan, end = std::min(begin + kSpan, vocab_size_);
  const float* weights = scratch.weights.data();
  for (int64_t v = begin; v < end; ++v) {
    before += weights[v];
    if (before > target) return static_cast<int32_t>(v);
  }
  // Rounding of the span's sum: the last token that can be drawn.
  int64_t v = end - 1;
  while (v > 0 && weights[v] == 0) --v;
  return static_cast<int32_t>(v);
}

int32_t Sampler::ChooseFrom(double uniform, std::span<const TokenCandidate> candidates) {
  double sum = 0;
  for (const TokenCandidate& c : candidates) sum += c.weight;
  const double target = uniform * sum;
  double before = 0;
  for (const TokenCandidate& c : candidates) {
    before += c.weight;
    if (before > target) return c.token_id;
  }
  CHECK(!candidates.empty());
  return candidates.back().token_id;
}

void Sampler::TopLogprobs(const float* logits, int64_t count, float inv_temperature, float lse, Scratch& scratch,
                          SampledToken& out) const {
  const std::span<const float> all(logits, static_cast<size_t>(vocab_size_));
  SpanMaxima(all, scratch.maxima);
  TopTokens(all, nullptr, scratch.maxima, count, scratch.candidates);
  for (const TokenCandidate& c : scratch.candidates) out.top_logprobs.push_back({c.token_id, c.logit * inv_temperature - lse});
}

}  // namespace r1
