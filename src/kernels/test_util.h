// For tests only: random arrays at awkward addresses, and the tables to compare.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "base/rng.h"
#include "base/thread_pool.h"
#include "kernels/kernels.h"
#include "kernels/supported_kernels.h"

namespace r1::test {

// An array whose data starts `offset` floats after a 64-byte boundary, surrounded by guards that must not change.
class Buffer {
 public:
  Buffer(int64_t size, int64_t offset) : size_(size), memory_(static_cast<size_t>(size + offset + 2 * kGuard + 16), kGuardValue) {
    const auto address = reinterpret_cast<uintptr_t>(memory_.data() + kGuard);
    data_ = memory_.data() + kGuard + (64 - address % 64) % 64 / sizeof(float) + offset;
  }
  Buffer(const Buffer& other) : Buffer(other.size_, 0) {
    for (int64_t i = 0; i < size_; ++i) data_[i] = other.data_[i];
  }
  Buffer& operator=(const Buffer&) = delete;

  float* data() { return data_; }
  const float* data() const { return data_; }
  float& operator[](int64_t i) { return data_[i]; }
  float operator[](int64_t i) const { return data_[i]; }
  int64_t size() const { return size_; }
  size_t bytes() const { return static_cast<size_t>(size_) * sizeof(float); }
  bool GuardsIntact() const {
    for (const float* p = memory_.data(); p < memory_.data() + memory_.size(); ++p)
      if ((p < data_ || p >= data_ + size_) && *p != kGuardValue) return false;
    return true;
  }
  bool operator==(const Buffer& other) const { return size_ == other.size_ && std::memcmp(data_, other.data_, bytes()) == 0; }

 private:
  static constexpr int64_t kGuard = 64;
  static constexpr float kGuardValue = 12345.0f;
  int64_t size_;
  std::vector<float> memory_;
  float* data_;
};

inline Buffer RandomBuffer(int64_t size, uint64_t seed, float scale = 1.0f, int64_t offset = 1) {
  Buffer buffer(size, offset);
  Rng rng(RngKey({seed}));
  for (int64_t i = 0; i < size; ++i) buffer[i] = (2.0f * rng.Uniform() - 1.0f) * scale;
  return buffer;
}

inline std::vector<int32_t> RandomInts(int64_t size, int64_t below, uint64_t seed) {
  std::vector<int32_t> ints(static_cast<size_t>(size));
  Rng rng(RngKey({seed}));
  for (int32_t& i : ints) i = static_cast<int32_t>(rng.Below(static_cast<uint64_t>(below)));
  return ints;
}

// FNV-1a.
inline uint64_t Hash(const float* data, int64_t size) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(data);
  uint64_t hash = 1469598103934665603ull;
  for (size_t i = 0; i < static_cast<size_t>(size) * sizeof(float); ++i) hash = (hash ^ bytes[i]) * 1099511628211ull;
  return hash;
}

// The tables that this CPU can run, the reference not among them.
inline std::vector<const KernelTable*> FastTables() {
  ThreadPool::EnterNumericsMode();
  std::vector<const KernelTable*> tables = SupportedKernels();
  std::erase(tables, &ReferenceKernels());
  return tables;
}

// Runs `body(table)` with every fast table, its name in the failure message.
template <class Body>
void ForEachTable(Body body) {
  for (const KernelTable* table : FastTables()) {
    SCOPED_TRACE(table->isa);
    body(*table);
  }
}

}  // namespace r1::test
