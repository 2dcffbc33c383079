#include "base/aligned_memory.h"

#include <sys/mman.h>

#include "base/error.h"

namespace r1 {
namespace {
constexpr size_t kCacheLine = 64, kHugePage = size_t{2} << 20;
constexpr size_t kLargest = size_t{1} << 40;  // no machine has it; AddressSanitizer aborts at more instead of returning null
}  // namespace

void* AllocateAligned(size_t bytes) {
  const size_t alignment = bytes >= kHugePage ? kHugePage : kCacheLine;
  void* data =
      bytes >= kLargest - alignment ? nullptr : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (data == nullptr) Fail(ErrorCode::kResourceExhausted, "out of memory: could not allocate ", bytes, " bytes");
  // Whole huge pages only, so that the rest of the last one is not touched. A kernel that has none ignores the advice.
  if (bytes >= kHugePage) madvise(data, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
  return data;
}

}  // namespace r1
