#include "base/aligned_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace r1 {
namespace {

TEST(AlignedMemoryTest, StartsAtACacheLineAndLargeBlocksAtAHugePage) {
  for (size_t bytes : {size_t{0}, size_t{1}, size_t{100}, (size_t{2} << 20) - 1, size_t{2} << 20, (size_t{5} << 20) + 3}) {
    const auto block = AllocateAlignedShared(bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block.get()) % (bytes >= size_t{2} << 20 ? size_t{2} << 20 : 64), 0u) << bytes;
    std::memset(block.get(), 1, bytes);
  }
}

TEST(AlignedMemoryTest, ImpossibleSizesAreErrors) {
  EXPECT_THROW(AllocateAligned(SIZE_MAX), Error);
  EXPECT_THROW(AllocateAligned(SIZE_MAX / 2), Error);
}

}  // namespace
}  // namespace r1
