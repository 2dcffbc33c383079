#include "terminal/thinking_view.h"

#include <algorithm>

#include "base/error.h"

namespace r1 {
namespace {

constexpr int kMostRows = 8;
constexpr int kRowsForOthers = 4;  // of the screen: header, prompt, and some air
constexpr double kDrawInterval = 0.1;
constexpr const char* kIndent = "  ";

}  // namespace

ThinkingView::ThinkingView(const Terminal& terminal, ThinkingDisplay display, Progress::Clock clock)
    : terminal_(terminal), display_(display), clock_(std::move(clock)) {
  if (display_ == ThinkingDisplay::kFold && !terminal_.interactive()) display_ = ThinkingDisplay::kShow;
}

int ThinkingView::RowWidth() const { return std::max(20, terminal_.width() - 4); }

std::string ThinkingView::Cost() const {
  return StrCat(FormatDuration(start_s_ ? last_s_ - *start_s_ : 0), " · ", num_tokens_, num_tokens_ == 1 ? " token" : " tokens");
}

void ThinkingView::Push(std::string_view text, int64_t num_tokens) {
  last_s_ = clock_();
  num_tokens_ = num_tokens;
  if (!start_s_) {
    start_s_ = last_s_;
    drawn_s_ = last_s_ - kDrawInterval;
    const int rows = std::clamp(terminal_.height() - kRowsForOthers, 1, kMostRows);
    rows_.emplace(RowWidth(), static_cast<size_t>(rows));
  }
  if (display_ == ThinkingDisplay::kShow) {
    if (!shows_text_) text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
    shows_text_ = shows_text_ || !text.empty();
    if (!text.empty()) terminal_.Write(terminal_.Dim(text));
    return;
  }
  if (display_ == ThinkingDisplay::kFold) rows_->Push(text);
  if (last_s_ - drawn_s_ >= kDrawInterval) Draw();
}

void ThinkingView::Draw() {
  if (!terminal_.interactive()) return;
  Erase();
  std::string all = terminal_.Cyan("Thinking") + terminal_.Dim(" · " + Cost()) + "\n";
  rows_drawn_ = 1;
  if (display_ == ThinkingDisplay::kFold) {
    rows_->SetWidth(RowWidth());  // a row that the terminal breaks would not be erased whole
    for (const std::string& row : rows_->rows()) {
      all += terminal_.Dim(kIndent + row) + "\n";
      ++rows_drawn_;
    }
  }
  terminal_.Write(all);
  drawn_s_ = last_s_;
}

void ThinkingView::Erase() {
  if (rows_drawn_ > 0) terminal_.Write(StrCat("\x1b[", rows_drawn_, "A\r\x1b[J"));
  rows_drawn_ = 0;
}

void ThinkingView::End(std::string_view how) {
  if (!start_s_) return;
  last_s_ = clock_();
  Erase();
  if (shows_text_) terminal_.Write("\n");
  terminal_.Write(terminal_.Dim(StrCat("Thought for ", Cost(), how.empty() ? "" : " · ", how)) + "\n\n");
}

}  // namespace r1
