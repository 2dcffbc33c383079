// Shows how far long work is. On a terminal: one live line, redrawn at most ten times a second and cut to the terminal's width,
// with bar, rate, time left and what is happening. Anywhere else (a pipe, a CI log): a plain line every few seconds and one at the
// end.
//   Progress progress(Terminal::Stderr(), {.title = "pretrain", .total = 900});
//   for (...) progress.Update(step + 1, StrCat("loss ", loss));
//   progress.Print("a sample completion, which stays above the live line");
//   progress.Finish("held-out accuracy 0.91");
// Thread-safe, so that log lines (base/log.h) can go through Print.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/terminal.h"

namespace r1 {

struct ProgressOptions {
  std::string title;          // "pretrain"
  int64_t total = 0;          // units of work; 0 if unknown
  int64_t start = 0;          // units done before this run (after a resume); they do not count towards the rate
  std::string unit = "step";  // as in "3.2 step/s"
  double live_interval_s = 0.1;
  double plain_interval_s = 5.0;
};

class Progress {
 public:
  using Clock = std::function<double()>;  // seconds, never going back
  Progress(Terminal terminal, ProgressOptions options, Clock clock = SteadySeconds);
  ~Progress();  // clears the live line; without Finish() no last line is written
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` units are finished. `what` says what is happening or the latest figures; it is shown until replaced.
  void Update(int64_t done, std::string_view what);
  void Update(int64_t done);
  // Redraws if it is time, e.g. while waiting inside one unit of work.
  void Tick();
  // Writes lines that stay. A newline is added if missing.
  void Print(std::string_view text);
  // The last line, which stays: title, count, total time, and `what`.
  void Finish(std::string_view what = {});

 private:
  void DrawIfDue();
  void ClearLive();
  std::string LiveLine(double now) const;
  std::string PlainLine(double now) const;
  double Rate() const;         // units per second over the last while; 0 if unknown
  std::string Counts() const;  // "120/900" or "120"

  Terminal terminal_;
  ProgressOptions options_;
  Clock clock_;
  std::mutex mutex_;
  std::string what_;
  int64_t done_;
  double start_s_;
  double last_draw_s_;
  double rate_time_s_;  // exponentially fading sums of time and work: recent units count most
  double rate_units_ = 0;
  double rate_seconds_ = 0;
  bool live_shown_ = false;
  bool finished_ = false;
};

// "0.4 s", "12 s", "3m05s", "2h07m", "4d03h".
std::string FormatDuration(double seconds);
// Three significant digits with k, M, G: "0.85", "37.9k", "1.20M".
std::string FormatQuantity(double value);

}  // namespace r1
