#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "base/error.h"
#include "base/rng.h"

namespace r1 {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

std::vector<float> RandomLogits(int64_t vocab, uint64_t key, float spread = 6) {
  Rng rng(key);
  std::vector<float> logits;
  for (int64_t v = 0; v < vocab; ++v) logits.push_back((rng.Uniform() + rng.Uniform() + rng.Uniform() - 1.5f) * spread);
  return logits;
}

SampledToken Draw(const std::vector<float>& logits, const SamplingParams& params, uint64_t key, uint64_t position,
                  std::span<const std::shared_ptr<LogitsProcessor>> processors = {},
                  const KernelTable& kernels = DefaultKernels()) {
  ThreadPool pool(1);
  Sampler sampler(kernels, static_cast<int64_t>(logits.size()));
  const SampleRequest request{logits.data(), &params, processors, key, position};
  SampledToken token;
  sampler.Sample(pool, {&request, 1}, {&token, 1});
  return token;
}

// Many draws of one distribution; `count` of each token.
std::vector<int64_t> Count(const std::vector<float>& logits, const SamplingParams& params, int64_t draws, uint64_t key = 99) {
  ThreadPool pool(1);
  Sampler sampler(DefaultKernels(), static_cast<int64_t>(logits.size()));
  std::vector<SampleRequest> requests;
  for (int64_t i = 0; i < draws; ++i) requests.push_back({logits.data(), &params, {}, key, static_cast<uint64_t>(i)});
  std::vector<SampledToken> tokens(requests.size());
  sampler.Sample(pool, requests, tokens);
  std::vector<int64_t> count(logits.size());
  for (const SampledToken& t : tokens) ++count[static_cast<size_t>(t.token_id)];
  return count;
}

// The definition, in f64 and without any shortcut: temperature, top_k, top_p, min_p; what is left, renormalized.
std::vector<double> Distribution(const std::vector<float>& logits, const SamplingParams& params) {
  const size_t n = logits.size();
  std::vector<size_t> order(n);
  for (size_t i = 0; i < n; ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return logits[a] > logits[b]; });
  std::vector<double> p(n);
  auto normalize = [&] {
    double sum = 0;
    for (double x : p) sum += x;
    for (double& x : p) x /= sum;
  };
  for (size_t i = 0; i < n; ++i) p[i] = std::exp((double{logits[i]} - double{logits[order[0]]}) / double{params.temperature});
  if (params.top_k > 0)
    for (size_t i = static_cast<size_t>(params.top_k); i < n; ++i) p[order[i]] = 0;
  normalize();
  double sum = 0;
  for (size_t i : order) {
    if (sum >= double{params.top_p}) p[i] = 0;
    sum += p[i];
  }
  for (double& x : p)
    if (x < double{params.min_p} * p[order[0]]) x = 0;
  normalize();
  return p;
}

// Pearson's statistic over tokens with at least 5 expected draws, and its degrees of freedom.
std::pair<double, int> ChiSquare(const std::vector<int64_t>& count, const std::vector<double>& p, int64_t draws) {
  double chi = 0, rest_expected = 0, rest_seen = 0;
  int cells = -1;
  for (size_t i = 0; i < p.size(); ++i) {
    const double expected = p[i] * static_cast<double>(draws), seen = static_cast<double>(count[i]);
    if (expected < 5) {
      rest_expected += expected;
      rest_seen += seen;
      continue;
    }
    chi += (seen - expected) * (seen - expected) / expected;
    ++cells;
  }
  if (rest_expected >= 5) {
    chi += (rest_seen - rest_expected) * (rest_seen - rest_expected) / rest_expected;
    ++cells;
  }
  return {chi, std::max(1, cells)};
}

TEST(SamplerTest, DrawsFromTheDistributionItReports) {
  constexpr int64_t kDraws = 20000;
  int cases = 0;
  for (int64_t vocab : {2, 7, 64, 65, 300}) {
    const std::vector<float> logits = RandomLogits(vocab, RngKey({3, static_cast<uint64_t>(vocab)}));
    for (float temperature : {1.0f, 0.6f, 1.7f}) {
      for (int filter = 0; filter < 5; ++filter) {
        SamplingParams params;
        params.temperature = temperature;
        if (filter == 1 || filter == 4) params.top_k = vocab / 2 + 1;
        if (filter == 2 || filter == 4) params.top_p = 0.8f;
        if (filter == 3 || filter == 4) params.min_p = 0.05f;
        const std::vector<double> p = Distribution(logits, params);
        const std::vector<int64_t> count = Count(logits, params, kDraws);
        const auto [chi, freedom] = ChiSquare(count, p, kDraws);
        // Mean + 5 standard deviations of the statistic: fixed seeds, so this either always passes or shows a bias.
        EXPECT_LT(chi, freedom + 5 * std::sqrt(2.0 * freedom) + 10)
            << "vocab " << vocab << " T " << temperature << " filter " << filter;
        for (size_t v = 0; v < p.size(); ++v)
          EXPECT_TRUE(p[v] > 0 || count[v] == 0) << "vocab " << vocab << " filter " << filter << " token " << v;
        ++cases;
      }
    }
  }
  EXPECT_EQ(cases, 75);
}

