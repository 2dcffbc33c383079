// What one run of a program may use. All processes of the run together, unless it says otherwise.
#pragma once

#include <cstdint>
#include <tuple>

#include "base/fields.h"

namespace r1 {

struct RunLimits {
  double cpu_s = 2;
  double wall_s = 4;
  int64_t memory_bytes = int64_t{256} << 20;  // files in memory (/tmp) included
  int64_t output_bytes = int64_t{1} << 20;    // standard output; the same again for standard error
  int64_t file_bytes = int64_t{16} << 20;     // one file, and all of /tmp
  int64_t processes = 32;                     // threads count

  static constexpr auto Fields() {
    using C = RunLimits;
    return std::tuple{Field{"cpu_s", &C::cpu_s, "processor time of all processes of a run, in seconds"},
                      Field{"wall_s", &C::wall_s, "time on the clock, in seconds"},
                      Field{"memory_bytes", &C::memory_bytes, "memory of all processes of a run, files in /tmp included"},
                      Field{"output_bytes", &C::output_bytes, "standard output, and as much of standard error"},
                      Field{"file_bytes", &C::file_bytes, "the longest file, and all that /tmp holds"},
                      Field{"processes", &C::processes, "processes and threads at a time"}};
  }
  // Throws kInvalidArgument naming the limit that makes no sense.
  void Validate() const;
};

}  // namespace r1
