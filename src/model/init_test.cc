// Fresh weights.
#include <gtest/gtest.h>

#include <cstring>

#include "model/registry.h"

namespace r1 {
namespace {

TEST(InitTest, FreshWeightsAreTheSameHoweverManyThreadsDrawThem) {
  const ModelConfig config = {.architecture = "Qwen2ForCausalLM",
                              .vocab_size = 1000,
                              .hidden_size = 48,
                              .intermediate_size = 100,
                              .num_layers = 2,
                              .num_heads = 3,
                              .num_kv_heads = 1,
                              .head_dim = 16,
                              .max_position_embeddings = 64};
  const auto alone = NewModel(config, 7, Allocator::Create());
  for (int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    const auto shared = NewModel(config, 7, Allocator::Create(), &pool);
    for (size_t i = 0; i < alone->parameters().all().size(); ++i) {
      const auto &one = alone->parameters().all()[i], &other = shared->parameters().all()[i];
      EXPECT_EQ(std::memcmp(one->value.raw(), other->value.raw(), one->value.bytes()), 0) << one->name << " threads " << threads;
    }
  }
}

}  // namespace
}  // namespace r1
