#include "checkpoint/fp8_weights.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/half.h"
#include "base/scratch_folder.h"
#include "checkpoint/model_files.h"
#include "checkpoint/safetensors.h"

namespace r1 {
namespace {

class Fp8WeightsTest : public ::testing::Test {
 protected:
  Tensor Weight(int64_t rows, int64_t columns) {
    Tensor t = Tensor::Empty(*allocator_, {rows, columns}, DType::kF8E4M3);
    for (int64_t i = 0; i < t.numel(); ++i) static_cast<uint8_t*>(t.raw())[i] = static_cast<uint8_t>(i * 37 % 0x7f | (i % 2) << 7);
    return t;
  }
  Tensor Scale(Shape shape) {
    Tensor t = Tensor::Empty(*allocator_, shape);
    for (int64_t i = 0; i < t.numel(); ++i) t.f32()[i] = 0.01f + 0.003f * static_cast<float>(i);
    return t;
  }
  // The value by the definition, for blocks of `rows` x `columns`.
  void ExpectScaled(const Tensor& got, const Tensor& weight, const Tensor& scale, int64_t rows, int64_t columns) {
    ASSERT_EQ(got.shape(), weight.shape());
    const int64_t across = (weight.dim(1) + columns - 1) / columns;
    for (int64_t r = 0; r < weight.dim(0); ++r)
      for (int64_t c = 0; c < weight.dim(1); ++c) {
        const float w = F8E4M3ToFloat(static_cast<const uint8_t*>(weight.raw())[r * weight.dim(1) + c]);
        ASSERT_EQ(got.f32()[r * weight.dim(1) + c], w * scale.f32()[r / rows * across + c / columns]) << r << ", " << c;
      }
  }
  std::shared_ptr<Allocator> allocator_ = Allocator::Create();
};

TEST_F(Fp8WeightsTest, OneScaleABlockARowOrATensor) {
  const Tensor weight = Weight(200, 300);
  const Tensor blocks = Scale({2, 3}), rows = Scale({200, 1}), flat = Scale({200}), one = Scale({1}), scalar = Scale({});
  ExpectScaled(ApplyFp8Scale(weight, blocks, {128, 128}, "w"), weight, blocks, 128, 128);
  ExpectScaled(ApplyFp8Scale(weight, rows, {128, 128}, "w"), weight, rows, 1, 300);
  ExpectScaled(ApplyFp8Scale(weight, flat, {128, 128}, "w"), weight, flat, 1, 300);
  ExpectScaled(ApplyFp8Scale(weight, one, {128, 128}, "w"), weight, one, 200, 300);
  ExpectScaled(ApplyFp8Scale(weight, scalar, {128, 128}, "w"), weight, scalar, 200, 300);
  for (const Shape& wrong : {Shape{3, 2}, Shape{2}, Shape{2, 3, 1}, Shape{300, 1}})
    EXPECT_THROW(ApplyFp8Scale(weight, Scale(wrong), {128, 128}, "w"), Error) << wrong;
}

TEST_F(Fp8WeightsTest, AFoldersWeightsComeScaled) {
  const ScratchFolder folder;
  const std::string& dir = folder.path();
  const std::string config = R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 4, "hidden_size": 8,
    "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "quantization_config": {"quant_method": "METHOD",
    "weight_block_size": [64, 32]}})";
  const auto write_config = [&](const std::string& method) {
    std::string text = config;
    AtomicWriteFile(dir + "/config.json", text.replace(text.find("METHOD"), 6, method));
  };
  write_config("fp8");
  const Tensor weight = Weight(100, 70), scale = Scale({2, 3});
  WriteSafetensors(dir + "/model.safetensors", {{"x.weight", weight}, {"x.weight_scale_inv", scale}, {"x.bias", Scale({100})}});
  const auto files = ModelFiles::Open(dir);
  EXPECT_EQ(files->names(), (std::vector<std::string>{"x.bias", "x.weight"}));
  ExpectScaled(files->Get("x.weight"), weight, scale, 64, 32);
  write_config("gptq");
  EXPECT_THROW(ModelFiles::Open(dir), Error);
}

}  // namespace
}  // namespace r1
