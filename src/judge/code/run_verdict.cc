#include "judge/code/run_verdict.h"

#include <csignal>
#include <cstring>

#include "base/error.h"
#include "base/terminal.h"

namespace r1 {
namespace {

constexpr size_t kReasonBytes = 300;

std::string SignalText(int signal) {
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? StrCat("signal ", signal) : StrCat("SIG", name);
}

RunFailure TookTooLong(const RunResult& result, const RunLimits& limits) {
  if (result.report.limit == RunLimit::kWall) return {Verdict::kTimeLimit, StrCat("did not end within ", limits.wall_s, " s")};
  return {Verdict::kTimeLimit, StrCat("more than ", limits.cpu_s, " s of processor time")};
}

std::string WithLastWords(std::string reason, const RunResult& result) {
  const std::string tail = TailOf(result.error_output, kReasonBytes);
  return tail.empty() ? reason : reason + ": " + tail;
}

}  // namespace

std::string HeadOf(std::string_view text, size_t most_bytes) {
  return PrintableText(text.substr(0, most_bytes), /*one_line=*/false) + (text.size() > most_bytes ? "..." : "");
}

std::string TailOf(std::string_view text, size_t most_bytes) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  const size_t line = text.rfind('\n');
  if (line != std::string_view::npos) text.remove_prefix(line + 1);
  if (text.size() > most_bytes) text.remove_prefix(text.size() - most_bytes);
  return PrintableText(text, /*one_line=*/true);
}

std::optional<RunFailure> FailureOf(const RunResult& result, const RunLimits& limits) {
  const RunReport& report = result.report;
  if (report.limit == RunLimit::kMemory)
    return RunFailure{Verdict::kMemoryLimit, StrCat("more than ", limits.memory_bytes >> 20, " MiB of memory")};
  if (report.limit == RunLimit::kFiles) return RunFailure{Verdict::kMemoryLimit, "too many files"};
  if (result.output_exceeded) return RunFailure{Verdict::kOutputLimit, StrCat("wrote more than ", limits.output_bytes, " bytes")};
  if (result.lost) return RunFailure{Verdict::kRuntimeError, WithLastWords("the run was cut off by the system", result)};
  if (report.limit == RunLimit::kCpu || report.limit == RunLimit::kWall || report.signal == SIGXCPU ||
      static_cast<double>(report.cpu_us) > limits.cpu_s * 1e6)
    return TookTooLong(result, limits);
  if (report.signal == SIGXFSZ)
    return RunFailure{Verdict::kOutputLimit, StrCat("wrote a file of more than ", limits.file_bytes, " bytes")};
  if (report.signal != 0)
    return RunFailure{Verdict::kRuntimeError, WithLastWords(StrCat("ended by ", SignalText(report.signal)), result)};
  if (report.limit == RunLimit::kStopped) return RunFailure{Verdict::kRuntimeError, "stopped"};
  if (report.exit_code != 0)
    return RunFailure{Verdict::kRuntimeError, WithLastWords(StrCat("exit code ", report.exit_code), result)};
  return std::nullopt;
}

}  // namespace r1
