// What the supervisor of a run is told (judge/code/supervisor/settings.h).
#pragma once

#include <string>
#include <vector>

#include "judge/code/run_program.h"

namespace r1 {

// "KEY=VALUE".
std::string SupervisorSetting(const char* key, int64_t value);

// "supervise", the run's limits, "--" and its command. `isolated`: the scratch folders are file systems of their own.
std::vector<std::string> SuperviseWords(const RunRequest& request, bool isolated);

}  // namespace r1
