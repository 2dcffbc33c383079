// The benchmarks that `r1 eval --benchmark NAME` knows: how the question is put, how the answer is judged, how many samples the R1
// papers take, and what the data's fields are called. The data itself is the user's copy; none ships here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace r1 {

// How an answer is judged; see benchmark/judge.h.
enum class AnswerJudge : uint8_t { kMath, kChoice, kCode, kIfeval, kExact, kKnights, kCountdown };
const char* AnswerJudgeName(AnswerJudge judge);  // "math", "choice", ...

// How the question is put to a model with a chat template; see benchmark/prompt_form.h.
enum class PromptForm : uint8_t { kBoxed, kChoice, kComplete, kFunction, kContest, kAsIs, kKnights, kCountdown };

struct Benchmark {
  const char* name;
  const char* title;
  const char* description;
  const char* licence;
  const char* source;  // where else the data may come from, for messages and docs
  AnswerJudge judge;
  PromptForm prompt;
  int64_t samples;     // k of the R1 papers, or 1 where they say nothing
  int64_t max_tokens;  // of a completion
  // Names of fields, alternatives separated by '|', the first that a record has counts.
  const char* question;
  const char* answer;
  const char* id;
  const char* category;
  const char* more;  // other fields that are read, for messages and docs
  // Where the data is on the hub: OWNER/NAME, and the files of the split that is asked, a pattern of base/glob.h. "": nowhere.
  const char* hub;
  const char* hub_files;
  const char* date = "";  // the field that says when a question came up, so that those older than a model can be left out
};

// "r1 pull 'datasets/OWNER/NAME:FILES'", what a user types to have the data; "" where the hub does not have it.
std::string PullCommand(const Benchmark& benchmark);

std::span<const Benchmark> AllBenchmarks();
const Benchmark& FindBenchmark(std::string_view name);  // throws kInvalidArgument naming the known ones

}  // namespace r1
