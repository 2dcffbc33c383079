#include "engine/engine_config.h"

#include "base/bounds.h"
#include "base/error.h"
#include "model/kv_cache.h"

namespace r1 {

void EngineConfig::Validate() const {
  RequireRange("max_num_seqs", max_num_seqs, 1, 1 << 20);
  Require(max_num_batched_tokens >= max_num_seqs, "max_num_batched_tokens must be at least max_num_seqs (", max_num_seqs, "), got ",
          max_num_batched_tokens);
  RequireRange("max_num_batched_tokens", max_num_batched_tokens, 1, 1 << 30);
  Require(prefill_chunk >= 0, "prefill_chunk must be 0 (no limit) or more, got ", prefill_chunk);
  Require(kv_bytes > 0, "kv_bytes must be above 0, got ", kv_bytes);
  RequireZeroOrRange("num_blocks", num_blocks, 1, KvCache::kMostBlocks);
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
  return KvCache::BlocksWithin(model, static_cast<uint64_t>(kv_bytes), max_num_seqs);
}

}  // namespace r1
