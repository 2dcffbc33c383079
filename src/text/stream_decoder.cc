#include "text/stream_decoder.h"

#include "text/utf8.h"

namespace r1 {

std::string StreamDecoder::Push(int32_t id) {
  if (id < 0 || id >= tokenizer_->vocab_size() || (options_.skip_special && tokenizer_->is_special(id))) return "";
  pending_ += tokenizer_->TokenBytes(id);
  const size_t ready = pending_.size() - IncompleteUtf8Suffix(pending_);
  std::string text = ToValidUtf8(std::string_view(pending_).substr(0, ready));
  pending_.erase(0, ready);
  return text;
}

std::string StreamDecoder::Flush() {
  std::string text = ToValidUtf8(pending_);
  pending_.clear();
  return text;
}

}  // namespace r1
