#include "model/kv_cache.h"

#include <algorithm>

namespace r1 {

KvCache::KvCache(Allocator& allocator, const ModelConfig& config, int64_t num_blocks) : num_blocks_(num_blocks) {
  for (int64_t i = 0; i < config.num_layers; ++i)
    layers_.push_back(ops::KvLayer::Make(allocator, config.kv_type, num_blocks, config.num_kv_heads, config.head_dim));
}

size_t KvCache::BytesPerBlock(const ModelConfig& config) {
  return static_cast<size_t>(2 * config.num_layers * config.num_kv_heads * KvBlockBytes(config.kv_type, config.head_dim));
}

int64_t KvCache::BlocksWithin(const ModelConfig& config, uint64_t bytes, int64_t sequences) {
  const int64_t longest = KvBlocks(config.max_position_embeddings);
  return std::min({static_cast<int64_t>(bytes / BytesPerBlock(config)), sequences * longest, kMostBlocks});
}

}  // namespace r1
