#include "judge/code/supervise_words.h"

namespace r1 {
namespace {

constexpr int64_t kFilesInScratch = 20000;  // inodes: each is a kilobyte of the kernel's memory

}  // namespace

std::string SupervisorSetting(const char* key, int64_t value) { return std::string(key) + "=" + std::to_string(value); }

std::vector<std::string> SuperviseWords(const RunRequest& request, bool isolated) {
  const RunLimits& limits = request.limits;
  std::vector<std::string> words = {"supervise", SupervisorSetting("cpu_ms", static_cast<int64_t>(limits.cpu_s * 1000)),
                                    SupervisorSetting("wall_ms", static_cast<int64_t>(limits.wall_s * 1000)),
                                    SupervisorSetting("memory_bytes", limits.memory_bytes),
                                    // A backstop for one process between two looks; addresses cost nothing until they are used.
                                    SupervisorSetting("address_bytes", 2 * limits.memory_bytes + (int64_t{256} << 20)),
                                    SupervisorSetting("file_bytes", limits.file_bytes), SupervisorSetting("files", kFilesInScratch),
                                    SupervisorSetting("processes", limits.processes), std::string("folder=") + kScratchFolder};
  if (isolated) {
    words.push_back(std::string("scratch=") + kScratchFolder);
    words.push_back("scratch=/dev/shm");
  }
  if (request.channel_in) words.push_back("channel=1");
  if (!request.collect.empty()) {
    words.push_back("collect=" + request.collect);
    words.push_back(SupervisorSetting("collect_bytes", request.collect_bytes));
  }
  words.push_back("--");
  words.insert(words.end(), request.command.begin(), request.command.end());
  return words;
}

}  // namespace r1
