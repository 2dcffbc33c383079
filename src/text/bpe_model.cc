#include "text/bpe_model.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/utf8.h"
#include "text/byte_alphabet.h"
#include "text/decoder.h"

namespace r1 {
namespace {

// SentencePiece ranks by the score of what comes out; equal scores are equal ranks.
std::vector<int32_t> RanksOfScores(const TokenizerSpec& spec) {
  std::vector<int32_t> ranks(spec.merges.size());
  if (spec.scores.empty()) return {};
  const auto score = [&](int32_t merge) {
    const auto id = static_cast<size_t>(spec.merges[static_cast<size_t>(merge)].result);
    return id < spec.scores.size() ? spec.scores[id] : -1e30f;
  };
  std::vector<int32_t> order(spec.merges.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return score(a) > score(b); });
  for (size_t i = 0; i < order.size(); ++i)
    ranks[static_cast<size_t>(order[i])] =
        i > 0 && score(order[i]) == score(order[i - 1]) ? ranks[static_cast<size_t>(order[i - 1])] : static_cast<int32_t>(i);
  return ranks;
}

}  // namespace

BpeModel::BpeModel(const TokenizerSpec& spec, const TokenTable& ids, std::span<const std::string> bytes, bool byte_level)
    : byte_level_(byte_level),
      byte_fallback_(spec.byte_fallback),
      fuse_unk_(spec.fuse_unk),
      bpe_(spec.merges, RanksOfScores(spec)),
      cache_(std::make_unique<PieceCache>()) {
  for (const BpeMerge& merge : spec.merges)
    for (const int32_t id : {merge.left, merge.right, merge.result})
      if (id < 0 || static_cast<size_t>(id) >= spec.tokens.size() || spec.tokens[static_cast<size_t>(id)].empty())
        Fail(ErrorCode::kDataLoss, "tokenizer.json: a merge names id ", id, ", which has no token");
  for (size_t byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    byte_ids_[byte] = byte_level ? ids.Find(ToByteAlphabet(text)) : byte < 0x80 ? ids.Find(text) : -1;
    // Symbols that are characters: a byte beyond ASCII is only ever a fallback.
    if (!byte_level && byte_fallback_ && byte_ids_[byte] < 0)
      byte_ids_[byte] = ids.Find(FallbackTokenOfByte(static_cast<uint8_t>(byte)));
  }
  if (!byte_level) {
    characters_.resize(spec.tokens.size());
    for (size_t i = 0; i < spec.tokens.size(); ++i)
      if (const std::string& token = spec.tokens[i]; !token.empty() && static_cast<uint8_t>(token[0]) >= 0x80 && token.size() <= 4)
        if (NextUtf8Char(token).num_bytes == static_cast<int>(token.size())) characters_[i] = token;
    character_ids_ = TokenTable(characters_);
  }
  if (spec.ignore_merges) {
    whole_pieces_.resize(spec.tokens.size());
    for (size_t i = 0; i < spec.tokens.size(); ++i)
      if (!spec.tokens[i].empty() && (!byte_level || FromByteAlphabet(spec.tokens[i])))
        whole_pieces_[i] = byte_level ? bytes[i] : spec.tokens[i];
    // Not by this way either can a user's text become a control token.
    for (const AddedToken& token : spec.added_tokens)
      if (token.is_control() && static_cast<size_t>(token.id) < whole_pieces_.size())
        whole_pieces_[static_cast<size_t>(token.id)].clear();
    whole_piece_ids_ = TokenTable(whole_pieces_);
  }
  if (!spec.unk_token.empty()) unk_id_ = ids.Find(spec.unk_token);
  for (const AddedToken& token : spec.added_tokens)
    if (token.content == spec.unk_token) unk_id_ = token.id;
  Require(spec.unk_token.empty() || unk_id_ >= 0, "tokenizer.json: unk_token ", spec.unk_token, " is not in the vocabulary");
}

void BpeModel::AppendUnknown(std::string_view character, std::vector<int32_t>* symbols) const {
  static constexpr char kHex[] = "0123456789ABCDEF";
  const auto byte = static_cast<uint8_t>(character[0]);
  if (unk_id_ < 0 && character.size() > 1)
    Fail(ErrorCode::kInvalidArgument, "tokenizer: no token for the character ", character, " and no unknown token");
  Require(unk_id_ >= 0, "tokenizer: no token for byte 0x", kHex[byte >> 4], kHex[byte & 15], " and no unknown token");
  if (!fuse_unk_ || symbols->empty() || symbols->back() != unk_id_) symbols->push_back(unk_id_);
}

void BpeModel::AppendSymbols(std::string_view piece, std::vector<int32_t>* symbols) const {
  for (size_t i = 0; i < piece.size();) {
    const auto byte = static_cast<uint8_t>(piece[i]);
    size_t size = 1;
    int32_t id = -1;
    if (byte_level_ || byte < 0x80) {
      id = byte_ids_[byte];
    } else {
      size = static_cast<size_t>(NextUtf8Char(piece.substr(i)).num_bytes);
      id = character_ids_.Find(piece.substr(i, size));
      const auto is_known = [&](char c) { return byte_ids_[static_cast<uint8_t>(c)] >= 0; };
      const std::string_view character = piece.substr(i, size);
      if (id < 0 && byte_fallback_ && std::all_of(character.begin(), character.end(), is_known)) {
        for (const char c : character) symbols->push_back(byte_ids_[static_cast<uint8_t>(c)]);
        i += size;
        continue;
      }
    }
    if (id >= 0) {
      symbols->push_back(id);
    } else {
      AppendUnknown(piece.substr(i, size), symbols);
    }
    i += size;
  }
}

void BpeModel::EncodeByte(uint8_t byte, std::vector<int32_t>* ids) const {
  const char text = static_cast<char>(byte);
  if (byte_ids_[byte] >= 0) {
    ids->push_back(byte_ids_[byte]);
  } else {
    AppendUnknown(std::string_view(&text, 1), ids);
  }
}

void BpeModel::Encode(std::string_view piece, std::vector<int32_t>* ids) const {
  if (piece.size() == 1 && byte_ids_[static_cast<uint8_t>(piece[0])] >= 0) {
    ids->push_back(byte_ids_[static_cast<uint8_t>(piece[0])]);
    return;
  }
  const bool cached = piece.size() <= PieceCache::kLongestPiece;
  const uint64_t hash = cached ? HashText(piece) : 0;
  if (cached) {
    if (const auto found = cache_->Find(piece, hash); !found.empty()) {
      ids->insert(ids->end(), found.begin(), found.end());
      return;
    }
  }
  std::vector<int32_t> symbols;
  const int32_t whole = whole_piece_ids_.Find(piece);
  if (whole >= 0) {
    symbols.push_back(whole);
  } else {
    symbols.reserve(piece.size());
    AppendSymbols(piece, &symbols);
    bpe_.Merge(&symbols);
  }
  ids->insert(ids->end(), symbols.begin(), symbols.end());
  if (cached) cache_->Add(piece, hash, symbols);
}

}  // namespace r1
