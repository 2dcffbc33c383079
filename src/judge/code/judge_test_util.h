// A judge for tests, or the reason why this machine has none.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "judge/code/code_judge.h"

namespace r1 {

// Null, with a reason, where namespaces are missing, e.g. in most containers.
inline std::unique_ptr<CodeJudge> MakeJudgeOr(const CodeJudgeConfig& config, std::string& reason) {
  try {
    return std::make_unique<CodeJudge>(config);
  } catch (const Error& error) {
    reason = error.what();
    return nullptr;
  }
}

}  // namespace r1

// Defines `judge`, or skips the test.
#define R1_JUDGE_OR_SKIP(config)                                                    \
  std::string judge_reason;                                                         \
  const std::unique_ptr<CodeJudge> judge_owner = MakeJudgeOr(config, judge_reason); \
  if (judge_owner == nullptr) GTEST_SKIP() << "skipped: " << judge_reason;          \
  CodeJudge& judge = *judge_owner
