#include "base/mapped_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/files.h"

namespace r1 {
namespace {

// Of the mapping at `data`, in this process; mincore would tell of the page cache.
size_t ResidentPages(const void* data) {
  size_t kilobytes = 0;
  FILE* file = std::fopen("/proc/self/smaps", "r");
  char line[512];
  bool inside = false;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    unsigned long from = 0, to = 0;
    if (std::sscanf(line, "%lx-%lx ", &from, &to) == 2)
      inside = from <= reinterpret_cast<uintptr_t>(data) && reinterpret_cast<uintptr_t>(data) < to;
    unsigned long rss = 0;
    if (inside && std::sscanf(line, "Rss: %lu kB", &rss) == 1) kilobytes = rss;
  }
  std::fclose(file);
  return kilobytes / 4;
}

TEST(MappedPagesTest, PagesOfAFileAreForgottenAndReadAgain) {
  const std::string path = testing::TempDir() + "/mapped_pages_" + std::to_string(::getpid());
  const size_t bytes = 64 * 4096;
  AtomicWriteFile(path, std::string(bytes, 'x'));
  const auto file = MappedFile::Open(path);
  size_t sum = 0;
  for (size_t i = 0; i < bytes; i += 4096) sum += static_cast<size_t>(file->data()[i]);
  EXPECT_EQ(sum, size_t{64} * 'x');
  const size_t before = ResidentPages(file->data());
  EXPECT_GT(before, 0u);
  ForgetMappedPages(file->data(), bytes);
  EXPECT_LT(ResidentPages(file->data()), before);
  EXPECT_EQ(file->data()[5 * 4096 + 1], std::byte{'x'});
  ::unlink(path.c_str());
}

TEST(MappedPagesTest, OtherMemoryKeepsItsContents) {
  const size_t bytes = 1 << 20;
  auto* data = static_cast<char*>(std::malloc(bytes));
  std::memset(data, 7, bytes);
  ForgetMappedPages(data, bytes);
  for (size_t i = 0; i < bytes; ++i) ASSERT_EQ(data[i], 7);
  std::free(data);
}

TEST(MappedPagesTest, TheSystemTellsOfItsMemory) { EXPECT_GT(ResidentMemoryBytes(), uint64_t{1} << 20); }

}  // namespace
}  // namespace r1
