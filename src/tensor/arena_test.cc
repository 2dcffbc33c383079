#include "tensor/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "tensor/allocator.h"

namespace r1 {
namespace {

constexpr size_t kSegment = 1 << 20;

struct Taken {
  unsigned char* data;
  size_t bytes;
  unsigned char mark;
};

bool Holds(const Taken& taken) {
  return std::all_of(taken.data, taken.data + taken.bytes, [&](unsigned char c) { return c == taken.mark; });
}

TEST(ArenaTest, BlocksNeverOverlapAndGrowTogetherAgain) {
  Arena arena(kSegment);
  Rng rng(RngKey({1}));
  std::vector<Taken> all;
  for (int step = 0; step < 3000; ++step) {
    if (all.empty() || rng.Below(100) < 52) {
      const size_t bytes = 1 + rng.Below(rng.Below(20) == 0 ? 3 * kSegment : 50'000);
      all.push_back({static_cast<unsigned char*>(arena.Take(bytes)), bytes, static_cast<unsigned char>(step)});
      ASSERT_EQ(reinterpret_cast<uintptr_t>(all.back().data) % 64, 0u);
      std::memset(all.back().data, all.back().mark, bytes);
    } else {
      std::swap(all[rng.Below(all.size())], all.back());
      ASSERT_TRUE(Holds(all.back())) << "overwritten by another block, step " << step;
      arena.Give(all.back().data);
      all.pop_back();
    }
  }
  for (const Taken& taken : all) {
    ASSERT_TRUE(Holds(taken));
    arena.Give(taken.data);
  }
  // All in one piece again: a whole segment fits without a new one.
  const size_t held = arena.bytes_held();
  void* whole = arena.Take(kSegment);
  EXPECT_EQ(arena.bytes_held(), held);
  arena.Give(whole);
  arena.ReleaseUnused();
  EXPECT_EQ(arena.bytes_held(), 0u);
}

TEST(ArenaTest, ReleasesOnlyWhatIsUnused) {
  Arena arena(kSegment);
  void* small = arena.Take(100);
  void* large = arena.Take(5 * kSegment);
  EXPECT_GE(arena.bytes_held(), 6 * kSegment);
  arena.Give(large);
  arena.ReleaseUnused();
  EXPECT_EQ(arena.bytes_held(), kSegment);
  std::memset(small, 1, 100);
  arena.Give(small);
}

TEST(ArenaTest, ASizeThatNoMachineHasIsAnError) {
  Arena arena(kSegment);
  EXPECT_THROW(arena.Take(SIZE_MAX - 5), Error);
  EXPECT_THROW(arena.Take(SIZE_MAX / 2), Error);
  EXPECT_EQ(arena.bytes_held(), 0u);
  arena.Give(arena.Take(1));
}

// A training step's buffers are as long as its batch, which is another one in each step.
TEST(AllocatorTest, HoldsLittleMoreThanItsPeakWhateverTheLengthsOfBatches) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "under AddressSanitizer buffers are kept by size";
#endif
  const std::shared_ptr<Allocator> allocator = Allocator::Create();
  const std::shared_ptr<void> weights = allocator->Allocate(3'000'000);
  Rng rng(RngKey({2}));
  for (int step = 0; step < 300; ++step) {
    const size_t tokens = 2000 + rng.Below(3000);
    std::vector<std::shared_ptr<void>> kept;
    for (int layer = 0; layer < 4; ++layer) {
      for (const size_t width : {96u, 160u, 96u, 4u, 512u}) kept.push_back(allocator->Allocate(tokens * width * 4));
      const std::shared_ptr<void> passing = allocator->Allocate(tokens * 256 * 4);
    }
    while (!kept.empty()) {
      const std::shared_ptr<void> gradient = allocator->Allocate(tokens * 96 * 4);
      kept.pop_back();
    }
  }
  const size_t peak = allocator->peak_bytes_in_use(), segment = size_t{32} << 20;
  EXPECT_LT(allocator->bytes_held(), peak + peak / 4 + segment);
  EXPECT_EQ(allocator->bytes_in_use(), 3'000'000u);
}

}  // namespace
}  // namespace r1
