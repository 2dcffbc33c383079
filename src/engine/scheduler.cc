#include "engine/scheduler.h"

#include <algorithm>

#include "base/check.h"

namespace r1 {
namespace {

int64_t Seats(const Sequence& sequence) { return 1 + static_cast<int64_t>(sequence.siblings.size()); }

}  // namespace

int64_t Scheduler::num_waiting() const {
  int64_t n = 0;
  for (const Sequence* sequence : waiting_) n += Seats(*sequence);
  for (const Sequence* sequence : running_) n += Seats(*sequence) - 1;
  return n;
}

const ScheduledBatch& Scheduler::Schedule() {
  batch_.clear();
  copies_.clear();
  blocks_.ReleaseSources();  // of the last step, if it failed
  for (;;) {
    int64_t budget = config_.max_num_batched_tokens;
    ScheduleDecodes(budget);
    SchedulePrefills(budget);
    Admit(budget);
    if (!batch_.empty() || !HasWork()) return batch_;
    // Half-computed prompts hold all blocks and none can go on: the youngest makes room.
    CHECK(running_.size() > 1);
    PreemptYoungest();
  }
}

// Whoever is preempted here has no entry in the batch yet: it is no older than the sequence that needs the block.
void Scheduler::ScheduleDecodes(int64_t& budget) {
  for (size_t i = 0; i < running_.size() && budget > 0; ++i) {
    Sequence& sequence = *running_[i];
    if (sequence.num_uncomputed() != 1) continue;
    const auto behind = static_cast<int64_t>(running_.size() - i);  // itself included
    if (static_cast<int64_t>(sequence.draft_ids.size()) > budget - behind)
      sequence.draft_ids.resize(static_cast<size_t>(std::max<int64_t>(0, budget - behind)));
    const auto num_drafts = static_cast<int64_t>(sequence.draft_ids.size());
    const int64_t missing = KvBlocks(sequence.length() + num_drafts) - static_cast<int64_t>(sequence.block_table.blocks.size());
    if (num_drafts > 0 && missing + behind - 1 <= blocks_.num_free_blocks()) {  // a block is left for everyone behind
      CHECK(blocks_.Grow(sequence.block_table, sequence.length() + num_drafts));
      Schedule(sequence, 1 + num_drafts, budget);
      continue;
    }
    sequence.draft_ids.clear();
    while (!blocks_.Grow(sequence.block_table, sequence.length())) {
      const bool itself = running_.back() == &sequence;
      PreemptYoungest();
      if (itself) return;
    }
    Schedule(sequence, 1, budget);
  }
}

void Scheduler::SchedulePrefills(int64_t& budget) {
  for (size_t i = 0; i < running_.size() && budget > 0; ++i) {
    Sequence& sequence = *running_[i];
    if (sequence.num_uncomputed() == 1) continue;
    const int64_t room = (static_cast<int64_t>(sequence.block_table.blocks.size()) + blocks_.num_free_blocks()) * kKvBlockSize;
    const int64_t num_tokens = std::min(ChunkFor(sequence, budget), room - sequence.num_computed);
    if (num_tokens <= 0) continue;
    CHECK(blocks_.Grow(sequence.block_table, sequence.num_computed + num_tokens));
    Schedule(sequence, num_tokens, budget);
  }
}

void Scheduler::Admit(int64_t& budget) {
  while (!waiting_.empty() && budget > 0) {
    Sequence& sequence = *waiting_.front();
    if (!running_.empty() && num_seats_ + Seats(sequence) > config_.max_num_seqs) return;
    int64_t num_cached = blocks_.TakeCachedPrefix(sequence.token_ids, sequence.block_table);
    // All of its tokens must fit now, with some blocks to spare for what runs already: whoever is admitted to be preempted a few
    // steps later was computed in vain. Alone it may start in any case.
    const int64_t needed = KvBlocks(sequence.length()) - static_cast<int64_t>(sequence.block_table.blocks.size());
    const int64_t spare = static_cast<int64_t>(sequence.siblings.size() + running_.size() / 2);
    if (!running_.empty() && needed + spare > blocks_.num_free_blocks()) {
      blocks_.Release(sequence.block_table);
      return;
    }
    if (const int64_t free = blocks_.num_free_blocks(); free > needed + (running_.empty() ? 0 : spare)) {
      std::optional<BlockManager::BlockCopy> copy;
      num_cached += blocks_.TakePartOfBlock(sequence.token_ids, sequence.block_table, copy);
      if (copy) copies_.push_back(*copy);
    }
    waiting_.pop_front();
    running_.push_back(&sequence);
    num_seats_ += Seats(sequence);
    sequence.status = SequenceStatus::kRunning;
    sequence.num_computed = num_cached;
    num_cached_tokens_ += num_cached;
    if (sequence.num_generated() == 0) sequence.completion.num_cached_tokens = num_cached;
    const int64_t num_tokens = ChunkFor(sequence, budget);
    CHECK(blocks_.Grow(sequence.block_table, sequence.num_computed + num_tokens));
    Schedule(sequence, num_tokens, budget);
  }
}

int64_t Scheduler::ChunkFor(const Sequence& sequence, int64_t budget) const {
  const int64_t chunk = std::min(sequence.num_uncomputed(), budget);
  return config_.prefill_chunk > 0 ? std::min(chunk, config_.prefill_chunk) : chunk;
}

void Scheduler::Schedule(Sequence& sequence, int64_t num_tokens, int64_t& budget) {
  batch_.push_back({&sequence, num_tokens, num_tokens >= sequence.num_uncomputed()});
  budget -= num_tokens;
}

void Scheduler::Advance() {
  blocks_.ReleaseSources();
  for (const ScheduledSequence& scheduled : batch_) {
    Sequence& sequence = *scheduled.sequence;
    // The last token of a sequence is never computed yet: it was drawn in this step, or not even that.
    sequence.num_computed = std::min(sequence.num_computed + scheduled.num_tokens, sequence.length() - 1);
    blocks_.Index(sequence.block_table, sequence.token_ids, sequence.num_computed);
    if (!sequence.draft_ids.empty()) blocks_.Shrink(sequence.block_table, sequence.length());
  }
}

void Scheduler::Fork(Sequence& sequence, std::vector<BlockManager::BlockCopy>& copies) {
  CHECK(sequence.num_computed == sequence.num_prompt_tokens);
  auto place = std::find(running_.begin(), running_.end(), &sequence) + 1;
  std::vector<Sequence*> left;
  num_seats_ -= static_cast<int64_t>(sequence.siblings.size());
  for (Sequence* sibling : sequence.siblings) {
    if (sibling->status == SequenceStatus::kFinished) continue;
    std::optional<BlockManager::BlockCopy> copy;
    if (static_cast<int64_t>(running_.size()) >= config_.max_num_seqs ||
        !blocks_.Fork(sequence.block_table, sequence.num_computed, sibling->block_table, copy)) {
      left.push_back(sibling);
      continue;
    }
    if (copy) copies.push_back(*copy);
    sibling->status = SequenceStatus::kRunning;
    sibling->num_computed = sequence.num_computed;
    sibling->completion.num_cached_tokens = sequence.num_computed;
    num_cached_tokens_ += sequence.num_computed;
    ++num_seats_;
    place = running_.insert(place, sibling) + 1;
  }
  waiting_.insert(waiting_.begin(), left.begin(), left.end());
  sequence.siblings.clear();
}

void Scheduler::Split(Sequence& sequence) {
  num_seats_ -= static_cast<int64_t>(sequence.siblings.size());
  std::erase_if(sequence.siblings, [](const Sequence* sibling) { return sibling->status == SequenceStatus::kFinished; });
  waiting_.insert(waiting_.begin(), sequence.siblings.begin(), sequence.siblings.end());
  sequence.siblings.clear();
}

void Scheduler::Remove(Sequence& sequence) {
  Sequence* heir = nullptr;
  if (!sequence.siblings.empty()) {
    heir = sequence.siblings.front();
    heir->siblings.assign(sequence.siblings.begin() + 1, sequence.siblings.end());
    heir->status = sequence.status;
    heir->num_computed = sequence.num_computed;
    heir->completion.num_cached_tokens = sequence.completion.num_cached_tokens;
    std::swap(heir->block_table, sequence.block_table);
    sequence.siblings.clear();
  }
  blocks_.Release(sequence.block_table);
  sequence.status = SequenceStatus::kFinished;
  auto take_out = [&](auto& list) {
    auto it = std::find(list.begin(), list.end(), &sequence);
    if (it == list.end()) return false;
    if (heir)
      *it = heir;
    else
      list.erase(it);
    return true;
  };
  if (take_out(running_)) {
    --num_seats_;
    return;
  }
  if (take_out(waiting_)) return;
  for (Sequence* first : running_)
    if (take_out(first->siblings)) return void(--num_seats_);
  for (Sequence* first : waiting_)
    if (take_out(first->siblings)) return;
}

void Scheduler::PreemptYoungest() {
  Sequence& sequence = *running_.back();
  running_.pop_back();
  num_seats_ -= Seats(sequence);
  ++num_preemptions_;
  blocks_.Release(sequence.block_table);
  sequence.num_computed = 0;
  sequence.draft_ids.clear();
  sequence.status = SequenceStatus::kWaiting;
  waiting_.push_front(&sequence);
}

void Scheduler::PreemptAll() {
  while (!running_.empty()) PreemptYoungest();
}

}  // namespace r1