TEST(SamplerTest, FiltersKeepExactlyWhatTheDefinitionKeeps) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng(RngKey({4, seed}));
    const std::vector<float> logits = RandomLogits(rng.Between(3, 200), rng.Bits(), 3);
    SamplingParams params;
    params.temperature = 0.5f + rng.Uniform();
    if (rng.Below(2)) params.top_k = rng.Between(1, static_cast<int64_t>(logits.size()));
    if (rng.Below(2)) params.top_p = 0.2f + 0.7f * rng.Uniform();
    if (rng.Below(2)) params.min_p = 0.3f * rng.Uniform();
    const std::vector<double> p = Distribution(logits, params);
    const std::vector<int64_t> count = Count(logits, params, 8000, seed);
    for (size_t v = 0; v < p.size(); ++v) {
      EXPECT_TRUE(p[v] > 0 || count[v] == 0) << "seed " << seed << " token " << v;
      EXPECT_TRUE(p[v] < 0.002 || count[v] > 0) << "seed " << seed << " token " << v;
    }
  }
}

TEST(SamplerTest, EqualLogitsRankByIdLowerFirst) {
  const std::vector<float> logits(50, 1.25f);
  SamplingParams params;
  params.temperature = 0;
  EXPECT_EQ(Draw(logits, params, 1, 0).token_id, 0);
  params.temperature = 1;
  params.top_k = 3;
  std::vector<int64_t> count = Count(logits, params, 3000);
  EXPECT_EQ(count[0] + count[1] + count[2], 3000);
  params.top_k = 0;
  params.top_p = 0.0999f;  // five of fifty
  count = Count(logits, params, 3000);
  EXPECT_EQ(count[0] + count[1] + count[2] + count[3] + count[4], 3000);
  EXPECT_GT(count[4], 0);
}

TEST(SamplerTest, GreedyTakesTheFirstMaximumWhateverTheKey) {
  std::vector<float> logits = RandomLogits(333, 5);
  logits[200] = logits[77] = 50;
  SamplingParams params;
  params.temperature = 0;
  for (uint64_t key = 0; key < 20; ++key) EXPECT_EQ(Draw(logits, params, key, key).token_id, 77);
}

TEST(SamplerTest, AChoiceIsAFunctionOfKeyAndPosition) {
  const std::vector<float> logits = RandomLogits(1000, 6, 1);
  const SamplingParams params;
  std::set<int32_t> by_position, by_key;
  for (uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(Draw(logits, params, 8, i).token_id, Draw(logits, params, 8, i).token_id);
    by_position.insert(Draw(logits, params, 8, i).token_id);
    by_key.insert(Draw(logits, params, i, 8).token_id);
  }
  EXPECT_GT(by_position.size(), 40u);
  EXPECT_GT(by_key.size(), 40u);
}

TEST(SamplerTest, TheSameBitsOnEveryInstructionSetThreadAndBatch) {
  constexpr int64_t kVocab = 517;
  std::vector<std::vector<float>> logits;
  std::vector<SamplingParams> params(60);
  for (uint64_t i = 0; i < params.size(); ++i) {
    logits.push_back(RandomLogits(kVocab, RngKey({7, i})));
    params[i].temperature = i % 5 == 0 ? 0 : 0.4f + 0.1f * static_cast<float>(i % 9);
    if (i % 2) params[i].top_p = 0.9f;
    if (i % 3 == 0) params[i].top_k = 20;
    params[i].entropy = i % 4 == 0;
  }
  std::vector<SampleRequest> requests;
  for (size_t i = 0; i < params.size(); ++i) requests.push_back({logits[i].data(), &params[i], {}, i, i});
  std::vector<SampledToken> expected;
  for (size_t i = 0; i < params.size(); ++i) expected.push_back(Draw(logits[i], params[i], i, i, {}, ReferenceKernels()));
  for (const KernelTable* kernels : SupportedKernels()) {
    for (int threads : {1, 2, 3}) {
      ThreadPool pool(threads);
      Sampler sampler(*kernels, kVocab);
      std::vector<SampledToken> tokens(requests.size());
      sampler.Sample(pool, requests, tokens);
      for (size_t i = 0; i < tokens.size(); ++i) {
        EXPECT_EQ(tokens[i].token_id, expected[i].token_id) << kernels->isa << " " << i;
        EXPECT_EQ(std::memcmp(&tokens[i].logprob, &expected[i].logprob, 4), 0) << kernels->isa << " " << i;
        EXPECT_EQ(std::memcmp(&tokens[i].entropy, &expected[i].entropy, 4), 0) << kernels->isa << " " << i;
      }
    }
  }
}

