#include "judge/code/run_report.h"

#include <charconv>

namespace r1 {
namespace {

constexpr std::string_view kLimits[] = {"none", "cpu", "wall", "memory", "files", "stopped"};

// Takes "KEY VALUE\n" from the front of `text`.
std::optional<std::string_view> TakeLine(std::string_view& text, std::string_view key) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(key) || end <= key.size() || text[key.size()] != ' ') return std::nullopt;
  const std::string_view value = text.substr(key.size() + 1, end - key.size() - 1);
  text.remove_prefix(end + 1);
  return value;
}

template <class T>
bool TakeNumber(std::string_view& text, std::string_view key, T& number) {
  const auto value = TakeLine(text, key);
  if (!value) return false;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  return error == std::errc() && end == value->data() + value->size();
}

bool TakeLimit(std::string_view& text, RunLimit& limit) {
  const auto value = TakeLine(text, "limit");
  if (!value) return false;
  for (size_t i = 0; i < std::size(kLimits); ++i) {
    if (*value == kLimits[i]) {
      limit = static_cast<RunLimit>(i);
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<RunReport> ParseRunReport(std::string_view text) {
  RunReport report;
  int64_t version = 0, file_bytes = -1;
  const bool whole = TakeNumber(text, "r1-run", version) && version == 1 && TakeLimit(text, report.limit) &&
                     TakeNumber(text, "exit_code", report.exit_code) && TakeNumber(text, "signal", report.signal) &&
                     TakeNumber(text, "cpu_us", report.cpu_us) && TakeNumber(text, "wall_us", report.wall_us) &&
                     TakeNumber(text, "peak_bytes", report.peak_bytes) && TakeNumber(text, "file_bytes", file_bytes) &&
                     text.starts_with('\n');
  if (!whole) return std::nullopt;
  text.remove_prefix(1);
  if (file_bytes >= 0) {
    if (static_cast<int64_t>(text.size()) != file_bytes) return std::nullopt;
    report.file.emplace(text);
  }
  return report;
}

}  // namespace r1
