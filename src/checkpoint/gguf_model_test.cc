// Models in GGUF files, written by PyPI gguf as llama.cpp's converter would (tests/golden/make_gguf_golden.py), against the folders
// they were made from.
#include "checkpoint/gguf_model.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <functional>

#include "base/error.h"
#include "base/half.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"
#include "checkpoint/gguf_names.h"
#include "checkpoint/gguf_test_util.h"
#include "checkpoint/safetensors.h"
#include "quant/dequantize.h"

namespace r1 {
namespace {

const std::string kGolden = std::string(R1_SOURCE_DIR) + "/tests/golden/";

std::vector<float> Values(const Tensor& t) {
  std::vector<float> values(static_cast<size_t>(t.numel()));
  quant::DequantizeRow(t.dtype(), t.raw(), t.numel(), values.data());
  return values;
}

void ExpectSameConfig(const HfConfig& got, const HfConfig& want) {
  EXPECT_EQ(got.architectures, want.architectures);
  EXPECT_EQ(got.model_type, want.model_type);
  EXPECT_EQ(got.vocab_size, want.vocab_size);
  EXPECT_EQ(got.hidden_size, want.hidden_size);
  EXPECT_EQ(got.intermediate_size, want.intermediate_size);
  EXPECT_EQ(got.num_hidden_layers, want.num_hidden_layers);
  EXPECT_EQ(got.num_attention_heads, want.num_attention_heads);
  EXPECT_EQ(got.num_key_value_heads, want.num_key_value_heads);
  EXPECT_EQ(got.head_dim, want.head_dim);
  EXPECT_EQ(got.max_position_embeddings, want.max_position_embeddings);
  EXPECT_EQ(got.rms_norm_eps, want.rms_norm_eps);
  EXPECT_EQ(got.rope_theta, want.rope_theta);
  EXPECT_EQ(got.tie_word_embeddings, want.tie_word_embeddings);
  EXPECT_FALSE(got.attention_bias);
  ASSERT_EQ(got.rope_scaling.has_value(), want.rope_scaling.has_value());
  if (want.rope_scaling) {
    EXPECT_EQ(got.rope_scaling->type, want.rope_scaling->type);
    EXPECT_EQ(got.rope_scaling->factor, want.rope_scaling->factor);
    EXPECT_EQ(got.rope_scaling->original_max_position_embeddings, want.rope_scaling->original_max_position_embeddings);
    EXPECT_EQ(got.rope_scaling->low_freq_factor, want.rope_scaling->low_freq_factor);
    EXPECT_EQ(got.rope_scaling->high_freq_factor, want.rope_scaling->high_freq_factor);
    EXPECT_EQ(got.rope_scaling->beta_fast, want.rope_scaling->beta_fast);
    EXPECT_EQ(got.rope_scaling->attention_factor, want.rope_scaling->attention_factor);
  }
}

struct Case {
  const char *gguf, *folder;
};

class GgufModelTest : public ::testing::TestWithParam<Case> {};

TEST_P(GgufModelTest, IsTheFolderItWasMadeFrom) {
  const auto model = ModelFiles::Open(kGolden + "gguf/" + GetParam().gguf);
  const auto folder = ModelFiles::Open(kGolden + GetParam().folder);
  ExpectSameConfig(model->config(), folder->config());
  EXPECT_EQ(model->names(), folder->names());
  for (const std::string& name : folder->names()) {
    const Tensor got = model->Get(name), want = folder->Get(name);
    ASSERT_EQ(got.shape(), want.shape()) << name;
    const std::vector<float> values = Values(got);
    for (int64_t i = 0; i < want.numel(); ++i) {
      const float w = want.f32()[i], g = values[static_cast<size_t>(i)];
      // Q8_0: half a step of blocks whose largest is below 5.
      const float exact = got.dtype() == DType::kF16 ? HalfToFloat(FloatToHalf(w)) : w;
      const float step = got.dtype() == DType::kBF16 ? std::abs(w) / 256 : got.dtype() == DType::kQ8_0 ? 0.02f : 0;
      ASSERT_NEAR(g, exact, step) << name << " at " << i;
    }
  }
  const GenerationConfig& generation = model->generation();
  EXPECT_TRUE(generation.do_sample);
  EXPECT_EQ(generation.temperature, 0.6);
  EXPECT_EQ(generation.top_p, 0.95);
  EXPECT_EQ(generation.top_k, 20);
  // eos_token_id, then the control token spelled <|im_end|>.
  EXPECT_EQ(generation.eos_token_ids, (std::vector<int64_t>{2, model->config().vocab_size - 1}));
  EXPECT_EQ(model->config().bos_token_id, 1);
  EXPECT_EQ(model->gguf_metadata()->String("tokenizer.chat_template"), "{{ messages[0].content }}");
}

INSTANTIATE_TEST_SUITE_P(Golden, GgufModelTest,
                         ::testing::Values(Case{"llama3.gguf", "llama3"}, Case{"qwen2_yarn.gguf", "qwen2_yarn"},
                                           Case{"qwen3.gguf", "qwen3"}, Case{"llama_tied-00001-of-00004.gguf", "llama_tied"}),
                         [](const auto& test) { return std::string(test.param.folder); });

TEST(GgufNamesTest, EveryNameGoesBothWays) {
  const auto folder = CheckpointTensors::Open(kGolden + "qwen2");
  for (const std::string& name : folder.names()) EXPECT_EQ(HfNameOfGguf(GgufNameOfHf(name).value()), name);
  EXPECT_EQ(HfNameOfGguf("blk.12.ffn_down.weight"), "model.layers.12.mlp.down_proj.weight");
  for (const char* name :
       {"blk.ffn_down.weight", "blk..ffn_down.weight", "blk.1x.ffn_down.weight", "blk.1.ffn_down", "blk.1.", "blk.", "", "x"})
    EXPECT_EQ(HfNameOfGguf(name), std::nullopt) << name;
}

TEST(GgufNamesTest, RowOrdersAreInverse) {
  const auto allocator = Allocator::Create();
  Tensor x = Tensor::Empty(*allocator, {12, 2});
  for (int i = 0; i < 24; ++i) x.f32()[i] = static_cast<float>(i / 2);
  const Tensor halves = RowsToHalves(x, 2, "x");
  std::vector<float> rows;
  for (int r = 0; r < 12; ++r) rows.push_back(halves.f32()[2 * r]);
  EXPECT_EQ(rows, (std::vector<float>{0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11}));
  EXPECT_EQ(std::memcmp(RowsToPairs(halves, 2, "x").raw(), x.raw(), x.bytes()), 0);
  EXPECT_THROW(RowsToHalves(x, 5, "x"), Error);
  EXPECT_THROW(RowsToHalves(x, 0, "x"), Error);
}

class GgufSplitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int part = 1; part <= 4; ++part) {
      const std::string name = StrCat("llama_tied-0000", part, "-of-00004.gguf");
      std::filesystem::copy_file(kGolden + "gguf/" + name, dir_ + "/" + name);
    }
  }
  std::string Part(int number) const { return StrCat(dir_, "/llama_tied-0000", number, "-of-00004.gguf"); }
  ScratchFolder folder_;
  const std::string& dir_ = folder_.path();
};

