// Text <-> token ids: byte-level BPE, in Hugging Face's tokenizer.json form.
//
// Encode and Decode agree with Hugging Face tokenizers on every valid text. Beyond it: bytes that are not UTF-8 are kept, each as
// its own token, so Decode brings back every byte that Encode was given (normalization aside).
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
#include <vector>

#include "text/added_tokens.h"
#include "text/bpe.h"
#include "text/normalizer.h"
#include "text/pre_tokenizer.h"

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

// What a Tokenizer is made of: the contents of tokenizer.json and tokenizer_config.json. Sections that we carry but do not
// interpret further stay JSON text.
struct TokenizerSpec {
  std::vector<std::string> tokens;  // by id, as written in the file (byte alphabet); "" where an id has no model token
  std::vector<BpeMerge> merges;     // by rank
  std::vector<AddedToken> added_tokens;
  std::string unk_token;       // "" if none
  bool ignore_merges = false;  // a piece that is a token is that token, whatever the merges say
  std::string normalizer_json = "null", pre_tokenizer_json = "null", post_processor_json = "null", decoder_json = "null";

  std::string bos_token, eos_token, pad_token;  // "" if none
  bool add_bos = false;                         // prompts are meant to start with bos_token
  std::string chat_template;                    // Jinja source; "" if none
  int64_t model_max_length = 0;                 // 0: not known
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
  bool is_special(int32_t id) const { return id >= 0 && id < vocab_size() && special_[static_cast<size_t>(id)]; }

  int32_t vocab_size() const { return static_cast<int32_t>(bytes_.size()); }  // highest id + 1
  std::optional<int32_t> bos_id() const { return TokenId(spec_.bos_token); }
  std::optional<int32_t> eos_id() const { return TokenId(spec_.eos_token); }
  std::optional<int32_t> pad_id() const { return TokenId(spec_.pad_token); }
  std::optional<int32_t> unk_id() const { return TokenId(spec_.unk_token); }
  const TokenizerSpec& spec() const { return spec_; }

 private:
  void EncodeValid(std::string_view text, bool parse_special, std::vector<int32_t>* ids) const;
  void EncodeText(std::string_view normalized, std::vector<int32_t>* ids) const;

  TokenizerSpec spec_;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  AddedTokenMatcher raw_tokens_, normalized_tokens_;
  std::vector<std::string> bytes_;  // by id
  std::vector<bool> special_;
  std::unordered_map<std::string, int32_t> ids_;           // token as written -> id
  std::unordered_map<std::string, int32_t> ids_of_bytes_;  // only with ignore_merges: a piece's bytes -> id
  std::optional<Bpe> bpe_;
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
