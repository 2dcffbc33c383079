#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/json.h"
#include "base/sha256.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "r1_files_XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
  }
  void TearDown() override { fs::remove_all(dir_); }
  std::string Path(const std::string& name) const { return (dir_ / name).string(); }
  size_t NumEntries() const { return static_cast<size_t>(std::distance(fs::directory_iterator(dir_), fs::directory_iterator())); }
  fs::path dir_;
};

ErrorCode CodeOf(const std::function<void()>& f, std::string* message = nullptr) {
  try {
    f();
  } catch (const Error& e) {
    if (message != nullptr) *message = e.what();
    return e.code();
  }
  ADD_FAILURE() << "no error";
  return ErrorCode::kCancelled;
}

TEST_F(FilesTest, WritesAndReadsBack) {
  const std::string contents("a\0b\n\xff", 5);
  AtomicWriteFile(Path("f"), contents);
  EXPECT_EQ(ReadFile(Path("f")), contents);
  AtomicWriteFile(Path("f"), "");
  EXPECT_EQ(ReadFile(Path("f")), "");
  EXPECT_EQ(NumEntries(), 1u);
}

TEST_F(FilesTest, MapsWhatTheFileHeldWhenItWasOpened) {
  AtomicWriteFile(Path("f"), "old");
  const auto mapped = MappedFile::Open(Path("f"));
  AtomicWriteFile(Path("f"), "newer");
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(mapped->data()), mapped->size()), "old");
  AtomicWriteFile(Path("empty"), "");
  EXPECT_EQ(MappedFile::Open(Path("empty"))->size(), 0u);
}

TEST_F(FilesTest, ErrorsNameThePathAndTheReason) {
  std::string message;
  EXPECT_EQ(CodeOf([&] { ReadFile(Path("absent")); }, &message), ErrorCode::kNotFound);
  EXPECT_NE(message.find(Path("absent")), std::string::npos) << message;
  EXPECT_NE(message.find("No such file"), std::string::npos) << message;
  EXPECT_EQ(CodeOf([&] { ReadFile(dir_.string()); }), ErrorCode::kIo);
  EXPECT_EQ(CodeOf([&] { MappedFile::Open(dir_.string()); }), ErrorCode::kIo);
  EXPECT_EQ(CodeOf([&] { AtomicWriteFile(Path("no/such/folder/f"), "x"); }), ErrorCode::kNotFound);
  AtomicWriteFile(Path("big"), std::string(100, 'x'));
  EXPECT_EQ(CodeOf([&] { ReadFile(Path("big"), 99); }), ErrorCode::kDataLoss);
}

TEST_F(FilesTest, AFailedWriteKeepsTheOldFileAndLeavesNoTemporary) {
  AtomicWriteFile(Path("f"), "old");
  {
    AtomicFile abandoned(Path("f"));
    abandoned.Write("half");
  }
  EXPECT_EQ(ReadFile(Path("f")), "old");
  EXPECT_EQ(NumEntries(), 1u);

  // A file size limit makes write() fail midway, as a full disk does.
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const ErrorCode code = CodeOf([&] { AtomicWriteFile(Path("f"), std::string(5000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(ReadFile(Path("f")), "old");
  EXPECT_EQ(NumEntries(), 1u);
}

TEST_F(FilesTest, AnUnwritableTargetIsAClearError) {
  fs::create_directory(dir_ / "folder");
  std::string message;
  EXPECT_EQ(CodeOf([&] { AtomicWriteFile(Path("folder"), "x"); }, &message), ErrorCode::kIo);  // rename onto a folder
  EXPECT_NE(message.find("folder"), std::string::npos);
  EXPECT_EQ(NumEntries(), 1u);
}

TEST(ParentDirTest, IsTheFolderPart) {
  EXPECT_EQ(ParentDir("a"), ".");
  EXPECT_EQ(ParentDir("/a"), "/");
  EXPECT_EQ(ParentDir("a/b/c"), "a/b");
}

TEST_F(FilesTest, Sha256MatchesTheStandard) {
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-4 example
  EXPECT_EQ(Sha256Hex("abc"), abc);
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 in_parts;
  in_parts.Update("a");
  in_parts.Update("bc");
  EXPECT_EQ(in_parts.Hex(), abc);
  AtomicWriteFile(Path("abc"), "abc");
  EXPECT_EQ(Sha256HexOfFile(Path("abc")), abc);
}

}  // namespace
}  // namespace r1
