#include "engine/token_filter.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/nucleus.h"

namespace r1 {
namespace {

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

// All tokens with a logit of at least `least`. With weights: those that may be drawn.
void Gather(std::span<const float> logits, const float* weights, std::span<const float> maxima, float least,
            std::vector<TokenCandidate>& out) {
  out.clear();
  for (size_t s = 0; s < maxima.size(); ++s) {
    if (maxima[s] < least) continue;
    const size_t begin = s * kTokenSpan, end = std::min(begin + kTokenSpan, logits.size());
    for (size_t v = begin; v < end; ++v)
      if (logits[v] >= least && (weights == nullptr || weights[v] > 0))
        out.push_back({logits[v], weights == nullptr ? 0 : weights[v], static_cast<int32_t>(v)});
  }
}

// Takes the weight of all tokens that rank behind `last`. Without branches, which the compiler makes vectors of.
void ForbidBehind(const TokenCandidate& last, std::span<const float> logits, float* weights) {
  const size_t n = logits.size();
  for (size_t v = 0; v < n; ++v) weights[v] = logits[v] < last.logit ? 0 : weights[v];
  for (auto v = static_cast<size_t>(last.token_id) + 1; v < n; ++v) weights[v] = logits[v] == last.logit ? 0 : weights[v];
}

}  // namespace

float SpanMaxima(std::span<const float> logits, std::vector<float>& maxima) {
  constexpr size_t kLanes = 16;
  maxima.clear();
  float all = kMinusInfinity;
  for (size_t begin = 0; begin < logits.size(); begin += kTokenSpan) {
    const size_t end = std::min(begin + kTokenSpan, logits.size());
    float lanes[kLanes];
    std::fill_n(lanes, kLanes, kMinusInfinity);
    size_t v = begin;
    for (; v + kLanes <= end; v += kLanes)
      for (size_t l = 0; l < kLanes; ++l) lanes[l] = logits[v + l] > lanes[l] ? logits[v + l] : lanes[l];
    for (; v < end; ++v) lanes[0] = std::max(lanes[0], logits[v]);
    maxima.push_back(*std::max_element(lanes, lanes + kLanes));
    all = std::max(all, maxima.back());
  }
  return all;
}

void TopTokens(std::span<const float> logits, const float* weights, std::span<const float> maxima, int64_t count,
               std::vector<TokenCandidate>& out) {
  // As many spans as tokens are wanted reach the count-th largest maximum, each with at least one token.
  const auto k = static_cast<size_t>(count);
  float least = kMinusInfinity;
  if (k < maxima.size()) {
    std::vector<float> order(maxima.begin(), maxima.end());
    std::nth_element(order.begin(), order.begin() + static_cast<ptrdiff_t>(k - 1), order.end(), std::greater<>());
    least = order[k - 1];
  }
  Gather(logits, weights, maxima, least, out);
  if (k < out.size()) {
    std::nth_element(out.begin(), out.begin() + static_cast<ptrdiff_t>(k), out.end(), RanksBefore);
    out.resize(k);
  }
  std::sort(out.begin(), out.end(), RanksBefore);
}

bool FilterTokens(const SamplingParams& params, std::span<const float> logits, float* weights, std::span<const float> maxima,
                  double total, std::vector<TokenCandidate>& out) {
  const float largest = *std::max_element(maxima.begin(), maxima.end());
  // The logit whose weight is about `weight`; weights are relative to that of the largest logit. Where the cut lies changes no
  // result: what is above it ranks before what is below.
  const auto logit_of = [&](double weight) { return static_cast<float>(largest + std::log(weight) / params.InvTemperature()); };
  const auto vocab = static_cast<double>(logits.size()), top_p = static_cast<double>(params.top_p);
  bool listed = true;
  if (params.top_k > 0 && params.top_k < static_cast<int64_t>(logits.size())) {
    TopTokens(logits, weights, maxima, params.top_k, out);
    if (top_p < 1) {
      double sum = 0;
      for (const TokenCandidate& c : out) sum += c.weight;
      KeepNucleus(top_p * sum, out);
    }
  } else if (top_p < 1) {
    // A language model is sure as a rule: the tokens with a thousandth each, which are at most a thousand, reach the mass.
    Gather(logits, weights, maxima, logit_of(1e-3 * total), out);
    listed = KeepNucleus(top_p * total, out);
    if (!listed) {
      // Tokens below this share hold less than 1 - top_p together.
      const float least = logit_of((1 - top_p) / vocab * total);
      if (const auto last = LastOfNucleus(top_p * total, logits, weights, largest, least)) ForbidBehind(*last, logits, weights);
    }
  } else {
    listed = false;
  }
  if (!listed) {
    if (params.min_p > 0)  // the largest weight is 1
      for (size_t v = 0; v < logits.size(); ++v) weights[v] = weights[v] < params.min_p ? 0 : weights[v];
    return false;
  }
  if (params.min_p > 0) {
    float max_weight = 0;
    for (const TokenCandidate& c : out) max_weight = std::max(max_weight, c.weight);
    std::erase_if(out, [&](const TokenCandidate& c) { return c.weight < params.min_p * max_weight; });
  }
  std::sort(out.begin(), out.end(), [](const TokenCandidate& a, const TokenCandidate& b) { return a.token_id < b.token_id; });
  return true;
}

}  // namespace r1
