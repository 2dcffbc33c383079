#include "text/normalizer.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/utf8.h"

namespace r1 {
namespace {

std::string Normalized(const std::string& json, const std::string& text) {
  std::string storage;
  return std::string(Normalizer::FromJson(nlohmann::json::parse(json)).Normalize(text, &storage));
}

// The quick check must never take a text for normalized that is not: every character alone and behind letters of many scripts that
// compose, against the library. Characters newer than the reference's tables are left alone, so they are skipped here.
TEST(NormalizerTest, EveryCharacterBecomesItsFormC) {
  const Normalizer nfc = Normalizer::FromJson({{"type", "NFC"}});
  std::string storage;
  for (const char32_t before : {U'a', U'\u0438', U'\u1100', U'\uAC00', U'\u0928', U'\u09C7', U'\u0B47', U'\u0DD9', U'\u1025',
                                U'\u304B', U'\u03B1', U'\u2190'}) {
    int differences = 0;
    for (char32_t c = 0x80; c < 0x30000; ++c) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      const std::string text = EncodeUtf8(before) + EncodeUtf8(c);
      utf8proc_uint8_t* form = utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
      differences += nfc.Normalize(text, &storage) != reinterpret_cast<const char*>(form);
      std::free(form);
    }
    EXPECT_EQ(differences, 0) << static_cast<uint32_t>(before);
  }
}

TEST(NormalizerTest, MarksNewerThanTheReferenceStayWhereTheyStand) {
  const std::string acute = "\xCC\x81", newer = "\xE0\xA3\x93" /* U+08D3, below, Unicode 11 */,
                    older = "\xCC\xA7" /* U+0327, below */;
  EXPECT_EQ(Normalized(R"({"type":"NFC"})", "q" + acute + older), "q" + older + acute);
  EXPECT_EQ(Normalized(R"({"type":"NFC"})", "q" + acute + newer), "q" + acute + newer);
  EXPECT_EQ(Normalized(R"({"type":"NFC"})", "e" + acute + newer + "e" + acute), "\xC3\xA9" + newer + "\xC3\xA9");
  EXPECT_EQ(Normalized(R"({"type":"NFKC"})", "\xE3\x8B\xBF"), "\xE3\x8B\xBF");  // U+32FF, the era Reiwa
}

TEST(NormalizerTest, StepsFollowOneAnother) {
  const std::string llama = R"({"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"_"},)"
                            R"({"type":"Replace","pattern":{"String":" "},"content":"_"}]})";
  EXPECT_EQ(Normalized(llama, "a b"), "_a_b");
  EXPECT_EQ(Normalized(llama, ""), "");
  EXPECT_EQ(Normalized(R"({"type":"Strip","strip_left":true,"strip_right":true})", " \xE3\x80\x80 a b\n"), "a b");
  EXPECT_EQ(Normalized(R"({"type":"Strip","strip_left":false,"strip_right":true})", " a "), " a");
  EXPECT_EQ(Normalized(R"({"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "})", "a \n b"), "a b");
  EXPECT_EQ(Normalized("null", "as it is"), "as it is");
  EXPECT_THROW(Normalized(R"({"type":"Precompiled"})", ""), Error);
}

}  // namespace
}  // namespace r1
