#include "engine/stop_text.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace r1 {
namespace {

TEST(StopTextTest, HoldsBackWhatMayBecomeAStopText) {
  StopText stop({"</answer>", "\n\n"});
  EXPECT_EQ(stop.Push("12 </ans"), "12 ");
  EXPECT_EQ(stop.Push("x"), "</ansx");
  EXPECT_EQ(stop.Push("\n"), "");
  EXPECT_EQ(stop.Push("a\n"), "\na");
  EXPECT_EQ(stop.Push("\nrest"), "");
  ASSERT_TRUE(stop.found());
  EXPECT_EQ(*stop.found(), "\n\n");
  EXPECT_EQ(stop.Push("more"), "");
  EXPECT_EQ(stop.Flush(), "");
}

TEST(StopTextTest, TheOneThatStartsFirstCounts) {
  StopText stop({"cd", "bcde", "b"});
  EXPECT_EQ(stop.Push("abcde"), "a");
  EXPECT_EQ(*stop.found(), "bcde");
}

TEST(StopTextTest, SelfOverlappingStopTexts) {
  StopText stop({"aab"});
  std::string shown;
  for (const char* text : {"a", "a", "a", "b"}) shown += stop.Push(text);
  EXPECT_EQ(shown, "a");
  EXPECT_TRUE(stop.found());
}

TEST(StopTextTest, FlushGivesBackWhatWasHeld) {
  StopText stop({"###"});
  EXPECT_EQ(stop.Push("a##"), "a");
  EXPECT_EQ(stop.Flush(), "##");
}

// Character by character: what was shown is always the text before the first stop text, and never more than that.
TEST(StopTextTest, NeverShowsAnyPartOfAStopText) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Rng rng(RngKey({31, seed}));
    auto random_text = [&](int64_t n) {
      std::string text;
      for (int64_t i = 0; i < n; ++i) text += static_cast<char>('a' + rng.Below(2));
      return text;
    };
    std::vector<std::string> stops;
    for (int64_t i = rng.Between(1, 3); i > 0; --i) stops.push_back(random_text(rng.Between(2, 5)));
    const std::string text = random_text(20);
    StopText stop(stops);
    std::string shown;
    size_t used = 0;
    for (; used < text.size() && !stop.found(); ++used) {
      shown += stop.Push(text.substr(used, 1));
      if (stop.found()) break;
      for (const std::string& s : stops) EXPECT_EQ(shown.find(s), std::string::npos);
    }
    if (!stop.found()) shown += stop.Flush();
    // The first to be complete when characters come one by one; of those that end together, the one that starts first.
    size_t end = std::string::npos, begin = text.size();
    for (const std::string& s : stops) {
      const size_t at = text.find(s);
      if (at == std::string::npos) continue;
      if (at + s.size() < end || (at + s.size() == end && at < begin)) {
        end = at + s.size();
        begin = at;
      }
    }
    EXPECT_EQ(shown, text.substr(0, begin)) << text;
    EXPECT_EQ(stop.found() != nullptr, end != std::string::npos);
  }
}

}  // namespace
}  // namespace r1
