#include "base/base64.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(Base64Test, DecodesTheExamplesOfItsRfc) {
  for (const auto& [packed, text] : {std::pair("", ""),
                                     {"Zg==", "f"},
                                     {"Zm8=", "fo"},
                                     {"Zm9v", "foo"},
                                     {"Zm9vYg==", "foob"},
                                     {"Zm9vYmE=", "fooba"},
                                     {"Zm9vYmFy\n", "foobar"}})
    EXPECT_EQ(DecodeBase64(packed), text);
  EXPECT_EQ(DecodeBase64("+/+/"), "\xFB\xFF\xBF");
}

TEST(Base64Test, RefusesWhatIsNone) {
  for (const char* text : {"Z", "Zg=", "Zg", "Zg===", "Z===", "====", "Zm9v!m9v", "Zm 9", "Zm9=Zm9v"})
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace r1
