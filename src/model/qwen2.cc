// Qwen2: as Llama, with biases on queries, keys and values. Yang et al. 2024, https://arxiv.org/abs/2407.10671
#include "model/families.h"

#include "model/decoder.h"

namespace r1 {

std::unique_ptr<Model> MakeQwen2(ModelConfig config, std::shared_ptr<Allocator> allocator) {
  return std::make_unique<Decoder>(std::move(config), std::move(allocator), kQwen2);
}

}  // namespace r1
