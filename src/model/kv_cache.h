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
  static constexpr int64_t kMostBlocks = int64_t{1} << 26;  // so that a token's place fits into 32 bits

  // num_blocks blocks of kKvBlockSize tokens each, shared by all sequences.
  KvCache(Allocator& allocator, const ModelConfig& config, int64_t num_blocks);

  int64_t num_blocks() const { return num_blocks_; }
  ops::KvLayer& layer(int64_t i) { return layers_[static_cast<size_t>(i)]; }
  static size_t BytesPerBlock(const ModelConfig& config);
  // As many blocks as so many sequences can fill, in at most `bytes`.
  static int64_t BlocksWithin(const ModelConfig& config, uint64_t bytes, int64_t sequences);

 private:
  int64_t num_blocks_;
  std::vector<ops::KvLayer> layers_;
};

}  // namespace r1
