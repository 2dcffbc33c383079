#include "model/rope_table.h"

#include <cmath>

namespace r1 {

RopeTable MakeRopeTable(Allocator& allocator, const ModelConfig& config) {
  const int64_t half = config.head_dim / 2, positions = config.max_position_embeddings;
  RopeTable table{Tensor::Empty(allocator, {positions, half}), Tensor::Empty(allocator, {positions, half})};
  for (int64_t i = 0; i < half; ++i) {
    const float inverse_frequency = static_cast<float>(1.0 / std::pow(config.rope_theta, static_cast<double>(2 * i) / static_cast<double>(config.head_dim)));
    for (int64_t p = 0; p < positions; ++p) {
      const float angle = static_cast<float>(p) * inverse_frequency;
      table.cos.f32()[p * half + i] = static_cast<float>(std::cos(static_cast<double>(angle)));
      table.sin.f32()[p * half + i] = static_cast<float>(std::sin(static_cast<double>(angle)));
    }
  }
  return table;
}

}  // namespace r1
