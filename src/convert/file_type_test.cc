#include "convert/file_type.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "quant/quantize.h"

namespace r1 {
namespace {

HfConfig Shape(int64_t layers, bool tied, int64_t heads = 12, int64_t kv_heads = 2) {
  HfConfig config;
  config.num_hidden_layers = layers;
  config.tie_word_embeddings = tied;
  config.num_attention_heads = heads;
  config.num_key_value_heads = kv_heads;
  return config;
}

TEST(FileTypeTest, NamesAreFoundInAnyCase) {
  EXPECT_STREQ(FindFileType("q4_k_m").name, "Q4_K_M");
  EXPECT_THROW(FindFileType("Q9"), Error);
  for (const FileType& type : FileTypes()) EXPECT_TRUE(quant::CanQuantize(type.dtype)) << type.name;
}

// The types that llama-quantize gives a model of 28 layers, as in files that are published.
TEST(FileTypeTest, MixturesAreLlamaCpps) {
  const HfConfig config = Shape(28, false);
  const FileType& q4 = FindFileType("Q4_K_M");
  const auto of = [&](const std::string& name, int64_t columns = 1536) { return DTypeOfTensor(q4, config, name, 2, columns); };
  EXPECT_EQ(of("lm_head.weight"), DType::kQ6_K);
  EXPECT_EQ(of("model.embed_tokens.weight"), DType::kQ4_K);
  EXPECT_EQ(DTypeOfTensor(q4, Shape(28, true), "model.embed_tokens.weight", 2, 1536), DType::kQ6_K);
  EXPECT_EQ(of("model.layers.3.self_attn.q_proj.weight"), DType::kQ4_K);
  std::vector<int> more;
  for (int layer = 0; layer < 28; ++layer) {
    const bool v = of("model.layers." + std::to_string(layer) + ".self_attn.v_proj.weight") == DType::kQ6_K;
    EXPECT_EQ(of("model.layers." + std::to_string(layer) + ".mlp.down_proj.weight") == DType::kQ6_K, v);
    if (v) more.push_back(layer);
  }
  EXPECT_EQ(more, (std::vector<int>{0, 1, 2, 5, 8, 11, 14, 17, 20, 23, 24, 25, 26, 27}));
  EXPECT_EQ(DTypeOfTensor(q4, config, "model.layers.0.input_layernorm.weight", 1, 1536), DType::kF32);
  const HfConfig big = Shape(80, false, 64, 8);
  EXPECT_EQ(DTypeOfTensor(q4, big, "model.layers.10.self_attn.v_proj.weight", 2, 8192), DType::kQ5_K);
  const FileType& small = FindFileType("Q4_K_S");
  EXPECT_EQ(DTypeOfTensor(small, config, "model.layers.3.self_attn.v_proj.weight", 2, 1536), DType::kQ5_K);
  EXPECT_EQ(DTypeOfTensor(small, config, "model.layers.4.self_attn.v_proj.weight", 2, 1536), DType::kQ4_K);
  EXPECT_EQ(DTypeOfTensor(small, config, "model.layers.2.mlp.down_proj.weight", 2, 1536), DType::kQ5_K);
  EXPECT_EQ(DTypeOfTensor(FindFileType("Q8_0"), config, "lm_head.weight", 2, 1536), DType::kQ8_0);
  EXPECT_EQ(DTypeOfTensor(FindFileType("Q4_0"), config, "lm_head.weight", 2, 1536), DType::kQ6_K);
  EXPECT_EQ(DTypeOfTensor(FindFileType("F16"), config, "lm_head.weight", 2, 1536), DType::kF16);
}

TEST(FileTypeTest, RowsThatFitNoSuperBlockFallBack) {  // as Qwen2.5-0.5B, rows of 896
  const HfConfig config = Shape(24, true, 14, 2);
  const auto of = [&](const char* type, const char* name, int64_t columns) {
    return DTypeOfTensor(FindFileType(type), config, name, 2, columns);
  };
  EXPECT_EQ(of("Q4_K_M", "model.layers.3.self_attn.q_proj.weight", 896), DType::kQ5_0);
  EXPECT_EQ(of("Q5_K_M", "model.layers.3.self_attn.q_proj.weight", 896), DType::kQ5_1);
  EXPECT_EQ(of("Q6_K", "model.layers.3.self_attn.q_proj.weight", 896), DType::kQ8_0);
  EXPECT_EQ(of("Q4_K_M", "model.layers.0.self_attn.v_proj.weight", 896), DType::kQ8_0);
  EXPECT_EQ(of("Q4_K_M", "model.embed_tokens.weight", 896), DType::kQ8_0);
  EXPECT_EQ(of("Q4_0", "model.embed_tokens.weight", 896), DType::kQ8_0);
  EXPECT_EQ(of("Q4_K_M", "model.layers.0.mlp.down_proj.weight", 4864), DType::kQ6_K);
  EXPECT_EQ(of("Q4_K_M", "model.layers.3.self_attn.q_proj.weight", 40), DType::kF16);
  EXPECT_EQ(of("Q8_0", "model.layers.3.self_attn.q_proj.weight", 40), DType::kF16);
}

}  // namespace
}  // namespace r1
