#include "engine/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/rng.h"

namespace r1 {
namespace {

// A scheduler with everything but a model: "running" a batch checks that it may be run and appends made-up tokens.
class Harness {
 public:
  Harness(SchedulerConfig config, int64_t num_blocks, bool prefix_cache = true)
      : config_(config), blocks_(num_blocks, prefix_cache), scheduler_(config, blocks_) {}

  Sequence& Add(int64_t prompt_length, int64_t max_tokens, int64_t group_size = 1, int32_t text = 1) {
    Sequence* first = nullptr;
    for (int64_t g = 0; g < group_size; ++g) {
      auto s = std::make_unique<Sequence>();
      s->id = static_cast<SequenceId>(all_.size());
      for (int64_t i = 0; i < prompt_length; ++i) s->token_ids.push_back(text * 1000 + static_cast<int32_t>(i));
      s->num_prompt_tokens = prompt_length;
      s->max_length = prompt_length + max_tokens;
      if (first)
        first->siblings.push_back(s.get());
      else
        first = s.get();
      all_.push_back(std::move(s));
    }
    scheduler_.Add(*first);
    return *first;
  }

  // One step. Returns what was scheduled: (sequence, number of tokens).
  std::vector<std::pair<SequenceId, int64_t>> Step() {
    for (Sequence* s : scheduler_.running()) {
      s->draft_ids.clear();
      if (s->num_uncomputed() == 1 && s->siblings.empty() && s->num_generated() > 0)
        s->draft_ids.resize(static_cast<size_t>(std::min(guesses_, s->max_length - s->length() - 1)));
    }
    const ScheduledBatch& batch = scheduler_.Schedule();
    EXPECT_FALSE(batch.empty());
    std::vector<std::pair<SequenceId, int64_t>> ran;
    int64_t tokens = 0;
    std::vector<Sequence*> finished;
    for (const ScheduledSequence& s : batch) {
      ran.push_back({s.sequence->id, s.num_tokens});
      tokens += s.num_tokens;
      EXPECT_EQ(s.sequence->status, SequenceStatus::kRunning);
      EXPECT_GE(s.num_tokens, 1);
      EXPECT_GE(static_cast<int64_t>(s.sequence->block_table.blocks.size()) * kKvBlockSize,
                s.sequence->num_computed + s.num_tokens);
      const auto guesses = static_cast<int64_t>(s.sequence->draft_ids.size());
      EXPECT_EQ(s.samples, s.sequence->num_computed + s.num_tokens == s.sequence->length() + guesses);
      EXPECT_TRUE(config_.prefill_chunk == 0 || s.num_tokens - guesses <= config_.prefill_chunk);
      computed_[s.sequence->id] += s.num_tokens;
      num_guesses_ += guesses;
    }
    EXPECT_LE(tokens, config_.max_num_batched_tokens);
    EXPECT_LE(static_cast<int64_t>(batch.size()), config_.max_num_seqs);
    EXPECT_LE(scheduler_.num_running(), config_.max_num_seqs);
    for (const ScheduledSequence& s : batch) {
      if (!s.samples) continue;
      const auto right = s.sequence->draft_ids.empty() ? 0 : luck_++ % (s.sequence->draft_ids.size() + 1);
      for (size_t i = 0; i <= right; ++i) Draw(*s.sequence, finished);
      for (Sequence* sibling : s.sequence->siblings) Draw(*sibling, finished);
    }
    scheduler_.Advance();
    std::vector<BlockManager::BlockCopy> copies;
    for (const ScheduledSequence& s : batch)
      if (s.samples && !s.sequence->siblings.empty()) scheduler_.Fork(*s.sequence, copies);
    for (const ScheduledSequence& s : batch)  // no room is kept for wrong guesses
      EXPECT_TRUE(s.sequence->draft_ids.empty() ||
                  static_cast<int64_t>(s.sequence->block_table.blocks.size()) <= KvBlocks(s.sequence->length()));
    for (Sequence* s : finished) scheduler_.Remove(*s);
    CheckBlocks();
    return ran;
  }

  int64_t RunToEnd(int64_t most_steps = 100000) {
    int64_t steps = 0;
    for (; scheduler_.HasWork() && steps < most_steps; ++steps) Step();
    EXPECT_FALSE(scheduler_.HasWork()) << "no end after " << steps << " steps";
    for (const auto& s : all_) {
      if (s->status != SequenceStatus::kFinished || cancelled_.contains(s->id)) continue;
      EXPECT_EQ(s->length(), s->max_length);
    }
    EXPECT_EQ(blocks_.num_free_blocks(), blocks_.num_blocks());
    return steps;
  }

