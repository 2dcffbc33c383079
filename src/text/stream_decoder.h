// Token ids, one at a time, -> text that may be shown at once: never half a UTF-8 character.
// All text pushed and flushed, joined, is Tokenizer::Decode of the same ids; invalid bytes become U+FFFD as soon as it is certain
// that no later byte can complete them.
#pragma once

#include <cstdint>
#include <string>

#include "text/tokenizer.h"

namespace r1 {

class StreamDecoder {
 public:
  // `tokenizer` must outlive the decoder.
  explicit StreamDecoder(const Tokenizer& tokenizer, const DecodeOptions& options = {})
      : tokenizer_(&tokenizer), options_(options) {}

  std::string Push(int32_t id);
  // The end of the stream: what was held back, as U+FFFD. The decoder is then as new.
  std::string Flush();
  // True while bytes of an unfinished character are held back.
  bool has_pending() const { return !pending_.empty(); }

 private:
  const Tokenizer* tokenizer_;
  DecodeOptions options_;
  std::string pending_;   // at most 3 bytes
  int64_t stripped_ = 0;  // spaces taken from the start; -1: the start is over
};

}  // namespace r1
