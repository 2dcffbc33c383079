#include "train/rollout_engine.h"

#include <algorithm>

#include "model/kv_cache.h"

namespace r1 {
namespace {

constexpr int64_t kPromptTokens = 64;  // room for a prompt; a group shares its own
constexpr int64_t kMaxCacheBytes = int64_t{2} << 30;

}  // namespace

EngineConfig RolloutEngineConfig(const GrpoConfig& config, const ModelConfig& model) {
  EngineConfig engine;
  engine.max_num_seqs = std::min<int64_t>(512, config.prompts_per_step * config.group_size);
  engine.max_num_batched_tokens = std::max<int64_t>(4096, engine.max_num_seqs);
  const int64_t tokens = std::min(model.max_position_embeddings, kPromptTokens + config.max_completion_tokens);
  const int64_t blocks = (tokens + kKvBlockSize - 1) / kKvBlockSize * engine.max_num_seqs;
  const int64_t longest = (model.max_position_embeddings + kKvBlockSize - 1) / kKvBlockSize;  // one sequence must always fit
  const int64_t affordable = std::max<int64_t>(64, kMaxCacheBytes / static_cast<int64_t>(KvCache::BytesPerBlock(model)));
  engine.num_blocks = std::max(longest, std::min(blocks, affordable));
  engine.enable_prefix_cache = false;  // groups share their prompt anyway
  return engine;
}

int64_t RolloutCacheBytes(const GrpoConfig& config, const ModelConfig& model) {
  return RolloutEngineConfig(config, model).num_blocks * static_cast<int64_t>(KvCache::BytesPerBlock(model));
}

}  // namespace r1
