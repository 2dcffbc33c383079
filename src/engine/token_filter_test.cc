// The filters against their definition: rank everything, keep what top_k, top_p and min_p say.
#include "engine/token_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "engine/nucleus.h"

namespace r1 {
namespace {

struct Distribution {
  std::vector<float> logits, weights, maxima;
  double total = 0;

  // `levels` distinct logits, so that ties are common; a few tokens forbidden.
  Distribution(int64_t vocab, uint64_t seed, int64_t levels, float spread, const SamplingParams& params) {
    Rng rng(RngKey({seed}));
    for (int64_t v = 0; v < vocab; ++v) {
      const float x = rng.Uniform();
      logits.push_back(spread * std::round(x * x * x * static_cast<float>(levels)) / static_cast<float>(levels));
      if (rng.Below(50) == 0) logits.back() = -INFINITY;
    }
    const float max = SpanMaxima(logits, maxima);
    for (float l : logits) {
      weights.push_back(std::isinf(l) ? 0.0f : std::exp((l - max) * params.InvTemperature()));
      total += weights.back();
    }
  }
};

std::vector<TokenCandidate> ByDefinition(const SamplingParams& params, const Distribution& d) {
  std::vector<TokenCandidate> all;
  for (size_t v = 0; v < d.logits.size(); ++v)
    if (d.weights[v] > 0) all.push_back({d.logits[v], d.weights[v], static_cast<int32_t>(v)});
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.logit > b.logit; });
  double total = d.total;
  if (params.top_k > 0 && params.top_k < static_cast<int64_t>(d.logits.size())) {
    all.resize(std::min(all.size(), static_cast<size_t>(params.top_k)));
    total = 0;
    for (const TokenCandidate& c : all) total += c.weight;
  }
  if (params.top_p < 1) {
    TokenMass sum;
    size_t n = 0;
    while (n < all.size() && !sum.Reaches(static_cast<double>(params.top_p) * total)) sum.Add(all[n++].weight);
    all.resize(n);
  }
  const float max_weight = all.front().weight;
  std::erase_if(all, [&](const TokenCandidate& c) { return c.weight < params.min_p * max_weight; });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.token_id < b.token_id; });
  return all;
}

TEST(TokenFilterTest, KeepsWhatTheDefinitionKeeps) {
  size_t longest = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    for (int64_t vocab : {3, 64, 200, 5000, 20011}) {
      SamplingParams params;
      Rng rng(RngKey({9, seed}));
      params.temperature = 0.3f + 2 * rng.Uniform();
      if (seed % 2) params.top_p = 0.05f + 0.949f * rng.Uniform();
      if (seed % 3 == 1) params.top_k = rng.Between(1, seed % 4 ? 40 : 3000);
      if (seed % 5 < 2) params.min_p = seed % 5 ? rng.Uniform() : 1.0f;
      Distribution d(vocab, seed, seed % 7 ? 100000 : 20, seed % 4 ? 20.0f : 1.0f, params);
      const std::vector<TokenCandidate> expected = ByDefinition(params, d);
      std::vector<TokenCandidate> got;
      if (!FilterTokens(params, d.logits, d.weights.data(), d.maxima, d.total, got)) {
        got.clear();
        for (size_t v = 0; v < d.weights.size(); ++v)
          if (d.weights[v] > 0) got.push_back({d.logits[v], d.weights[v], static_cast<int32_t>(v)});
      }
      ASSERT_EQ(got.size(), expected.size()) << "seed " << seed << " vocab " << vocab;
      for (size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(got[i].token_id, expected[i].token_id) << "seed " << seed << " vocab " << vocab;
      longest = std::max(longest, got.size());
    }
  }
  EXPECT_GT(longest, 10000u);
}

TEST(TokenFilterTest, TopTokensRankByLogitThenId) {
  const std::vector<float> logits = [] {
    std::vector<float> l(1000, 1.0f);
    l[700] = l[300] = 2.0f;
    l[999] = 3.0f;
    return l;
  }();
  std::vector<float> maxima;
  EXPECT_EQ(SpanMaxima(logits, maxima), 3.0f);
  std::vector<TokenCandidate> top;
  TopTokens(logits, nullptr, maxima, 5, top);
  std::vector<int32_t> ids;
  for (const TokenCandidate& c : top) ids.push_back(c.token_id);
  EXPECT_EQ(ids, (std::vector<int32_t>{999, 300, 700, 0, 1}));
  TopTokens(logits, nullptr, maxima, 5000, top);
  EXPECT_EQ(top.size(), 1000u);
}

}  // namespace
}  // namespace r1
