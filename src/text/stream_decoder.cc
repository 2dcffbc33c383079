#include "text/stream_decoder.h"

#include <utility>

#include "base/utf8.h"
#include "text/utf8.h"

namespace r1 {

std::string StreamDecoder::Push(int32_t id) {
  if (id < 0 || id >= tokenizer_->vocab_size() || (options_.skip_special && tokenizer_->is_special(id))) return "";
  std::string_view bytes = tokenizer_->TokenBytes(id);
  while (stripped_ >= 0 && !bytes.empty()) {
    if (stripped_ == tokenizer_->strip_spaces() || bytes[0] != ' ') {
      stripped_ = -1;
    } else {
      bytes.remove_prefix(1);
      ++stripped_;
    }
  }
  pending_ += bytes;
  // Nearly every token is whole characters by itself.
  if (IsValidUtf8(pending_)) return std::exchange(pending_, {});
  const size_t ready = pending_.size() - IncompleteUtf8Suffix(pending_);
  std::string text = ToValidUtf8(std::string_view(pending_).substr(0, ready));
  pending_.erase(0, ready);
  return text;
}

std::string StreamDecoder::Flush() {
  std::string text = ToValidUtf8(pending_);
  pending_.clear();
  stripped_ = 0;
  return text;
}

}  // namespace r1
