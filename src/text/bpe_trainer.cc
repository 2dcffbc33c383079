#include "text/bpe_trainer.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <queue>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/utf8.h"
#include "text/byte_alphabet.h"
#include "text/utf8.h"

namespace r1 {
namespace {

// GPT-2's pieces (a word takes the space before it), with numbers cut into digits where asked.
std::string SplitPattern(bool single_digits) {
  return std::string(R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|)") + (single_digits ? R"(\p{N})" : R"( ?\p{N}+)") +
         R"(| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
}

nlohmann::ordered_json PreTokenizerJson(bool single_digits) {
  using Json = nlohmann::ordered_json;
  Json split = {
      {"type", "Split"}, {"pattern", {{"Regex", SplitPattern(single_digits)}}}, {"behavior", "Isolated"}, {"invert", false}};
  Json byte_level = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", false}};
  return {{"type", "Sequence"}, {"pretokenizers", {std::move(split), std::move(byte_level)}}};
}

struct Word {
  std::vector<int32_t> symbols;
  int64_t count;
};

using Pair = std::pair<int32_t, int32_t>;

struct PairCandidate {
  int64_t count;
  Pair pair;
  bool operator<(const PairCandidate& o) const { return count != o.count ? count < o.count : pair > o.pair; }
};

// The state of training: words as symbols, and for each adjacent pair its count and the words it may be in.
class PairCounter {
 public:
  explicit PairCounter(std::vector<Word> words) : words_(std::move(words)) {
    for (size_t w = 0; w < words_.size(); ++w)
      for (size_t i = 0; i + 1 < words_[w].symbols.size(); ++i) Count(w, i, words_[w].count);
    for (const auto& [pair, info] : pairs_) queue_.push({info.count, pair});
  }

  // The most frequent pair that nobody has taken; count 0 if there is none.
  PairCandidate Take() {
    while (!queue_.empty()) {
      const PairCandidate top = queue_.top();
      queue_.pop();
      const int64_t now = pairs_[top.pair].count;
      if (now == top.count) return top;
      if (now > 0) queue_.push({now, top.pair});  // counts only fall after they were queued; new pairs are queued when made
    }
    return {0, {}};
  }

  void Join(Pair pair, int32_t result) {
    const std::set<size_t> where = std::move(pairs_[pair].words);
    std::set<Pair> fresh;
    for (const size_t w : where) {
      std::vector<int32_t>& s = words_[w].symbols;
      for (size_t i = 0; i + 1 < s.size(); ++i) Count(w, i, -words_[w].count);
      size_t out = 0;
      for (size_t i = 0; i < s.size(); ++out) {
        const bool here = i + 1 < s.size() && s[i] == pair.first && s[i + 1] == pair.second;
        s[out] = here ? result : s[i];
        i += here ? 2 : 1;
      }
      s.resize(out);
      for (size_t i = 0; i + 1 < s.size(); ++i) {
        Count(w, i, words_[w].count);
        if (s[i] == result || s[i + 1] == result) fresh.insert({s[i], s[i + 1]});
      }
    }
    pairs_.erase(pair);
    for (const Pair& p : fresh) queue_.push({pairs_[p].count, p});
  }

 private:
  struct Info {
    int64_t count = 0;
    std::set<size_t> words;
  };
  void Count(size_t w, size_t i, int64_t change) {
    Info& info = pairs_[{words_[w].symbols[i], words_[w].symbols[i + 1]}];
    info.count += change;
    if (change > 0) info.words.insert(w);
  }

