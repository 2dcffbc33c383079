// r1 judge code and r1 judge tests, below `r1 judge`.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace r1 {

void SetUpJudgeCode(CLI::App& app);
void SetUpJudgeTests(CLI::App& app);

// A file as a whole; "-" is standard input.
std::string ReadFileOrStdin(const std::string& path);

}  // namespace r1
