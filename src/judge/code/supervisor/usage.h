// What all processes of a run use together, read from /proc: for limits that no rlimit can hold for a family of processes.
#pragma once

#include <cstdint>

#include "judge/code/supervisor/settings.h"
#include "judge/code/supervisor/wall_time.h"

namespace r1::supervisor {

struct Usage {
  int64_t cpu_ms = 0;        // of living processes and those they have waited for
  int64_t memory_bytes = 0;  // anonymous and shared memory, and files of the scratch file systems
  int64_t files = 0;         // in the fullest scratch file system
  int64_t starved_us = 0;    // how long living processes were ready to run and got no processor
};

MachineTicks ReadMachineTicks();  // zeros where /proc/stat cannot be read

// `by_share`: memory that processes share after fork() is counted once; slower.
Usage ReadUsage(const Settings& settings, bool by_share);

// Kills every process but this one: all of the namespace where this is its first process, and otherwise all descendants.
void KillAll();

}  // namespace r1::supervisor
