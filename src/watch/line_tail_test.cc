// What is appended is seen once and whole; what a resumed run has cut is seen anew.
#include "watch/line_tail.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/scratch_folder.h"

namespace r1 {
namespace {

class LineTailTest : public testing::Test {
 protected:
  void Append(std::string_view text) { std::ofstream(path_, std::ios::binary | std::ios::app) << text; }
  // The lines of one Refresh; "(anew)" stands for a start over.
  std::vector<std::string> Refresh() {
    std::vector<std::string> lines;
    tail_.Refresh([&] { lines.push_back("(anew)"); }, [&](std::string_view line, uint64_t) { lines.push_back(std::string(line)); });
    return lines;
  }
  using Lines = std::vector<std::string>;

  ScratchFolder folder_;
  std::string path_ = folder_.path() + "/log";
  LineTail tail_{path_};
};

TEST_F(LineTailTest, HandsOnEachLineOnceAndWaitsForTheRestOfAHalfOne) {
  EXPECT_EQ(Refresh(), Lines{});
  Append("one\ntw");
  EXPECT_EQ(Refresh(), Lines{"one"});
  EXPECT_EQ(Refresh(), Lines{});
  Append("o\n\nfour\n");
  EXPECT_EQ(Refresh(), (Lines{"two", "", "four"}));
}

TEST_F(LineTailTest, AShorterFileIsReadAnew) {
  Append("one\ntwo\nthree\n");
  EXPECT_EQ(Refresh().size(), 3u);
  std::filesystem::resize_file(path_, 8);
  EXPECT_EQ(Refresh(), (Lines{"(anew)", "one", "two"}));
}

TEST_F(LineTailTest, SoIsOneThatWasCutAndHasGrownAgain) {
  Append("one\ntwo\nthree\n");
  EXPECT_EQ(Refresh().size(), 3u);
  std::filesystem::resize_file(path_, 4);
  Append("TWO and much more than before\n");
  EXPECT_EQ(Refresh(), (Lines{"(anew)", "one", "TWO and much more than before"}));
}

TEST_F(LineTailTest, LinesAcrossChunksAreWholeAndEndlessOnesLeftOut) {
  const std::string longer(900'000, 'x'), endless(9'000'000, 'y');
  for (int i = 0; i < 12; ++i) Append(longer + std::to_string(i) + "\n");
  Append(endless + "\nlast\n");
  const Lines lines = Refresh();
  ASSERT_EQ(lines.size(), 13u);
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(lines[i], longer + std::to_string(i)) << i;
  EXPECT_EQ(lines.back(), "last");
}

TEST_F(LineTailTest, LinksAndPipesAreAsIfTheyWereNotThere) {
  std::ofstream(folder_.path() + "/secret") << "secret\n";
  std::filesystem::create_symlink(folder_.path() + "/secret", path_);
  EXPECT_EQ(Refresh(), Lines{});
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(Refresh(), Lines{});
}

}  // namespace
}  // namespace r1