TEST_F(GgufSplitTest, AFolderWithOneModelMeansItsFirstPart) {
  EXPECT_EQ(FindGgufFile(dir_), Part(1));
  EXPECT_EQ(ModelFiles::Open(dir_)->config().hidden_size, 32);
  std::filesystem::copy_file(kGolden + "gguf/qwen3.gguf", dir_ + "/other.gguf");
  EXPECT_NE(MessageOf([&] { ModelFiles::Open(dir_); }).find("2 GGUF files"), std::string::npos);
}

TEST_F(GgufSplitTest, PartsMustBelongTogether) {
  EXPECT_NE(MessageOf([&] { ModelFiles::Open(Part(2)); }).find("not the first of 4 parts"), std::string::npos);
  std::filesystem::rename(Part(3), dir_ + "/kept");
  EXPECT_NE(MessageOf([&] { ModelFiles::Open(Part(1)); }).find("No such file"), std::string::npos);
  std::filesystem::copy_file(Part(2), Part(3));
  EXPECT_NE(MessageOf([&] { ModelFiles::Open(Part(1)); }).find("not part 3 of 4"), std::string::npos);
  std::filesystem::rename(dir_ + "/kept", Part(3));
  std::filesystem::rename(Part(1), dir_ + "/renamed.gguf");
  EXPECT_NE(MessageOf([&] { ModelFiles::Open(dir_ + "/renamed.gguf"); }).find("not named"), std::string::npos);
}