TEST(SamplerTest, LogprobsComeFromTheUnfilteredModelAtTheTemperature) {
  const std::vector<float> logits = RandomLogits(200, 9);
  SamplingParams params;
  params.temperature = 0.7f;
  params.top_k = 5;
  params.presence_penalty = 2;
  params.logprobs = 20;
  params.entropy = true;
  const SampledToken token = Draw(logits, params, 3, 0);
  double sum = 0, entropy = 0;
  for (float l : logits) sum += std::exp(l / 0.7);
  for (float l : logits) entropy -= std::exp(l / 0.7) / sum * (l / 0.7 - std::log(sum));
  EXPECT_NEAR(token.logprob, logits[static_cast<size_t>(token.token_id)] / 0.7 - std::log(sum), 1e-5);
  EXPECT_NEAR(token.entropy, entropy, 1e-4);
  ASSERT_EQ(token.top_logprobs.size(), 20u);
  bool found = false;
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_GE(token.top_logprobs[i > 0 ? i - 1 : 0].logprob, token.top_logprobs[i].logprob);
    if (token.top_logprobs[i].token_id != token.token_id) continue;
    found = true;
    EXPECT_EQ(std::memcmp(&token.top_logprobs[i].logprob, &token.logprob, 4), 0);
  }
  EXPECT_TRUE(found);
}

TEST(SamplerTest, PenaltiesFollowTheirDefinitions) {
  auto params = std::make_shared<SamplingParams>();
  params->presence_penalty = 0.5f;
  params->frequency_penalty = 0.25f;
  params->repetition_penalty = 2;
  params->logit_bias = {{4, -3}};
  const std::vector<int32_t> prompt = {1, 1, 2};
  PenaltyProcessor processor(params, prompt);
  for (int32_t t : {2, 3, 3, 3}) processor.Accept(t);
  std::vector<float> logits = {1, 4, -4, 8, 1};
  processor.Process(logits);
  EXPECT_EQ(logits, (std::vector<float>{1, 2, -8.75f, 4 - 0.75f - 0.5f, -2}));
}

// Forbids all tokens but one.
class Only : public LogitsProcessor {
 public:
  explicit Only(int32_t token_id) : token_id_(token_id) {}
  void Process(std::span<float> logits) override {
    for (size_t v = 0; v < logits.size(); ++v)
      if (static_cast<int32_t>(v) != token_id_) logits[v] = -kInf;
  }
  void Accept(int32_t) override {}

 private:
  int32_t token_id_;
};

TEST(SamplerTest, AForbiddenTokenIsNeverDrawn) {
  std::vector<float> logits = RandomLogits(100, 10);
  logits[42] = -300;  // far below what f32 can tell from zero beside the others
  std::vector<std::shared_ptr<LogitsProcessor>> only = {std::make_shared<Only>(42)}, none = {std::make_shared<Only>(-1)};
  for (int filter = 0; filter < 4; ++filter) {
    SamplingParams params;
    if (filter == 1) params.top_p = 0.5f;
    if (filter == 2) params.top_k = 7;
    if (filter == 3) params.temperature = 0;
    for (uint64_t i = 0; i < 20; ++i) EXPECT_EQ(Draw(logits, params, 1, i, only).token_id, 42);
    EXPECT_THROW(Draw(logits, params, 1, 0, none), Error);
  }
}

TEST(SamplerTest, LogitsThatAreNotFiniteAreAnError) {
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), kInf}) {
    for (size_t at : {size_t{0}, size_t{50}, size_t{99}}) {
      for (float temperature : {0.0f, 1.0f}) {
        std::vector<float> logits = RandomLogits(100, 11);
        logits[at] = bad;
        SamplingParams params;
        params.temperature = temperature;
        EXPECT_THROW(Draw(logits, params, 1, 0), Error) << bad << " at " << at << " T " << temperature;
      }
    }
  }
  EXPECT_THROW(Draw(std::vector<float>(30, std::nanf("")), {}, 1, 0), Error);
}

TEST(SamplingParamsTest, ValidateNamesTheField) {
  auto message = [](auto change) -> std::string {
    SamplingParams params;
    change(params);
    try {
      params.Validate(100);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kInvalidArgument);
      return e.what();
    }
    return "accepted";
  };
  EXPECT_EQ(message([](SamplingParams&) {}), "accepted");
  EXPECT_NE(message([](SamplingParams& p) { p.temperature = -1; }).find("temperature"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.temperature = std::nanf(""); }).find("temperature"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.top_k = -1; }).find("top_k"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.top_p = 0; }).find("top_p"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.min_p = 1.5f; }).find("min_p"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.presence_penalty = 5; }).find("presence_penalty"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.frequency_penalty = 5; }).find("frequency_penalty"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.repetition_penalty = 0; }).find("repetition_penalty"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.max_tokens = -1; }).find("max_tokens"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.stop = {""}; }).find("stop"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.stop_token_ids = {100}; }).find("stop_token_ids"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.logit_bias = {{-1, 0}}; }).find("logit_bias"), std::string::npos);
  EXPECT_NE(message([](SamplingParams& p) { p.logprobs = 21; }).find("logprobs"), std::string::npos);
}

}  // namespace
}  // namespace r1
