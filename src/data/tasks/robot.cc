// robot: where is a robot after some commands? Difficulty: three to eight commands.
#include <array>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {

std::optional<Problem> DrawRobot(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  static constexpr std::array<std::array<int64_t, 2>, 4> kSteps{{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}};  // north, east, south, west
  std::string commands;
  int64_t x = 0, y = 0;
  size_t facing = 0;
  bool moved = false;
  for (int64_t i = 0; i < difficulty + 2; ++i) {
    std::string command;
    // Never two turns or two walks in a row: they would only be one written as two.
    if (i > 0 && moved) {
      static constexpr const char* kTurns[] = {"", "turn right", "turn around", "turn left"};
      const size_t turn = 1 + rng.Below(3);
      facing = (facing + turn) % 4;
      command = kTurns[turn];
    } else {
      const int64_t length = rng.Between(1, 9);
      x += kSteps[facing][0] * length;
      y += kSteps[facing][1] * length;
      command = StrCat("walk ", length);
    }
    moved = command[0] == 'w';
    commands += (i == 0 ? "" : ", ") + command;
  }
  return MakePuzzle(
      difficulty, {.question = StrCat(
                       "A robot stands at (0, 0) and faces north, where y grows; x grows to the east. Its commands are: ", commands,
                       ". What is x + y where it ends?"),
                   .answer = std::to_string(x + y),
                   .kind = "commands",
                   .key = "robot:" + commands});
}

}  // namespace r1
