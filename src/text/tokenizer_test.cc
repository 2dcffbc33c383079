#include "text/tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/rng.h"
#include "base/scratch_folder.h"
#include "text/bpe_trainer.h"
#include "text/decoder.h"
#include "text/stream_decoder.h"
#include "text/test_corpus.h"

namespace r1 {
namespace {

Tokenizer Trained() {
  return TrainBpe(TestCorpus(), {.vocab_size = 400,
                                 .special_tokens = {"<|begin|>", "<|end|>"},
                                 .plain_tokens = {"<think>", "</think>"},
                                 .bos_token = "<|begin|>",
                                 .eos_token = "<|end|>",
                                 .pad_token = "<|end|>"});
}

// A byte-level tokenizer with the given merges over all bytes; ids: bytes 0..255, then one for each merge.
TokenizerSpec SpecWithMerges(const std::vector<std::pair<std::string, std::string>>& merges) {
  TokenizerSpec spec = TrainBpe({}, {.vocab_size = 256}).spec();
  const auto id = [&](const std::string& token) {
    for (size_t i = 0; i < spec.tokens.size(); ++i)
      if (spec.tokens[i] == token) return static_cast<int32_t>(i);
    spec.tokens.push_back(token);
    return static_cast<int32_t>(spec.tokens.size() - 1);
  };
  for (const auto& [left, right] : merges) {
    const int32_t a = id(left), b = id(right);
    spec.merges.push_back({a, b, id(left + right)});
  }
  return spec;
}

std::vector<std::string> Pieces(const Tokenizer& t, const std::string& text) {
  std::vector<std::string> pieces;
  for (const int32_t id : t.Encode(text)) pieces.push_back(t.TokenBytes(id));
  return pieces;
}

using Strings = std::vector<std::string>;

TEST(TokenizerTest, MergesByRankAndLeftmostFirst) {
  const Tokenizer t(SpecWithMerges({{"b", "c"}, {"a", "b"}, {"a", "a"}}));
  EXPECT_EQ(Pieces(t, "abc"), (Strings{"a", "bc"}));
  EXPECT_EQ(Pieces(t, "aaa"), (Strings{"aa", "a"}));
  EXPECT_EQ(Pieces(t, "abab"), (Strings{"ab", "ab"}));
  EXPECT_EQ(Pieces(t, ""), Strings{});
}

// The queue for long pieces and the scan for short ones must decide alike: glue pieces of one letter and compare with a plain loop.
TEST(TokenizerTest, LongPiecesMergeLikeShortOnes) {
  const TokenizerSpec spec =
      SpecWithMerges({{"a", "b"}, {"b", "a"}, {"ab", "a"}, {"aa", "b"}, {"a", "a"}, {"aba", "ab"}, {"ba", "ba"}});
  const Tokenizer t{TokenizerSpec(spec)};
  Rng rng(RngKey({7}));
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (uint64_t n = 1 + rng.Below(120); n > 0; --n) text += static_cast<char>('a' + rng.Below(2));
    Strings expected;
    for (const char c : text) expected.emplace_back(1, c);
    for (;;) {
      size_t best_rank = spec.merges.size(), best = 0;
      for (size_t i = 0; i + 1 < expected.size(); ++i)
        for (size_t r = 0; r < best_rank; ++r)
          if (spec.tokens[static_cast<size_t>(spec.merges[r].left)] == expected[i] &&
              spec.tokens[static_cast<size_t>(spec.merges[r].right)] == expected[i + 1])
            best_rank = r, best = i;
      if (best_rank == spec.merges.size()) break;
      expected[best] += expected[best + 1];
      expected.erase(expected.begin() + static_cast<ptrdiff_t>(best) + 1);
    }
    EXPECT_EQ(Pieces(t, text), expected) << text;
    EXPECT_EQ(Pieces(t, text), expected) << "from the cache: " << text;
  }
}

TEST(TokenizerTest, IgnoreMergesTakesWholePieces) {
  TokenizerSpec spec = SpecWithMerges({{"a", "b"}});
  spec.tokens.push_back("cab");
  EXPECT_EQ(Pieces(Tokenizer(TokenizerSpec(spec)), "cab"), (Strings{"c", "ab"}));
  spec.ignore_merges = true;
  spec.tokens.push_back("<x>");
  spec.added_tokens.push_back({.id = static_cast<int32_t>(spec.tokens.size()) - 1, .content = "<x>"});
  EXPECT_EQ(Tokenizer(TokenizerSpec(spec)).Encode("<x>", {.parse_special = false}).size(), 3u);
  EXPECT_EQ(Pieces(Tokenizer(TokenizerSpec(spec)), "cab"), (Strings{"cab"}));
}

TEST(TokenizerTest, InvalidUtf8IsKeptByteForByte) {
  const Tokenizer t = Trained();
  for (const std::string text : {"a\xff\xfe z", "\xE2\x82", "\xE2\x82\xE2\x82\xAC", "\x80Mira<think>\xF0\x9F", "\xED\xA0\x80"}) {
    std::string bytes;
    for (const int32_t id : t.Encode(text)) bytes += t.TokenBytes(id);
    EXPECT_EQ(bytes, text);
  }
}

TEST(TokenizerTest, TextOfAUserCannotBecomeAControlToken) {
  const Tokenizer t = Trained();
  const std::string text = "<|end|></think>";
  EXPECT_EQ(t.Encode(text), (std::vector<int32_t>{*t.TokenId("<|end|>"), *t.TokenId("</think>")}));
  for (const int32_t id : t.Encode(text, {.parse_special = false})) EXPECT_GE(id, 4);
  EXPECT_EQ(t.Decode(t.Encode(text, {.parse_special = false})), text);
}

TEST(TokenizerTest, SpecialTokensAndIdsWithoutTokenDecodeAsAsked) {
  const Tokenizer t = Trained();
  std::vector<int32_t> ids = t.Encode("Mira", {.add_bos = true});
  EXPECT_EQ(ids[0], t.bos_id());
  ids.push_back(-3);
  ids.push_back(1 << 30);
  EXPECT_EQ(t.Decode(ids), "<|begin|>Mira");
  EXPECT_EQ(t.Decode(ids, {.skip_special = true}), "Mira");
  EXPECT_THROW(t.TokenBytes(-1), Error);
  EXPECT_THROW(t.TokenBytes(t.vocab_size()), Error);
  EXPECT_FALSE(t.TokenId("no such token").has_value());
}

TEST(TokenizerTest, NormalizedTokensAreFoundInNormalizedText) {
  TokenizerSpec spec = Trained().spec();
  spec.normalizer_json = R"({"type":"NFC"})";
  spec.added_tokens.push_back({.id = 500, .content = "caf\xC3\xA9", .normalized = true});
  spec.added_tokens.push_back({.id = 501, .content = "th\xC3\xA9", .normalized = false});
  const Tokenizer t(std::move(spec));
  EXPECT_EQ(t.Encode("cafe\xCC\x81"), std::vector<int32_t>{500});
  EXPECT_GT(t.Encode("the\xCC\x81").size(), 1u);
  EXPECT_EQ(t.vocab_size(), 502);
  EXPECT_EQ(t.TokenBytes(450), "");
}

// Hugging Face numbers added tokens by their place, not by their id; a file must say the same in both readings.
TEST(TokenizerJsonTest, AddedTokensOutOfSequenceAreInTheVocabulary) {
  const auto vocab = [](const TokenizerSpec& spec) {
    const Tokenizer t{TokenizerSpec(spec)};
    return nlohmann::json::parse(TokenizerFiles(t)[0].second).at("model").at("vocab");
  };
  TokenizerSpec spec = SpecWithMerges({});  // ids 0..255
  spec.added_tokens = {{.id = 257, .content = "<b>"}, {.id = 256, .content = "<a>"}};
  EXPECT_FALSE(vocab(spec).contains("<a>"));
  spec.added_tokens[0].id = 300;
  EXPECT_EQ(vocab(spec).at("<a>"), 256);
  EXPECT_EQ(vocab(spec).at("<b>"), 300);
  EXPECT_EQ(vocab(Trained().spec()).at("<|end|>"), 1);
}

TEST(TokenizerTest, AFolderIsReadBackWhole) {
  const ScratchFolder folder;
  const std::string& dir = folder.path();
  TokenizerSpec spec = Trained().spec();
  spec.chat_template = "{{ bos_token }}{{ messages[0].content }}";
  spec.add_bos = true;
  spec.model_max_length = 512;
  SaveTokenizer(Tokenizer(TokenizerSpec(spec)), dir);
  const Tokenizer t = LoadTokenizer(dir);
  EXPECT_EQ(t.spec().tokens, spec.tokens);
  EXPECT_EQ(t.spec().chat_template, spec.chat_template);
  EXPECT_EQ(t.spec().model_max_length, 512);
  EXPECT_TRUE(t.spec().add_bos);
  EXPECT_EQ(t.bos_id(), 0);
  EXPECT_EQ(t.eos_id(), 1);
  EXPECT_EQ(t.pad_id(), 1);
  const std::string text = "Otto has 12 stones.<think>\n\xF0\x9F\x98\x80</think><|end|>";
  EXPECT_EQ(t.Encode(text), Trained().Encode(text));
  AtomicWriteFile(dir + "/chat_template.jinja", "from its own file");
  EXPECT_EQ(LoadTokenizer(dir + "/tokenizer.json").spec().chat_template, "from its own file");
  std::filesystem::remove_all(dir);
  EXPECT_THROW(LoadTokenizer(dir), Error);
}

// A vocabulary as Llama 2's tokenizer.json has it: characters, U+2581 for a space, and a token for each byte.
TokenizerSpec SentencePieceLike() {
  TokenizerSpec spec;
  spec.tokens = {"<unk>", "<s>", "</s>"};
  for (int byte = 0; byte < 256; ++byte) spec.tokens.push_back(FallbackTokenOfByte(static_cast<uint8_t>(byte)));
  for (const char* token : {"\u2581", "a", "b", "c", "\u00E9", "ab", "\u2581ab", "\u2581a"}) spec.tokens.push_back(token);
  const auto id = [&](const std::string& token) {
    return static_cast<int32_t>(std::find(spec.tokens.begin(), spec.tokens.end(), token) - spec.tokens.begin());
  };
  spec.merges = {{id("a"), id("b"), id("ab")}, {id("\u2581"), id("ab"), id("\u2581ab")}, {id("\u2581"), id("a"), id("\u2581a")}};
  spec.added_tokens = {{.id = 0, .content = "<unk>", .special = true},
                       {.id = 1, .content = "<s>", .special = true},
                       {.id = 2, .content = "</s>", .special = true}};
  spec.byte_fallback = spec.fuse_unk = true;
  spec.unk_token = "<unk>";
  spec.normalizer_json =
      R"({"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"\u2581"},{"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]})";
  spec.decoder_json =
      R"({"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},{"type":"ByteFallback"},)"
      R"({"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]})";
  return spec;
}

