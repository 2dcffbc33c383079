#include "base/progress.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace r1 {
namespace {

constexpr double kRateMemory_s = 15;                    // how far back the shown rate looks
constexpr int kBarColumns = 20, kFewestBarColumns = 5;  // as many as the text leaves; fewer than the latter show nothing

std::string Bar(double fraction, int columns) {
  const int eighths = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * columns * 8);
  static constexpr const char* kPart[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string bar;
  for (int i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kPart[eighths % 8];
  for (int i = (eighths + 7) / 8; i < columns; ++i) bar += "░";
  return bar;
}

}  // namespace

std::string FormatDuration(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) return "?";
  if (seconds < 9.95) return Format("%.1f s", seconds);
  const auto s = static_cast<int64_t>(std::llround(seconds));
  if (s < 60) return Format("%d s", static_cast<int>(s));
  if (s < 3600) return Format("%dm%02ds", static_cast<int>(s / 60), static_cast<int>(s % 60));
  if (s < 86400) return Format("%dh%02dm", static_cast<int>(s / 3600), static_cast<int>(s / 60 % 60));
  return Format("%dd%02dh", static_cast<int>(s / 86400), static_cast<int>(s / 3600 % 24));
}

std::string FormatQuantity(double value) {
  static constexpr const char* kSuffix[] = {"", "k", "M", "G", "T"};
  int suffix = 0;
  // 999.5 would print as "1000" with three digits, so it already belongs to the next suffix.
  while (std::abs(value) >= 999.5 && suffix < 4) {
    value /= 1000;
    ++suffix;
  }
  const double size = std::abs(value);
  return Format(size < 9.995 ? "%.2f%s" : size < 99.95 ? "%.1f%s" : "%.0f%s", value, kSuffix[suffix]);
}

Progress::Progress(Terminal terminal, ProgressOptions options, Clock clock)
    : terminal_(std::move(terminal)),
      options_(std::move(options)),
      clock_(std::move(clock)),
      done_(options_.start),
      start_s_(clock_()),
      last_draw_s_(start_s_),
      rate_time_s_(start_s_) {}

Progress::~Progress() {
  std::lock_guard lock(mutex_);
  ClearLive();
}

void Progress::Update(int64_t done, std::string_view what) {
  std::lock_guard lock(mutex_);
  what_ = PrintableText(what, /*one_line=*/true);
  const double now = clock_();
  const double fade = std::exp(-(now - rate_time_s_) / kRateMemory_s);
  rate_units_ = rate_units_ * fade + static_cast<double>(done - done_);
  rate_seconds_ = rate_seconds_ * fade + (now - rate_time_s_);
  rate_time_s_ = now;
  done_ = done;
  DrawIfDue();
}

void Progress::Update(int64_t done) {
  std::string what;
  {
    std::lock_guard lock(mutex_);
    what = what_;
  }
  Update(done, what);
}

void Progress::Tick() {
  std::lock_guard lock(mutex_);
  DrawIfDue();
}

void Progress::Print(std::string_view text) {
  std::lock_guard lock(mutex_);
  ClearLive();
  terminal_.Write(std::string(text) + (text.ends_with('\n') ? "" : "\n"));
  if (terminal_.interactive() && !finished_) {
    last_draw_s_ = -1e30;
    DrawIfDue();
  }
}

void Progress::Finish(std::string_view what) {
  std::lock_guard lock(mutex_);
  if (finished_) return;
  finished_ = true;
  ClearLive();
  const double elapsed = clock_() - start_s_;
  std::string line = options_.title + "  " + Counts() + " in " + FormatDuration(elapsed);
  if (done_ > options_.start && elapsed > 0) {
    line += "  " + FormatQuantity(static_cast<double>(done_ - options_.start) / elapsed) + " " + options_.unit + "/s";
  }
  const std::string last = what.empty() ? what_ : PrintableText(what, true);
  if (!last.empty()) line += "  " + last;
  terminal_.Write(line + "\n");
}

void Progress::DrawIfDue() {
  if (finished_) return;
  const double now = clock_();
  const bool live = terminal_.interactive();
  if (now - last_draw_s_ < (live ? options_.live_interval_s : options_.plain_interval_s)) return;
  last_draw_s_ = now;
  if (live) {
    // One column stays free: some terminals wrap when the last one is written.
    terminal_.Write("\r" + FitToWidth(LiveLine(now), terminal_.width() - 1) + "\x1b[K");
    live_shown_ = true;
  } else {
    terminal_.Write(PlainLine(now) + "\n");
  }
}

void Progress::ClearLive() {
  if (live_shown_) terminal_.Write("\r\x1b[K");
  live_shown_ = false;
}

double Progress::Rate() const { return rate_seconds_ > 0 ? rate_units_ / rate_seconds_ : 0; }

std::string Progress::Counts() const {
  return options_.total > 0 ? std::to_string(done_) + "/" + std::to_string(options_.total) : std::to_string(done_);
}

std::string Progress::LiveLine(double now) const {
  const std::string title = terminal_.Bold(options_.title) + " ";
  std::string line = Counts();
  const double rate = Rate();
  if (rate > 0) line += " " + FormatQuantity(rate) + " " + options_.unit + "/s";
  if (options_.total > 0 && rate > 0) {
    // The time since the last finished unit already counts against the one in work.
    const double left = static_cast<double>(options_.total - done_) / rate - (now - rate_time_s_);
    line += " " + terminal_.Dim(FormatDuration(std::max(0.0, left)) + " left");
  } else {
    line += " " + terminal_.Dim(FormatDuration(now - start_s_));
  }
  if (!what_.empty()) line += "  " + what_;
  const int columns = std::min(kBarColumns, terminal_.width() - 2 - DisplayWidth(title) - DisplayWidth(line));
  if (options_.total == 0 || columns < kFewestBarColumns) return title + line;
  return title + terminal_.Cyan(Bar(static_cast<double>(done_) / static_cast<double>(options_.total), columns)) + " " + line;
}

std::string Progress::PlainLine(double now) const {
  std::string line = options_.title + "  " + Counts() + "  " + FormatDuration(now - start_s_);
  const double rate = Rate();
  if (rate > 0) line += "  " + FormatQuantity(rate) + " " + options_.unit + "/s";
  if (options_.total > 0 && rate > 0) line += "  " + FormatDuration(static_cast<double>(options_.total - done_) / rate) + " left";
  return what_.empty() ? line : line + "  " + what_;
}

}  // namespace r1
