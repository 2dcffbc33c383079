// The answers of the tasks about time, space, programs and letters, found again by doing what the question says.
#include <algorithm>
#include <map>

#include "data/tasks/puzzle_test_util.h"

namespace r1 {
namespace {

TEST(WorldPuzzlesTest, Roads) {
  ForEachProblem("roads", [](const Problem& p) {
    const std::string list = Between(p.question, "directions: ", ". How");
    const char from = Between(p.question, "way from ", " to")[0], to = p.question[p.question.size() - 2];
    std::map<char, int64_t> best = {{from, 0}};
    for (int round = 0; round < 12; ++round) {  // Bellman and Ford: at most one leg more in each round
      for (const std::string& road : SplitText(list, ", ")) {
        const char a = road[0], b = road[2];
        const int64_t length = NumbersOf(road)[0];
        for (const auto& [x, y] : {std::pair(a, b), std::pair(b, a)})
          if (best.contains(x) && (!best.contains(y) || best[y] > best[x] + length)) best[y] = best[x] + length;
      }
    }
    EXPECT_EQ(p.AnswerText(), std::to_string(best.at(to))) << p.question;
  });
}

TEST(WorldPuzzlesTest, Robot) {
  ForEachProblem("robot", [](const Problem& p) {
    int64_t x = 0, y = 0, dx = 0, dy = 1;
    for (const std::string& command : SplitText(Between(p.question, "commands are: ", ". What"), ", ")) {
      if (command.starts_with("walk")) {
        for (int64_t i = NumbersOf(command)[0]; i > 0; --i) x += dx, y += dy;
      } else {
        const int64_t old_dx = dx;
        if (command == "turn right") dx = dy, dy = -old_dx;
        if (command == "turn left") dx = -dy, dy = old_dx;
        if (command == "turn around") dx = -dx, dy = -dy;
      }
    }
    EXPECT_EQ(p.AnswerText(), std::to_string(x + y)) << p.question;
  });
}

struct Interpreter {
  std::map<std::string, int64_t> variables;
  std::vector<std::string> lines;