// A whole model of one layer whose metadata a test may change.
std::string OneLayer(const std::function<void(testing::GgufBytes&)>& more, int extra_pairs, std::string_view architecture = "qwen2",
                     std::string_view extra_tensor = "") {
  testing::GgufBytes file;
  file.Header(extra_tensor.empty() ? 1 : 2, static_cast<uint64_t>(7 + extra_pairs)).Text("general.architecture", architecture);
  const std::string a(architecture);
  file.U32(a + ".embedding_length", 8)
      .U32(a + ".feed_forward_length", 8)
      .U32(a + ".block_count", 1)
      .U32(a + ".attention.head_count", 2);
  file.U32(a + ".context_length", 16).F32(a + ".attention.layer_norm_rms_epsilon", 1e-5f);
  more(file);
  file.Tensor("token_embd.weight", {8, 4}, 0, 0);
  if (!extra_tensor.empty()) file.Tensor(extra_tensor, {2}, 0, 128);
  file.Align().Data(136);
  return file.bytes();
}

TEST(GgufConfigTest, WhatIsNotComputedIsRefusedByName) {
  const auto open = [](const std::string& bytes) {
    return MessageOf([&] { GgufModel model(testing::GgufBytes::OpenString(bytes)); });
  };
  EXPECT_EQ(open(OneLayer([](auto&) {}, 0)), "no error");
  const auto with = [&](const std::string& key, uint32_t value) { return open(OneLayer([&](auto& f) { f.U32(key, value); }, 1)); };
  EXPECT_NE(with("qwen2.expert_count", 8).find("qwen2.expert_count = 8 is not computed"), std::string::npos);
  EXPECT_NE(with("qwen2.attention.sliding_window", 4).find("attention.sliding_window is not computed"), std::string::npos);
  EXPECT_EQ(with("qwen2.attention.sliding_window", 16), "no error") << "the whole context";
  EXPECT_NE(with("qwen2.rope.dimension_count", 2).find("rope.dimension_count = 2"), std::string::npos);
  EXPECT_NE(with("qwen2.attention.value_length", 8).find("value_length = 8"), std::string::npos);
  EXPECT_NE(with("qwen2.attention.head_count_kv", 3).find("must divide"), std::string::npos);
  EXPECT_NE(open(OneLayer([](auto&) {}, 0, "mamba")).find("architecture mamba is not known"), std::string::npos);
  EXPECT_NE(open(OneLayer([](auto&) {}, 0, "qwen2", "blk.0.ffn_gate_inp.weight")).find("has no place"), std::string::npos);
  EXPECT_EQ(open(OneLayer([](auto&) {}, 0, "qwen2", "rope_freqs.weight")), "no error");  // bytes of 1 are positive floats
  const auto list = [&](uint32_t a, uint32_t b) {
    return open(OneLayer(
        [&](auto& f) {
          f.Key("qwen2.attention.head_count_kv", GgufType::kArray).Put(GgufType::kU32).Put(uint64_t{2}).Put(a).Put(b);
        },
        1));
  };
  EXPECT_EQ(list(2, 2), "no error");
  EXPECT_NE(list(1, 2).find("differs between layers"), std::string::npos);
}

}  // namespace
}  // namespace r1
