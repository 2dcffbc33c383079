// What the model wrote: answers to held-out questions, rollouts, their tokens.
#include "base/error.h"
#include "base/json_writer.h"
#include "recipe/run_state.h"
#include "watch/regular_file.h"
#include "watch/watched_run.h"

namespace r1 {

// Of the folder `tokenizer` of a run, or of a recording that has only the file.
const Tokenizer& WatchedRun::tokenizer() {
  if (tokenizer_) return *tokenizer_;
  const std::string folder = RunPaths{path_}.Tokenizer();
  if (!IsRegularFile(folder + "/tokenizer.json"))
    Fail(ErrorCode::kNotFound, name_, " has no tokenizer, so its tokens have no text");
  tokenizer_ = std::make_unique<Tokenizer>(LoadTokenizer(folder));
  return *tokenizer_;
}

const StepRollouts& WatchedRun::RolloutsOf(int64_t step) {
  metrics_.Refresh();
  StepRollouts last = std::move(rollouts_);
  // After a resume the same step may hold other bytes; the newest is read anew each time, the others are history.
  if (last.step >= metrics_.last_step()) last = {};
  rollouts_ = {};
  rollouts_ = ReadStepRollouts(path_, step, std::move(last));
  return rollouts_;
}

std::string WatchedRun::QuestionsJson() {
  std::lock_guard lock(mutex_);
  questions_.Refresh();
  JsonWriter json;
  json.BeginObject().Key("questions").BeginArray();
  for (const QuestionLog::Question& q : questions_.questions())
    json.BeginObject().Field("id", q.id).Field("task", q.task).Field("question", q.question).Field("answer", q.answer).EndObject();
  json.EndArray().Key("entries").BeginArray();
  for (const QuestionLog::Entry& e : questions_.entries()) {
    json.BeginArray().Value(e.step).Value(e.question).Value(e.correct ? 1 : 0).Value(e.well_formed ? 1 : 0);
    json.Value(e.finished ? 1 : 0).Value(e.tokens).EndArray();
  }
  return json.EndArray().EndObject().text();
}

std::string WatchedRun::AnswersJson(int64_t step) {
  std::lock_guard lock(mutex_);
  questions_.Refresh();
  JsonWriter json;
  json.BeginObject().Field("step", step).Key("answers").BeginArray();
  for (const QuestionLog::Entry& entry : questions_.entries()) {
    if (entry.step != step) continue;
    const QuestionLog::Answer answer = questions_.Read(entry);
    json.BeginObject().Field("question", entry.question).Field("completion", answer.completion);
    json.Field("correct", entry.correct).Field("well_formed", entry.well_formed).Field("finished", entry.finished);
    try {
      const std::string tokens = TokensJson(tokenizer(), answer.token_ids, answer.logprobs, answer.entropies);
      json.Key("tokens").Raw(tokens);
    } catch (const Error&) {  // without a tokenizer the text is still there
    }
    json.EndObject();
  }
  return json.EndArray().EndObject().text();
}

std::string WatchedRun::RolloutsJson(int64_t step) {
  std::lock_guard lock(mutex_);
  return RolloutsTableJson(RolloutsOf(step), tokenizer());
}

std::string WatchedRun::RolloutTokensJson(int64_t step, int64_t group, int64_t completion) {
  std::lock_guard lock(mutex_);
  const StepRollouts& rollouts = RolloutsOf(step);
  const auto& groups = rollouts.batch.groups;
  if (rollouts.step != step || group < 0 || group >= static_cast<int64_t>(groups.size()) || completion < 0 ||
      completion >= static_cast<int64_t>(groups[static_cast<size_t>(group)].rollouts.size()))
    Fail(ErrorCode::kNotFound, name_, ": there is no completion ", completion, " of group ", group, " of step ", step);
  const Rollout& r = groups[static_cast<size_t>(group)].rollouts[static_cast<size_t>(completion)];
  JsonWriter json;
  json.BeginObject().Key("tokens").Raw(TokensJson(tokenizer(), r.token_ids, r.sampler_logprobs, r.entropies));
  return json.EndObject().text();
}

}  // namespace r1
