// Upper and lower case, stripping and replacing: what methods and filters of text share.
#include <algorithm>

#include "base/utf8.h"
#include "text/jinja/methods.h"
#include "text/jinja/text_search.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

template <class Map>  // Map(code point, offset) -> text
MarkedText MapCharacters(const MarkedText& text, const Map& map) {
  MarkedText out;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text.view(), at, &size);
    out.AppendFor(map(c, at), text, at, at + size);
  }
  return out;
}

// A capital sigma at the end of a word becomes a final one.
bool IsFinalSigma(std::string_view text, size_t offset) {
  size_t size = 0;
  bool before = false;
  for (size_t at = offset; at > 0 && !before;) {
    at = CodePointBefore(text, at);
    const char32_t c = CodePointAt(text, at, &size);
    if (c == '\'' || c == '.' || c == 0xAD || c == 0x2019) continue;
    if (!IsCased(c)) break;
    before = true;
  }
  if (!before) return false;
  CodePointAt(text, offset, &size);
  for (size_t at = offset + size; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text, at, &size);
    if (c == '\'' || c == '.' || c == 0xAD || c == 0x2019) continue;
    return !IsCased(c);
  }
  return true;
}

std::string LowerAt(const MarkedText& text, char32_t c, size_t at) {
  return c == 0x3A3 && IsFinalSigma(text.view(), at) ? "ς" : Lower(c);
}

}  // namespace

MarkedText UpperText(const MarkedText& text) {
  return MapCharacters(text, [](char32_t c, size_t) { return Upper(c); });
}

MarkedText LowerText(const MarkedText& text) {
  return MapCharacters(text, [&](char32_t c, size_t at) { return LowerAt(text, c, at); });
}

MarkedText CapitalizeText(const MarkedText& text) {
  return MapCharacters(text, [&](char32_t c, size_t at) { return at == 0 ? Title(c) : LowerAt(text, c, at); });
}

MarkedText StripText(const MarkedText& text, const MarkedText* chars, bool left, bool right) {
  const std::string_view view = text.view();
  size_t begin = 0, end = view.size(), size = 0;
  if (chars == nullptr) {
    if (left) begin = LeadingSpace(view);
    if (right && begin < end) end -= TrailingSpace(view.substr(begin));
    return text.Slice(begin, end);
  }
  auto strips = [&](size_t at) {
    const char32_t c = CodePointAt(view, at, &size);
    return FindText(chars->view(), c < 0x80 ? std::string(1, static_cast<char>(c)) : EncodeUtf8(c)) != kNotFound;
  };
  while (left && begin < end && strips(begin)) begin += size;
  while (right && begin < end && strips(CodePointBefore(view, end))) end = CodePointBefore(view, end);
  return text.Slice(begin, end);
}

MarkedText ReplaceText(Runtime& runtime, const MarkedText& text, const MarkedText& what, const MarkedText& with, int64_t count) {
  MarkedText out;
  size_t at = 0;
  runtime.budget.Scan(text.size());
  for (size_t found_from = 0; count != 0; --count) {
    const size_t found = FindText(text.view(), what.view(), found_from);
    if (found == kNotFound) break;
    runtime.budget.Allocate(with.size());
    out.Append(text, at, found);
    out.Append(with);
    at = found + what.size();
    found_from = at;
    if (!what.empty()) continue;
    // The empty text stands before every character and at the end.
    if (found >= text.size()) break;
    size_t size = 0;
    CodePointAt(text.view(), found, &size);
    found_from = found + size;
  }
  out.Append(text, at);
  runtime.budget.Allocate(out.size());
  return out;
}

std::vector<MarkedText> SplitLines(const MarkedText& text, bool keep_ends) {
  std::vector<MarkedText> lines;
  size_t begin = 0;
  for (size_t at = 0, size = 0; at < text.size();) {
    const char32_t c = CodePointAt(text.view(), at, &size);
    const bool breaks = (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
    const size_t end = at + size + (c == '\r' && text.view().substr(at + 1).starts_with("\n") ? 1 : 0);
    if (breaks) {
      lines.push_back(text.Slice(begin, keep_ends ? end : at));
      begin = end;
    }
    at = breaks ? end : at + size;
  }
  if (begin < text.size()) lines.push_back(text.Slice(begin));
  return lines;
}

}  // namespace r1::jinja
