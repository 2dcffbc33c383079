#include "text/decoder.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/byte_alphabet.h"

namespace r1 {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

std::string ReplaceAll(const std::string& text, const std::string& from, const std::string& to) {
  std::string out;
  size_t done = 0;
  for (size_t at; (at = text.find(from, done)) != std::string::npos; done = at + from.size())
    out.append(text, done, at - done) += to;
  return out.append(text, done);
}

}  // namespace

std::optional<uint8_t> ByteOfFallbackToken(const std::string& token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
  const size_t high = kHex.find(token[3]), low = kHex.find(token[4]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<uint8_t>(high * 16 + low);
}

std::string FallbackTokenOfByte(uint8_t byte) { return std::string("<0x") + kHex[byte >> 4] + kHex[byte & 15] + ">"; }

Decoder Decoder::FromJson(const nlohmann::json& section, bool byte_level) {
  Decoder decoder;
  if (section.is_null()) {
    decoder.byte_level_ = byte_level;
  } else {
    decoder.Append(section);
  }
  return decoder;
}

void Decoder::Append(const nlohmann::json& section) {
  const std::string type = section.at("type");
  if (type == "Sequence") {
    for (const auto& part : section.at("decoders")) Append(part);
  } else if (type == "ByteLevel") {
    byte_level_ = true;
  } else if (type == "ByteFallback") {
    byte_fallback_ = true;
  } else if (type == "Fuse") {
    fused_ = true;
  } else if (type == "Replace") {
    Require(section.at("pattern").contains("String"), "decoder: Replace of a Regex is not supported; expected a String");
    replacements_.emplace_back(section.at("pattern").at("String"), section.at("content"));
    Require(!replacements_.back().first.empty(), "decoder: Replace of an empty text");
  } else if (type == "Metaspace") {
    replacements_.emplace_back(section.value("replacement", "\xE2\x96\x81"), " ");
    Require(!replacements_.back().first.empty(), "decoder: Metaspace with an empty replacement");
    if (section.value("prepend_scheme", section.value("add_prefix_space", true) ? "always" : "never") != "never") strip_spaces_ = 1;
  } else if (type == "Strip") {
    Require(fused_ && section.at("content") == " " && section.value("stop", 0) == 0,
            "decoder: Strip is supported after Fuse, of spaces, at the start");
    strip_spaces_ = section.value("start", 0);
    Require(strip_spaces_ >= 0, "decoder: Strip of ", strip_spaces_, " characters");
  } else {
    Fail(ErrorCode::kInvalidArgument, "decoder of type ", type,
         " is not supported; known: ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, Sequence");
  }
}

std::string Decoder::Bytes(const std::string& token) const {
  // Text outside the byte alphabet stands for itself, as in Hugging Face's decoder.
  if (byte_level_) return FromByteAlphabet(token).value_or(token);
  if (byte_fallback_)
    if (const auto byte = ByteOfFallbackToken(token)) return std::string(1, static_cast<char>(*byte));
  std::string bytes = token;
  for (const auto& [from, to] : replacements_) bytes = ReplaceAll(bytes, from, to);
  return bytes;
}

}  // namespace r1
