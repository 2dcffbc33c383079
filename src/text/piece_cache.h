// Pieces seen before -> their ids. Reading takes no lock: entries are added and never changed or removed while the cache lives, so
// whoever sees an entry may use it. Bounded: a full cache takes no new pieces, as Hugging Face's does, which keeps the common ones,
// because they come first.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace r1 {

class PieceCache {
 public:
  static constexpr size_t kLongestPiece = 64;      // bytes
  static constexpr size_t kMostEntries = 1 << 16;  // with their ids at most 8 MB

  PieceCache();
  ~PieceCache();

  // The ids of a piece, valid while the cache lives; an empty span if it is not there. `hash` is HashText(piece).
  std::span<const int32_t> Find(std::string_view piece, uint64_t hash) const;
  // Does nothing if the cache is full or the piece is there, too long, or has no ids.
  void Add(std::string_view piece, uint64_t hash, std::span<const int32_t> ids);

 private:
  struct Entry;
  static constexpr uint64_t kMask = 2 * kMostEntries - 1;

  std::unique_ptr<std::atomic<const Entry*>[]> slots_;  // open addressing, at most half full
  std::mutex adding_;
  size_t num_entries_ = 0;
};

}  // namespace r1
