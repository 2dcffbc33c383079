// Qwen3: as Llama, with every query and key head normalized before it is rotated. Yang et al. 2025,
// https://arxiv.org/abs/2505.09388
#include "model/families.h"

#include "model/decoder.h"

namespace r1 {

std::unique_ptr<Model> MakeQwen3(ModelConfig config, std::shared_ptr<Allocator> allocator) {
  return std::make_unique<Decoder>(std::move(config), std::move(allocator), kQwen3);
}

}  // namespace r1
