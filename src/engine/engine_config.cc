#include "engine/engine_config.h"

#include <algorithm>

#include "base/error.h"
#include "model/kv_cache.h"

namespace r1 {

void EngineConfig::Validate() const {
  Require(max_num_seqs >= 1, "max_num_seqs must be at least 1, got ", max_num_seqs);
  Require(max_num_batched_tokens >= max_num_seqs, "max_num_batched_tokens must be at least max_num_seqs (", max_num_seqs, "), got ",
          max_num_batched_tokens);
  Require(prefill_chunk >= 0, "prefill_chunk must be 0 (no limit) or more, got ", prefill_chunk);
  Require(kv_bytes > 0, "kv_bytes must be above 0, got ", kv_bytes);
  Require(num_blocks >= 0, "num_blocks must be 0 (from kv_bytes) or more, got ", num_blocks);
  Require(max_draft_tokens >= 1 && max_draft_tokens <= 256, "max_draft_tokens must be in 1..256, got ", max_draft_tokens);
}

KvType EngineConfig::KvTypeOr(KvType automatic) const {
  switch (kv_dtype) {
    case KvDtype::kAuto: break;
    case KvDtype::kF32: return KvType::kF32;
    case KvDtype::kBF16: return KvType::kBF16;
    case KvDtype::kQ8: return KvType::kQ8;
  }
  return automatic;
}

int64_t EngineConfig::NumBlocksFor(const ModelConfig& model) const {
  if (num_blocks > 0) return num_blocks;
  const auto per_block = static_cast<int64_t>(KvCache::BytesPerBlock(model));
  Require(kv_bytes >= per_block, "kv_bytes must be at least ", per_block, " for one block of this model, got ", kv_bytes);
  return std::min(kv_bytes / per_block, max_num_seqs * BlockManager::BlocksFor(model.max_position_embeddings));
}

}  // namespace r1
