#include "recipe/run_log.h"

#include "base/json_writer.h"

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

}  // namespace

RunLog::RunLog(const RunPaths& paths, int64_t keep_through_step)
    : metrics_(paths.Metrics(), keep_through_step), samples_(paths.Samples(), keep_through_step), tensorboard_(paths.root, keep_through_step) {}

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
      scalars.emplace_back("eval_" + label + "/" + row.task + "/" + name, static_cast<float>(value));
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

void RunLog::Sync() {
  metrics_.Sync();
  samples_.Sync();
  tensorboard_.Sync();
}

}  // namespace r1
