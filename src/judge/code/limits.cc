#include "judge/code/limits.h"

namespace r1 {

void RunLimits::Validate() const {
  constexpr double kDay = 86400;
  constexpr int64_t kMost = int64_t{1} << 50;
  Require(cpu_s > 0 && cpu_s <= kDay, "cpu_s must be above 0 and at most a day, got ", cpu_s);
  Require(wall_s > 0 && wall_s <= kDay, "wall_s must be above 0 and at most a day, got ", wall_s);
  Require(memory_bytes >= 1 << 20 && memory_bytes <= kMost, "memory_bytes must be at least 1 MiB, got ", memory_bytes);
  Require(output_bytes >= 0 && output_bytes <= int64_t{1} << 32, "output_bytes must be between 0 and 4 GiB, got ", output_bytes);
  Require(file_bytes >= 4096 && file_bytes <= kMost, "file_bytes must be at least 4096, got ", file_bytes);
  Require(processes >= 1 && processes <= 4096, "processes must be between 1 and 4096, got ", processes);
}

}  // namespace r1