TEST(TokenizerTest, CharactersThatAreNoTokensBecomeTheirBytes) {
  const Tokenizer t(SentencePieceLike());
  EXPECT_EQ(Pieces(t, "ab a\u00E9"), (Strings{" ab", " a", "\u00E9"}));
  EXPECT_EQ(Pieces(t, "a\u4E2D"), (Strings{" a", "\xE4", "\xB8", "\xAD"}));
  EXPECT_EQ(Pieces(t, "a\xff"), (Strings{" a", "\xff"}));
  EXPECT_EQ(t.Decode(t.Encode("ab \u4E2D\n")), "ab \u4E2D\n");
  EXPECT_EQ(t.Decode(t.Encode("  a")), "  a");
  StreamDecoder stream(t);
  std::string shown;
  for (const int32_t id : t.Encode(" a \u4E2Db")) shown += stream.Push(id);
  EXPECT_EQ(shown + stream.Flush(), " a \u4E2Db");
  const Tokenizer again(ParseTokenizerJson(TokenizerFiles(t)[0].second));
  EXPECT_EQ(again.Encode("ab \u4E2D </s> a"), t.Encode("ab \u4E2D </s> a"));
  TokenizerSpec without = SentencePieceLike();
  without.byte_fallback = false;
  EXPECT_EQ(Tokenizer(TokenizerSpec(without)).Encode("a\u4E2D\u4E2Db"),
            (std::vector<int32_t>{*t.TokenId("\u2581a"), 0, *t.TokenId("b")}));
}

