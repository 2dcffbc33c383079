#include "text/gguf_vocabulary.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "text/decoder.h"
#include "text/normalizer.h"
#include "text/pre_tokenizer.h"

namespace r1 {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSpaceMark = "\u2581";  // SentencePiece's space

// What Qwen, Llama and DeepSeek write between the group of digits; see text/regex_test.cc.
constexpr const char* kContractions = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|)";
constexpr const char* kLineEnds = R"([\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
// The letters of cased scripts, as DeepSeek-LLM lists them.
constexpr const char* kDeepSeekLlmLetters =
    "\\s?[A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-"
    "\u0373\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481"
    "\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B"
    "\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B"
    "\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB"
    "\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128"
    "\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4"
    "\u2CEB-\u2CEE\u2CF2\u2CF3\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF"
    "\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A\U00010400-\U0001044F\U000104B0-\U000104D3\U000104D8"
    "-\U000104FB\U00010C80-\U00010CB2\U00010CC0-\U00010CF2\U000118A0-\U000118DF\U0001E900-\U0001E943]+";

Json Split(const std::string& pattern) {
  return {{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
}

Json ByteLevel(bool use_regex) {
  return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", use_regex}};
}

Json Digits() { return {{"type", "Digits"}, {"individual_digits", true}}; }

Json Sequence(std::vector<Json> parts) { return {{"type", "Sequence"}, {"pretokenizers", std::move(parts)}}; }

// GPT-4's pattern with its two degrees of freedom: what belongs to a word, and how many digits go together.
Json WordsAndDigits(const std::string& letters, const std::string& digits) {
  return Sequence({Split(StrCat(kContractions, R"([^\r\n\p{L}\p{N}]?)", letters, "+|", digits, R"(| ?[^\s)",
                                letters == R"(\p{L})" ? letters : R"(\p{L}\p{M})", R"(\p{N}]+)", kLineEnds)),
                   ByteLevel(false)});
}

Json Qwen2() { return WordsAndDigits(R"(\p{L})", R"(\p{N})"); }
Json Qwen35() { return WordsAndDigits(R"([\p{L}\p{M}])", R"(\p{N})"); }
Json Llama3() { return WordsAndDigits(R"(\p{L})", R"(\p{N}{1,3})"); }
Json Gpt2() { return ByteLevel(true); }
Json DigitsGpt2() { return Sequence({Digits(), ByteLevel(true)}); }

Json DeepSeekV3() {
  return Sequence({Split(R"(\p{N}{1,3})"), Split("[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+"),
                   Split("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| "
                         "?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
                   ByteLevel(false)});
}

constexpr const char* kDeepSeekCjk = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

Json DeepSeekCoder() {
  return Sequence({Split("[\r\n]"), Split(R"(\s?\p{L}+)"), Split(R"(\s?\p{P}+)"), Split(kDeepSeekCjk), Digits(), ByteLevel(false)});
}

Json DeepSeekLlm() {
  return Sequence({Split("[\r\n]"), Split(kDeepSeekLlmLetters),
                   Split("\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+"), Split(R"(\s+$)"),
                   Split(kDeepSeekCjk), Digits(), ByteLevel(false)});
}

struct PreTokenizerName {
  const char* name;
  Json (*section)();
  bool nfc = false;
  bool ignore_merges = false;
};

// The first row of each way is the name that is written.
constexpr PreTokenizerName kNames[] = {
    {"qwen2", Qwen2, true},
    {"deepseek-r1-qwen", Qwen2, true},
    {"qwen35", Qwen35, true},
    {"llama-bpe", Llama3, false, true},
    {"llama3", Llama3, false, true},
    {"llama-v3", Llama3, false, true},
    {"smaug-bpe", Llama3},
    {"deepseek-v3", DeepSeekV3},
    {"deepseek-coder", DeepSeekCoder},
    {"deepseek-llm", DeepSeekLlm},
    {"gpt-2", Gpt2},
    {"gpt2", Gpt2},
    {"olmo", Gpt2},
    {"smollm", DigitsGpt2},
    {"starcoder", DigitsGpt2},
    {"refact", DigitsGpt2},
};

std::string NormalizerJson(bool nfc) { return nfc ? R"({"type":"NFC"})" : "null"; }

std::string SentencePieceNormalizer(bool add_space_prefix) {
  const Json replace = {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", kSpaceMark}};
  if (!add_space_prefix) return replace.dump();
  return Json{{"type", "Sequence"}, {"normalizers", {Json{{"type", "Prepend"}, {"prepend", kSpaceMark}}, replace}}}.dump();
}

std::string SentencePieceDecoder(bool add_space_prefix) {
  std::vector<Json> parts = {{{"type", "Replace"}, {"pattern", {{"String", kSpaceMark}}}, {"content", " "}},
                             {{"type", "ByteFallback"}},
                             {{"type", "Fuse"}}};
  if (add_space_prefix) parts.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
  return Json{{"type", "Sequence"}, {"decoders", parts}}.dump();
}

class TokenIds {
 public:
  explicit TokenIds(const std::vector<std::string>& tokens) {
    ids_.reserve(tokens.size());
    for (size_t i = 0; i < tokens.size(); ++i)
      if (!tokens[i].empty()) ids_.emplace(tokens[i], static_cast<int32_t>(i));
  }
  int32_t Find(std::string_view token) const {
    const auto found = ids_.find(token);
    return found == ids_.end() ? -1 : found->second;
  }

 private:
  std::unordered_map<std::string_view, int32_t> ids_;
};

std::vector<BpeMerge> ReadMerges(const GgufVocabulary& vocabulary, const TokenIds& ids) {
  std::vector<BpeMerge> merges;
  merges.reserve(vocabulary.merges.size());
  for (const std::string& merge : vocabulary.merges) {
    const size_t space = merge.find(' ', 1);
    const std::string left = merge.substr(0, space), right = space == std::string::npos ? "" : merge.substr(space + 1);
    const BpeMerge found{ids.Find(left), ids.Find(right), ids.Find(left + right)};
    if (found.left < 0 || found.right < 0 || found.result < 0)
      Fail(ErrorCode::kDataLoss, "gguf: merge ", merges.size(), " \"", merge, "\" needs a token that is not in the vocabulary");
    merges.push_back(found);
  }
  return merges;
}

// SentencePiece joins whatever makes a token, the best score first: every way to cut a token in two tokens is a merge.
std::vector<BpeMerge> MergesOfScores(const TokenizerSpec& spec, const std::vector<bool>& is_piece) {
  const TokenIds ids(spec.tokens);
  constexpr size_t kLongestToken = 1024;  // bytes; cutting costs their square
  std::vector<int32_t> order;
  for (size_t i = 0; i < spec.tokens.size(); ++i)
    if (is_piece[i] && spec.tokens[i].size() <= kLongestToken) order.push_back(static_cast<int32_t>(i));
  std::stable_sort(order.begin(), order.end(),
                   [&](int32_t a, int32_t b) { return spec.scores[static_cast<size_t>(a)] > spec.scores[static_cast<size_t>(b)]; });
  std::vector<BpeMerge> merges;
  for (const int32_t id : order) {
    const std::string_view token = spec.tokens[static_cast<size_t>(id)];
    for (size_t cut = static_cast<size_t>(NextUtf8Char(token).num_bytes); cut < token.size();
         cut += static_cast<size_t>(NextUtf8Char(token.substr(cut)).num_bytes)) {
      const int32_t left = ids.Find(token.substr(0, cut)), right = ids.Find(token.substr(cut));
      if (left >= 0 && right >= 0 && is_piece[static_cast<size_t>(left)] && is_piece[static_cast<size_t>(right)])
        merges.push_back({left, right, id});
    }
  }
  return merges;
}

std::string JoinNames() {
  std::string names;
  for (const std::string& name : KnownGgufPreTokenizers()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

// What a ByteLevel part says about offsets changes no token, Digits one by one is a Split, and ByteLevel's own pattern may be
// written out before it, as r1's trained tokenizers do.
nlohmann::json WithoutOffsets(nlohmann::json section) {
  if (section.is_object()) {
    section.erase("trim_offsets");
    if (section.value("type", "") == "ByteLevel") section.emplace("use_regex", true), section.emplace("add_prefix_space", true);
    if (section.value("type", "") == "Digits" && section.value("individual_digits", false)) {
      section = nlohmann::json(Split(R"(\p{N})"));
    }
  }
  if (section.is_structured())
    for (auto& part : section) part = WithoutOffsets(part);
  static const auto kWrittenOut = nlohmann::json::array(
      {nlohmann::json(Split(kGpt2Pattern)), {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}});
  if (section.is_object() && section.value("pretokenizers", nlohmann::json()) == kWrittenOut)
    return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
  return section;
}

// The name under which GGUF knows the way that this tokenizer cuts text.
std::string GgufPreTokenizerOf(const TokenizerSpec& spec) {
  const nlohmann::json pre = WithoutOffsets(ParseJson(spec.pre_tokenizer_json, "pre_tokenizer"));
  const bool nfc = spec.normalizer_json.find("\"NFC\"") != std::string::npos;
  const char* nearest = nullptr;
  for (const PreTokenizerName& row : kNames) {
    if (WithoutOffsets(nlohmann::json(row.section())) != pre) continue;
    if (row.nfc == nfc && row.ignore_merges == spec.ignore_merges) return row.name;
    if (nearest == nullptr) nearest = row.name;
  }
  Require(nearest != nullptr, "gguf: this tokenizer's pre_tokenizer has no name in GGUF; known: ", JoinNames());
  Require(false, "gguf: this tokenizer cuts text as ", nearest, " does, but with normalizer ", spec.normalizer_json,
          " and ignore_merges ", spec.ignore_merges ? "true" : "false", ", for which GGUF has no name");
  return "";
}

}  // namespace

std::vector<std::string> KnownGgufPreTokenizers() {
  std::vector<std::string> names;
  for (const PreTokenizerName& row : kNames) names.emplace_back(row.name);
  return names;
}

TokenizerSpec ToTokenizerSpec(const GgufVocabulary& vocabulary) {
  const size_t size = vocabulary.tokens.size();
  if (!vocabulary.types.empty() && vocabulary.types.size() != size)
    Fail(ErrorCode::kDataLoss, "gguf: ", size, " tokens but ", vocabulary.types.size(), " token types");
  TokenizerSpec spec;
  spec.tokens = vocabulary.tokens;
  std::vector<bool> is_piece(size, true);
  for (size_t i = 0; i < vocabulary.types.size(); ++i) {
    const GgufTokenType type = vocabulary.types[i];
    is_piece[i] = type == GgufTokenType::kNormal;
    if (type == GgufTokenType::kUnused) spec.tokens[i].clear();
    const bool special = type == GgufTokenType::kControl || type == GgufTokenType::kUnknown;
    if ((special || type == GgufTokenType::kUserDefined) && !spec.tokens[i].empty())
      spec.added_tokens.push_back({.id = static_cast<int32_t>(i), .content = spec.tokens[i], .special = special});
  }
  const auto token = [&](int64_t id, const char* what) -> std::string {
    if (id < 0) return "";
    if (static_cast<uint64_t>(id) >= size) Fail(ErrorCode::kDataLoss, "gguf: ", what, " ", id, " is outside of ", size, " tokens");
    return spec.tokens[static_cast<size_t>(id)];
  };
  spec.bos_token = token(vocabulary.bos_id, "bos_token_id");
  spec.eos_token = token(vocabulary.eos_id, "eos_token_id");
  spec.pad_token = token(vocabulary.pad_id, "padding_token_id");
  spec.unk_token = token(vocabulary.unk_id, "unknown_token_id");
  spec.add_bos = vocabulary.add_bos;
  spec.chat_template = vocabulary.chat_template;
  if (vocabulary.model == "gpt2") {
    const auto* const row =
        std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& r) { return vocabulary.pre == r.name; });
    if (row == std::end(kNames))
      Fail(ErrorCode::kInvalidArgument, "gguf: pre-tokenizer ", vocabulary.pre.empty() ? "(none)" : vocabulary.pre,
           " is not known; known: ", JoinNames());
    spec.pre_tokenizer_json = row->section().dump();
    spec.normalizer_json = NormalizerJson(row->nfc);
    spec.decoder_json = spec.post_processor_json = ByteLevel(false).dump();
    spec.ignore_merges = row->ignore_merges;
    spec.merges = ReadMerges(vocabulary, TokenIds(spec.tokens));
  } else if (vocabulary.model == "llama") {
    if (vocabulary.scores.size() != size)
      Fail(ErrorCode::kDataLoss, "gguf: ", size, " tokens but ", vocabulary.scores.size(), " scores");
    spec.scores = vocabulary.scores;
    for (const float score : spec.scores)
      if (!(score > -1e30f && score < 1e30f)) Fail(ErrorCode::kDataLoss, "gguf: a token's score is ", score);
    spec.byte_fallback = spec.fuse_unk = true;
    spec.normalizer_json = SentencePieceNormalizer(vocabulary.add_space_prefix);
    spec.decoder_json = SentencePieceDecoder(vocabulary.add_space_prefix);
    spec.merges = MergesOfScores(spec, is_piece);
  } else {
    Fail(ErrorCode::kInvalidArgument, "gguf: tokenizer model ", vocabulary.model, " is not supported; expected gpt2 or llama");
  }
  return spec;
}

GgufVocabulary ToGgufVocabulary(const TokenizerSpec& spec, int64_t vocab_size) {
  GgufVocabulary out;
  size_t size = std::max(spec.tokens.size(), static_cast<size_t>(std::max<int64_t>(vocab_size, 0)));
  for (const AddedToken& added : spec.added_tokens) size = std::max(size, static_cast<size_t>(added.id) + 1);
  out.tokens = spec.tokens;
  out.tokens.resize(size);
  out.types.assign(size, GgufTokenType::kNormal);
  if (spec.byte_fallback)
    for (size_t i = 0; i < size; ++i)
      if (ByteOfFallbackToken(out.tokens[i])) out.types[i] = GgufTokenType::kByte;
  for (const AddedToken& added : spec.added_tokens) {
    const auto i = static_cast<size_t>(added.id);
    out.tokens[i] = added.content;
    out.types[i] = added.content == spec.unk_token ? GgufTokenType::kUnknown
                   : added.special                 ? GgufTokenType::kControl
                                                   : GgufTokenType::kUserDefined;
  }
  for (size_t i = 0; i < size; ++i)
    if (out.tokens[i].empty()) out.tokens[i] = StrCat("[PAD", i, "]"), out.types[i] = GgufTokenType::kUnused;
  const TokenIds ids(out.tokens);
  out.bos_id = ids.Find(spec.bos_token);
  out.eos_id = ids.Find(spec.eos_token);
  out.pad_id = ids.Find(spec.pad_token);
  out.unk_id = ids.Find(spec.unk_token);
  out.add_bos = spec.add_bos;
  out.chat_template = spec.chat_template;

  if (spec.byte_fallback) {
    out.model = "llama";
    out.pre = "default";
    const Normalizer own = Normalizer::FromJson(ParseJson(spec.normalizer_json, "normalizer"));
    const nlohmann::json pre = ParseJson(spec.pre_tokenizer_json, "pre_tokenizer");
    std::string text;
    const bool metaspace = pre.is_object() && pre.value("type", "") == "Metaspace";
    out.add_space_prefix =
        metaspace ? pre.value("prepend_scheme", "always") != "never" : own.Normalize("a", &text).starts_with(kSpaceMark);
    out.scores = spec.scores;
    if (out.scores.empty()) {
      // The order of merges as scores: what is joined first scores highest.
      out.scores.assign(size, 0);
      for (size_t rank = spec.merges.size(); rank-- > 0;)
        out.scores[static_cast<size_t>(spec.merges[rank].result)] = -static_cast<float>(rank + 1);
    }
    out.scores.resize(size);
    return out;
  }
  out.model = "gpt2";
  for (const BpeMerge& merge : spec.merges)
    out.merges.push_back(spec.tokens[static_cast<size_t>(merge.left)] + " " + spec.tokens[static_cast<size_t>(merge.right)]);
  out.pre = GgufPreTokenizerOf(spec);
  return out;
}

}  // namespace r1
