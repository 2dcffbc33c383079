#include "text/jinja/word_wrap.h"

#include <algorithm>

#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsWordStart(std::string_view text, size_t at) {
  size_t size = 0;
  return at < text.size() && IsAlpha(CodePointAt(text, at, &size));
}

// Words and the white space between them. A word may end behind a hyphen that joins two words of letters.
std::vector<MarkedText> Chunks(const MarkedText& line, bool hyphens) {
  const std::string_view text = line.view();
  std::vector<MarkedText> chunks;
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (at > begin && IsBlank(text[at]) != IsBlank(text[at - 1])) {
      chunks.push_back(line.Slice(begin, at));
      begin = at;
    }
    const bool joins = hyphens && text[at] == '-' && at >= begin + 2 && IsWordStart(text, CodePointBefore(text, at)) &&
                       IsWordStart(text, CodePointBefore(text, CodePointBefore(text, at))) && IsWordStart(text, at + 1);
    if (joins) {
      size_t size = 0;
      CodePointAt(text, at + 1, &size);
      if (!IsWordStart(text, at + 1 + size)) continue;
      chunks.push_back(line.Slice(begin, at + 1));
      begin = at + 1;
    }
  }
  if (begin < text.size()) chunks.push_back(line.Slice(begin));
  return chunks;
}

}  // namespace

std::vector<MarkedText> WrapLine(const MarkedText& line, int64_t width, bool break_long_words, bool break_on_hyphens) {
  std::vector<MarkedText> chunks = Chunks(line, break_on_hyphens), lines;
  std::reverse(chunks.begin(), chunks.end());
  while (!chunks.empty()) {
    std::vector<MarkedText> current;
    int64_t length = 0;
    if (!lines.empty() && IsBlank(chunks.back().view().front())) chunks.pop_back();
    while (!chunks.empty()) {
      const int64_t next = CountCodePoints(chunks.back().view());
      if (length + next > width) break;
      length += next;
      current.push_back(std::move(chunks.back()));
      chunks.pop_back();
    }
    if (!chunks.empty() && CountCodePoints(chunks.back().view()) > width) {
      if (break_long_words) {
        MarkedText& chunk = chunks.back();
        const size_t cut = CodePointOffset(chunk.view(), std::max<int64_t>(width - length, 1));
        current.push_back(chunk.Slice(0, cut));
        chunk = chunk.Slice(cut);
      } else if (current.empty()) {
        current.push_back(std::move(chunks.back()));
        chunks.pop_back();
      }
    }
    if (!current.empty() && IsBlank(current.back().view().front())) current.pop_back();
    if (current.empty()) continue;
    MarkedText joined;
    for (const MarkedText& part : current) joined.Append(part);
    lines.push_back(std::move(joined));
  }
  return lines;
}

}  // namespace r1::jinja
