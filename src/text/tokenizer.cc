#include "text/tokenizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "text/utf8.h"

namespace r1 {
namespace {

constexpr int32_t kMaxTokens = 1 << 24;  // a larger id is a damaged file, and would cost gigabytes

}  // namespace

Tokenizer::Tokenizer(TokenizerSpec spec) : spec_(std::move(spec)) {
  ReadingJson("tokenizer.json", [&] {
    normalizer_ = Normalizer::FromJson(ParseJson(spec_.normalizer_json, "normalizer"));
    pre_tokenizer_ = PreTokenizer::FromJson(ParseJson(spec_.pre_tokenizer_json, "pre_tokenizer"));
    decoder_ = Decoder::FromJson(ParseJson(spec_.decoder_json, "decoder"), pre_tokenizer_.is_byte_level());
  });
  Require(pre_tokenizer_.is_byte_level() || spec_.byte_fallback || !spec_.unk_token.empty(),
          "tokenizer.json: neither byte-level (a ByteLevel part in its pre_tokenizer) nor byte_fallback nor unk_token: most texts "
          "would "
          "have no tokens");
  size_t size = spec_.tokens.size();
  for (const AddedToken& token : spec_.added_tokens) {
    if (token.id < 0 || token.id >= kMaxTokens)
      Fail(ErrorCode::kDataLoss, "tokenizer.json: added token ", token.content, " has id ", token.id, ", expected 0..",
           kMaxTokens - 1);
    size = std::max(size, static_cast<size_t>(token.id) + 1);
  }
  ids_ = TokenTable(spec_.tokens);
  if (const int64_t twice = ids_.first_duplicate(); twice >= 0)
    Fail(ErrorCode::kDataLoss, "tokenizer.json: token ", spec_.tokens[static_cast<size_t>(twice)], " is listed twice");
  bytes_.resize(size);
  special_.resize(size);
  for (size_t i = 0; i < spec_.tokens.size(); ++i)
    if (!spec_.tokens[i].empty()) bytes_[i] = decoder_.Bytes(spec_.tokens[i]);
  AddAddedTokens();
  model_.emplace(spec_, ids_, bytes_, pre_tokenizer_.is_byte_level());
}

void Tokenizer::AddAddedTokens() {
  for (const AddedToken& token : spec_.added_tokens) {
    const auto i = static_cast<size_t>(token.id);
    const std::string* other = i < spec_.tokens.size() && !spec_.tokens[i].empty() ? &spec_.tokens[i] : nullptr;
    if (other != nullptr && *other != token.content)
      Fail(ErrorCode::kDataLoss, "tokenizer.json: added token ", token.content, " has id ", token.id, ", which is token ", *other);
    const int32_t in_model = ids_.Find(token.content);
    if (in_model >= 0 && in_model != token.id)
      Fail(ErrorCode::kDataLoss, "tokenizer.json: token ", token.content, " has ids ", in_model, " and ", token.id);
    if (const auto [place, fresh] = added_ids_.emplace(token.content, token.id); !fresh && place->second != token.id)
      Fail(ErrorCode::kDataLoss, "tokenizer.json: token ", token.content, " has ids ", place->second, " and ", token.id);
    if (other == nullptr && !bytes_[i].empty() && bytes_[i] != token.content)
      Fail(ErrorCode::kDataLoss, "tokenizer.json: tokens ", bytes_[i], " and ", token.content, " both have id ", token.id);
    bytes_[i] = token.content;
    special_[i] = token.special;
    if (token.normalized) {
      std::string storage;
      normalized_tokens_.Add(token, normalizer_.Normalize(token.content, &storage));
    } else {
      raw_tokens_.Add(token, token.content);
    }
  }
}

std::vector<int32_t> Tokenizer::Encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<int32_t> ids;
  ids.reserve(text.size() / 3 + 2);
  if (options.add_bos && bos_id().has_value()) ids.push_back(*bos_id());
  // Patterns and normal forms need valid UTF-8; what is not valid goes around them byte by byte.
  for (std::string_view rest = text; !rest.empty();) {
    const size_t valid = ValidUtf8Prefix(rest);
    EncodeValid(rest.substr(0, valid), rest.size() == text.size(), options.parse_special, &ids);
    rest.remove_prefix(valid);
    if (rest.empty()) break;
    const auto damaged = static_cast<size_t>(NextUtf8Char(rest).num_bytes);
    for (size_t b = 0; b < damaged; ++b) model_->EncodeByte(static_cast<uint8_t>(rest[b]), &ids);
    rest.remove_prefix(damaged);
  }
  return ids;
}

void Tokenizer::EncodeValid(std::string_view text, bool at_start, bool parse_special, std::vector<int32_t>* ids) const {
  if (text.empty()) return;
  const PreTokenizer::PieceSink encode = [&](std::string_view piece) { model_->Encode(piece, ids); };
  for (const auto& raw : raw_tokens_.Split(text, !parse_special)) {
    if (raw.id >= 0) {
      ids->push_back(raw.id);
      continue;
    }
    std::string storage;
    const std::string_view normalized = normalizer_.Normalize(raw.text, &storage);
    const bool first = at_start && raw.text.data() == text.data();
    for (const auto& section : normalized_tokens_.Split(normalized, !parse_special)) {
      if (section.id >= 0) {
        ids->push_back(section.id);
      } else {
        pre_tokenizer_.Split(section.text, first && section.text.data() == normalized.data(), encode);
      }
    }
  }
}

std::string Tokenizer::Decode(std::span<const int32_t> ids, const DecodeOptions& options) const {
  std::string bytes;
  bytes.reserve(4 * ids.size());
  for (const int32_t id : ids) {
    if (id < 0 || id >= vocab_size() || (options.skip_special && is_special(id))) continue;
    bytes += bytes_[static_cast<size_t>(id)];
  }
  size_t spaces = 0;
  while (spaces < bytes.size() && bytes[spaces] == ' ' && static_cast<int64_t>(spaces) < strip_spaces()) ++spaces;
  bytes.erase(0, spaces);
  return IsValidUtf8(bytes) ? bytes : ToValidUtf8(bytes);
}

const std::string& Tokenizer::TokenBytes(int32_t id) const {
  Require(id >= 0 && id < vocab_size(), "token id ", id, " is outside the vocabulary of ", vocab_size());
  return bytes_[static_cast<size_t>(id)];
}

std::optional<int32_t> Tokenizer::TokenId(std::string_view token) const {
  if (token.empty()) return std::nullopt;
  if (const int32_t id = ids_.Find(token); id >= 0) return id;
  const auto found = added_ids_.find(std::string(token));
  return found == added_ids_.end() ? std::nullopt : std::optional(found->second);
}

int32_t Tokenizer::AddedTokenId(std::string_view content) const {
  for (const AddedToken& token : spec_.added_tokens)
    if (token.content == content) return token.id;
  return -1;
}

}  // namespace r1
