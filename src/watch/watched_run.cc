#include "watch/watched_run.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>

#include "base/error.h"
#include "base/json_writer.h"
#include "recipe/run_state.h"
#include "watch/buckets.h"
#include "watch/regular_file.h"

namespace r1 {
namespace {

constexpr size_t kMostRecipeBytes = 1 << 20;
constexpr size_t kMostNewPoints = 5000;  // more are sooner asked for as buckets

bool HasEntries(const std::string& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator first(folder, error);
  return !error && first != std::filesystem::directory_iterator();
}

void Numbers(JsonWriter& json, const char* name, const auto& values) {
  json.Key(name).BeginArray();
  for (const auto value : values) json.Value(value);
  json.EndArray();
}

}  // namespace

WatchedRun::WatchedRun(std::string name, std::string path)
    : name_(std::move(name)),
      path_(std::move(path)),
      metrics_(RunPaths{path_}.Metrics()),
      questions_(RunPaths{path_}.Questions()) {}

void WatchedRun::Refresh() {
  ReadPlan();
  metrics_.Refresh();
}

void WatchedRun::ReadPlan() {
  const std::string path = RunPaths{path_}.Recipe();
  const auto file = RegularFile::Open(path);
  std::string text = file ? file->Read(0, kMostRecipeBytes) : "";
  if (text == plan_text_) return;
  plan_text_ = std::move(text);
  plan_ = {};
  plan_trouble_.clear();
  try {
    plan_ = ParseRunPlan(plan_text_, path);
  } catch (const Error& error) {
    plan_trouble_ = error.what();
  }
}

std::string WatchedRun::StateOf(std::string& message) const {
  std::optional<RunStatus> status;
  try {
    if (IsRegularFile(path_ + "/status.json")) status = ReadRunStatus(path_);
  } catch (const Error& error) {
    message = error.what();
  }
  if (status) message = status->message;
  if (RunIsActive(path_)) {
    if (status && status->phase == RunPhase::kPaused) return "paused";
    const RunCommand command = ReadRunCommand(path_);
    return command == RunCommand::kPause ? "pausing" : command == RunCommand::kStop ? "stopping" : "running";
  }
  if (!plan_trouble_.empty()) {
    message = plan_trouble_;
    return "unreadable";
  }
  // Folders of before there was a status.json, and recordings, which need none.
  if (!status) {
    if (plan_.TotalSteps() > 0 && metrics_.last_step() >= plan_.TotalSteps()) return "done";
    return metrics_.last_step() == 0 ? "waiting" : "stopped";
  }
  switch (status->phase) {
    case RunPhase::kDone: return "done";
    case RunPhase::kStopped: return "stopped";
    case RunPhase::kFailed: return "failed";
    case RunPhase::kRunning:
    case RunPhase::kPaused: return "killed";
  }
  return "stopped";
}

std::string WatchedRun::SummaryJson() {
  std::lock_guard lock(mutex_);
  Refresh();
  std::string message;
  const std::string state = StateOf(message);
  JsonWriter json;
  json.BeginObject().Field("name", name_).Field("title", plan_.name).Field("description", plan_.description);
  json.Field("state", state).Field("message", message).Field("step", metrics_.last_step()).Field("total_steps", plan_.TotalSteps());
  json.Field("generation", metrics_.generation()).Field("bad_lines", metrics_.num_bad_lines());
  json.Field("writable", ::access(path_.c_str(), W_OK) == 0);
  json.Field("rollouts", HasEntries(path_ + "/rollouts"));
  json.Field("weights", HasEntries(path_ + "/stages") || !ListCheckpointSteps(RunPaths{path_}.Checkpoints()).empty());
  json.Key("stages").BeginArray();
  int64_t first = 0;
  for (const StagePlan& stage : plan_.stages) {
    json.BeginObject().Field("name", stage.name).Field("kind", stage.kind).Field("first", first).Field("steps", stage.steps);
    json.Field("done", std::clamp<int64_t>(metrics_.last_step() - first, 0, stage.steps)).EndObject();
    first += stage.steps;
  }
  return json.EndArray().EndObject().text();
}

std::string WatchedRun::MetricsJson(int64_t from, int64_t to, int64_t buckets) {
  std::lock_guard lock(mutex_);
  Refresh();
  if (to < 0) to = metrics_.last_step();
  JsonWriter json;
  json.BeginObject().Field("generation", metrics_.generation()).Field("step", metrics_.last_step()).Key("series").BeginObject();
  for (const auto& [name, series] : metrics_.series()) {
    const Buckets points = MakeBuckets(series, from, to, buckets);
    if (points.steps.empty()) continue;
    json.Key(name).BeginObject();
    Numbers(json, "steps", points.steps);
    Numbers(json, "mean", points.mean);
    if (!points.low.empty()) Numbers(json, "low", points.low), Numbers(json, "high", points.high);
    json.Field("width", points.width).EndObject();
  }
  json.EndObject().Key("evaluations").BeginArray();
  for (const EvaluationLine& line : metrics_.evaluations()) json.Raw(line.json);
  return json.EndArray().EndObject().text();
}

PointsSeen WatchedRun::Now() {
  std::lock_guard lock(mutex_);
  Refresh();
  questions_.Refresh();
  return {metrics_.generation(), metrics_.last_step(), metrics_.evaluations().size(), questions_.entries().size()};
}

std::optional<std::string> WatchedRun::NewPointsJson(PointsSeen& seen) {
  std::lock_guard lock(mutex_);
  Refresh();
  questions_.Refresh();
  if (seen.generation != metrics_.generation()) return std::nullopt;
  JsonWriter json;
  json.BeginObject().Field("step", metrics_.last_step()).Field("answers", questions_.entries().size());
  json.Key("series").BeginObject();
  size_t num_points = 0;
  for (const auto& [name, series] : metrics_.series()) {
    const auto begin = std::upper_bound(series.steps.begin(), series.steps.end(), seen.step) - series.steps.begin();
    const size_t count = series.steps.size() - static_cast<size_t>(begin);
    num_points += count;
    if (count == 0) continue;
    if (num_points > kMostNewPoints) return std::nullopt;
    json.Key(name).BeginObject();
    Numbers(json, "steps", std::span(series.steps).last(count));
    Numbers(json, "mean", std::span(series.values).last(count));
    json.EndObject();
  }
  json.EndObject().Key("evaluations").BeginArray();
  for (size_t i = seen.evaluations; i < metrics_.evaluations().size(); ++i) json.Raw(metrics_.evaluations()[i].json);
  json.EndArray().EndObject();
  const PointsSeen now{metrics_.generation(), metrics_.last_step(), metrics_.evaluations().size(), questions_.entries().size()};
  const bool nothing = num_points == 0 && now.evaluations == seen.evaluations && now.answers == seen.answers;
  seen = now;
  return nothing ? "" : json.text();
}

void WatchedRun::Control(RunCommand command) {
  Require(RunIsActive(path_), name_, ": no r1 train is at work in this folder");
  WriteRunCommand(path_, command);
}

}  // namespace r1
