// Paged keys and values of every layer, in the type that the model rounds them to with or without a cache (ModelConfig::kv_type):
// what is stored is exactly what the trainer would recompute.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model_config.h"
#include "ops/attention.h"

namespace r1 {

class KvCache {
 public:
  // num_blocks blocks of kKvBlockSize tokens each, shared by all sequences.
  KvCache(Allocator& allocator, const ModelConfig& config, int64_t num_blocks);

  int64_t num_blocks() const { return num_blocks_; }
  ops::KvLayer& layer(int64_t i) { return layers_[static_cast<size_t>(i)]; }
  static size_t BytesPerBlock(const ModelConfig& config);

 private:
  int64_t num_blocks_;
  std::vector<ops::KvLayer> layers_;
};

}  // namespace r1
