// The model of a tokenizer: one piece of text -> ids. A piece first becomes symbols (the ids of its bytes, or of its characters),
// which text/bpe.h then joins. Pieces seen before come from a cache.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/bpe.h"
#include "text/piece_cache.h"
#include "text/token_table.h"
#include "text/tokenizer_spec.h"

namespace r1 {

class BpeModel {
 public:
  // byte_level: tokens are written in the byte alphabet and symbols are bytes; otherwise symbols are characters, with the tokens
  // <0x..> for what is no token if the spec says byte_fallback. `ids` finds a token of the spec as written; `bytes` are the tokens'
  // bytes by id. Throws kDataLoss if a merge names an id without token.
  BpeModel(const TokenizerSpec& spec, const TokenTable& ids, std::span<const std::string> bytes, bool byte_level);

  // Appends the ids of `piece`, valid UTF-8. Throws kInvalidArgument naming the character or byte if the vocabulary has nothing for
  // it and no unknown token. Any number of threads may call it.
  void Encode(std::string_view piece, std::vector<int32_t>* ids) const;
  // The same for one byte that is part of no valid character.
  void EncodeByte(uint8_t byte, std::vector<int32_t>* ids) const;

 private:
  void AppendSymbols(std::string_view piece, std::vector<int32_t>* symbols) const;
  void AppendUnknown(std::string_view character, std::vector<int32_t>* symbols) const;

  bool byte_level_, byte_fallback_, fuse_unk_;
  int32_t unk_id_ = -1;
  std::array<int32_t, 256> byte_ids_;    // of a byte as a symbol, -1 where there is none
  std::vector<std::string> characters_;  // by id, tokens of one character beyond ASCII; only if symbols are characters
  TokenTable character_ids_;
  std::vector<std::string> whole_pieces_;  // by id, what ignore_merges may take at once
  TokenTable whole_piece_ids_;
  Bpe bpe_;
  std::unique_ptr<PieceCache> cache_;
};

}  // namespace r1
