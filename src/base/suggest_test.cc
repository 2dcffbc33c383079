#include "base/suggest.h"

#include <gtest/gtest.h>

#include <vector>

namespace r1 {
namespace {

TEST(SuggestTest, CountsEditsAndSwapsOnce) {
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(EditDistance("clip_lwo", "clip_low"), 1);
  EXPECT_EQ(EditDistance("same", "same"), 0);
}

TEST(SuggestTest, FindsWhatWasMeantAndDoesNotGuessWildly) {
  const std::vector<std::string> names = {"group_size", "clip_low", "clip_high", "temperature", "lr"};
  EXPECT_EQ(NearestName("clip_lw", names), "clip_low");
  EXPECT_EQ(NearestName("groupsize", names), "group_size");
  EXPECT_EQ(NearestName("temp", names), "temperature");
  EXPECT_EQ(NearestName("xq", names), "");
  EXPECT_EQ(SuggestText("clip_hihg", names), "; did you mean `clip_high`?");
  EXPECT_EQ(SuggestText("zzzzzzz", std::vector<std::string>{"a1", "b2"}), "; known: a1, b2");
  EXPECT_EQ(SuggestText("x", {}), "");
}

}  // namespace
}  // namespace r1
