#include "base/aligned_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error.h"

namespace r1 {
namespace {

constexpr size_t kCacheLine = 64, kHugePage = size_t{2} << 20;
constexpr size_t kLargest = size_t{1} << 40;  // no machine has it; AddressSanitizer aborts at more instead of returning null
// Below, a block costs little wherever it lies. Under AddressSanitizer every block is one of its own, to be guarded on both sides.
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kSharesFrom = kHugePage;
#else
constexpr size_t kSharesFrom = 64 << 10;
#endif

std::shared_ptr<void> OwnBlock(size_t bytes) {
  const size_t alignment = bytes >= kHugePage ? kHugePage : kCacheLine;
  void* data =
      bytes >= kLargest - alignment ? nullptr : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (data == nullptr) Fail(ErrorCode::kResourceExhausted, "out of memory: could not allocate ", bytes, " bytes");
  // Whole huge pages only, so that the rest of the last one is not touched. A kernel that has none ignores the advice.
  if (bytes >= kHugePage) madvise(data, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
  return {data, std::free};
}

// Huge pages from which blocks are cut. A page lives as long as one of its blocks, or while there is room in it.
class SharedPages {
 public:
  std::shared_ptr<void> Cut(size_t bytes) {
    bytes = (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
    std::lock_guard lock(mutex_);
    std::shared_ptr<Page> best;  // the fullest one with enough room
    for (const auto& page : open_) {
      if (page->blocks.load(std::memory_order_acquire) == 0) page->used = 0;
      if (kHugePage - page->used >= bytes && (best == nullptr || page->used > best->used)) best = page;
    }
    if (best == nullptr) {
      const auto fuller = [](const auto& a, const auto& b) { return a->used < b->used; };
      if (open_.size() == kMostOpen) open_.erase(std::max_element(open_.begin(), open_.end(), fuller));
      best = open_.emplace_back(std::make_shared<Page>());
    }
    char* data = static_cast<char*>(best->memory.get()) + best->used;
    best->used += bytes;
    best->blocks.fetch_add(1, std::memory_order_relaxed);
    return {data, [page = std::move(best)](void*) { page->blocks.fetch_sub(1, std::memory_order_release); }};
  }

 private:
  struct Page {
    const std::shared_ptr<void> memory = OwnBlock(kHugePage);
    std::atomic<int64_t> blocks{0};  // in use; what their owners wrote is done with once it is zero
    size_t used = 0;
  };
  static constexpr size_t kMostOpen = 8;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Page>> open_;
};

}  // namespace

std::shared_ptr<void> AllocateAligned(size_t bytes) {
  static SharedPages pages;
  return bytes >= kSharesFrom && bytes < kHugePage ? pages.Cut(bytes) : OwnBlock(bytes);
}

}  // namespace r1
