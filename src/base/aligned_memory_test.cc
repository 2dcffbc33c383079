#include "base/aligned_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "base/error.h"

namespace r1 {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

TEST(AlignedMemoryTest, StartsAtACacheLineAndLargeBlocksAtAHugePage) {
  for (size_t bytes :
       {size_t{0}, size_t{1}, size_t{100}, size_t{65536}, size_t{100001}, kHugePage - 1, kHugePage, (size_t{5} << 20) + 3}) {
    const auto block = AllocateAligned(bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block.get()) % (bytes >= kHugePage ? kHugePage : 64), 0u) << bytes;
    std::memset(block.get(), 1, bytes);
  }
}

// Whatever is kept and let go in between: no byte belongs to two blocks.
TEST(AlignedMemoryTest, BlocksThatShareAPageDoNotOverlap) {
  struct Block {
    std::shared_ptr<void> memory;
    size_t bytes;
    int value;
  };
  std::mt19937 rng(1);
  std::vector<Block> kept;
  const auto expect_whole = [](const Block& block) {
    const auto* at = static_cast<const unsigned char*>(block.memory.get());
    EXPECT_TRUE(std::all_of(at, at + block.bytes, [&](unsigned char byte) { return byte == block.value; }));
  };
  for (int i = 0; i < 300; ++i) {
    const size_t bytes = 50'000 + rng() % 700'000;
    Block block{AllocateAligned(bytes), bytes, i % 251};
    std::memset(block.memory.get(), block.value, bytes);
    kept.push_back(std::move(block));
    if (kept.size() < 30) continue;
    const size_t gone = rng() % kept.size();
    expect_whole(kept[gone]);
    kept.erase(kept.begin() + static_cast<int64_t>(gone));
  }
  for (const Block& block : kept) expect_whole(block);
}

TEST(AlignedMemoryTest, ImpossibleSizesAreErrors) {
  EXPECT_THROW(AllocateAligned(SIZE_MAX), Error);
  EXPECT_THROW(AllocateAligned(SIZE_MAX / 2), Error);
}

}  // namespace
}  // namespace r1
