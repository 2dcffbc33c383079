#include "grammar/char_ranges.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"

namespace r1 {
namespace {

void Split(char32_t first, char32_t last, std::vector<std::vector<ByteRange>>* out) {
  // One length of encoding at a time.
  for (const char32_t end : {0x7F, 0x7FF, 0xFFFF})
    if (first <= end && last > end) {
      Split(first, end, out);
      return Split(end + 1, last, out);
    }
  // Then whole blocks of continuation bytes: where a leading part differs, what follows it must run over all its values.
  const int num_continuations = last < 0x80 ? 0 : last < 0x800 ? 1 : last < 0x10000 ? 2 : 3;
  for (int i = 1; i <= num_continuations; ++i) {
    const char32_t low_bits = (char32_t{1} << (6 * i)) - 1;
    if ((first & ~low_bits) == (last & ~low_bits)) continue;
    if ((first & low_bits) != 0) {
      Split(first, first | low_bits, out);
      return Split((first | low_bits) + 1, last, out);
    }
    if ((last & low_bits) != low_bits) {
      Split(first, (last & ~low_bits) - 1, out);
      return Split(last & ~low_bits, last, out);
    }
  }
  const std::string from = EncodeUtf8(first), to = EncodeUtf8(last);
  std::vector<ByteRange>& sequence = out->emplace_back();
  for (size_t i = 0; i < from.size(); ++i) sequence.push_back({static_cast<uint8_t>(from[i]), static_cast<uint8_t>(to[i])});
}

}  // namespace

CharRanges::CharRanges(std::initializer_list<CharRange> ranges) {
  for (const CharRange& range : ranges) Add(range.first, range.last);
}

void CharRanges::Add(char32_t first, char32_t last) {
  if (first > last) return;
  // All ranges that touch [first, last] become one.
  const auto begin = std::lower_bound(ranges_.begin(), ranges_.end(), first,
                                      [](const CharRange& range, char32_t c) { return c > 0 && range.last < c - 1; });
  auto end = begin;
  for (; end != ranges_.end() && end->first <= last + 1; ++end) {
    first = std::min(first, end->first);
    last = std::max(last, end->last);
  }
  ranges_.insert(ranges_.erase(begin, end), {first, last});
}

void CharRanges::Add(const CharRanges& other) {
  for (const CharRange& range : other.ranges_) Add(range.first, range.last);
}

CharRanges CharRanges::Without(const CharRanges& other) const {
  CharRanges result;
  auto cut = other.ranges_.begin();
  for (CharRange rest : ranges_) {
    while (cut != other.ranges_.end() && cut->last < rest.first) ++cut;
    bool used_up = false;
    for (auto it = cut; it != other.ranges_.end() && it->first <= rest.last; ++it) {
      if (it->first > rest.first) result.ranges_.push_back({rest.first, it->first - 1});
      if (it->last >= rest.last) {
        used_up = true;
        break;
      }
      rest.first = std::max<char32_t>(rest.first, it->last + 1);
    }
    if (!used_up) result.ranges_.push_back(rest);
  }
  return result;
}

bool CharRanges::Contains(char32_t c) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const CharRange& range) { return range.first <= c && c <= range.last; });
}

std::vector<std::vector<ByteRange>> Utf8Sequences(const CharRanges& set) {
  std::vector<std::vector<ByteRange>> sequences;
  const CharRanges characters = set.Without({{0xD800, 0xDFFF}});
  for (const CharRange& range : characters.ranges()) Split(range.first, range.last, &sequences);
  return sequences;
}

}  // namespace r1
