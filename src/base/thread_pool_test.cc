#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace r1 {
namespace {

// Runs a job and checks that every chunk ran exactly once.
void ExpectEachChunkOnce(ThreadPool& pool, int64_t num_chunks) {
  std::vector<std::atomic<int>> runs(static_cast<size_t>(num_chunks));
  pool.Run(num_chunks, [&](int64_t i) { runs[static_cast<size_t>(i)].fetch_add(1, std::memory_order_relaxed); });
  for (int64_t i = 0; i < num_chunks; ++i)
    ASSERT_EQ(runs[static_cast<size_t>(i)].load(), 1) << "chunk " << i << " of " << num_chunks;
}

TEST(ThreadPoolTest, RunsEveryChunkOnce) {
  for (int threads : {1, 2, 3, 7}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.num_threads(), threads);
    for (int64_t chunks : {0, 1, 2, 3, 5, 8, 64, 1000}) ExpectEachChunkOnce(pool, chunks);
  }
}

TEST(ThreadPoolTest, ManyTinyJobsOfChangingSize) {
  // The size changes from job to job: a worker that is late must not take a chunk that only the next job has.
  ThreadPool pool(4);  // more threads than most CI machines have cores
  int64_t expected = 0;
  std::atomic<int64_t> total{0};
  for (int64_t job = 0; job < 20'000; ++job) {
    const int64_t chunks = 2 + job * 7 % 13;
    std::atomic<int64_t> ran{0};
    pool.Run(chunks, [&](int64_t i) {
      ran.fetch_add(1, std::memory_order_relaxed);
      total.fetch_add(i, std::memory_order_relaxed);
    });
    ASSERT_EQ(ran.load(), chunks) << "job " << job;
    expected += chunks * (chunks - 1) / 2;
  }
  EXPECT_EQ(total.load(), expected);
}

TEST(ThreadPoolTest, WritesOfTheChunksAreVisibleToTheCaller) {
  ThreadPool pool(3);
  std::vector<int64_t> values(100);
  for (int64_t round = 0; round < 500; ++round) {
    pool.Run(100, [&](int64_t i) { values[static_cast<size_t>(i)] += round + i; });  // plain memory: ThreadSanitizer watches
    ASSERT_EQ(values[99], (round + 1) * (99 + round) - round * (round + 1) / 2);
  }
}

TEST(ThreadPoolTest, RethrowsAnExceptionAfterTheOtherChunks) {
  ThreadPool pool(3);
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> ran{0};
    try {
      pool.Run(20, [&](int64_t i) {
        ran.fetch_add(1);
        if (i % 7 == 3) throw std::runtime_error("chunk " + std::to_string(i));
      });
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& e) {
      EXPECT_EQ(std::string(e.what()).substr(0, 6), "chunk ");
    }
    EXPECT_EQ(ran.load(), 20);
    ExpectEachChunkOnce(pool, 5);  // and the pool still works
  }
}

TEST(ThreadPoolTest, ASingleThreadPassesExceptionsOn) {
  ThreadPool pool(1);
  EXPECT_THROW(pool.Run(3, [](int64_t) { throw std::runtime_error("no"); }), std::runtime_error);
  ExpectEachChunkOnce(pool, 3);
}

TEST(ThreadPoolTest, ForCoversTheRangeInPiecesOfAtLeastTheGrain) {
  for (int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (int64_t n : {0, 1, 9, 10, 11, 99, 1000, 12345}) {
      std::vector<std::atomic<int>> covered(static_cast<size_t>(n));
      std::atomic<int> short_pieces{0};
      pool.For(n, 10, [&](int64_t begin, int64_t end) {
        ASSERT_LT(begin, end);
        ASSERT_LE(end, n);
        if (end - begin < 10) short_pieces.fetch_add(1);
        for (int64_t i = begin; i < end; ++i) covered[static_cast<size_t>(i)].fetch_add(1);
      });
      for (const auto& c : covered) ASSERT_EQ(c.load(), 1);
      EXPECT_LE(short_pieces.load(), 1);
    }
  }
}

TEST(ThreadPoolTest, WorkersSleepAndWakeUp) {
  ThreadPool pool(2);
  for (int round = 0; round < 5; ++round) {
    // Longer than a worker spins: the next job finds it asleep.
    std::atomic<int> busy{0};
    while (busy.fetch_add(1) < 500'000) {
    }
    ExpectEachChunkOnce(pool, 16);
  }
}

TEST(ThreadPoolTest, PoolsCanBeMadeAndDestroyedAtOnce) {
  for (int round = 0; round < 200; ++round) {
    ThreadPool pool(3);
    if (round % 2 == 0) ExpectEachChunkOnce(pool, 4);
  }
}

TEST(ThreadPoolTest, TwoPoolsWorkSideBySide) {
  ThreadPool a(2), b(2);
  std::thread other([&] {
    for (int i = 0; i < 300; ++i) ExpectEachChunkOnce(b, 9);
  });
  for (int i = 0; i < 300; ++i) ExpectEachChunkOnce(a, 9);
  other.join();
}

TEST(ThreadPoolTest, DenormalsAreZeroInEveryThread) {
#if defined(__x86_64__)
  ThreadPool pool(3);
  std::vector<float> results(30, 1.0f);
  volatile float tiny = 1e-38f;
  pool.Run(30, [&](int64_t i) { results[static_cast<size_t>(i)] = tiny * 0.01f; });
  for (float r : results) EXPECT_EQ(r, 0.0f);
#endif
}

}  // namespace
}  // namespace r1
