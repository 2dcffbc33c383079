// Runs the model for a scheduled batch: tokens and block tables to hidden states, hidden states to logits, logits to tokens.
#pragma once

#include <span>
#include <vector>

#include "engine/sampler.h"
#include "engine/scheduler.h"
#include "model/model.h"

namespace r1 {

class ModelRunner {
 public:
  ModelRunner(Runtime& runtime, const Model& model, int64_t num_blocks);

  // Computes the batch into the cache. Returns the last hidden state of every sequence that samples, in order: [R, D].
  Tensor Forward(const ScheduledBatch& batch);

  // A token to draw after row `row` of the hidden states. Several sequences may draw after the same row; rows ascend.
  struct Draw {
    int64_t row;
    const Sequence* sequence;
  };
  void Sample(const Tensor& hidden, std::span<const Draw> draws, std::span<SampledToken> out);

  // Copies keys and values of whole blocks, in all layers. No block is both source and destination.
  void CopyBlocks(std::span<const BlockManager::BlockCopy> copies);

 private:
  Runtime& runtime_;
  const Model& model_;
  KvCache cache_;
  Sampler sampler_;
  // The parts of the ForwardBatch, kept for their memory.
  std::vector<int32_t> token_ids_, positions_, query_starts_, context_lens_, slot_mapping_, block_ids_, sampled_rows_;
  std::vector<SampleRequest> requests_;
};

}  // namespace r1