  int64_t Value(const std::string& word) { return variables.contains(word) ? variables.at(word) : std::stoll(word); }
  // Lines [begin, end).
  void Run(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      std::string line = lines[i];
      const auto indent = [&](size_t at) { return lines[at].find_first_not_of(' '); };
      const auto words = SplitText(line.substr(indent(i)), " ");
      const auto block_end = [&](size_t at) {
        size_t stop = at + 1;
        while (stop < end && indent(stop) > indent(at)) ++stop;
        return stop;
      };
      if (words[0] == "repeat") {
        for (int64_t n = std::stoll(words[1]); n > 0; --n) Run(i + 1, block_end(i));
        i = block_end(i) - 1;
      } else if (words[0] == "if") {
        const size_t middle = block_end(i);
        if (Value("x") % std::stoll(words[5]) == 0)
          Run(i + 1, middle);
        else
          Run(middle + 1, block_end(middle));
        i = block_end(middle) - 1;
      } else {  // target = a [* b] + c, or target = n
        int64_t value = Value(words[2]);
        for (size_t w = 3; w + 1 < words.size(); w += 2)
          value = words[w] == "*" ? value * Value(words[w + 1]) : value + Value(words[w + 1]);
        variables[words[0]] = value;
      }
    }
  }
};

TEST(WorldPuzzlesTest, Program) {
  ForEachProblem("program", [](const Problem& p) {
    Interpreter interpreter;
    interpreter.lines = SplitText(Between(p.question, "print?\n", "print x"), "\n");
    interpreter.lines.pop_back();
    interpreter.Run(0, interpreter.lines.size());
    EXPECT_EQ(p.AnswerText(), std::to_string(interpreter.variables["x"] + interpreter.variables["y"])) << p.question;
  });
}

TEST(WorldPuzzlesTest, Letters) {
  ForEachProblem("letters", [](const Problem& p) {
    if (p.kind == "backwards") {
      std::string text = p.AnswerText();
      std::reverse(text.begin(), text.end());
      EXPECT_EQ(Between(p.question, "by letter: ", "\n"), text);
      return;
    }
    const char letter = Between(p.question, "the letter ", " occur")[0];
    int64_t count = 0;
    for (const char c : Between(p.question, "in: ", "?")) count += c == letter;
    EXPECT_EQ(p.AnswerText(), std::to_string(count)) << p.question;
  });
}

TEST(WorldPuzzlesTest, Cipher) {
  ForEachProblem("cipher", [](const Problem& p) {
    const auto shifted = [](std::string text, int64_t places) {
      for (; places > 0; --places)
        for (char& c : text)
          if (c != ' ') c = c == 'z' ? 'a' : static_cast<char>(c + 1);
      return text;
    };
    const std::string hidden =
        p.kind == "shift" ? Between(p.question, "result is: ", ". What") : Between(p.question, "becomes: ", "?");
    std::vector<std::string> answers;
    for (int64_t places = 0; places < 26; ++places) {
      const bool fits = p.kind == "shift" ? NumbersOf(p.question)[0] == places
                                          : shifted(Between(p.question, "so that ", " becomes"), places) ==
                                                Between(p.question, " becomes ", ". Which");
      if (fits) answers.push_back(shifted(hidden, (26 - places) % 26));
    }
    EXPECT_EQ(answers, std::vector<std::string>{p.AnswerText()}) << p.question;
  });
}

const std::vector<std::string> kWeekdays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

// Day after day, as a calendar is read.
struct Day {
  int64_t day, month, year;
  explicit Day(const std::string& text) {
    const auto words = SplitText(text, " ");
    const std::vector<std::string> months = {"January", "February", "March",     "April",   "May",      "June",
                                             "July",    "August",   "September", "October", "November", "December"};
    day = std::stoll(words[0]), year = std::stoll(words[2]);
    month = std::find(months.begin(), months.end(), words[1]) - months.begin() + 1;
    EXPECT_LE(month, 12) << text;
    EXPECT_LE(day, Length()) << text;
  }
  int64_t Length() const {
    if (month == 2) return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }
  void Advance() {
    if (++day <= Length()) return;
    day = 1;
    if (++month > 12) month = 1, ++year;
  }
  bool operator==(const Day&) const = default;
};

TEST(WorldPuzzlesTest, Calendar) {
  ForEachProblem("calendar", [](const Problem& p) {
    const auto weekday_after = [](const std::string& name, int64_t days) {
      const auto at = std::find(kWeekdays.begin(), kWeekdays.end(), name) - kWeekdays.begin();
      return kWeekdays[static_cast<size_t>(((at + days) % 7 + 7) % 7)];
    };
    if (p.kind == "weekday") {
      const int64_t days = NumbersOf(p.question)[0];
      EXPECT_EQ(p.AnswerText(),
                weekday_after(Between(p.question, "Today is ", "."), p.question.find(" ago") != std::string::npos ? -days : days));
      return;
    }
    const bool count = p.kind == "days";
    Day day(count ? Between(p.question, "after ", " is") : p.question.substr(0, p.question.find(" is a ")));
    const Day end(count ? Between(p.question, " is ", "?") : Between(p.question, "week is ", "?"));
    int64_t days = 0;
    for (; !(day == end) && days < 5000; ++days) day.Advance();
    if (count)
      EXPECT_EQ(p.AnswerText(), std::to_string(days)) << p.question;
    else
      EXPECT_EQ(p.AnswerText(), weekday_after(Between(p.question, " is a ", "."), days)) << p.question;
  });
}

TEST(WorldPuzzlesTest, WeekdaysThatAreGivenAreTheRealOnes) {
  ForEachProblem("calendar", [](const Problem& p) {
    if (p.kind != "date") return;
    // Sakamoto's method: https://en.wikipedia.org/wiki/Determination_of_the_day_of_the_week
    const Day d(p.question.substr(0, p.question.find(" is a ")));
    static constexpr int64_t kOffsets[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    const int64_t y = d.year - (d.month < 3);
    const int64_t sunday0 = (y + y / 4 - y / 100 + y / 400 + kOffsets[d.month - 1] + d.day) % 7;
    EXPECT_EQ(Between(p.question, " is a ", "."), kWeekdays[static_cast<size_t>((sunday0 + 6) % 7)]) << p.question;
  });
}

TEST(WorldPuzzlesTest, Clock) {
  ForEachProblem("clock", [](const Problem& p) {
    const std::string times = Between(p.question, "leaves at ", ". At what");
    const std::vector<int64_t> start = NumbersOf(times.substr(0, 5));
    int64_t hour = start[0], minute = start[1];
    const auto words = SplitText(times.substr(5), " ");
    for (size_t i = 1; i < words.size(); ++i) {
      const bool hours = words[i] == "h", minutes = words[i].starts_with("min");
      for (int64_t n = hours || minutes ? std::stoll(words[i - 1]) * (hours ? 60 : 1) : 0; n > 0; --n)
        if (++minute == 60) minute = 0, hour = (hour + 1) % 24;
    }
    char text[16];
    std::snprintf(text, sizeof(text), "%02d:%02d", static_cast<int>(hour), static_cast<int>(minute));
    EXPECT_EQ(p.AnswerText(), text) << p.question;
  });
}

}  // namespace
}  // namespace r1
