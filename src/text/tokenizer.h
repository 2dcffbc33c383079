// Text <-> token ids: byte-level BPE, and BPE over characters with byte fallback (SentencePiece), in Hugging Face's tokenizer.json
// form.
//
// Encode and Decode agree with Hugging Face tokenizers on every valid text. Beyond it: bytes that are not UTF-8 are kept, each as
// its own token, so Decode brings back every byte that Encode was given (normalization aside).
//
// The way of a text: added tokens are cut out (added_tokens.h), the rest is normalized (normalizer.h), cut into pieces
// (pre_tokenizer.h), and each piece is encoded (bpe_model.h).
//
// A Tokenizer does not change once made, and all its const members may be called from any number of threads.
//   File format: https://huggingface.co/docs/tokenizers
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "text/added_tokens.h"
#include "text/bpe_model.h"
#include "text/decoder.h"
#include "text/normalizer.h"
#include "text/pre_tokenizer.h"
#include "text/token_table.h"
#include "text/tokenizer_spec.h"

namespace r1 {

struct EncodeOptions {
  // true: every added token in the text is recognised. false, for text that a user typed: control tokens (AddedToken::is_control)
  // are encoded as plain text, so that no message can end a turn or close the thinking.
  bool parse_special = true;
  bool add_bos = false;  // put the beginning-of-sequence token first, if there is one
};

struct DecodeOptions {
  bool skip_special = false;  // leave out tokens marked special
};

class Tokenizer {
 public:
  // Throws kDataLoss if the parts contradict each other, kInvalidArgument if they ask for something we do not do.
  explicit Tokenizer(TokenizerSpec spec);
  Tokenizer(Tokenizer&&) = default;
  Tokenizer& operator=(Tokenizer&&) = default;

  // Throws kInvalidArgument for a byte that the vocabulary cannot express (only possible without all 256 bytes and without
  // unk_token).
  std::vector<int32_t> Encode(std::string_view text, const EncodeOptions& options = {}) const;
  // Valid UTF-8; invalid bytes become U+FFFD. Ids outside the vocabulary and ids without a token decode to nothing.
  std::string Decode(std::span<const int32_t> ids, const DecodeOptions& options = {}) const;

  // The bytes that a token stands for; empty for an id without a token. Throws kInvalidArgument for an id outside the vocabulary.
  const std::string& TokenBytes(int32_t id) const;
  // The id of a token as the file writes it: "<think>", or "Ġthe" in the byte alphabet.
  std::optional<int32_t> TokenId(std::string_view token) const;
  // The id of the added token with this content, or -1. An ordinary BPE token that reads like it does not count: its text can be
  // spelled in other tokens too.
  int32_t AddedTokenId(std::string_view content) const;
  bool is_special(int32_t id) const { return id >= 0 && id < vocab_size() && special_[static_cast<size_t>(id)]; }

  int32_t vocab_size() const { return static_cast<int32_t>(bytes_.size()); }  // highest id + 1
  std::optional<int32_t> bos_id() const { return TokenId(spec_.bos_token); }
  std::optional<int32_t> eos_id() const { return TokenId(spec_.eos_token); }
  std::optional<int32_t> pad_id() const { return TokenId(spec_.pad_token); }
  std::optional<int32_t> unk_id() const { return TokenId(spec_.unk_token); }
  // True if symbols are bytes; false for a SentencePiece-like vocabulary.
  bool is_byte_level() const { return pre_tokenizer_.is_byte_level(); }
  // Spaces that Decode takes from the start of the text (what the normalizer put there).
  int64_t strip_spaces() const { return decoder_.strip_spaces(); }
  const TokenizerSpec& spec() const { return spec_; }

 private:
  void AddAddedTokens();
  void EncodeValid(std::string_view text, bool at_start, bool parse_special, std::vector<int32_t>* ids) const;

  TokenizerSpec spec_;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  Decoder decoder_;
  AddedTokenMatcher raw_tokens_, normalized_tokens_;
  std::vector<std::string> bytes_;  // by id
  std::vector<bool> special_;
  TokenTable ids_;  // token of the model as written -> id
  std::unordered_map<std::string, int32_t> added_ids_;
  std::optional<BpeModel> model_;
};

// tokenizer.json as text. `what` names it in messages. Throws kDataLoss or kInvalidArgument.
TokenizerSpec ParseTokenizerJson(std::string_view text, std::string_view what = "tokenizer.json");

// From a folder: tokenizer.json, and if there, tokenizer_config.json and chat_template.jinja. Also accepts the path of a
// tokenizer.json.
Tokenizer LoadTokenizer(const std::string& path);

// Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json so that transformers' AutoTokenizer opens the folder.
void SaveTokenizer(const Tokenizer& tokenizer, const std::string& dir);

// The same three files as (name, contents), for writers of their own.
std::vector<std::pair<std::string, std::string>> TokenizerFiles(const Tokenizer& tokenizer);

}  // namespace r1
