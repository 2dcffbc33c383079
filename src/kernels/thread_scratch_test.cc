#include "kernels/thread_scratch.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

TEST(ThreadScratchTest, AfterMemoryThatWasRefusedSmallerRequestsGetTheirOwn) {
  const void* const small = RecycledMemory(1).get();
  EXPECT_THROW(RecycledMemory(size_t{1} << 62), Error);
  EXPECT_NE(RecycledMemory(1 << 20).get(), small);
  const std::shared_ptr<void> held = RecycledMemory(1 << 20);
  EXPECT_NE(RecycledMemory(1 << 20), held) << "held memory is not handed out twice";
}

}  // namespace
}  // namespace r1
