// Learns a byte-level BPE vocabulary from documents: count the pieces, then join the most frequent adjacent pair again and again.
// Deterministic: the result depends on the documents' contents only, not on their order; equal counts are decided by the lower ids.
//   Sennrich et al. 2016, https://arxiv.org/abs/1508.07909
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace r1 {

struct BpeTrainerConfig {
  int64_t vocab_size = 512;                 // all tokens, special ones included; fewer if the documents run out of pairs
  std::vector<std::string> special_tokens;  // get the first ids, in this order
  std::vector<std::string> plain_tokens;    // the next ids: found whole in any text, but ordinary output (not special)
  std::string bos_token, eos_token, pad_token, unk_token;  // added to special_tokens if not there; "" for none
  bool add_bos = false;                                    // prompts are meant to start with bos_token

  bool single_digits = true;  // every digit is a token by itself: numbers are read the same way wherever they stand
  // true: only bytes that occur get a token, for the smallest vocabulary; any other byte then becomes unk_token ("<unk>" if not
  // given). false: all 256 bytes get one, and any text can be encoded.
  bool used_bytes_only = false;
  int64_t min_pair_count = 2;    // rarer pairs are not worth a token
  int64_t max_token_bytes = 32;  // longer tokens are memorised phrases
};

// Throws kInvalidArgument if vocab_size cannot hold the special tokens and the bytes, or a special token stands twice or is one
// byte.
Tokenizer TrainBpe(std::span<const std::string> documents, const BpeTrainerConfig& config);

}  // namespace r1
