// calendar: days of the week and days between dates in the Gregorian calendar. Difficulty 1 and 2: a weekday some days on; 3 and 4:
// days between two dates of a year; 5 and 6: the weekday of a date, from that of another.
//   Days since an epoch: Hinnant, "chrono-compatible low-level date algorithms",
//   https://howardhinnant.github.io/date_algorithms.html
#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

constexpr const char* kWeekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};
constexpr int64_t kMonthDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

struct Date {
  int64_t year, month, day;  // month and day from 1

  std::string Text() const { return StrCat(day, " ", kMonths[month - 1], " ", year); }
  // Days since 1 March of year 0: years then begin in March, and the leap day is the last of a year.
  int64_t Days() const {
    const int64_t y = month <= 2 ? year - 1 : year, m = (month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
  }
  int64_t Weekday() const { return (Days() + 2) % 7; }  // 1 March of year 0 was a Wednesday
};

Date DrawDate(Rng& rng, int64_t year) {
  const int64_t month = rng.Between(1, 12);
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return {year, month, rng.Between(1, kMonthDays[month - 1] + (month == 2 && leap ? 1 : 0))};
}

}  // namespace

std::optional<Problem> DrawCalendar(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  if (difficulty <= 2) {
    const size_t today = rng.Below(7);
    const int64_t days = rng.Between(2, difficulty == 1 ? 60 : 1000);
    const bool back = difficulty == 2 && Chance(rng, 0.5);
    const int64_t index = ((static_cast<int64_t>(today) + (back ? -days : days)) % 7 + 7) % 7;
    return MakePuzzle(
        difficulty, {.question = StrCat("Today is ", kWeekdays[today], ". Which day of the week ", back ? "was it " : "will it be ",
                                        days, back ? " days ago?" : " days from now?"),
                     .answer = kWeekdays[index],
                     .kind = "weekday",
                     .key = StrCat("calendar:", today, back ? "-" : "+", days)});
  }
  const int64_t year = rng.Between(1900, 2100);
  const Date a = DrawDate(rng, year), b = DrawDate(rng, difficulty == 3 || difficulty == 5 ? year : year + rng.Between(1, 9));
  if (a.Days() >= b.Days()) return std::nullopt;
  const bool weekday = difficulty >= 5;
  const std::string key = StrCat("calendar:", weekday ? "weekday" : "days", a.Days(), "-", b.Days());
  if (!weekday) {
    return MakePuzzle(difficulty, {.question = StrCat("How many days after ", a.Text(), " is ", b.Text(), "?"),
                                   .answer = std::to_string(b.Days() - a.Days()),
                                   .kind = "days",
                                   .key = key});
  }
  return MakePuzzle(difficulty,
                    {.question = StrCat(a.Text(), " is a ", kWeekdays[a.Weekday()], ". Which day of the week is ", b.Text(), "?"),
                     .answer = kWeekdays[b.Weekday()],
                     .kind = "date",
                     .key = key});
}

}  // namespace r1
