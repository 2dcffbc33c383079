// cos and sin of the rotary embedding, for the positions that were asked for so far: of the 131,072 positions of an R1 distill,
// whose table would take 64 MB and most of a second, a chat uses a few thousand.
#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "model/model_config.h"
#include "tensor/tensor.h"

namespace r1 {

class RopeTable {
 public:
  explicit RopeTable(const ModelConfig& config);

  // Makes room for positions below `positions`, at least doubling the table, up to max_position_embeddings. Rows that are there
  // keep their bits; handles on the old tensors stay good.
  void Reserve(ThreadPool& pool, Allocator& allocator, int64_t positions);

  // [positions, head_dim / 2]. Angles are products of f32 position and f32 inverse frequency theta^(-2i / head_dim), as in Hugging
  // Face transformers.
  const Tensor& cos() const { return cos_; }
  const Tensor& sin() const { return sin_; }

 private:
  int64_t max_positions_, num_positions_ = 0;
  std::vector<float> inverse_;  // frequencies, radians a position
  double factor_;               // of cos and sin
  Tensor cos_, sin_;
};

}  // namespace r1
