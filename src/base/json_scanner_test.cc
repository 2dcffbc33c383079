#include "base/json_scanner.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace r1 {
namespace {

std::string StringOf(const std::string& json) {
  JsonScanner scan(json, "text");
  const std::string value(scan.String());
  scan.End();
  return value;
}

TEST(JsonScannerTest, WalksObjectsAndListsAndHandsOutTheRest) {
  JsonScanner scan(R"( {"a": [ "x" , "\u0041\ud83d\ude00\n" ], "k\"ey": {"deep":[1,{"}":"]"}]} , "n":-1.5e3 } )", "text");
  std::vector<std::string> seen;
  scan.Object([&](std::string_view key) {
    seen.emplace_back(key);
    if (key == "a") return scan.Array([&] { seen.emplace_back(scan.String()); });
    seen.emplace_back(scan.Skip());
  });
  scan.End();
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "x", "A\xF0\x9F\x98\x80\n", "k\"ey", R"({"deep":[1,{"}":"]"}]})", "n", "-1.5e3"}));
}

TEST(JsonScannerTest, StringsAreThoseOfAFullParser) {
  Rng rng(RngKey({5}));
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (uint64_t n = rng.Below(12); n > 0; --n) {
      static constexpr std::string_view kParts[] = {"a", "\"", "\\", "\n", "\t", "\xC3\xA9", "\xF0\x9F\x98\x80", "/", "\x01", " "};
      text += kParts[rng.Below(std::size(kParts))];
    }
    EXPECT_EQ(StringOf(nlohmann::json(text).dump()), text);
    EXPECT_EQ(StringOf(nlohmann::json(text).dump(-1, ' ', /*ensure_ascii=*/true)), text);
  }
}

TEST(JsonScannerTest, MalformedTextIsAnErrorThatNamesTheByte) {
  for (const char* text : {"", "\"abc", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
                           "\"a\nb\"", "5", "\"\xff\"", "\"a\" b"})
    EXPECT_THROW(StringOf(text), Error) << text;
  for (const char* text : {"", "{", "[1", "]", "{\"a\":\"b", ",", "\"\\"})
    EXPECT_THROW(JsonScanner(text, "text").Skip(), Error) << text;
  for (const char* text : {"", "[]", "{\"a\"}", "{\"a\":1", "{\"a\":1,}", "{,}", "{\"a\" 1}"}) {
    JsonScanner scan(text, "text");
    EXPECT_THROW(scan.Object([&](std::string_view) { scan.Skip(); }), Error) << text;
  }
  try {
    JsonScanner("{\"a\" 1}", "text").Array([] {});
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "text: expected a list at byte 0 of 7");
  }
  EXPECT_THROW(JsonScanner(std::string(100'000, '['), "text").Skip(), Error);
}

}  // namespace
}  // namespace r1
