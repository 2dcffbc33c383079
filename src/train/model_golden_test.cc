// Models against Hugging Face transformers: tests/golden/*/golden.safetensors, made by make_golden.py (f64 truth, stored as f32).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/load.h"
#include "ops/tape.h"
#include "train/adamw.h"
#include "train/training_batch.h"

namespace r1 {
namespace {

constexpr double kTolerance = 1e-5;  // of the largest value of a tensor; torch's own f32 is within 1.7e-6 of the f64 truth

class ModelGoldenTest : public ::testing::TestWithParam<const char*> {
 protected:
  ModelGoldenTest()
      : dir_(std::string(R1_SOURCE_DIR) + "/tests/golden/" + GetParam()),
        golden_(SafetensorsFile::Open(dir_ + "/golden.safetensors")),
        model_(LoadModel(dir_, runtime_.allocator)) {
    const Tensor ids = golden_.Get("token_ids"), lens = golden_.Get("lens");
    int64_t at = 0;
    for (int64_t s = 0; s < lens.numel(); ++s) {
      documents_.emplace_back(ids.data<int32_t>() + at, ids.data<int32_t>() + at + lens.data<int32_t>()[s]);
      at += lens.data<int32_t>()[s];
    }
  }

  void ExpectClose(const float* got, const Tensor& want, const std::string& what) const {
    double largest = 0, worst = 0;
    for (int64_t i = 0; i < want.numel(); ++i) largest = std::max<double>(largest, std::abs(want.f32()[i]));
    for (int64_t i = 0; i < want.numel(); ++i) worst = std::max<double>(worst, std::abs(got[i] - want.f32()[i]));
    EXPECT_LE(worst, kTolerance * largest) << GetParam() << ": " << what;
  }

  // Forward, mean cross-entropy, backward. Returns the loss.
  double LossAndGrads() {
    TrainingBatch batch;
    for (const auto& d : documents_) batch.AddDocument(d);
    model_->parameters().ZeroGrads();
    Tape tape;
    ExecContext ctx = runtime_.Context(&tape);
    const ops::LogProbs scores = ScoreBatch(ctx, *model_, batch, 1.0f);
    Tensor d_logprobs = Tensor::Empty(*runtime_.allocator, scores.logprobs.shape());
    double loss = 0;
    for (int64_t i = 0; i < batch.num_targets(); ++i) {
      loss -= scores.logprobs.f32()[i];
      d_logprobs.f32()[i] = -1.0f / static_cast<float>(batch.num_targets());
    }
    tape.AddGrad(ctx, scores.logprobs.id(), std::move(d_logprobs));
    tape.Backward();
    return loss / static_cast<double>(batch.num_targets());
  }

  void ExpectCurve(const std::string& prefix, float max_grad_norm) {
    AdamW optimizer({0.9f, 0.95f, 1e-8f, 0.1f, max_grad_norm}, model_->parameters());
    ExecContext ctx = runtime_.Context();
    const Tensor losses = golden_.Get(prefix + ".losses"), norms = golden_.Get(prefix + ".grad_norms");
    for (int64_t step = 0; step < norms.numel(); ++step) {
      EXPECT_NEAR(LossAndGrads(), losses.f32()[step], kTolerance * losses.f32()[step])
          << GetParam() << " " << prefix << " step " << step;
      const float norm = optimizer.Step(ctx, 1e-3f);
      EXPECT_NEAR(norm, norms.f32()[step], kTolerance * norms.f32()[step]) << GetParam() << " " << prefix << " step " << step;
    }
    EXPECT_NEAR(LossAndGrads(), losses.f32()[norms.numel()], kTolerance * losses.f32()[norms.numel()]);
  }

  Runtime runtime_{2};
  std::string dir_;
  SafetensorsFile golden_;
  std::unique_ptr<Model> model_;
  std::vector<std::vector<int32_t>> documents_;
};

TEST_P(ModelGoldenTest, LogitsAreTransformers) {
  TrainingBatch batch;
  for (const auto& d : documents_) {
    std::vector<int32_t> padded = d;
    padded.push_back(0);  // AddDocument does not run the last token
    batch.AddDocument(padded);
  }
  ExecContext ctx = runtime_.Context();
  const Tensor logits = model_->Logits(ctx, model_->Forward(ctx, batch.View()));
  ExpectClose(logits.f32(), golden_.Get("logits"), "logits");
}

TEST_P(ModelGoldenTest, LossAndEveryGradientAreTransformers) {
  const double loss = LossAndGrads();
  EXPECT_NEAR(loss, golden_.Get("loss").f32()[0], kTolerance * loss);
  model_->parameters().FoldEmbeddingGrads();
  int64_t checked = 0;
  for (const Parameters::Named& named : model_->parameters().NamedTensors()) {
    ExpectClose(named.grad.f32(), golden_.Get("grad." + named.name), "gradient of " + named.name);
    ++checked;
  }
  EXPECT_GE(checked, 20);
}

TEST_P(ModelGoldenTest, TenAdamWStepsFollowTorch) { ExpectCurve("adamw", 0); }
TEST_P(ModelGoldenTest, TenClippedAdamWStepsFollowTorch) { ExpectCurve("adamw_clip", 0.5f); }

INSTANTIATE_TEST_SUITE_P(Families, ModelGoldenTest,
                         ::testing::Values("llama", "llama_tied", "qwen2", "qwen3", "llama3", "qwen2_yarn"));

}  // namespace
}  // namespace r1
