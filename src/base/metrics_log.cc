#include "base/metrics_log.h"

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace r1 {
namespace {

// The "step" of a line, or a value beyond every step if there is none.
int64_t StepOf(std::string_view line) {
  const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return INT64_MAX;
  const auto step = object.find("step");
  return step != object.end() && step->is_number_integer() ? step->get<int64_t>() : INT64_MAX;
}

uint64_t BytesToKeep(std::string_view text, int64_t keep_through_step) {
  size_t keep = 0;
  while (true) {
    const size_t end = text.find('\n', keep);
    if (end == std::string_view::npos || StepOf(text.substr(keep, end - keep)) > keep_through_step) return keep;
    keep = end + 1;
  }
}

}  // namespace

MetricsLog::MetricsLog(const std::string& path, int64_t keep_through_step) : file_(path) {
  const uint64_t keep =
      keep_through_step < 0 || file_.size() == 0 ? 0 : BytesToKeep(ReadFile(path, size_t{1} << 36), keep_through_step);
  if (keep != file_.size()) file_.Truncate(keep);
}

void MetricsLog::Append(std::string_view json_object) { file_.Append(std::string(json_object) + "\n"); }

}  // namespace r1
