#include "base/mapped_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace r1 {
namespace {

// A line of /proc/self/maps: "7f00-7f80 r--p 00000000 08:01 131 /path".
bool IsReadOnlyFile(const char* line, uintptr_t begin, uintptr_t end) {
  unsigned long from = 0, to = 0, inode = 0;
  char permissions[5] = {};
  if (std::sscanf(line, "%lx-%lx %4s %*x %*s %lu", &from, &to, permissions, &inode) != 4) return false;
  return from <= begin && end <= to && permissions[1] == '-' && inode != 0;
}

}  // namespace

void ForgetMappedPages(const void* data, size_t bytes) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE)), address = reinterpret_cast<uintptr_t>(data);
  const uintptr_t begin = (address + page - 1) / page * page, end = (address + bytes) / page * page;
  if (begin >= end) return;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (IsReadOnlyFile(line.c_str(), begin, end)) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

uint64_t ResidentMemoryBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t total = 0, resident = 0;
  if (!(file >> total >> resident)) return 0;
  return resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace r1
