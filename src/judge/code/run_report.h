// What the supervisor writes when a run has ended (judge/code/supervisor/supervise.cc): lines "key value", an empty line, and the
// bytes of a collected file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace r1 {

enum class RunLimit { kNone, kCpu, kWall, kMemory, kFiles, kStopped };  // which limit made the supervisor end the run

struct RunReport {
  RunLimit limit = RunLimit::kNone;
  int exit_code = -1;  // -1: it did not exit by itself
  int signal = 0;      // that ended it; 0: none
  int64_t cpu_us = 0, wall_us = 0, peak_bytes = 0;
  std::optional<std::string> file;  // nothing: not asked for, not made, not a plain file, or too long
};

// Nothing: the text is not a whole report, because the run was cut off. Never throws.
std::optional<RunReport> ParseRunReport(std::string_view text);

}  // namespace r1
