// Starting another program without copying this one: r1 may hold gigabytes and many threads, where fork() takes milliseconds and is
// dangerous.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace r1 {

// Executes `path` with argv `words` and `environment` ("NAME=value"). `descriptors` are (number in the child, number here); all
// others that are closed on exec are closed. Numbers here must be above those in the child. Returns the process id. Throws
// kResourceExhausted or kIo.
int Spawn(const std::string& path, const std::vector<std::string>& words, const std::vector<std::string>& environment,
          const std::vector<std::pair<int, int>>& descriptors);

// Waits for the end of a child. Returns its wait status.
int WaitForExit(int pid);

}  // namespace r1
