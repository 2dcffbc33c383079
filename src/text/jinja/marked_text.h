// Text that remembers which of its bytes came from outside the template.
//
// A chat template mixes its own control tokens with what users typed. Rendered to a plain string the two cannot be told apart, and
// a message that contains "<|im_end|>" would end its turn. So every string of the interpreter carries the byte ranges that are
// foreign, all operations on strings keep them, and the tokenizer reads control tokens only in what the template wrote itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace r1::jinja {

class MarkedText {
 public:
  struct Span {
    size_t begin, end;  // bytes
    friend bool operator==(const Span&, const Span&) = default;
  };
  static constexpr size_t kEnd = static_cast<size_t>(-1);

  MarkedText() = default;
  explicit MarkedText(std::string bytes) : bytes_(std::move(bytes)) {}  // the template's own
  static MarkedText Foreign(std::string bytes);

  const std::string& bytes() const { return bytes_; }
  std::string_view view() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  // Sorted, disjoint, not touching each other, none empty.
  const std::vector<Span>& foreign() const { return foreign_; }
  bool IsForeign(size_t begin = 0, size_t end = kEnd) const;  // whether any byte of the range is

  void Append(std::string_view own) { bytes_ += own; }
  void AppendForeign(std::string_view bytes);
  void Append(const MarkedText& text, size_t begin = 0, size_t end = kEnd);
  // Bytes that stand for text[begin, end), such as its upper case: foreign if any byte of that is.
  void AppendFor(std::string_view bytes, const MarkedText& text, size_t begin = 0, size_t end = kEnd);

  MarkedText Slice(size_t begin, size_t end = kEnd) const;
  void Truncate(size_t size);  // keeps the first `size` bytes

 private:
  std::string bytes_;
  std::vector<Span> foreign_;
};

}  // namespace r1::jinja
