// One run of one program: its files, its limits, and what came of it. Whoever runs it decides where (judge/code/sandbox.h).
#pragma once

#include <string>
#include <vector>

#include "base/time_limit.h"
#include "judge/code/limits.h"
#include "judge/code/owned_fd.h"
#include "judge/code/run_report.h"

namespace r1 {

// Folders of a run as its program sees them.
inline constexpr const char* kBoxFolder = "/box";      // its own files, read-only
inline constexpr const char* kScratchFolder = "/tmp";  // where it starts: empty, writable, in memory, gone afterwards

struct RunFile {
  std::string path;         // below kBoxFolder
  const OwnedFd* contents;  // a sealed file
  bool executable = false;
};

struct RunRequest {
  std::vector<std::string> command;  // the first is an absolute path
  std::vector<std::string>
      system_paths;               // of this machine, readable in the run, e.g. /usr/lib; what is missing here is missing there
  bool only_null_device = false;  // /dev holds null alone: a compiler opens whatever a source includes
  std::vector<RunFile> files;
  const OwnedFd* input = nullptr;   // standard input, a sealed file; null: at its end
  OwnedFd channel_in, channel_out;  // descriptors 3 and 4 of the program, where it needs them
  std::string collect;              // a file below kScratchFolder that comes back in the report
  int64_t collect_bytes = 0;        // at most so long
  RunLimits limits;
  TimeLimit until;   // when the run is ended at the latest, whatever `limits` leave it
  int stop_fd = -1;  // readable: end the run
};

struct RunResult {
  RunReport report;
  bool lost = false;             // no report came: the supervisor was killed (by the system, for memory) or could not start
  bool output_exceeded = false;  // limits.output_bytes, of standard output or standard error
  std::string output, error_output;
};

}  // namespace r1
