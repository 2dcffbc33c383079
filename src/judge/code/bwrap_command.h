// The command line of bubblewrap for a run: which namespaces, what the file system holds, and under which filter.
#pragma once

#include <string>
#include <vector>

#include "judge/code/run_program.h"

namespace r1 {

struct BwrapDescriptors {
  int seccomp = -1, supervisor = -1;
  std::vector<int> files;  // in the order of request.files
};

// The words before the command of the sandbox, bubblewrap's name first. All paths of the run are as judge/code/run_program.h says,
// and the supervisor is kSupervisorPath.
std::vector<std::string> BwrapCommand(const RunRequest& request, const BwrapDescriptors& descriptors);

inline constexpr const char* kBwrapPath = "/usr/bin/bwrap";
inline constexpr const char* kSupervisorPath = "/box/.supervisor";
// The environment of every program under judgement, NAME and value.
const std::vector<std::pair<std::string, std::string>>& RunEnvironment();

}  // namespace r1
