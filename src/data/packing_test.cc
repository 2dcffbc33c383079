#include "data/packing.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

TokenSequence Sized(int64_t index) {
  static constexpr int64_t kLengths[] = {3, 5, 2, 9, 4, 30};
  return TokenSequence(static_cast<size_t>(kLengths[index % 6]), static_cast<int32_t>(index));
}

TEST(PackerTest, KeepsOrderAndBudgetAndCutsLongDocuments) {
  Packer packer(Sized, 12, 10);
  int32_t next = 0;
  for (int round = 0; round < 20; ++round) {
    const Pack pack = packer.Next();
    ASSERT_FALSE(pack.empty());
    size_t tokens = 0;
    for (const TokenSequence& sequence : pack) {
      EXPECT_EQ(sequence[0], next++);
      EXPECT_LE(sequence.size(), 10u);
      tokens += sequence.size();
    }
    EXPECT_LE(tokens, 12u);
    EXPECT_GT(tokens + std::min<size_t>(Sized(next).size(), 10), 12u) << "the next document would have fitted";
  }
}

TEST(PackerTest, ResumesAtTheCursor) {
  Packer whole(Sized, 20, 15);
  for (int i = 0; i < 3; ++i) whole.Next();
  Packer resumed(Sized, 20, 15);
  resumed.Seek(whole.cursor());
  EXPECT_EQ(whole.Next(), resumed.Next());
}

TEST(PackerTest, RefusesWhatCannotBePacked) {
  EXPECT_THROW(Packer(Sized, 10, 11), Error);
  EXPECT_THROW(Packer([](int64_t) { return TokenSequence{1}; }, 10, 10).Next(), Error);
  EXPECT_THROW(PackInOrder({3, 11}, 10), Error);
}

TEST(PackerTest, PacksGivenLengthsInOrder) {
  EXPECT_EQ(PackInOrder({4, 6, 1, 10, 2}, 10), (std::vector<std::vector<int64_t>>{{0, 1}, {2}, {3}, {4}}));
}

}  // namespace
}  // namespace r1
