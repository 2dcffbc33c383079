// A reward that somebody else's program gives: one JSON object a line on its standard input, one number a line on its standard
// output.
#include <cmath>
#include <memory>
#include <mutex>

#include "base/ascii.h"
#include "base/json_writer.h"
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
  if (text.empty() || *end != '\0' || !std::isfinite(score))
    Fail(ErrorCode::kIo, "reward command `", command, "`: expected a number or null on a line, got `", text.substr(0, 80), "`");
  return {score, "by the command"};
}

}  // namespace

// The program is started at the first completion and kept; completions are asked about one at a time, in any order. Trouble ends
// the training: a score that was made up instead would be learnt from.
RewardFn MakeCommandReward(const RewardSpec& spec) {
  Require(!Trim(spec.command).empty(), "reward command: `command` is empty");
  Require(spec.timeout_s > 0 && spec.timeout_s <= 3600, "reward command: timeout_s must lie in (0, 3600], got ", spec.timeout_s);
  struct State {
    std::mutex mutex;
    std::unique_ptr<LineProcess> process;
  };
  return [command = spec.command, timeout_s = spec.timeout_s, state = std::make_shared<State>()](
             const Example& example, const JudgedCompletion& completion) -> RewardResult {
    const std::lock_guard lock(state->mutex);
    if (!state->process) state->process = std::make_unique<LineProcess>(command);
    const std::string what = StrCat("reward command `", command, "`, example ", example.id);
    try {
      return ReadScore(state->process->Ask(RequestLine(example, completion), timeout_s, what), command);
    } catch (...) {
      state->process.reset();  // an answer that comes late must not be taken for the next one's
      throw;
    }
  };
}

}  // namespace r1
