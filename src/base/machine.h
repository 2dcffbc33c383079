// What this process may take of the machine, whichever of these allows the least: the machine itself, the CPUs that it is bound to,
// and the control groups (version 2 or 1) that containers, Kubernetes and systemd put it in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace r1 {

// CPUs, at least 1; what a control group grants is rounded down to whole ones.
int AvailableCpus();
// What could still be taken without swapping, pages of files that can be dropped included; 0 if the system does not say.
uint64_t AvailableMemoryBytes();

// What control groups leave; nothing where they set no limit.
struct GroupLimits {
  std::optional<double> cpus;
  std::optional<uint64_t> memory_left;
};
// root: a folder that has the machine's /proc/self/cgroup and /sys/fs/cgroup, "" for the machine itself.
GroupLimits ReadGroupLimits(const std::string& root = "");

}  // namespace r1
