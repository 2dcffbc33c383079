// Decides who runs in each step (continuous batching): every decoding sequence gets its one token, then prompts are computed in
// chunks, first come first served, until the step is full. When blocks run out, the youngest sequence gives up its own and is
// computed again later (preemption by recompute); the oldest always gets on, so everything ends.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "engine/block_manager.h"
#include "engine/sequence.h"

namespace r1 {

struct SchedulerConfig {
  int64_t max_num_seqs = 256;
  int64_t max_num_batched_tokens = 4096;
  int64_t prefill_chunk = 0;  // most tokens of one sequence in a step; 0: as many as fit
};

struct ScheduledSequence {
  Sequence* sequence;
  int64_t num_tokens;  // the next ones that are not computed, guesses included; room for their keys and values is there
  bool samples;        // its last own token is among them, so the next one can be drawn
};
using ScheduledBatch = std::vector<ScheduledSequence>;

class Scheduler {
 public:
  Scheduler(const SchedulerConfig& config, BlockManager& blocks) : config_(config), blocks_(blocks) {}

  // A sequence, with its siblings, goes to the end of the queue. It must fit into the cache when alone.
  void Add(Sequence& sequence) { waiting_.push_back(&sequence); }
  bool HasWork() const { return !waiting_.empty() || !running_.empty(); }
  int64_t num_running() const { return static_cast<int64_t>(running_.size()); }
  int64_t num_waiting() const;  // siblings included
  int64_t num_preemptions() const { return num_preemptions_; }
  int64_t num_cached_tokens() const { return num_cached_tokens_; }

  std::span<Sequence* const> running() const { return running_; }  // oldest first

  // The next step, in which a decoding sequence's guesses (draft_ids) are computed with its token. They get what is left of the
  // step and of the free blocks when all others have theirs, and are cut to that: no sequence waits or is preempted for a guess.
  // Never empty while HasWork(). Valid until the next call.
  const ScheduledBatch& Schedule();
  // Blocks that begin as cached ones do; to be copied before the batch is run.
  std::span<const BlockManager::BlockCopy> copies() const { return copies_; }
  // The batch has been run and its sequences have their new tokens: what was computed of them counts as computed, guesses that were
  // wrong do not, and full blocks may be shared.
  void Advance();

  // `sequence` has computed its prompt and drawn its first token; its siblings, which have drawn theirs, may now run beside it.
  // Each shares the full blocks of the prompt and gets a copy of the last, partly filled one, which the caller makes before the
  // next step. Where a seat or a block is missing, the sibling goes to the head of the queue and is computed for itself.
  void Fork(Sequence& sequence, std::vector<BlockManager::BlockCopy>& copies);
  // The step in which `sequence` would have drawn for its siblings failed: whoever has a first token by now has it, and each goes
  // to the head of the queue to be computed for itself.
  void Split(Sequence& sequence);
  // Takes a sequence out, wherever it is, and frees its blocks. The first of its siblings takes its place with all it has computed.
  void Remove(Sequence& sequence);
  // Sends every running sequence back to be computed again.
  void PreemptAll();

 private:
  int64_t ChunkFor(const Sequence& sequence, int64_t budget) const;
  void ScheduleDecodes(int64_t& budget);
  void SchedulePrefills(int64_t& budget);
  void Admit(int64_t& budget);
  void Schedule(Sequence& sequence, int64_t num_tokens, int64_t& budget);
  void PreemptYoungest();

  SchedulerConfig config_;
  BlockManager& blocks_;
  std::deque<Sequence*> waiting_;
  std::vector<Sequence*> running_;  // oldest first
  int64_t num_seats_ = 0;           // running sequences and the siblings that wait for them
  ScheduledBatch batch_;
  std::vector<BlockManager::BlockCopy> copies_;
  int64_t num_preemptions_ = 0, num_cached_tokens_ = 0;
};

}  // namespace r1
