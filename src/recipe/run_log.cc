#include "recipe/run_log.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/json_writer.h"
#include "base/log.h"

namespace r1 {
namespace {

std::vector<std::pair<std::string, double>> Figures(const EvalRow& row) {
  return {{"pass@1", row.pass_at_1},
          {"pass@1_low", row.pass_at_1_interval.low},
          {"pass@1_high", row.pass_at_1_interval.high},
          {"pass@k", row.pass_at_k},
          {"cons@k", row.cons_at_k},
          {"format", row.format},
          {"finished", row.finished},
          {"mean_tokens", row.mean_tokens},
          {"english", row.english},
          {"symbols", row.symbols},
          {"equations", row.equations},
          {"right_equations", row.right_equations},
          {"self_checks", row.self_checks}};
}

// A figure's name in TensorBoard, where a curve must not change its k between two evaluations; "": the same as pass@1.
std::string TagOf(const std::string& figure, int64_t k) {
  if (!figure.ends_with("@k")) return figure;
  return k == 1 ? "" : StrCat(figure.substr(0, figure.size() - 1), k);
}

constexpr size_t kMostQuestions = 8;  // of one evaluation, over all tasks

void WriteTokens(JsonWriter& json, const EvalSample& sample) {
  json.Key("token_ids").BeginArray();
  for (const int32_t id : sample.token_ids) json.Value(id);
  json.EndArray().Key("logprobs").BeginArray();
  for (const float logprob : sample.logprobs) json.Value(logprob);
  json.EndArray().Key("entropies").BeginArray();
  for (const float entropy : sample.entropies) json.Value(entropy);
  json.EndArray();
}

std::string EventsPath(const RunPaths& paths) { return paths.root + "/" + TensorBoardWriter::kFileName; }

int64_t FileLength(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(bytes);
}

// Cuts the logs to the lengths that `keep` knows, and returns the last step in them; -1: from the start.
int64_t CutLogs(const RunPaths& paths, const RunState* keep) {
  if (!keep) return -1;
  auto cut = [](const std::string& path, int64_t bytes) {
    const int64_t length = FileLength(path);
    if (length < bytes) {
      LOG(Warning) << path << " has " << length << " bytes, and had " << bytes << " at the checkpoint: lines of it are lost";
    }
    if (length <= bytes) return;
    std::error_code error;
    std::filesystem::resize_file(path, static_cast<uintmax_t>(bytes), error);
    if (error) FailErrno("truncate", path, error.value());
  };
  cut(paths.Metrics(), keep->metrics_bytes);
  cut(paths.Samples(), keep->samples_bytes);
  cut(paths.Questions(), keep->questions_bytes);
  cut(EventsPath(paths), keep->events_bytes);
  return keep->step;
}

}  // namespace

RunLog::RunLog(const RunPaths& paths, const RunState* keep)
    : paths_(paths),
      metrics_(paths.Metrics(), CutLogs(paths, keep)),
      samples_(paths.Samples(), keep ? keep->step : -1),
      questions_(paths.Questions(), keep ? keep->step : -1),
      tensorboard_(paths.root, keep ? keep->step : -1) {}

void RunLog::MarkLengths(RunState& state) const {
  state.metrics_bytes = FileLength(paths_.Metrics());
  state.samples_bytes = FileLength(paths_.Samples());
  state.questions_bytes = FileLength(paths_.Questions());
  state.events_bytes = FileLength(EventsPath(paths_));
}

void RunLog::Step(int64_t step, const std::string& stage, const StepMetrics& metrics) {
  JsonWriter json;
  json.BeginObject().Field("step", step).Field("stage", stage);
  std::vector<std::pair<std::string, float>> scalars;
  for (const auto& [name, value] : metrics.values) {
    json.Field(name, value);
    scalars.emplace_back(stage + "/" + name, static_cast<float>(value));
  }
  metrics_.Append(json.EndObject().text());
  tensorboard_.Scalars(step, scalars);
}

void RunLog::Evaluation(int64_t step, const std::string& stage, const std::string& label, const EvalReport& report) {
  JsonWriter json;
  json.BeginObject().Field("step", step).Field("stage", stage).Field("eval", label).Field("samples", report.options.samples);
  std::vector<std::pair<std::string, float>> scalars;
  auto add = [&](const EvalRow& row) {
    json.Key(row.task).BeginObject().Field("questions", row.questions);
    for (const auto& [name, value] : Figures(row)) {
      json.Field(name, value);
      const std::string tag = TagOf(name, report.options.samples);
      if (!tag.empty()) scalars.emplace_back("eval_" + label + "/" + row.task + "/" + tag, static_cast<float>(value));
    }
    json.EndObject();
  };
  for (const EvalRow& row : report.rows) add(row);
  add(report.total);
  metrics_.Append(json.EndObject().text());
  tensorboard_.Scalars(step, scalars);
}

void RunLog::Sample(int64_t step, const std::string& stage, const Example& example, const std::string& completion, double reward) {
  JsonWriter json;
  json.BeginObject().Field("step", step).Field("stage", stage).Field("id", example.id).Field("question", example.question);
  json.Field("answer", example.answer).Field("completion", completion).Field("reward", reward).EndObject();
  samples_.Append(json.text());
  tensorboard_.Text(step, stage + "/sample", "**" + example.question + "** (" + example.answer + ")\n\n" + completion);
}

void RunLog::Questions(int64_t step, const std::string& stage, const std::vector<EvalTask>& tasks, const EvalReport& report) {
  const size_t of_each = std::max<size_t>(1, kMostQuestions / std::max<size_t>(1, tasks.size()));
  for (size_t t = 0; t < std::min({tasks.size(), report.rows.size(), kMostQuestions}); ++t) {
    const EvalRow& row = report.rows[t];
    for (size_t q = 0; q < std::min(of_each, tasks[t].examples.size()); ++q) {
      const Example& example = tasks[t].examples[q];
      const EvalSample& sample = row.completions[q * static_cast<size_t>(row.samples)];
      JsonWriter json;
      json.BeginObject().Field("step", step).Field("stage", stage).Field("id", example.id).Field("task", row.task);
      json.Field("question", example.question).Field("answer", example.answer).Field("completion", sample.text);
      json.Field("correct", sample.correct).Field("well_formed", sample.well_formed).Field("finished", sample.finished);
      WriteTokens(json, sample);
      questions_.Append(json.EndObject().text());
    }
  }
}

void RunLog::Sync() {
  metrics_.Sync();
  questions_.Sync();
  samples_.Sync();
  tensorboard_.Sync();
}

}  // namespace r1
