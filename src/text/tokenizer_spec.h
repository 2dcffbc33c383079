// What a Tokenizer is made of, whatever file it came from: tokenizer.json and its neighbours (tokenizer_json.h), or the metadata of
// a GGUF file (gguf_vocabulary.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/added_tokens.h"
#include "text/bpe.h"

namespace r1 {

// Sections that have a reader of their own (normalizer.h, pre_tokenizer.h, decoder.h) or that we carry but do not interpret further
// stay JSON text, as in tokenizer.json.
struct TokenizerSpec {
  std::vector<std::string> tokens;  // by id, as written in the file (byte alphabet); "" where an id has no model token
  std::vector<BpeMerge> merges;     // by rank
  // SentencePiece: the score of each id, higher is joined first and equal ones leftmost first; empty: the order of `merges`
  // decides.
  std::vector<float> scores;
  std::vector<AddedToken> added_tokens;
  std::string unk_token;       // "" if none
  bool ignore_merges = false;  // a piece that is a token is that token, whatever the merges say
  bool byte_fallback = false;  // a character that is no token becomes the tokens <0x..> of its bytes
  bool fuse_unk = false;       // neighbours that are not known become one unk_token
  std::string normalizer_json = "null", pre_tokenizer_json = "null", post_processor_json = "null", decoder_json = "null";

  std::string bos_token, eos_token, pad_token;  // "" if none
  bool add_bos = false;                         // prompts are meant to start with bos_token
  std::string chat_template;                    // Jinja source; "" if none
  int64_t model_max_length = 0;                 // 0: not known
};

}  // namespace r1
