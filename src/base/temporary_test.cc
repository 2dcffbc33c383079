#include "base/temporary.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "base/files.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

class TemporaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "r1_temporary_XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
  }
  void TearDown() override { fs::remove_all(dir_); }
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_)) names.insert(entry.path().filename().string());
    return names;
  }
  std::string dir_;
};

TEST_F(TemporaryTest, AWriterRemovesWhatDeadWritersOfTheSameNameLeft) {
  for (const char* name :
       {"a.tmp-1-0", "a.tmp-99999999-3", "b.tmp-1-0", "a.tmp-1", "a.tmp-x-1", "a.tmp-1-", "a.tmp-1-2x", ".tmp-1-0"})
    AtomicWriteFile(Path(name), "");
  AtomicWriteFile(Path("a"), "whole");
  EXPECT_EQ(Names(), (std::set<std::string>{"a", "b.tmp-1-0", "a.tmp-1", "a.tmp-x-1", "a.tmp-1-", "a.tmp-1-2x", ".tmp-1-0"}));
  fs::create_directories(Path("c.tmp-1-0/full/of/things"));
  RemoveAbandonedIn(dir_);
  EXPECT_EQ(Names(), (std::set<std::string>{"a", "a.tmp-1", "a.tmp-x-1", "a.tmp-1-", "a.tmp-1-2x", ".tmp-1-0"}));
}

TEST_F(TemporaryTest, ALivingWriterIsLeftAlone) {
  AtomicFile file(Path("a"));
  file.Write("first");
  const Temporary folder = CreateTemporaryFolder(Path("d"));
  RemoveAbandonedIn(dir_);
  AtomicWriteFile(Path("a"), "second");  // another writer of the same name
  EXPECT_TRUE(fs::is_directory(folder.path));
  EXPECT_EQ(ReadFile(Path("a")), "second");
  file.Commit();
  EXPECT_EQ(ReadFile(Path("a")), "first");
}

// The writer is another process; its id is taken again and again where ids are few, so only the lock may count.
TEST_F(TemporaryTest, AKilledProcessLetsGo) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Temporary file = CreateTemporaryFile(Path("f")), folder = CreateTemporaryFolder(Path("d"));
    AtomicWriteFile(folder.path + "/part", "half");
    (void)!::write(ready[1], "x", 1);
    ::pause();
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  RemoveAbandonedIn(dir_);
  EXPECT_EQ(Names().size(), 2u) << "it is alive";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  RemoveAbandonedIn(dir_);
  EXPECT_EQ(Names().size(), 0u);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(TemporaryTest, ASymbolicLinkIsNotFollowed) {
  fs::create_directories(Path("precious"));
  fs::create_directory_symlink(Path("precious"), Path("a.tmp-1-0"));
  RemoveAbandonedIn(dir_);
  EXPECT_TRUE(fs::exists(Path("precious")));
  EXPECT_TRUE(fs::is_symlink(Path("a.tmp-1-0")));
}

}  // namespace
}  // namespace r1
