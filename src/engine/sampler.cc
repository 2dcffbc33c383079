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
constexpr int64_t kSpan = 64;  // weights summed in f32 before the running total continues in f64
constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

// Lane loops, so that the compiler may use vectors without changing the order of any sum.
float Max(const float* x, int64_t n) {
  float lanes[kLanes];
  std::fill_n(lanes, kLanes, kMinusInfinity);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
  for (; i < n; ++i) lanes[i % kLanes] = std::max(lanes[i % kLanes], x[i]);
  return *std::max_element(lanes, lanes + kLanes);
}

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

struct ByRank {
  template <class T>
  bool operator()(const T& a, const T& b) const {
    return a.logit != b.logit ? a.logit > b.logit : a.token_id < b.token_id;
  }
};

}  // namespace

void Sampler::Sample(ThreadPool& pool, std::span<const SampleRequest> requests, std::span<SampledToken> out) {
  const auto n = static_cast<int64_t>(requests.size());
  const int64_t grain = std::max<int64_t>(1, 16384 / vocab_size_);
  const int64_t pieces = std::min((n + grain - 1) / grain, int64_t{4} * pool.num_threads());
  if (static_cast<int64_t>(scratch_.size()) < pieces) scratch_.resize(static_cast<size_t>(pieces));
  pool.Run(pieces, [&](int64_t p) {
    for (int64_t i = n * p / pieces; i < n * (p + 1) / pieces; ++i)
      SampleOne(requests[static_cast<size_t>(i)], scratch_[static_cast<size_t>(p)], out[static_cast<size_t>(i)]);
  });
}

void Sampler::SampleOne(const SampleRequest& request, Scratch& scratch, SampledToken& out) const {
  const float* logits = request.logits;
  if (!request.logits_processors.empty()) {
    scratch.logits.assign(logits, logits + vocab_size_);
    for (const auto& processor : request.logits_processors) processor->Process(scratch.logits);
    logits = scratch.logits.data();
  }
  out.token_id = Choose(request, logits, scratch);

  const float inv_temperature = request.params->InvTemperature();
  float lse = 0;
  out.entropy = 0;
  kernels_.log_prob(1, vocab_size_, request.logits, vocab_size_, &out.token_id, inv_temperature, &out.logprob, &lse,
                    request.params->entropy ? &out.entropy : nullptr);
  if (!std::isfinite(out.logprob)) FailNotFinite();
  out.top_logprobs.clear();
  if (request.params->logprobs > 0) TopLogprobs(request.logits, request.params->logprobs, inv_temperature, lse, scratch, out);
}

int32_t Sampler::Choose(const SampleRequest& request, const float* logits, Scratch& scratch) const {
  const SamplingParams& params = *request.params;
  const float max = Max(logits, vocab_size_);
  if (max == kMinusInfinity) {
    Require(request.logits_processors.empty(), "sampler: the logits processors forbid every token");
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
  if (!request.logits_processors.empty()) {  // the kernel's exp has no zero
    for (int64_t v = 0; v < vocab_size_; ++v) weights[v] = logits[v] == kMinusInfinity ? 0 : weights[v];
  }
  scratch.span_sums.clear();
  double total = 0;
  for (int64_t v = 0; v < vocab_size_; v += kSpan) {
    scratch.span_sums.push_back(Sum(weights + v, std::min(kSpan, vocab_size_ - v)));
    total += scratch.span_sums.back();
  }
  if (!(total > 0 && total < std::numeric_limits<double>::infinity())) FailNotFinite();
  const double uniform = Uniform(request.rng_key, request.position);
  const bool filtered = (params.top_k > 0 && params.top_k < vocab_size_) || params.top_p < 1 || params.min_p > 0;
  return filtered ? ChooseFiltered(params, uniform, total, logits, scratch) : ChooseFromAll(uniform, total, scratch);
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

int32_t Sampler::ChooseFiltered(const SamplingParams& params, double uniform, double total, const float* logits,
                                Scratch& scratch) const {
  std::vector<Candidate>& candidates = scratch.candidates;
  const float* weights = scratch.weights.data();
  auto gather = [&](double at_least) {
    candidates.clear();
    for (int64_t v = 0; v < vocab_size_; ++v)
      if (weights[v] >= at_least && weights[v] > 0) candidates.push_back({logits[v], weights[v], static_cast<int32_t>(v)});
  };
  // The most likely tokens, in order, that together reach `mass`; false if all candidates together do not.
  auto keep_nucleus = [&](double mass) {
    std::sort(candidates.begin(), candidates.end(), ByRank());
    double sum = 0;
    for (size_t i = 0; i < candidates.size(); ++i) {
      sum += candidates[i].weight;
      if (sum >= mass) {
        candidates.resize(i + 1);
        return true;
      }
    }
    return false;
  };
  const double top_p = params.top_p;
  if (params.top_k > 0 && params.top_k < vocab_size_) {
    gather(0);
    const auto k = std::min(static_cast<size_t>(params.top_k), candidates.size());
    if (k < candidates.size())
      std::nth_element(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(k), candidates.end(), ByRank());
    candidates.resize(k);
    if (top_p < 1) {
      std::sort(candidates.begin(), candidates.end(), ByRank());
      double sum = 0;
      for (const Candidate& c : candidates) sum += c.weight;
      keep_nucleus(top_p * sum);
    }
  } else if (top_p < 1) {
    // Tokens below this hold less than 1 - top_p together, so the nucleus is reached without them and few are left to sort. Where
    // rounding says otherwise, all are taken.
    gather((1 - top_p) * total / static_cast<double>(vocab_size_));
    if (!keep_nucleus(top_p * total)) {
      gather(0);
      keep_nucleus(top_p * total);
    }
  } else {
    gather(0);
  }
  if (params.min_p > 0) {
    float max_weight = 0;
    for (const Candidate& c : candidates) max_weight = std::max(max_weight, c.weight);
    std::erase_if(candidates, [&](const Candidate& c) { return c.weight < params.min_p * max_weight; });
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.token_id < b.token_id; });
  double sum = 0;
  for (const Candidate& c : candidates) sum += c.weight;
  const double target = uniform * sum;
  double before = 0;
  for (const Candidate& c : candidates) {
    before += c.weight;
    if (before > target) return c.token_id;
  }
  CHECK(!candidates.empty());
  return candidates.back().token_id;
}

void Sampler::TopLogprobs(const float* logits, int64_t count, float inv_temperature, float lse, Scratch& scratch,
                          SampledToken& out) const {
  std::vector<Candidate>& candidates = scratch.candidates;
  candidates.clear();
  for (int64_t v = 0; v < vocab_size_; ++v) candidates.push_back({logits[v], 0, static_cast<int32_t>(v)});
  const auto n = std::min(static_cast<size_t>(count), candidates.size());
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(n), candidates.end(), ByRank());
  for (size_t i = 0; i < n; ++i) out.top_logprobs.push_back({candidates[i].token_id, candidates[i].logit * inv_temperature - lse});
}

}  // namespace r1
