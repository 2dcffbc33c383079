// A reward that somebody else's program gives: one JSON object a line on its standard input, one number a line on its standard
// output.
#include <atomic>
#include <cmath>
#include <memory>
#include <mutex>
#include <utility>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "base/terminal.h"
#include "reward/line_process.h"
#include "reward/reward.h"

namespace r1 {
namespace {

std::string RequestLine(const Example& example, const JudgedCompletion& completion) {
  JsonWriter json;
  json.BeginObject().Field("id", example.id).Field("question", example.question).Field("answer", example.answer);
  json.Key("metadata").BeginObject();
  for (const auto& [key, value] : example.metadata) json.Field(key, value);
  json.EndObject().Field("completion", completion.text).Field("tokens", completion.token_ids.size());
  json.Field("finished", completion.finished).EndObject();
  return json.text();
}

RewardResult ReadScore(const std::string& line, const std::string& command) {
  const std::string text(Trim(line));
  if (text == "null" || text == "none" || text == "None") return {std::nullopt, "does not apply"};
  char* end = nullptr;
  const double score = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.data() + text.size() || !std::isfinite(score))  // all of it: bytes of 0 do not end a line
    Fail(ErrorCode::kIo, "reward command `", command, "`: expected a number or null on a line, got `",
         PrintableText(text.substr(0, 80), /*one_line=*/true), "`");
  return {score, "by the command"};
}

// Copies of the program, each asked about one completion at a time, and kept for as long as it answers.
class Copies {
 public:
  explicit Copies(std::string command) : command_(std::move(command)) {}

  // Nothing when the limit is over.
  std::optional<std::string> Ask(const std::string& line, const SlowWork& work, const std::string& what) {
    std::unique_ptr<LineProcess> process = TakeIdle();
    if (!process) process = std::make_unique<LineProcess>(command_);
    std::optional<std::string> answer = process->Ask(line, work.limit, work.stop, what);
    if (answer) {
      late_in_a_row_ = 0;
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(process));
    } else if (++late_in_a_row_ >= kMostLateInARow) {
      Fail(ErrorCode::kIo, what, ": ", kMostLateInARow, " completions in a row got no answer within ", work.limit.seconds(),
           " s; does the program flush its output?");
    }
    return answer;  // one that was late is ended here: what it says later must not be taken for the next answer
  }

 private:
  // A program that hangs at some completion has met one it cannot judge; one that never answers is broken.
  static constexpr int kMostLateInARow = 8;

  std::unique_ptr<LineProcess> TakeIdle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<LineProcess> process = std::move(idle_.back());
    idle_.pop_back();
    return process;
  }

  const std::string command_;
  std::atomic<int> late_in_a_row_{0};
  std::mutex mutex_;
  std::vector<std::unique_ptr<LineProcess>> idle_;
};

}  // namespace

void RehearseCommand(const RewardSpec& spec, double seconds) {
  const std::string what = StrCat("reward command `", spec.command, "`");
  LineProcess process(spec.command);
  try {
    process.RequirePatient(seconds, what);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kIo) throw;
    Fail(ErrorCode::kInvalidArgument, error.what());
  }
}

// Being late costs the completion its score. Other trouble ends the training: a score that was made up instead would be learnt
// from.
SlowReward MakeCommandReward(const RewardSpec& spec) {
  Require(!Trim(spec.command).empty(), "reward command: `command` is empty");
  Require(spec.jobs >= 1 && spec.jobs <= 1024, "reward command: jobs must be between 1 and 1024, got ", spec.jobs);
  const auto score = [command = spec.command, copies = std::make_shared<Copies>(spec.command)](
                         const Example& example, const JudgedCompletion& completion, const SlowWork& work) -> RewardResult {
    const std::string what = StrCat("reward command `", command, "`, example ", example.id);
    const std::optional<std::string> answer = copies->Ask(RequestLine(example, completion), work, what);
    return answer ? ReadScore(*answer, command) : TimedOut(work.limit);
  };
  return {score, spec.jobs};
}

}  // namespace r1
