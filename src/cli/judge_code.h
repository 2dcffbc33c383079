// r1 judge code and r1 judge tests, below `r1 judge`.
#pragma once

namespace CLI {
class App;
}

namespace r1 {

void SetUpJudgeCode(CLI::App& app);
void SetUpJudgeTests(CLI::App& app);

}  // namespace r1
