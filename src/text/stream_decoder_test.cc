#include "text/stream_decoder.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "base/utf8.h"
#include "text/bpe_trainer.h"
#include "text/test_corpus.h"

namespace r1 {
namespace {

Tokenizer Bytes() { return TrainBpe({}, {.vocab_size = 300, .special_tokens = {"<|end|>"}, .eos_token = "<|end|>"}); }

TEST(StreamDecoderTest, HoldsBackHalfACharacter) {
  const Tokenizer t = Bytes();
  StreamDecoder d(t);
  const std::vector<int32_t> ids = t.Encode("a\xF0\x9F\x98\x80");  // five tokens of one byte
  ASSERT_EQ(ids.size(), 5u);
  EXPECT_EQ(d.Push(ids[0]), "a");
  EXPECT_EQ(d.Push(ids[1]), "");
  EXPECT_TRUE(d.has_pending());
  EXPECT_EQ(d.Push(ids[2]), "");
  EXPECT_EQ(d.Push(ids[3]), "");
  EXPECT_EQ(d.Push(ids[4]), "\xF0\x9F\x98\x80");
  EXPECT_FALSE(d.has_pending());
  EXPECT_EQ(d.Flush(), "");
}

TEST(StreamDecoderTest, AnUnfinishedCharacterEndsAsReplacement) {
  const Tokenizer t = Bytes();
  StreamDecoder d(t);
  const std::vector<int32_t> ids = t.Encode("\xF0\x9F\x98\x80");
  d.Push(ids[0]);
  d.Push(ids[1]);
  EXPECT_EQ(d.Push(t.Encode("z")[0]), "\xEF\xBF\xBDz");
  d.Push(ids[0]);
  EXPECT_EQ(d.Flush(), "\xEF\xBF\xBD");
  EXPECT_EQ(d.Flush(), "");
}

TEST(StreamDecoderTest, JoinedPiecesAreDecodeForAnyIds) {
  const Tokenizer t = TrainBpe(TestCorpus(), {.vocab_size = 400, .special_tokens = {"<|end|>"}});
  Rng rng(RngKey({11}));
  for (int round = 0; round < 500; ++round) {
    for (const bool skip_special : {false, true}) {
      std::vector<int32_t> ids;
      for (uint64_t n = rng.Below(30); n > 0; --n) ids.push_back(static_cast<int32_t>(rng.Below(410)) - 2);
      StreamDecoder d(t, {.skip_special = skip_special});
      std::string shown;
      for (const int32_t id : ids) {
        const std::string piece = d.Push(id);
        EXPECT_TRUE(IsValidUtf8(piece));
        shown += piece;
      }
      EXPECT_EQ(shown + d.Flush(), t.Decode(ids, {.skip_special = skip_special}));
    }
  }
}

}  // namespace
}  // namespace r1
