// The text of one completion while it grows: decoded, cut at stop texts, with what is not certain yet held back.
#pragma once

#include <string>
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

  std::string Push(int32_t token_id) { return stop_text_.Push(decoder_.Push(token_id)); }
  // The end without a stop text. The last half character may still complete one; then found_stop() tells.
  std::string Flush() {
    std::string shown = stop_text_.Push(decoder_.Flush());
    return shown + stop_text_.Flush();
  }
  const std::string* found_stop() const { return stop_text_.found(); }

 private:
  StreamDecoder decoder_;
  StopText stop_text_;
};

}  // namespace r1
