#include "kernels/bandwidth_bench.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/aligned_memory.h"
#include "base/clock.h"
#include "base/error.h"

namespace r1 {
namespace {

// Sum of all words, in four chains of the widest vectors that the function may use. bytes is a multiple of 256.
#define R1_READ_ALL(name, attribute, width)                                    \
  attribute uint64_t name(const void* data, int64_t bytes) {                   \
    typedef uint64_t Vec __attribute__((vector_size(width), may_alias));       \
    const Vec* at = static_cast<const Vec*>(data);                             \
    const Vec* end = at + bytes / (width);                                     \
    Vec a = {}, b = {}, c = {}, d = {};                                        \
    for (; at != end; at += 4) a += at[0], b += at[1], c += at[2], d += at[3]; \
    a += b, c += d, a += c;                                                    \
    uint64_t sum = 0;                                                          \
    for (unsigned i = 0; i < (width) / 8; ++i) sum += a[i];                    \
    return sum;                                                                \
  }

R1_READ_ALL(ReadAll16, , 16)
#if defined(__x86_64__)
R1_READ_ALL(ReadAll32, __attribute__((target("avx2"))), 32)
R1_READ_ALL(ReadAll64, __attribute__((target("avx512f"))), 64)
#endif

using ReadFn = uint64_t (*)(const void*, int64_t);
ReadFn WidestRead() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return ReadAll64;
  if (__builtin_cpu_supports("avx2")) return ReadAll32;
#endif
  return ReadAll16;
}

}  // namespace

BandwidthProbe::BandwidthProbe(ThreadPool& pool, int64_t bytes)
    : pool_(pool),
      bytes_per_thread_(std::max<int64_t>(64 << 10, bytes / pool.num_threads() / 256 * 256)),
      apart_(bytes_per_thread_) {
  const size_t all = static_cast<size_t>(bytes_per_thread_ * pool.num_threads());
  std::shared_ptr<void> data = AllocateAligned(all);
  std::memset(data.get(), 1, all);
  data_ = std::move(data);
}

BandwidthProbe::BandwidthProbe(ThreadPool& pool, const void* data, size_t bytes, Reads reads)
    : pool_(pool),
      bytes_per_thread_(static_cast<int64_t>(bytes) / (reads == Reads::kAll ? 1 : pool.num_threads()) / 256 * 256),
      apart_(reads == Reads::kAll ? 0 : bytes_per_thread_),
      data_(std::shared_ptr<const void>(), data) {
  Require(bytes_per_thread_ > 0, "bandwidth probe: ", bytes, " bytes are too few to read with ", pool.num_threads(), " threads");
}

double BandwidthProbe::Measure(double seconds) {
  static const ReadFn read = WidestRead();
  std::atomic<uint64_t> sum{0};
  const auto run = [&](int64_t rounds) {
    const double start = SteadySeconds();
    pool_.Run(pool_.num_threads(), [&](int64_t i) {
      uint64_t own = 0;
      for (int64_t r = 0; r < rounds; ++r) own += read(static_cast<const char*>(data_.get()) + i * apart_, bytes_per_thread_);
      sum += own;
    });
    return std::max(1e-9, SteadySeconds() - start);
  };
  int64_t rounds = 1;
  double spent = run(rounds);
  while (spent < seconds / 4) spent = run(rounds *= 2);
  rounds = std::max<int64_t>(1, static_cast<int64_t>(static_cast<double>(rounds) * seconds / spent));
  spent = run(rounds);
  sink_ += sum;  // keeps the reads
  return static_cast<double>(bytes_per_thread_ * pool_.num_threads() * rounds) / spent * 1e-9;
}

}  // namespace r1
