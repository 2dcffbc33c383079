// The model families this build knows: one row each in registry.cc, keyed by architectures[0] of config.json.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/thread_pool.h"
#include "model/decoder_traits.h"
#include "model/model.h"

namespace r1 {

struct ModelFamily {
  const char* architecture;  // "Qwen2ForCausalLM"
  const char* model_type;    // "qwen2"
  DecoderTraits traits;
  std::unique_ptr<Model> (*make)(ModelConfig config, std::shared_ptr<Allocator> allocator);  // weights zero
};

std::span<const ModelFamily> ModelFamilies();
// Throws kInvalidArgument listing what is known.
const ModelFamily& FindModelFamily(std::string_view architecture);

// A model with fresh weights: matrices normal with config.initializer_range (the outputs of attention and MLP scaled by 1/sqrt(2
// L)), norms one, biases zero. A pure function of (config, seed), the same bits on every machine. The threads of `pool` share the
// draws, about 100 ns a weight.
std::unique_ptr<Model> NewModel(ModelConfig config, uint64_t seed, std::shared_ptr<Allocator> allocator,
                                ThreadPool* pool = nullptr);

}  // namespace r1
