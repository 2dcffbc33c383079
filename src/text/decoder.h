// The `decoder` section of tokenizer.json: how the texts of tokens become text again.
// Known: ByteLevel; and for SentencePiece-like files Replace (String), ByteFallback, Fuse, Strip (from the start, after Fuse),
// Metaspace; and Sequence of these. All but the stripping works token by token, so it is done once, when the vocabulary is loaded.
//
// Runs of <0x..> tokens that are not UTF-8 become one U+FFFD for each maximal damaged part, as everywhere here; Hugging Face writes
// one for each byte of the whole run, which a stream could not show before the run has ended.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace r1 {

class Decoder {
 public:
  // Throws kInvalidArgument for a kind we do not know. `byte_level`: whether the pre-tokenizer is; a file without decoder is then
  // too.
  static Decoder FromJson(const nlohmann::json& section, bool byte_level);

  // The bytes that a token of the model stands for.
  std::string Bytes(const std::string& token) const;
  // How many spaces to take from the start of a decoded text, if they are there.
  int64_t strip_spaces() const { return strip_spaces_; }

 private:
  void Append(const nlohmann::json& section);

  bool byte_level_ = false, byte_fallback_ = false, fused_ = false;
  std::vector<std::pair<std::string, std::string>> replacements_;
  int64_t strip_spaces_ = 0;
};

// The byte that a token "<0x0A>" names.
std::optional<uint8_t> ByteOfFallbackToken(const std::string& token);
std::string FallbackTokenOfByte(uint8_t byte);

}  // namespace r1
