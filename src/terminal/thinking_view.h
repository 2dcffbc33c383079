// The thinking of one answer on a terminal: dimmed and live while it lasts, one line when it is over.
//   Thinking · 8 s · 291 tokens               Thought for 12 s · 431 tokens
//     so 17 + 5 is 22, and then
//     she gives away 8, which leaves
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "terminal/row_wrapper.h"

namespace r1 {

// kFold: the last rows while it grows, then one line; where there is no terminal, as kShow. kShow: all of it stays. kHide: one
// line.
enum class ThinkingDisplay { kFold, kShow, kHide };
template <>
struct EnumNames<ThinkingDisplay> {
  static constexpr EnumName<ThinkingDisplay> kRows[] = {
      {ThinkingDisplay::kFold, "fold"}, {ThinkingDisplay::kShow, "all"}, {ThinkingDisplay::kHide, "hide"}};
};

class ThinkingView {
 public:
  ThinkingView(const Terminal& terminal, ThinkingDisplay display, Progress::Clock clock = SteadySeconds);

  // More thinking; the first call begins it. `text` must be safe to print (PrintableText) and may be empty: only the count moves.
  void Push(std::string_view text, int64_t num_tokens);
  // The thinking is over; `how` ("stopped at the budget") is added if it did not end by itself. Without thinking, nothing is shown.
  void End(std::string_view how = {});
  bool begun() const { return start_s_.has_value(); }
  // "12 s · 431 tokens".
  std::string Cost() const;

 private:
  int RowWidth() const;
  void Draw();
  void Erase();

  const Terminal& terminal_;
  ThinkingDisplay display_;
  Progress::Clock clock_;
  std::optional<double> start_s_;
  double last_s_ = 0, drawn_s_ = 0;
  int64_t num_tokens_ = 0;
  int rows_drawn_ = 0;
  bool shows_text_ = false;
  std::optional<RowWrapper> rows_;
};

}  // namespace r1
