// Memory in large segments, from which blocks of any size are cut and into which they grow together again. Buffers whose lengths
// change from step to step, as those of batches of sequences do, so use the same memory; kept by size, each length would keep its
// own.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace r1 {

// Not for several threads at once.
class Arena {
 public:
  // A segment has so many bytes, or those of the one block that is larger.
  explicit Arena(size_t segment_bytes) : segment_bytes_(segment_bytes) {}

  // `bytes` > 0, uninitialized, at a cache line: from the smallest block that is large enough. Throws kResourceExhausted.
  void* Take(size_t bytes);
  void Give(void* block);

  size_t bytes_held() const { return held_; }  // of all segments
  // Segments of which nothing is in use go back to the system.
  void ReleaseUnused();

 private:
  struct Segment {
    std::shared_ptr<void> memory;
    size_t bytes;
  };
  struct Block {
    size_t bytes;
    bool used, first;  // first of its segment: what lies before is another's
  };
  using Blocks = std::map<char*, Block>;

  void AddSegment(size_t bytes);
  // Joins a block that is not in use with those beside it.
  void Join(Blocks::iterator block);

  const size_t segment_bytes_;
  std::map<char*, Segment> segments_;
  Blocks blocks_;
  std::set<std::pair<size_t, char*>> unused_;
  size_t used_ = 0, most_used_ = 0, held_ = 0;
};

}  // namespace r1
