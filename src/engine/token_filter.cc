#include "engine/token_filter.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace r1 {
namespace {

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

bool ByRank(const TokenCandidate& a, const TokenCandidate& b) {
  return a.logit != b.logit ? a.logit > b.logit : a.token_id < b.token_id;
}

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

// The candidates that rank first and together reach `mass`, in order of rank; false if all of them do not. Few are needed as a
// rule, so they are put in order a part at a time.
bool KeepNucleus(double mass, std::vector<TokenCandidate>& candidates) {
  double sum = 0;
  for (size_t done = 0; done < candidates.size();) {
    const size_t end = std::min(candidates.size(), std::max<size_t>(64, 4 * done));
    const auto at = [&](size_t i) { return candidates.begin() + static_cast<ptrdiff_t>(i); };
    if (end < candidates.size()) std::nth_element(at(done), at(end), candidates.end(), ByRank);
    std::sort(at(done), at(end), ByRank);
    for (; done < end; ++done) {
      sum += candidates[done].weight;
      if (sum < mass) continue;
      candidates.resize(done + 1);
      return true;
    }
  }
  return false;
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
    std::nth_element(out.begin(), out.begin() + static_cast<ptrdiff_t>(k), out.end(), ByRank);
    out.resize(k);
  }
  std::sort(out.begin(), out.end(), ByRank);
}

void FilterTokens(const SamplingParams& params, std::span<const float> logits, const float* weights, std::span<const float> maxima,
                  double total, std::vector<TokenCandidate>& out) {
  const float largest = *std::max_element(maxima.begin(), maxima.end());
  // The logit whose weight is about `weight`; weights are relative to that of the largest logit. Where the cut lies changes no
  // result: what is above it ranks before what is below.
  const auto logit_of = [&](double weight) { return static_cast<float>(largest + std::log(weight) / params.InvTemperature()); };
  const auto vocab = static_cast<double>(logits.size()), top_p = static_cast<double>(params.top_p);
  if (params.top_k > 0 && params.top_k < static_cast<int64_t>(logits.size())) {
    TopTokens(logits, weights, maxima, params.top_k, out);
    if (top_p < 1) {
      double sum = 0;
      for (const TokenCandidate& c : out) sum += c.weight;
      KeepNucleus(top_p * sum, out);
    }
  } else if (top_p < 1) {
    // Tokens below the second share hold less than 1 - top_p together, so the nucleus is reached without them. Where rounding says
    // otherwise, all are taken.
    for (double share : {1e-4, (1 - top_p) / vocab, 0.0}) {
      Gather(logits, weights, maxima, share > 0 ? logit_of(share * total) : kMinusInfinity, out);
      if (KeepNucleus(top_p * total, out)) break;
    }
  } else {
    Gather(logits, weights, maxima, params.min_p > 0 ? logit_of(0.99 * static_cast<double>(params.min_p)) : kMinusInfinity, out);
  }
  if (params.min_p > 0) {
    float max_weight = 0;
    for (const TokenCandidate& c : out) max_weight = std::max(max_weight, c.weight);
    std::erase_if(out, [&](const TokenCandidate& c) { return c.weight < params.min_p * max_weight; });
  }
  std::sort(out.begin(), out.end(), [](const TokenCandidate& a, const TokenCandidate& b) { return a.token_id < b.token_id; });
}

}  // namespace r1
