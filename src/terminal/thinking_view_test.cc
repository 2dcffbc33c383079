#include "terminal/thinking_view.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

struct Screen {
  explicit Screen(bool interactive = true) : terminal(interactive, false, 30, [this](std::string_view text) { all += text; }) {}
  std::string all;
  Terminal terminal;
  double now = 0;
  Progress::Clock clock = [this] { return now; };
};

TEST(RowWrapperTest, BreaksAtSpacesAndInsideLongWords) {
  RowWrapper rows(10, 4);
  rows.Push("one two three");
  EXPECT_EQ(rows.rows(), (std::deque<std::string>{"one two", "three"}));
  rows.Push(" abcdefghijklm\nx");
  EXPECT_EQ(rows.rows(), (std::deque<std::string>{"three", "abcdefghij", "klm", "x"}));
  RowWrapper wide(4, 4);
  wide.Push("\xE4\xBD\xA0\xE5\xA5\xBD\xE4\xBD\xA0");  // two columns each
  EXPECT_EQ(wide.rows().size(), 2u);
}

TEST(RowWrapperTest, CutsWhatItKeepsAnewForAnotherWidth) {
  RowWrapper rows(20, 4);
  rows.Push("one two three four five six");
  EXPECT_EQ(rows.rows(), (std::deque<std::string>{"one two three four", "five six"}));
  rows.SetWidth(10);
  rows.Push(" seven");
  EXPECT_EQ(rows.rows(), (std::deque<std::string>{"one two", "three four", "five six", "seven"}));
  rows.SetWidth(30);
  EXPECT_EQ(rows.rows().back(), "seven");
}

TEST(ThinkingViewTest, FoldsToOneLine) {
  Screen screen;
  ThinkingView view(screen.terminal, ThinkingDisplay::kFold, screen.clock);
  view.Push("17 + 5", 3);
  EXPECT_EQ(screen.all, "Thinking · 0.0 s · 3 tokens\n  17 + 5\n");
  screen.now = 12;
  view.Push(" = 22", 431);
  screen.all.clear();
  view.End();
  EXPECT_EQ(screen.all, "\x1b[2A\r\x1b[JThought for 12 s · 431 tokens\n\n");
}

TEST(ThinkingViewTest, SaysHowItEnded) {
  Screen screen;
  ThinkingView view(screen.terminal, ThinkingDisplay::kHide, screen.clock);
  view.Push("x", 1);
  screen.all.clear();
  view.End("stopped at the budget");
  EXPECT_EQ(screen.all, "\x1b[1A\r\x1b[JThought for 0.0 s · 1 token · stopped at the budget\n\n");
}

TEST(ThinkingViewTest, NeverDrawsMoreRowsThanItErases) {
  Screen screen;
  ThinkingView view(screen.terminal, ThinkingDisplay::kFold, screen.clock);
  for (int i = 0; i < 100; ++i) {
    screen.now += 1;
    view.Push("a line of thinking that is longer than a row\n", i);
  }
  EXPECT_LE(std::count(screen.all.begin(), screen.all.end(), '\n'), 100 * 9);
  EXPECT_NE(screen.all.find("\x1b[9A"), std::string::npos);
  EXPECT_EQ(screen.all.find("\x1b[10A"), std::string::npos);
}

TEST(ThinkingViewTest, StaysWhereThereIsNoTerminal) {
  Screen screen(/*interactive=*/false);
  ThinkingView view(screen.terminal, ThinkingDisplay::kFold, screen.clock);
  view.Push("\nso ", 1);
  view.Push("22", 2);
  view.End();
  EXPECT_EQ(screen.all, "so 22\nThought for 0.0 s · 2 tokens\n\n");
}

TEST(ThinkingViewTest, NoThinkingNoLine) {
  Screen screen;
  ThinkingView(screen.terminal, ThinkingDisplay::kFold, screen.clock).End();
  EXPECT_EQ(screen.all, "");
}

}  // namespace
}  // namespace r1
