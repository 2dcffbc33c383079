// Llama: no biases. Touvron et al. 2023, https://arxiv.org/abs/2302.13971
#include "model/families.h"

#include "model/decoder.h"

namespace r1 {

std::unique_ptr<Model> MakeLlama(ModelConfig config, std::shared_ptr<Allocator> allocator) {
  return std::make_unique<Decoder>(std::move(config), std::move(allocator), kLlama);
}

}  // namespace r1
