// What the supervisor is told on its command line: "key=value" words, then "--", then a command. It is a program of its own, linked
// statically and without the C++ library, so that it starts in half a millisecond and needs nothing that a sandbox may lack.
#pragma once

#include <cstdint>

namespace r1::supervisor {

// Descriptors that the judge passes down, the same for every run. The two of the channel become 3 and 4 of the program.
inline constexpr int kReportFd = 3;   // where the report is written
inline constexpr int kControlFd = 4;  // a byte or its end: stop everything
inline constexpr int kChannelInFd = 5;
inline constexpr int kChannelOutFd = 6;

// A busy machine stretches the wall time of a run at most so far; see WallTime in supervise.cc.
inline constexpr int kStretch = 5;

struct Settings {
  int64_t cpu_ms = 0;  // of all processes together
  int64_t wall_ms = 0;
  int64_t memory_bytes = 0;   // of all processes together, files in memory included
  int64_t address_bytes = 0;  // of one process
  int64_t file_bytes = 0;     // one file
  int64_t files = 0;          // in a scratch file system
  int64_t processes = 0;      // threads count
  int64_t collect_bytes = 0;  // the longest file that is sent back
  int64_t uid = -1;           // launch: who to become; -1 stays
  int64_t parent = 0;         // launch: die with this process
  int64_t last_fd = 2;        // launch: all above it are closed
  bool channel = false;
  const char* collect = nullptr;  // a file that is sent back with the report
  const char* folder = nullptr;   // where the program starts
  static constexpr int kMaxScratch = 4;
  const char* scratch[kMaxScratch] = {};  // mount points of file systems in memory
  const char* cgroup[kMaxScratch] = {};   // launch: files that take a process id
  char** command = nullptr;               // ends with a null pointer
};

// Reads argv[2...]. False: a word that is not known.
bool ParseSettings(char** words, Settings& settings);

// Joins control groups, becomes another user, ties its life to the judge's, and executes the command (bubblewrap). Returns only
// where that failed.
int Launch(const Settings& settings);

// Runs the command under limits, waits for its end, ends all that it started, and writes a report (judge/code/run_report.h).
int Supervise(const Settings& settings);

// Runs the command, found by PATH, with the caller's standard streams and rights, and ends it and all that came from it when the
// control descriptor comes to its end. Ends as the command does.
int Tether(const Settings& settings);

}  // namespace r1::supervisor
