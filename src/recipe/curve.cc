// curve.svg from metrics.jsonl.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/svg_plot.h"
#include "recipe/run_log.h"

namespace r1 {
namespace {

struct Curves {
  std::map<std::string, std::map<std::string, PlotSeries>> eval;  // figure -> task -> points
  std::map<std::string, PlotSeries> train;                        // metric -> points
  double best_prompt = -1;                                        // the base's accuracy when asked for a worked solution
  std::vector<double> eval_steps;
};

void AddPoint(PlotSeries& series, double x, double y) {
  series.x.push_back(x);
  series.y.push_back(y);
}

Curves ReadCurves(const std::string& path) {
  Curves curves;
  std::ifstream file(path);
  double first = -1;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("step")) continue;
    if (json.contains("eval")) {
      if (json["eval"] != "policy") {
        if (curves.best_prompt < 0) curves.best_prompt = json["all"].value("pass@1", -1.0);
        continue;
      }
      if (first < 0) first = json["step"];
      const double x = json["step"].get<double>() - first;
      curves.eval_steps.push_back(x);
      for (const auto& [task, row] : json.items())
        if (row.is_object())
          for (const auto& [figure, value] : row.items())
            if (value.is_number()) {
              PlotSeries& series = curves.eval[figure][task];
              series.label = task;
              AddPoint(series, x, value);
            }
    } else if (json.contains("reward") && first >= 0) {
      const double x = json["step"].get<double>() - first;
      for (const char* metric : {"reward", "entropy", "completion_tokens", "kl", "old_kl"})
        if (json.contains(metric) && json[metric].is_number()) AddPoint(curves.train[metric], x, json[metric]);
    }
  }
  return curves;
}

PlotPanel Panel(const Curves& curves, const std::string& title, const std::string& figure) {
  PlotPanel panel{.title = title};
  if (auto it = curves.eval.find(figure); it != curves.eval.end())
    for (const auto& [task, series] : it->second)
      if (task != "all" || it->second.size() != 2) panel.series.push_back(series);  // of one task, "all" is the same
  return panel;
}

}  // namespace

bool DrawCurve(const RunPaths& paths, const std::string& title, const std::string& subtitle) {
  Curves curves = ReadCurves(paths.Metrics());
  if (curves.eval_steps.empty()) return false;
  PlotFigure figure{.title = title, .subtitle = subtitle, .x_label = "GRPO step"};
  PlotPanel accuracy = Panel(curves, "held-out accuracy (strict, pass@1)", "pass@1");
  if (curves.best_prompt >= 0)
    accuracy.series.push_back({.label = "base, asked for a worked solution",
                               .x = {curves.eval_steps.front(), curves.eval_steps.back()},
                               .y = {curves.best_prompt, curves.best_prompt},
                               .dashed = true});
  accuracy.y_min = 0, accuracy.y_max = 1;
  PlotPanel format = Panel(curves, "share of answers in the think / answer format", "format");
  format.y_min = 0, format.y_max = 1;
  PlotPanel length = Panel(curves, "response length, tokens", "mean_tokens");
  length.y_min = 0;
  PlotPanel english = Panel(curves, "share of English in the thinking", "english");
  english.y_min = 0, english.y_max = 1;
  PlotPanel checks = Panel(curves, "self-checks per response", "self_checks");
  checks.y_min = 0;
  PlotPanel entropy{.title = "entropy of the policy, nats per token"};
  curves.train["entropy"].label = "rollouts";
  entropy.series.push_back(curves.train["entropy"]);
  entropy.y_min = 0;
  figure.panels = {accuracy, format, length, english, checks, entropy};
  AtomicWriteFile(paths.Curve(), RenderSvg(figure));
  return true;
}

}  // namespace r1
