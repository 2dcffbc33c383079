#include "reward/slow_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <vector>

namespace r1 {
namespace {

const auto kExample = std::make_shared<const Example>();

std::shared_ptr<const JudgedCompletion> Tokens(size_t count) {
  return std::make_shared<const JudgedCompletion>(JudgedCompletion{.text = "", .token_ids = std::vector<int32_t>(count)});
}

TEST(SlowPoolTest, ResultsBelongToTheirCompletionsWhateverEndsFirst) {
  std::vector<std::unique_ptr<std::latch>> may_end;
  for (int i = 0; i < 4; ++i) may_end.push_back(std::make_unique<std::latch>(1));
  const SlowReward reward = {[&](const Example&, const JudgedCompletion& c, const SlowWork&) {
                               may_end[c.token_ids.size()]->wait();
                               if (c.token_ids.size() > 0) may_end[c.token_ids.size() - 1]->count_down();
                               return RewardResult{static_cast<double>(c.token_ids.size())};
                             },
                             4};
  SlowClock clock;
  SlowPool pool(reward, 60, clock);
  std::vector<PendingReward> pending;
  for (size_t i = 0; i < 4; ++i) pending.push_back(pool.Begin(kExample, Tokens(i)));
  may_end.back()->count_down();  // the last first
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(pending[i].Get().score, static_cast<double>(i));
}

TEST(SlowPoolTest, ComputesNoMoreAtATimeThanItMay) {
  std::atomic<int> running = 0, most = 0;
  const SlowReward reward = {[&](const Example&, const JudgedCompletion&, const SlowWork&) {
                               const int now = ++running;
                               for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                               }
                               --running;
                               return RewardResult{1.0};
                             },
                             2};
  SlowClock clock;
  SlowPool pool(reward, 60, clock);
  std::vector<PendingReward> pending;
  for (int i = 0; i < 200; ++i) pending.push_back(pool.Begin(kExample, Tokens(0)));
  for (const PendingReward& one : pending) EXPECT_EQ(one.Get().score, 1.0);
  EXPECT_LE(most, 2);
}

TEST(SlowPoolTest, WhatIsGivenUpIsNeverComputedAndWhatRunsIsStopped) {
  std::atomic<int> computed = 0;
  std::latch running(1);
  const SlowReward reward = {[&](const Example&, const JudgedCompletion&, const SlowWork& work) {
                               ++computed;
                               running.count_down();
                               while (!work.stop.stop_requested()) std::this_thread::yield();
                               return RewardResult{};
                             },
                             1};
  SlowClock clock;
  {
    SlowPool pool(reward, 60, clock);
    const PendingReward first = pool.Begin(kExample, Tokens(0));
    for (int i = 0; i < 10; ++i) pool.Begin(kExample, Tokens(0));
    running.wait();
  }
  EXPECT_EQ(computed, 1);
}

TEST(SlowPoolTest, AnErrorReachesWhoeverCollects) {
  const SlowReward reward = {
      [](const Example&, const JudgedCompletion&, const SlowWork&) -> RewardResult { Fail(ErrorCode::kIo, "no such judge"); }};
  SlowClock clock;
  SlowPool pool(reward, 60, clock);
  EXPECT_THROW(pool.Begin(kExample, Tokens(0)).Get(), Error);
}

TEST(SlowPoolTest, TheClockCountsWhatIsUnderWayOnceAndTimeoutsEach) {
  const SlowReward reward = {[](const Example&, const JudgedCompletion&, const SlowWork& work) {
                               while (!work.limit.Over()) std::this_thread::yield();
                               return TimedOut(work.limit);
                             },
                             8};
  SlowClock clock;
  SlowPool pool(reward, 0.05, clock);
  const double began_s = SteadySeconds();
  std::vector<PendingReward> pending;
  for (int i = 0; i < 8; ++i) pending.push_back(pool.Begin(kExample, Tokens(0)));
  for (const PendingReward& one : pending) EXPECT_EQ(one.Get().detail, "not judged within 0.05 s");
  const SlowTimes times = clock.Now();
  EXPECT_EQ(times.timeouts, 8);
  EXPECT_GE(times.busy_s, 0.05);
  EXPECT_LE(times.busy_s, SteadySeconds() - began_s) << "eight at a time are no eight times";
  EXPECT_LE(times.waited_s, SteadySeconds() - began_s);
}

}  // namespace
}  // namespace r1
