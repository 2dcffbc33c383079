// Sets of Unicode characters, and the byte sequences that spell them: grammars speak of characters, models emit bytes, and a token
// may end in the middle of a character.
//   From ranges of characters to ranges of bytes: Russ Cox, "Regular Expression Matching in the Wild", 2010,
//   https://swtch.com/~rsc/regexp/regexp3.html
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace r1 {

struct CharRange {
  char32_t first, last;  // both included
};

class CharRanges {
 public:
  CharRanges() = default;
  CharRanges(std::initializer_list<CharRange> ranges);
  static CharRanges All() { return {{0, 0x10FFFF}}; }

  void Add(char32_t first, char32_t last);
  void Add(const CharRanges& other);
  CharRanges Without(const CharRanges& other) const;
  CharRanges Inverted() const { return All().Without(*this); }

  bool Contains(char32_t c) const;
  bool empty() const { return ranges_.empty(); }
  const std::vector<CharRange>& ranges() const { return ranges_; }  // ascending, apart from each other

 private:
  std::vector<CharRange> ranges_;
};

struct ByteRange {
  uint8_t first, last;  // both included
};

// Sequences of 1 to 4 byte ranges that together spell exactly the UTF-8 of the set; surrogates have none.
std::vector<std::vector<ByteRange>> Utf8Sequences(const CharRanges& set);

}  // namespace r1
