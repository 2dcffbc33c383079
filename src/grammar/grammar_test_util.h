// A small vocabulary, and writers that choose tokens at random.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rng.h"
#include "grammar/gbnf.h"
#include "grammar/matcher.h"
#include "text/byte_alphabet.h"

namespace r1 {

inline constexpr int32_t kSmallEos = 256;

// All bytes, by value, then control tokens, then pieces of text and of characters.
inline const Tokenizer& SmallTokenizer() {
  static const Tokenizer tokenizer = [] {
    TokenizerSpec spec;
    for (int byte = 0; byte < 256; ++byte) spec.tokens.push_back(ToByteAlphabet(std::string(1, static_cast<char>(byte))));
    const auto control = [&](const char* name, bool special) {
      spec.added_tokens.push_back({.id = static_cast<int32_t>(spec.tokens.size()), .content = name, .special = special});
      spec.tokens.emplace_back();
    };
    control("<eos>", true);
    control("<bos>", true);
    control("<tool_call>", false);
    control("</tool_call>", false);
    for (const char* text : {"\",", "\":",  "\"}", "\"]",  "\",\"", "]]",  "[[",   "}}",     "{\"",      "yes",   "ye",
                             "no",  "ab",   "abc", "aa",   "ba",    "é\"", "\xc3", "\xa9\"", "\xe2\x82", "\xac,", "12",
                             "123", "\\\"", "\\n", "true", "null",  "  ",  "\n  ", "ão",     "\xa3o"})
      if (const std::string token = ToByteAlphabet(text); std::string_view(text).size() > 1) spec.tokens.push_back(token);
    spec.pre_tokenizer_json = R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false})";
    spec.decoder_json = R"({"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true})";
    spec.eos_token = "<eos>";
    spec.bos_token = "<bos>";
    return Tokenizer(std::move(spec));
  }();
  return tokenizer;
}

inline std::shared_ptr<const TokenGrammar> SmallGrammar(std::string_view gbnf) {
  static const auto trie = std::make_shared<const TokenTrie>(SmallTokenizer());
  return std::make_shared<TokenGrammar>(std::make_shared<Grammar>(ParseGbnf(gbnf)), trie);
}

// One of the allowed tokens, all equally likely.
inline int32_t DrawToken(const TokenMask& mask, Rng& rng) {
  uint64_t left = rng.Below(static_cast<uint64_t>(mask.Count()));
  for (int32_t id = 0;; ++id)
    if (mask.Test(id) && left-- == 0) return id;
}

// What a writer without taste writes; empty if it has not come to an end after `max_tokens`.
inline std::optional<std::string> RandomWalk(const std::shared_ptr<const TokenGrammar>& grammar, int32_t eos, uint64_t seed,
                                             int64_t max_tokens) {
  GrammarMatcher matcher(grammar, {eos});
  Rng rng(RngKey({seed}));
  std::string text;
  for (int64_t i = 0; i < max_tokens; ++i) {
    const int32_t id = matcher.complete() && i > max_tokens / 2 ? eos : DrawToken(matcher.Allowed(), rng);
    const bool complete = matcher.complete();
    if (!matcher.Accept(id)) return std::nullopt;
    if (matcher.finished()) return complete ? std::optional(text) : std::nullopt;
    text += grammar->trie().Bytes(id);
  }
  return std::nullopt;
}

}  // namespace r1
