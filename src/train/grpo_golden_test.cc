// GRPO against TRL's formulas: tests/golden/grpo_golden.json, made by make_grpo_golden.py from TRL's own code in f64.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "train/advantage.h"
#include "train/grpo_loss.h"

namespace r1 {
namespace {

const nlohmann::json& Golden() {
  static const nlohmann::json golden =
      nlohmann::json::parse(ReadFile(std::string(R1_SOURCE_DIR) + "/tests/golden/grpo_golden.json"));
  return golden;
}

// The figures are f64 rounded to 12 digits; ours are f32 where the engine's are.
void ExpectNear(double got, double want, const std::string& what) {
  EXPECT_NEAR(got, want, 1e-6 * std::max(1.0, std::abs(want))) << what;
}

TEST(GrpoGoldenTest, AdvantagesAreTrls) {
  int checked = 0;
  for (const auto& c : Golden()["advantages"]) {
    if (c["aggregation"] != "sum_then_normalize" || c["scale_rewards"] == "batch") continue;  // variants we do not offer
    std::vector<float> scores;
    for (const auto& s : c["scores"]) scores.push_back(s.is_null() ? NAN : s.get<float>());
    const GroupAdvantages got = ComputeGroupAdvantages(scores, c["group_size"], c["scale_rewards"] == "group");
    for (size_t i = 0; i < scores.size(); ++i) ExpectNear(got.advantages[i], c["advantages"][i], "advantage " + std::to_string(i));
    ++checked;
  }
  EXPECT_GE(checked, 5);
}

TEST(GrpoGoldenTest, LossesGradientsClipRatiosAndKlAreTrls) {
  const auto& batch = Golden()["batch"];
  const std::vector<int> lengths = batch["lengths"];
  int checked = 0;
  for (const auto& c : Golden()["losses"]) {
    const std::vector<int> mask = batch["masks"][c["mask"].get<std::string>()];
    const std::vector<float> all = batch["logprobs"],
                             old = c["on_policy"].get<bool>() ? all : batch["old_logprobs"].get<std::vector<float>>(),
                             ref = batch["ref_logprobs"], advantages = batch[c["advantages"].get<std::string>()];
    // A masked token is one that is not there.
    std::vector<float> logprobs, old_logprobs, ref_logprobs;
    std::vector<int32_t> starts{0};
    std::vector<size_t> kept;
    size_t at = 0;
    for (int length : lengths) {
      for (int t = 0; t < length; ++t, ++at) {
        if (!mask[at]) continue;
        kept.push_back(at);
        logprobs.push_back(all[at]);
        old_logprobs.push_back(old[at]);
        ref_logprobs.push_back(ref[at]);
      }
      starts.push_back(static_cast<int32_t>(kept.size()));
    }
    GrpoLossConfig config;
    config.clip_low = c["eps_low"];
    config.clip_high = c["eps_high"];
    config.kl_coef = c["beta"];
    const std::string type = c["loss_type"];
    config.aggregation = type == "grpo"      ? LossAggregation::kSequence
                         : type == "dr_grpo" ? LossAggregation::kConstant
                                             : LossAggregation::kToken;
    const LossNormalizer normalizer{static_cast<int64_t>(lengths.size()), static_cast<int64_t>(kept.size()),
                                    batch["max_completion_length"]};
    const GrpoLossResult got = GrpoLoss(config, normalizer, {logprobs, old_logprobs, ref_logprobs, starts, advantages});
    ExpectNear(got.loss, c["loss"], type + " loss");
    const double tokens = static_cast<double>(kept.size());
    ExpectNear(static_cast<double>(got.clipped_low) / tokens, c["clip_low_mean"], type + " clip low");
    ExpectNear(static_cast<double>(got.clipped_high) / tokens, c["clip_high_mean"], type + " clip high");
    if (c.contains("kl_mean")) ExpectNear(got.kl_sum / tokens, c["kl_mean"], type + " kl");
    if (c["on_policy"].get<bool>()) {
      EXPECT_EQ(got.old_kl_sum, 0.0) << "on-policy the KL to the old policy is exactly 0";
    }
    for (size_t i = 0; i < kept.size(); ++i) ExpectNear(got.d_logprobs[i], c["grad"][kept[i]], type + " gradient");
    ++checked;
  }
  EXPECT_EQ(checked, 36);
}

// Micro-batches divide by the whole step's counts, so their losses add up to the whole.
TEST(GrpoLossTest, SumsOverMicroBatches) {
  const std::vector<float> logprobs{-1, -2, -0.5f, -3, -0.25f}, old{-1.5f, -1.5f, -0.5f, -2, -1}, advantages{1, -0.5f};
  const LossNormalizer normalizer{2, 5, 8};
  for (LossAggregation aggregation : {LossAggregation::kToken, LossAggregation::kSequence, LossAggregation::kConstant}) {
    const GrpoLossConfig config{aggregation, 0.2f, 0.2f, 0};
    const std::vector<int32_t> whole{0, 2, 5}, first{0, 2}, second{0, 3};
    const GrpoLossResult all = GrpoLoss(config, normalizer, {logprobs, old, {}, whole, advantages});
    GrpoLossResult parts = GrpoLoss(
        config, normalizer, {std::span(logprobs).first(2), std::span(old).first(2), {}, first, std::span(advantages).first(1)});
    parts = GrpoLoss(config, normalizer,
                     {std::span(logprobs).last(3), std::span(old).last(3), {}, second, std::span(advantages).last(1)}, parts);
    EXPECT_EQ(parts.loss, all.loss);
  }
}

}  // namespace
}  // namespace r1