TEST(TokenizerTest, ScoresThatTieJoinTheLeftmostFirst) {
  TokenizerSpec spec = SentencePieceLike();
  const auto id = [&](const std::string& token) { return *Tokenizer(SentencePieceLike()).TokenId(token); };
  spec.normalizer_json = "null";
  spec.tokens.push_back("bc");
  const auto bc = static_cast<int32_t>(spec.tokens.size() - 1);
  spec.merges.insert(spec.merges.begin(), {id("b"), id("c"), bc});
  EXPECT_EQ(Pieces(Tokenizer(TokenizerSpec(spec)), "abc"), (Strings{"a", "bc"}));  // by the order of merges
  spec.scores.assign(spec.tokens.size(), -1);
  EXPECT_EQ(Pieces(Tokenizer(TokenizerSpec(spec)), "abc"), (Strings{"ab", "c"}));
  spec.scores[static_cast<size_t>(bc)] = -0.5f;
  EXPECT_EQ(Pieces(Tokenizer(TokenizerSpec(spec)), "abc"), (Strings{"a", "bc"}));
}

// Rust's \\w, joiners and circled letters among it.
TEST(TokenizerTest, SingleWordsTouchNoWordCharacter) {
  TokenizerSpec spec = Trained().spec();
  spec.added_tokens.push_back({.id = 500, .content = "word", .single_word = true});
  const Tokenizer t(std::move(spec));
  for (const char* text : {"word", " word.", "-word-", "\u00B2word"}) EXPECT_EQ(std::ranges::count(t.Encode(text), 500), 1) << text;
  for (const char* text : {"words", "_word", "\u200Dword", "\u24B6word", "word\u2163", "word\u0301"})
    EXPECT_EQ(std::ranges::count(t.Encode(text), 500), 0) << text;
}

