#include "base/tensorboard.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/crc32c.h"
#include "base/error.h"
#include "base/files.h"

namespace r1 {
namespace {

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

// Written by TensorBoard 2.20's RecordWriter from its own Event messages, all with wall_time 1000.5.
const std::string kVersionRecord = FromHex("1800000000000000a37f4b22090000000000448f401a0d627261696e2e4576656e743a32aba33345");
const std::string kScalarsRecord = FromHex(  // step 300: loss 0.25, reward 1
    "2a00000000000000ae8d91f5090000000000448f4010ac022a1c0a0b0a046c6f7373150000803e0a0d0a06726577617264150000803fe6f98dfe");
const std::string kTextRecord = FromHex(  // step 301: sample "hi"
    "300000000000000095f5d05f090000000000448f4010ad022a220a200a0673616d706c65420c0807120412020801420268694a080a060a0474657874711975"
    "59");

class TensorBoardTest : public ::testing::Test {
 protected:
  TensorBoardTest()
      : dir_(::testing::TempDir() + "r1_tensorboard_test_" + ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
  }
  ~TensorBoardTest() override { std::filesystem::remove_all(dir_); }
  TensorBoardWriter Open(int64_t keep_through_step) {
    return TensorBoardWriter(dir_, keep_through_step, [] { return 1000.5; });
  }
  std::string Path() const { return dir_ + "/" + TensorBoardWriter::kFileName; }
  std::string Contents() const { return ReadFile(Path()); }

  std::string dir_;
};

TEST_F(TensorBoardTest, WritesTheBytesTensorBoardItselfWrites) {
  TensorBoardWriter writer = Open(-1);
  const std::pair<std::string, float> values[] = {{"loss", 0.25f}, {"reward", 1.0f}};
  writer.Scalars(300, values);
  writer.Text(301, "sample", "hi");
  writer.Sync();
  EXPECT_EQ(Contents(), kVersionRecord + kScalarsRecord + kTextRecord);
}

TEST_F(TensorBoardTest, ResumedFileEqualsTheUninterruptedOne) {
  std::string whole;
  {
    TensorBoardWriter writer = Open(-1);
    for (int step = 0; step <= 200; step += 50) writer.Scalar(step, "loss", static_cast<float>(step));
    whole = Contents();
  }
  {
    TensorBoardWriter writer = Open(100);  // steps 150 and 200 will come again
    EXPECT_LT(Contents().size(), whole.size());
    writer.Scalar(150, "loss", 150);
    writer.Scalar(200, "loss", 200);
  }
  EXPECT_EQ(Contents(), whole);
  { Open(1000); }
  EXPECT_EQ(Contents(), whole);
  { Open(-1); }
  EXPECT_EQ(Contents(), kVersionRecord);
}

TEST_F(TensorBoardTest, CutsATornOrDamagedRecord) {
  { Open(-1).Scalar(1, "loss", 1); }
  const std::string good = Contents();
  for (size_t torn = 1; torn < kScalarsRecord.size(); ++torn) {
    AtomicWriteFile(Path(), good + kScalarsRecord.substr(0, torn));
    Open(1000);
    ASSERT_EQ(Contents(), good) << torn;
  }
  std::string damaged = good + kScalarsRecord;
  damaged[good.size() + 30] ^= 1;
  AtomicWriteFile(Path(), damaged);
  Open(1000);
  EXPECT_EQ(Contents(), good);
}

TEST_F(TensorBoardTest, AMissingFolderIsAClearError) {
  try {
    TensorBoardWriter writer(dir_ + "/missing", -1);
    FAIL() << "must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_NE(std::string(error.what()).find("missing"), std::string::npos);
  }
}

TEST(Crc32cTest, MatchesTheVectorsOfRfc3720) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62A8AB43u);
}

}  // namespace
}  // namespace r1