  void Cancel(Sequence& s) {
    cancelled_[s.id] = true;
    scheduler_.Remove(s);
    CheckBlocks();
  }

  void CheckBlocks() {
    std::vector<const BlockTable*> tables;
    for (const auto& s : all_) tables.push_back(&s->block_table);
    blocks_.CheckConsistency(tables);
  }

  SchedulerConfig config_;
  BlockManager blocks_;
  Scheduler scheduler_;
  std::vector<std::unique_ptr<Sequence>> all_;
  std::map<SequenceId, int64_t> computed_;
  std::map<SequenceId, bool> cancelled_;
  std::vector<SequenceId> first_draws_;
  int64_t guesses_ = 0, num_guesses_ = 0;  // wanted by every decoding sequence; made in all
  size_t luck_ = 0;

 private:
  void Draw(Sequence& s, std::vector<Sequence*>& finished) {
    if (s.num_generated() == 0) first_draws_.push_back(s.id);
    s.token_ids.push_back(static_cast<int32_t>(s.id * 7 + s.length()));
    if (s.length() >= s.max_length) {
      s.status = SequenceStatus::kFinished;
      finished.push_back(&s);
    }
  }
};

using Ran = std::vector<std::pair<SequenceId, int64_t>>;

TEST(SchedulerTest, PromptsAreComputedFirstComeFirstServedInChunks) {
  Harness h({.max_num_seqs = 8, .max_num_batched_tokens = 32, .prefill_chunk = 16}, 64);
  h.Add(40, 2, 1, 1);
  h.Add(20, 2, 1, 2);
  h.Add(5, 2, 1, 3);
  EXPECT_EQ(h.Step(), (Ran{{0, 16}, {1, 16}}));
  EXPECT_EQ(h.Step(), (Ran{{0, 16}, {1, 4}, {2, 5}}));
  EXPECT_EQ(h.Step(), (Ran{{1, 1}, {2, 1}, {0, 8}}));  // decodes go first
  EXPECT_EQ(h.Step(), (Ran{{0, 1}}));
  EXPECT_FALSE(h.scheduler_.HasWork());
}

TEST(SchedulerTest, ALongPromptDoesNotHoldUpDecoding) {
  Harness h({.max_num_seqs = 4, .max_num_batched_tokens = 16}, 64);
  h.Add(4, 20, 1, 1);
  h.Step();
  h.Add(200, 1, 1, 2);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(h.Step(), (Ran{{0, 1}, {1, 15}}));
}

TEST(SchedulerTest, GuessesGetWhatIsLeftOfTheStep) {
  Harness h({.max_num_seqs = 4, .max_num_batched_tokens = 8}, 64);
  for (int32_t i = 0; i < 3; ++i) h.Add(2, 40, 1, i);
  h.Step();
  h.guesses_ = 5;
  EXPECT_EQ(h.Step(), (Ran{{0, 6}, {1, 1}, {2, 1}}));
}

TEST(SchedulerTest, NoOneLosesABlockToAGuess) {
  Harness h({.max_num_seqs = 4, .max_num_batched_tokens = 64}, 4);
  h.Add(14, 40, 1, 1);
  h.Add(14, 40, 1, 2);
  h.Step();
  h.guesses_ = 5;
  EXPECT_EQ(h.Step(), (Ran{{0, 6}, {1, 6}}));  // a block more for each, and both are given back
  h.guesses_ = 30;
  EXPECT_EQ(h.Step(), (Ran{{0, 1}, {1, 31}}));  // the first would take both free blocks, one of which the second may need
  EXPECT_EQ(h.scheduler_.num_preemptions(), 0);
}

TEST(SchedulerTest, KeepsToTheNumberOfSeats) {
  Harness h({.max_num_seqs = 3, .max_num_batched_tokens = 64}, 64);
  for (int32_t i = 0; i < 10; ++i) h.Add(5, 1 + i % 4, 1, i);
  h.RunToEnd();
  EXPECT_TRUE(std::is_sorted(h.first_draws_.begin(), h.first_draws_.end()));
}

TEST(SchedulerTest, AGroupComputesItsPromptOnce) {
  for (int64_t prompt : {1, 15, 16, 17, 40}) {
    Harness h({.max_num_seqs = 16, .max_num_batched_tokens = 64}, 64);
    h.Add(prompt, 5, 8);
    h.RunToEnd();
    int64_t computed = 0;
    for (auto& [id, n] : h.computed_) computed += n;
    EXPECT_EQ(computed, prompt + 8 * 4);  // the last token of each is not computed
    EXPECT_EQ(h.all_[3]->completion.num_cached_tokens, prompt);
  }
}

TEST(SchedulerTest, AGroupLargerThanAllSeatsRunsInParts) {
  Harness h({.max_num_seqs = 3, .max_num_batched_tokens = 16}, 64);
  h.Add(20, 6, 10);
  h.Add(3, 1);
  h.RunToEnd();
}

TEST(SchedulerTest, AGroupWhoseMembersEndAtOnceLeavesNothingBehind) {
  Harness h({.max_num_seqs = 16, .max_num_batched_tokens = 64}, 64);
  h.Add(20, 1, 8);
  EXPECT_EQ(h.RunToEnd(), 1);
  EXPECT_EQ(h.scheduler_.num_running() + h.scheduler_.num_waiting(), 0);
}

TEST(SchedulerTest, WithoutBlocksTheYoungestIsPreemptedAndTheOldestIsNot) {
  Harness h({.max_num_seqs = 8, .max_num_batched_tokens = 64}, 9, /*prefix_cache=*/false);
  Sequence& oldest = h.Add(16, 100, 1, 1);
  for (int32_t i = 2; i < 6; ++i) h.Add(16, 60, 1, i);
  h.RunToEnd();
  EXPECT_GT(h.scheduler_.num_preemptions(), 0);
  EXPECT_EQ(h.computed_[oldest.id], 16 + 100 - 1);  // nothing twice
}

TEST(SchedulerTest, HalfComputedPromptsDoNotBlockEachOther) {
  // Two prompts of 8 blocks each start side by side in a memory of 9.
  Harness h({.max_num_seqs = 4, .max_num_batched_tokens = 32, .prefill_chunk = 16}, 9, /*prefix_cache=*/false);
  h.Add(8, 120, 1, 1);
  h.Step();
  h.Add(120, 4, 1, 2);
  h.Add(120, 4, 1, 3);
  h.RunToEnd();
}

TEST(SchedulerTest, PreemptAllComputesAgainAndEnds) {
  Harness h({.max_num_seqs = 8, .max_num_batched_tokens = 16}, 64);
  h.Add(40, 10, 4);
  h.Add(20, 10, 1, 2);
  for (int i = 0; i < 8; ++i) {
    h.Step();
    h.scheduler_.PreemptAll();
    EXPECT_EQ(h.blocks_.num_free_blocks(), 64);
  }
  h.RunToEnd();
}

// Any mixture of lengths, groups, cancels and memory sizes ends, with every completion whole and every block back.
TEST(SchedulerTest, RandomLoadsAlwaysEnd) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Rng rng(RngKey({23, seed}));
    const int64_t seats = rng.Between(1, 12), blocks = rng.Between(6, 40);
    Harness h({.max_num_seqs = seats, .max_num_batched_tokens = seats + rng.Between(0, 40), .prefill_chunk = rng.Between(0, 20)},
              blocks, rng.Below(2) == 0);
    h.guesses_ = 4 * rng.Between(0, 3);
    for (int i = 0; i < 25; ++i) {
      const int64_t prompt = rng.Between(1, blocks * kKvBlockSize / 2);
      h.Add(prompt, rng.Between(1, blocks * kKvBlockSize + 1 - prompt), rng.Below(3) == 0 ? rng.Between(2, 6) : 1,
            static_cast<int32_t>(rng.Below(4)));
      for (int64_t s = rng.Between(0, 6); s > 0 && h.scheduler_.HasWork(); --s) h.Step();
      if (rng.Below(4) == 0) {
        Sequence& victim = *h.all_[rng.Below(h.all_.size())];
        if (victim.status != SequenceStatus::kFinished) h.Cancel(victim);
      }
    }
    h.RunToEnd();
    for (const auto& s : h.all_) ASSERT_EQ(s->status, SequenceStatus::kFinished) << "seed " << seed << " sequence " << s->id;
    EXPECT_EQ(h.scheduler_.num_waiting(), 0);
  }
}

}  // namespace
}  // namespace r1