TEST(TokenizerTest, ManyThreadsMayEncodeAtOnce) {
  const Tokenizer t = Trained();
  const std::vector<std::string> documents = TestCorpus();
  const Tokenizer alone = Trained();
  std::vector<std::vector<int32_t>> expected;
  for (const std::string& d : documents) expected.push_back(alone.Encode(d));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (size_t k = 0; k < 4; ++k)
    threads.emplace_back([&, k] {
      for (size_t i = 0; i < 50; ++i)
        wrong += t.Encode(documents[(i + k) % documents.size()]) != expected[(i + k) % documents.size()];
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(TokenizerTest, HostileTextEndsSoon) {
  const Tokenizer t = Trained();
  for (const std::string unit : {"a", " ", "<", "\n", "\xE2\x82\xAC", "\xff", "1", "<think>", " \n"}) {
    std::string text;
    while (text.size() < 300'000) text += unit;
    EXPECT_EQ(t.Decode(t.Encode(text)).size() > 0, true) << unit;
  }
}

std::string ErrorOf(const nlohmann::json& file) {
  return MessageOf([&] { Tokenizer(ParseTokenizerJson(file.dump())); });
}

TEST(TokenizerJsonTest, ContradictionsAreNamed) {
  const nlohmann::json good = nlohmann::json::parse(TokenizerFiles(Trained())[0].second);
  EXPECT_EQ(ErrorOf(good), "no error");
  const auto changed = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json file = good;
    file[nlohmann::json::json_pointer(pointer)] = value;
    return ErrorOf(file);
  };
  EXPECT_NE(changed("/model/type", "Unigram").find("Unigram is not supported"), std::string::npos);
  EXPECT_NE(changed("/model/vocab/a", 99).find("have the same id 99"), std::string::npos);
  EXPECT_NE(changed("/model/vocab/a", -1).find("must be an integer in 0..16777215, got -1"), std::string::npos);
  EXPECT_NE(changed("/model/vocab/a", 4000000000u).find("got 4000000000"), std::string::npos);
  EXPECT_NE(changed("/model/vocab/a", "x").find("got \"x\""), std::string::npos);
  EXPECT_NE(changed("/model/merges/0", "a b c").find("two tokens and one space"), std::string::npos);
  EXPECT_NE(changed("/model/merges/0", "qq zz").find("which is not in vocab"), std::string::npos);
  EXPECT_NE(changed("/model/merges/0", 5).find("tokenizer.json: "), std::string::npos);
  EXPECT_NE(changed("/model/merges", 5).find("merges must be a list"), std::string::npos);
  EXPECT_NE(changed("/model/dropout", 0.5).find("dropout"), std::string::npos);
  EXPECT_NE(changed("/model/unk_token", "<nothing>").find("<nothing> is not in the vocabulary"), std::string::npos);
  EXPECT_NE(changed("/added_tokens/0/id", 300).find("<|begin|>"), std::string::npos);
  EXPECT_NE(changed("/added_tokens/0/id", 1).find("<|begin|>"), std::string::npos);
  EXPECT_NE(changed("/pre_tokenizer", nullptr).find("neither byte-level"), std::string::npos);
  EXPECT_NE(changed("/decoder/type", "WordPiece").find("decoder of type WordPiece"), std::string::npos);
  EXPECT_NE(changed("/normalizer", {{"type", "Magic"}}).find("normalizer of type Magic"), std::string::npos);
}

// A damaged file either loads, and then encodes without fault, or is refused with an Error.
TEST(TokenizerJsonTest, RandomDamageNeverCrashes) {
  const Tokenizer small =
      TrainBpe(TestCorpus(), {.vocab_size = 120, .special_tokens = {"<|end|>"}, .eos_token = "<|end|>", .used_bytes_only = true});
  const std::string good = nlohmann::json::parse(TokenizerFiles(small)[0].second).dump();
  static constexpr std::string_view kPieces[] = {
      "[[[[", "]",        "{",    "}",    "\"",      ":",       ",",         "99999999999999999999",
      "-1",   "1e400",    "null", "\xff", "\\u0000", "\\ud800", "ByteLevel", "(",
      "+",    "\\\\p{L}", "true", " ",    "id",      "0",       "\xC4\xA0",  "e"};
  int loaded = 0, refused = 0;
  Rng rng(RngKey({2026, 3}));
  for (int i = 0; i < 6000; ++i) {
    std::string text = good;
    for (uint64_t edits = 1 + rng.Below(3); edits > 0; --edits) {
      const size_t at = rng.Below(text.size());
      switch (rng.Below(6)) {
        case 0: text[at] = static_cast<char>(rng.Below(256)); break;
        case 1: text.insert(at, kPieces[rng.Below(std::size(kPieces))]); break;
        case 2: text.erase(at, 1 + rng.Below(20)); break;
        case 3: text[at] = static_cast<char>('0' + rng.Below(10)); break;
        case 4: text.insert(at, text.substr(rng.Below(text.size()), rng.Below(60))); break;
        case 5: text.resize(at + 1); break;
      }
      if (text.empty()) break;
    }
    try {
      const Tokenizer t(ParseTokenizerJson(text));
      const std::vector<int32_t> ids = t.Encode("Mira has 12 \xC3\xA9 stones\xff.<|end|>");
      t.Decode(ids);
      ParseTokenizerJson(TokenizerFiles(t)[0].second);
      ++loaded;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(loaded, 100);
  EXPECT_GT(refused, 1000);
  for (const std::string& deep : {std::string(100'000, '['), "{\"model\":" + std::string(100'000, '{')})
    EXPECT_THROW(ParseTokenizerJson(deep), Error);
}

}  // namespace
}  // namespace r1
