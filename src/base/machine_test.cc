#include "base/machine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/scratch_folder.h"

namespace r1 {
namespace {

class GroupLimitsTest : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = folder_.path() + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  GroupLimits Read() const { return ReadGroupLimits(folder_.path()); }

 private:
  ScratchFolder folder_;
};

TEST_F(GroupLimitsTest, AContainerOfVersion2SeesItsOwnGroupAsTheRoot) {
  Write("/proc/self/cgroup", "0::/\n");
  Write("/sys/fs/cgroup/cpu.max", "250000 100000\n");
  Write("/sys/fs/cgroup/memory.max", "1000000000\n");
  Write("/sys/fs/cgroup/memory.current", "600000000\n");
  Write("/sys/fs/cgroup/memory.stat", "anon 1\nfile 2\ninactive_file 100000000\n");
  EXPECT_EQ(Read().cpus, 2.5);
  EXPECT_EQ(Read().memory_left, 500000000u);
}

TEST_F(GroupLimitsTest, TheTightestGroupOnTheWayUpCounts) {
  Write("/proc/self/cgroup", "0::/system.slice/r1.service\n");
  Write("/sys/fs/cgroup/system.slice/cpu.max", "400000 100000\n");
  Write("/sys/fs/cgroup/system.slice/r1.service/cpu.max", "max 100000\n");
  Write("/sys/fs/cgroup/system.slice/memory.max", "max\n");
  Write("/sys/fs/cgroup/system.slice/memory.current", "1\n");
  Write("/sys/fs/cgroup/system.slice/r1.service/memory.max", "2000\n");
  Write("/sys/fs/cgroup/system.slice/r1.service/memory.current", "5000\n");
  EXPECT_EQ(Read().cpus, 4.0);
  EXPECT_EQ(Read().memory_left, 0u) << "more in use than the limit, as just after it was lowered";
}

TEST_F(GroupLimitsTest, Version1UnderThePathOfTheHostOrItsOwnMount) {
  Write("/proc/self/cgroup", "4:memory:/docker/7f3a\n3:cpu,cpuacct:/docker/7f3a\n2:cpuset:/docker/7f3a\n0::/docker/7f3a\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  Write("/sys/fs/cgroup/memory/docker/7f3a/memory.limit_in_bytes", "4096\n");
  Write("/sys/fs/cgroup/memory/docker/7f3a/memory.usage_in_bytes", "1096\n");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  Write("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
  EXPECT_EQ(Read().cpus, 1.5);
  EXPECT_EQ(Read().memory_left, 3000u);
}

TEST_F(GroupLimitsTest, NoLimitNoGroupsAndNonsenseAreNoLimits) {
  EXPECT_EQ(Read().cpus, std::nullopt);
  Write("/proc/self/cgroup", "0::/\nnonsense\n7:cpu:\n");
  Write("/sys/fs/cgroup/cpu.max", "max 100000\n");
  Write("/sys/fs/cgroup/memory.max", "many\n");
  Write("/sys/fs/cgroup/memory.current", "-3\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Read().cpus, std::nullopt);
  EXPECT_EQ(Read().memory_left, std::nullopt);
}

TEST(MachineTest, ThisMachineHasCpusAndMemory) {
  EXPECT_GE(AvailableCpus(), 1);
  EXPECT_GT(AvailableMemoryBytes(), 0u);
}

}  // namespace
}  // namespace r1
