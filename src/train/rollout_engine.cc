#include "train/rollout_engine.h"

#include <algorithm>

#include "model/kv_cache.h"

namespace r1 {
namespace {

constexpr int64_t kMaxCacheBytes = int64_t{2} << 30;
// Keys and values that stay in a server's last cache from one step to the next: to read them from memory again for every token
// takes longer than all else in a small model. Bytes a thread: a larger machine has a larger cache, and the more threads share the
// work of a layer, the more of it there must be. With 16 threads 512 sequences of `r1 bench train` take 0.4 of the time of 64.
constexpr int64_t kNearBytes = int64_t{12} << 20;
constexpr int64_t kFewestSequences = 64;  // at a time: from there the products no longer wait for their weights
constexpr int64_t kMostSequences = 512;
constexpr int64_t kGroups = 4;         // at least: one waits until there is room for all of its completions
constexpr int64_t kLongPrompt = 1024;  // tokens that a prompt can have in any case

int64_t BlocksOf(int64_t tokens) { return (tokens + kKvBlockSize - 1) / kKvBlockSize; }

}  // namespace

EngineConfig RolloutEngineConfig(const GrpoConfig& config, const ModelConfig& model, int num_threads) {
  EngineConfig engine;
  const int64_t tokens = std::min(model.max_position_embeddings, kPromptTokens + config.max_completion_tokens);
  const int64_t blocks = BlocksOf(tokens), block_bytes = static_cast<int64_t>(KvCache::BytesPerBlock(model));
  const int64_t near = std::clamp(num_threads * kNearBytes / (blocks * block_bytes), kFewestSequences, kMostSequences);
  const int64_t groups = std::max(kGroups, near / config.group_size);
  engine.max_num_seqs = std::min(groups, config.prompts_per_step) * config.group_size;
  engine.max_num_batched_tokens = std::max<int64_t>(4096, engine.max_num_seqs);
  const int64_t affordable = std::max<int64_t>(64, kMaxCacheBytes / block_bytes);
  // One sequence of any length must fit, but not at any price: a pulled model's context can take tens of gigabytes.
  const int64_t longest =
      std::min(BlocksOf(model.max_position_embeddings), std::max(affordable, BlocksOf(kLongPrompt + config.max_completion_tokens)));
  engine.num_blocks = std::max(longest, std::min(blocks * engine.max_num_seqs, affordable));
  engine.enable_prefix_cache = false;  // groups share their prompt anyway
  return engine;
}

int64_t RolloutContext(const GrpoConfig& config, const ModelConfig& model, int num_threads) {
  return std::min(model.max_position_embeddings, RolloutEngineConfig(config, model, num_threads).num_blocks * kKvBlockSize);
}

int64_t RolloutCacheBytes(const GrpoConfig& config, const ModelConfig& model, int num_threads) {
  return RolloutEngineConfig(config, model, num_threads).num_blocks * static_cast<int64_t>(KvCache::BytesPerBlock(model));
}

}  // namespace r1
