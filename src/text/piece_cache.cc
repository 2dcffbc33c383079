#include "text/piece_cache.h"

#include <array>
#include <cstring>
#include <new>

namespace r1 {

// One allocation: this header, the ids, then the piece's bytes.
struct PieceCache::Entry {
  uint64_t hash;
  uint32_t piece_bytes, num_ids;

  int32_t* ids() { return reinterpret_cast<int32_t*>(this + 1); }
  const int32_t* ids() const { return reinterpret_cast<const int32_t*>(this + 1); }
  char* piece() { return reinterpret_cast<char*>(ids() + num_ids); }
  const char* piece() const { return reinterpret_cast<const char*>(ids() + num_ids); }
};

PieceCache::PieceCache() : slots_(std::make_unique<std::atomic<const Entry*>[]>(kMask + 1)) {}

PieceCache::~PieceCache() {
  for (uint64_t i = 0; i <= kMask; ++i) ::operator delete(const_cast<Entry*>(slots_[i].load(std::memory_order_relaxed)));
}

std::span<const int32_t> PieceCache::Find(std::string_view piece, uint64_t hash) const {
  for (uint64_t slot = hash & kMask;; slot = (slot + 1) & kMask) {
    const Entry* const entry = slots_[slot].load(std::memory_order_acquire);
    if (entry == nullptr) return {};
    if (entry->hash == hash && std::string_view(entry->piece(), entry->piece_bytes) == piece) return {entry->ids(), entry->num_ids};
  }
}

void PieceCache::Add(std::string_view piece, uint64_t hash, std::span<const int32_t> ids) {
  if (piece.size() > kLongestPiece || ids.empty() || ids.size() > kLongestPiece) return;
  const std::lock_guard lock(adding_);
  if (num_entries_ == kMostEntries) return;
  uint64_t slot = hash & kMask;
  for (; const Entry* entry = slots_[slot].load(std::memory_order_relaxed); slot = (slot + 1) & kMask)
    if (entry->hash == hash && std::string_view(entry->piece(), entry->piece_bytes) == piece) return;
  auto* const entry = new (::operator new(sizeof(Entry) + ids.size_bytes() + piece.size()))
      Entry{hash, static_cast<uint32_t>(piece.size()), static_cast<uint32_t>(ids.size())};
  std::memcpy(entry->ids(), ids.data(), ids.size_bytes());
  std::memcpy(entry->piece(), piece.data(), piece.size());
  ++num_entries_;
  slots_[slot].store(entry, std::memory_order_release);  // complete before anybody can see it
}

}  // namespace r1