  std::vector<Word> words_;
  std::map<Pair, Info> pairs_;
  std::priority_queue<PairCandidate> queue_;
};

std::vector<AddedToken> MakeAddedTokens(const BpeTrainerConfig& config) {
  std::vector<AddedToken> tokens;
  const auto add = [&](const std::string& content, bool special) {
    tokens.push_back({.id = static_cast<int32_t>(tokens.size()), .content = content, .special = special});
  };
  for (const std::string& content : config.special_tokens) add(content, true);
  for (const std::string& content : {config.pad_token, config.bos_token, config.eos_token, config.unk_token}) {
    const bool there = std::any_of(tokens.begin(), tokens.end(), [&](const AddedToken& t) { return t.content == content; });
    if (!content.empty() && !there) add(content, true);
  }
  for (const std::string& content : config.plain_tokens) add(content, false);
  std::set<std::string> seen;
  for (const AddedToken& token : tokens) {
    Require(token.content.size() >= 2, "bpe: added token \"", token.content, "\" must have at least two bytes");
    Require(IsValidUtf8(token.content), "bpe: added token \"", ToValidUtf8(token.content), "\" is not valid UTF-8");
    Require(seen.insert(token.content).second, "bpe: added token ", token.content, " stands twice");
  }
  return tokens;
}

// The post-processor of transformers: its tokenizers go by this alone, whatever tokenizer_config.json says of add_bos_token.
std::string PostProcessorJson(const TokenizerSpec& spec) {
  if (!spec.add_bos || spec.bos_token.empty()) return spec.decoder_json;
  const auto bos = std::find_if(spec.added_tokens.begin(), spec.added_tokens.end(),
                                [&](const AddedToken& t) { return t.content == spec.bos_token; });
  const auto token = [&](int type) {
    return nlohmann::ordered_json{{"SpecialToken", {{"id", spec.bos_token}, {"type_id", type}}}};
  };
  const auto text = [](const char* name, int type) {
    return nlohmann::ordered_json{{"Sequence", {{"id", name}, {"type_id", type}}}};
  };
  nlohmann::ordered_json ids;
  ids[spec.bos_token] = {{"id", spec.bos_token}, {"ids", {bos->id}}, {"tokens", {spec.bos_token}}};
  return nlohmann::ordered_json{{"type", "TemplateProcessing"},
                                {"single", {token(0), text("A", 0)}},
                                {"pair", {token(0), text("A", 0), token(1), text("B", 1)}},
                                {"special_tokens", ids}}
      .dump();
}

}  // namespace

Tokenizer TrainBpe(std::span<const std::string> documents, const BpeTrainerConfig& original) {
  BpeTrainerConfig config = original;
  if (config.used_bytes_only && config.unk_token.empty()) config.unk_token = "<unk>";
  TokenizerSpec spec;
  spec.added_tokens = MakeAddedTokens(config);
  spec.bos_token = config.bos_token;
  spec.eos_token = config.eos_token;
  spec.pad_token = config.pad_token;
  spec.unk_token = config.unk_token;
  spec.add_bos = config.add_bos;
  const nlohmann::ordered_json pre_tokenizer_json = PreTokenizerJson(config.single_digits);
  spec.pre_tokenizer_json = pre_tokenizer_json.dump();
  spec.decoder_json = R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false})";
  spec.post_processor_json = PostProcessorJson(spec);

  // Pieces and their counts, in byte order of the pieces: what follows cannot depend on the documents' order.
  const PreTokenizer pre_tokenizer = PreTokenizer::FromJson(pre_tokenizer_json);
  AddedTokenMatcher matcher;
  for (const AddedToken& token : spec.added_tokens) matcher.Add(token, token.content);
  std::unordered_map<std::string, int64_t> unordered;
  std::array<bool, 256> used{};
  for (const std::string& document : documents) {
    const std::string text = ToValidUtf8(document);
    for (const auto& section : matcher.Split(text, /*skip_control=*/false)) {
      if (section.id >= 0) continue;
      pre_tokenizer.Split(section.text, /*at_start=*/true, [&](std::string_view piece) { ++unordered[std::string(piece)]; });
    }
  }
  const std::map<std::string, int64_t> pieces(unordered.begin(), unordered.end());
  for (const auto& [piece, count] : pieces)
    for (const char c : piece) used[static_cast<uint8_t>(c)] = true;

  // Ids: added tokens, bytes, then merges.
  std::unordered_map<std::string, int32_t> ids;
  std::vector<std::string> bytes;  // by id; empty for added tokens
  bytes.resize(spec.added_tokens.size());
  std::array<int32_t, 256> byte_ids{};
  const auto new_token = [&](const std::string& token) {
    ids[token] = static_cast<int32_t>(bytes.size());
    bytes.push_back(token);
    return static_cast<int32_t>(bytes.size() - 1);
  };
  for (size_t b = 0; b < 256; ++b)
    if (used[b] || !config.used_bytes_only) byte_ids[b] = new_token(std::string(1, static_cast<char>(b)));
  Require(config.vocab_size >= static_cast<int64_t>(bytes.size()), "bpe: vocab_size must be at least ", bytes.size(), " (",
          spec.added_tokens.size(), " added tokens and ", bytes.size() - spec.added_tokens.size(), " bytes), got ",
          config.vocab_size);

  std::vector<Word> words;
  for (const auto& [piece, count] : pieces) {
    Word word{{}, count};
    for (const char c : piece) word.symbols.push_back(byte_ids[static_cast<uint8_t>(c)]);
    words.push_back(std::move(word));
  }
  PairCounter counter(std::move(words));
  while (static_cast<int64_t>(bytes.size()) < config.vocab_size) {
    const PairCandidate best = counter.Take();
    if (best.count < std::max<int64_t>(config.min_pair_count, 1)) break;
    const std::string joined = bytes[static_cast<size_t>(best.pair.first)] + bytes[static_cast<size_t>(best.pair.second)];
    if (static_cast<int64_t>(joined.size()) > config.max_token_bytes) continue;
    // Two merges can make the same token ("a" + "bc", "ab" + "c"); it keeps its first id.
    const auto found = ids.find(joined);
    const int32_t result = found != ids.end() ? found->second : new_token(joined);
    spec.merges.push_back({best.pair.first, best.pair.second, result});
    counter.Join(best.pair, result);
  }
  spec.tokens.resize(bytes.size());
  for (size_t id = spec.added_tokens.size(); id < bytes.size(); ++id) spec.tokens[id] = ToByteAlphabet(bytes[id]);
  // Hugging Face gives an added token the id that it has in the model's vocabulary, and a new one at the end if it is not there.
  for (const AddedToken& token : spec.added_tokens) spec.tokens[static_cast<size_t>(token.id)] = token.content;
  return Tokenizer(std::move(spec));
}

}  // namespace r1
