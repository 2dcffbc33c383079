// Runs the model for a scheduled batch: tokens and block tables to hidden states, hidden states to logits, logits to tokens.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/batch_input.h"
#include "engine/sampler.h"
#include "engine/scheduler.h"
#include "model/model.h"

namespace r1 {

class ModelRunner {
 public:
  ModelRunner(Runtime& runtime, const Model& model, int64_t num_blocks);

  // Computes the batch into the cache. Returns the hidden states that tokens are drawn from, in order: [R, D]. They are, of every
  // sequence that samples, the one of its last token and those of its guesses.
  Tensor Forward(const ScheduledBatch& batch);

  // Tokens to draw after the rows row, row + 1, ... of the hidden states. Several sequences may draw after the same row; rows
  // ascend.
  struct Draw {
    int64_t row;
    int64_t num_rows;  // more than 1: those of guesses
    Sequence* sequence;
  };
  // Draws after each first row; then after the next one for those whose `accept` said that the guess was right, and so on. So every
  // token is drawn with the same state of its sequence as without guesses.
  using AcceptToken = std::function<bool(Sequence& sequence, SampledToken& token)>;
  void Sample(const Tensor& hidden, std::span<const Draw> draws, const AcceptToken& accept);

  // Copies keys and values of whole blocks, in all layers. No block is both source and destination.
  void CopyBlocks(std::span<const BlockManager::BlockCopy> copies);

 private:
  using Sequences = std::span<const ScheduledSequence>;
  std::vector<Sequences> Cut(Sequences all) const;  // into parts that threads run side by side, or one
  Tensor RunPart(ExecContext ctx, BatchInput& input, Sequences sequences);

  Runtime& runtime_;
  const Model& model_;
  KvCache cache_;
  Sampler sampler_;
  // Of each part of a step. Its own memory too: the threads would wait for each other at a common allocator.
  struct Part {
    BatchInput input;
    std::shared_ptr<Allocator> allocator;
  };
  std::vector<Part> parts_;
  std::vector<SampleRequest> requests_;
  std::vector<SampledToken> sampled_;
  std::vector<size_t> drawing_;
};

}  // namespace r1
