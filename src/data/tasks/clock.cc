// clock: times of day. Difficulty is the number of legs of a journey, each with a time and, from the second on, a wait before it.
#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

constexpr int64_t kDay = 24 * 60;

std::string TimeText(int64_t minutes) {
  const std::string hours = std::to_string(minutes / 60), rest = std::to_string(minutes % 60);
  return StrCat(hours.size() < 2 ? "0" : "", hours, ":", rest.size() < 2 ? "0" : "", rest);
}

std::string SpanText(int64_t minutes) {
  return minutes < 60 ? StrCat(minutes, " min") : StrCat(minutes / 60, " h ", minutes % 60, " min");
}

}  // namespace

std::optional<Problem> DrawClock(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  static constexpr const char* kVehicles[] = {"train", "bus", "ferry", "plane"};
  int64_t now = rng.Between(0, kDay - 1);
  std::string question = StrCat("A ", Pick(rng, kVehicles), " leaves at ", TimeText(now), " and travels ");
  std::string key = StrCat("clock:", now);
  for (int64_t leg = 0; leg < difficulty; ++leg) {
    const int64_t travel = rng.Between(5, 400), wait = rng.Between(2, 90);
    if (leg > 0) {
      question += StrCat(". After a stop of ", SpanText(wait), " it travels ");
      key += StrCat("w", wait);
      now += wait;
    }
    question += SpanText(travel);
    key += StrCat("t", travel);
    now += travel;
  }
  return MakePuzzle(difficulty, {.question = question + ". At what time does it arrive? Answer as HH:MM on a 24-hour clock.",
                                 .answer = TimeText(now % kDay),
                                 .kind = StrCat(difficulty, difficulty == 1 ? " leg" : " legs"),
                                 .key = std::move(key)});
}

}  // namespace r1
