#include "text/tokenizer.h"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "text/byte_alphabet.h"
#include "text/utf8.h"

namespace r1 {
namespace {

constexpr int32_t kMaxTokens = 1 << 24;  // a larger id is a damaged file, and would cost gigabytes

// Our decoder joins the tokens' bytes; a file whose decoder does something else is not byte-level BPE.
void CheckDecoder(const nlohmann::json& decoder) {
  if (decoder.is_null()) return;
  const std::string type = decoder.at("type");
  if (type == "Sequence") {
    for (const auto& part : decoder.at("decoders")) CheckDecoder(part);
    return;
  }
  Require(type == "ByteLevel", "tokenizer.json: decoder of type ", type, " is not supported; expected ByteLevel");
}

}  // namespace

Tokenizer::Tokenizer(TokenizerSpec spec) : spec_(std::move(spec)) {
  ReadingJson("tokenizer.json", [&] {
    normalizer_ = Normalizer::FromJson(ParseJson(spec_.normalizer_json, "normalizer"));
    pre_tokenizer_ = PreTokenizer::FromJson(ParseJson(spec_.pre_tokenizer_json, "pre_tokenizer"));
    CheckDecoder(ParseJson(spec_.decoder_json, "decoder"));
  });
  Require(pre_tokenizer_.is_byte_level(),
          "tokenizer.json: only byte-level BPE is supported; its pre_tokenizer must have a ByteLevel part");

  size_t size = spec_.tokens.size();
  for (const AddedToken& token : spec_.added_tokens) {
    if (token.id < 0 || token.id >= kMaxTokens)
      Fail(ErrorCode::kDataLoss, "tokenizer.json: added token ", token.content, " has id ", token.id, ", expected 0..",
           kMaxTokens - 1);
    size = std::max(size, static_cast<size_t>(token.id) + 1);
  }
  bytes_.resize(size);
  special_.resize(size);

  std::array<int32_t, 256> byte_ids;
  byte_ids.fill(-1);
  for (size_t i = 0; i < spec_.tokens.size(); ++i) {
    const std::string& token = spec_.tokens[i];
    if (token.empty()) continue;
    const auto id = static_cast<int32_t>(i);
    if (!ids_.emplace(token, id).second) Fail(ErrorCode::kDataLoss, "tokenizer.json: token ", token, " is listed twice");
    // Text outside the byte alphabet stands for itself, as in Hugging Face's decoder.
    const std::optional<std::string> bytes = FromByteAlphabet(token);
    bytes_[i] = bytes.value_or(token);
    if (bytes.has_value() && bytes->size() == 1) byte_ids[static_cast<uint8_t>((*bytes)[0])] = id;
  }
  for (const BpeMerge& merge : spec_.merges)
    for (const int32_t id : {merge.left, merge.right, merge.result})
      if (id < 0 || static_cast<size_t>(id) >= spec_.tokens.size() || spec_.tokens[static_cast<size_t>(id)].empty())
        Fail(ErrorCode::kDataLoss, "tokenizer.json: a merge names id ", id, ", which has no token");

  for (const AddedToken& token : spec_.added_tokens) {
    const auto i = static_cast<size_t>(token.id);
    const std::string* other = i < spec_.tokens.size() && !spec_.tokens[i].empty() ? &spec_.tokens[i] : nullptr;
    if (other != nullptr && *other != token.content)
      Fail(ErrorCode::kDataLoss, "tokenizer.json: added token ", token.content, " has id ", token.id, ", which is token ", *other);
    if (const auto [place, fresh] = ids_.emplace(token.content, token.id); !fresh && place->second != token.id)
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
  if (spec_.ignore_merges) {
    for (size_t i = 0; i < spec_.tokens.size(); ++i)
      if (const auto bytes = FromByteAlphabet(spec_.tokens[i])) ids_of_bytes_.emplace(*bytes, static_cast<int32_t>(i));
    // Not by this way either can a user's text become a control token.
    for (const AddedToken& token : spec_.added_tokens)
      if (token.is_control()) ids_of_bytes_.erase(token.content);
  }
  const std::optional<int32_t> unk = unk_id();
  Require(spec_.unk_token.empty() || unk.has_value(), "tokenizer.json: unk_token ", spec_.unk_token, " is not in the vocabulary");
  bpe_.emplace(byte_ids, unk.value_or(-1), spec_.merges);
}

std::vector<int32_t> Tokenizer::Encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<int32_t> ids;
  ids.reserve(text.size() / 3 + 2);
  if (options.add_bos && bos_id().has_value()) ids.push_back(*bos_id());
  // Regular expressions and normal forms need valid UTF-8; what is not valid goes around them byte by byte.
  size_t begin = 0, i = 0;
  while (i < text.size()) {
    if (static_cast<uint8_t>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const Utf8Char c = NextUtf8Char(text.substr(i));
    const auto size = static_cast<size_t>(c.num_bytes);
    if (!c.valid) {
      EncodeValid(text.substr(begin, i - begin), options.parse_special, &ids);
      for (size_t b = 0; b < size; ++b) bpe_->Encode(text.substr(i + b, 1), &ids);
      begin = i + size;
    }
    i += size;
  }
  EncodeValid(text.substr(begin), options.parse_special, &ids);
  return ids;
}

void Tokenizer::EncodeValid(std::string_view text, bool parse_special, std::vector<int32_t>* ids) const {
  if (text.empty()) return;
  for (const auto& raw : raw_tokens_.Split(text, !parse_special)) {
    if (raw.id >= 0) {
      ids->push_back(raw.id);
      continue;
    }
    std::string storage;
    const std::string_view normalized = normalizer_.Normalize(raw.text, &storage);
    for (const auto& section : normalized_tokens_.Split(normalized, !parse_special)) {
      if (section.id >= 0) {
        ids->push_back(section.id);
      } else {
        EncodeText(section.text, ids);
      }
    }
  }
}

void Tokenizer::EncodeText(std::string_view normalized, std::vector<int32_t>* ids) const {
  std::deque<std::string> storage;
  std::string key;
  for (const std::string_view piece : pre_tokenizer_.Split(normalized, &storage)) {
    if (spec_.ignore_merges) {
      key = piece;
      if (const auto found = ids_of_bytes_.find(key); found != ids_of_bytes_.end()) {
        ids->push_back(found->second);
        continue;
      }
    }
    bpe_->Encode(piece, ids);
  }
}

std::string Tokenizer::Decode(std::span<const int32_t> ids, const DecodeOptions& options) const {
  std::string bytes;
  for (const int32_t id : ids) {
    if (id < 0 || id >= vocab_size() || (options.skip_special && is_special(id))) continue;
    bytes += bytes_[static_cast<size_t>(id)];
  }
  return ToValidUtf8(bytes);
}

const std::string& Tokenizer::TokenBytes(int32_t id) const {
  Require(id >= 0 && id < vocab_size(), "token id ", id, " is outside the vocabulary of ", vocab_size());
  return bytes_[static_cast<size_t>(id)];
}

std::optional<int32_t> Tokenizer::TokenId(std::string_view token) const {
  if (token.empty()) return std::nullopt;
  const auto found = ids_.find(std::string(token));
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace r1
