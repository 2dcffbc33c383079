#include "base/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace r1 {
namespace {

TEST(GlobTest, MatchesAsAShellDoes) {
  for (const auto& [pattern, path] : {std::pair("main/test-*.parquet", "main/test-00000-of-00001.parquet"),
                                      {"*", ""},
                                      {"a*b*c", "abbbc"},
                                      {"a?c", "abc"},
                                      {"test[45].jsonl", "test4.jsonl"},
                                      {"x[a-c]", "xb"},
                                      {"*.jsonl", ".jsonl"},
                                      {"[", "["},
                                      {"a**", "a"},
                                      {"*/*", "a/b"}})
    EXPECT_TRUE(GlobMatches(pattern, path)) << pattern << " " << path;
  for (const auto& [pattern, path] : {std::pair("test-*.parquet", "main/test-0.parquet"),
                                      {"*", "a/b"},
                                      {"main/*", "main/a/b"},
                                      {"a?c", "a/c"},
                                      {"", "a"},
                                      {"test[45].jsonl", "test6.jsonl"},
                                      {"a*b", "ac"},
                                      {"a", ""},
                                      {"?", ""},
                                      {"*/b", "a/c/b"}})
    EXPECT_FALSE(GlobMatches(pattern, path)) << pattern << " " << path;
}

TEST(GlobTest, HostilePatternsEnd) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(GlobMatches(pattern + "b", std::string(20'000, 'a')));
}

}  // namespace
}  // namespace r1
