// The text of one completion while it grows: decoded, cut at stop texts, with what is not certain yet held back.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/stop_text.h"
#include "text/stream_decoder.h"

namespace r1 {

class TextStream {
 public:
  TextStream(const Tokenizer& tokenizer, std::vector<std::string> stops) : decoder_(tokenizer), stop_text_(std::move(stops)) {}
  TextStream(const TextStream&) = delete;  // found_stop points into it
  TextStream& operator=(const TextStream&) = delete;

  std::string Push(int32_t token_id) { return Check(decoder_.Push(token_id)); }
  // A token whose text is not searched for stop texts, but for its last `checked` bytes.
  std::string PushUnchecked(int32_t token_id, size_t checked = 0) {
    std::string text = stop_text_.Flush() + decoder_.Push(token_id);
    const size_t unchecked = text.size() - std::min(checked, text.size());
    return text.substr(0, unchecked) + Check(text.substr(unchecked));
  }
  // The next text is not searched as far as it is line breaks, at most n: layout before an answer is no part of it.
  void SkipLineBreaks(int n) { line_breaks_to_skip_ = n; }
  // The end without a stop text. The last half character may still complete one; then found_stop() tells.
  std::string Flush() {
    std::string shown = Check(decoder_.Flush());
    return shown + stop_text_.Flush();
  }
  const std::string* found_stop() const { return stop_text_.found(); }

 private:
  std::string Check(std::string text) {
    size_t skipped = 0;
    while (skipped < text.size() && line_breaks_to_skip_ > 0 && text[skipped] == '\n') {
      ++skipped;
      --line_breaks_to_skip_;
    }
    if (skipped < text.size()) line_breaks_to_skip_ = 0;
    return text.substr(0, skipped) + stop_text_.Push(std::string_view(text).substr(skipped));
  }

  StreamDecoder decoder_;
  StopText stop_text_;
  int line_breaks_to_skip_ = 0;
};

}  // namespace r1
