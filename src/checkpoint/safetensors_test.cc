#include "checkpoint/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/rng.h"
#include "base/scratch_folder.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

class SafetensorsTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  Tensor F32(Shape shape, float first) {
    Tensor t = Tensor::Empty(*allocator_, shape);
    for (int64_t i = 0; i < t.numel(); ++i) t.f32()[i] = first + static_cast<float>(i);
    return t;
  }
  Tensor Bf16(Shape shape, uint16_t first) {
    Tensor t = Tensor::Empty(*allocator_, shape, DType::kBF16);
    for (int64_t i = 0; i < t.numel(); ++i) t.data<uint16_t>()[i] = static_cast<uint16_t>(first + i);
    return t;
  }

  std::shared_ptr<Allocator> allocator_ = Allocator::Create();
  ScratchFolder folder_;
  const std::string& dir_ = folder_.path();
};

std::string WithHeader(const std::string& header, const std::string& data) {
  std::string file(8, '\0');
  for (size_t i = 0; i < 8; ++i) file[i] = static_cast<char>(header.size() >> (8 * i));
  return file + header + data;
}

SafetensorsFile FromString(const std::string& bytes) {
  auto owner = std::make_shared<std::string>(bytes);
  return SafetensorsFile::FromBytes(owner, reinterpret_cast<const std::byte*>(owner->data()), owner->size(), "test");
}

TEST_F(SafetensorsTest, WhatIsWrittenIsReadBack) {
  const Tensor a = F32({2, 3}, 1), b = Bf16({5}, 7), scalar = F32({}, 42), none = F32({0, 4}, 0);
  WriteSafetensors(Path("w"), {{"b", b}, {"a", a}, {"scalar", scalar}, {"none", none}}, {{"step", "3"}});
  const SafetensorsFile file = SafetensorsFile::Open(Path("w"));
  EXPECT_EQ(file.metadata(), (std::map<std::string, std::string>{{"format", "pt"}, {"step", "3"}}));
  ASSERT_EQ(file.entries().size(), 4u);
  EXPECT_EQ(file.Get("a").shape(), (Shape{2, 3}));
  EXPECT_EQ(std::memcmp(file.Get("a").raw(), a.raw(), a.bytes()), 0);
  EXPECT_EQ(file.Get("b").dtype(), DType::kBF16);
  EXPECT_EQ(std::memcmp(file.Get("b").raw(), b.raw(), b.bytes()), 0);
  EXPECT_EQ(file.Get("scalar").rank(), 0);
  EXPECT_EQ(*file.Get("scalar").f32(), 42.f);
  EXPECT_EQ(file.Get("none").numel(), 0);
  EXPECT_TRUE(file.Has("a"));
  EXPECT_FALSE(file.Has("c"));
  EXPECT_THROW(file.Get("c"), Error);
  // The data begins at a multiple of 8, and wider elements come first, so every tensor is aligned.
  EXPECT_EQ(file.entries().back().name, "b");
}

TEST_F(SafetensorsTest, TensorsOutliveTheFileObjectAndItsReplacement) {
  WriteSafetensors(Path("w"), {{"a", F32({2}, 1)}});
  const Tensor a = SafetensorsFile::Open(Path("w")).Get("a");
  WriteSafetensors(Path("w"), {{"a", F32({2}, 100)}});
  EXPECT_EQ(a.f32()[1], 2.f);
}

TEST_F(SafetensorsTest, MisalignedTensorsAreCopied) {
  std::string data(9, '\0');
  const float value = 1.5f;
  std::memcpy(data.data() + 5, &value, 4);
  const auto file = FromString(WithHeader(
      R"({"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"b":{"dtype":"F32","shape":[1],"data_offsets":[5,9]}})", data));
  EXPECT_EQ(*file.Get("b").f32(), 1.5f);
}

TEST_F(SafetensorsTest, DamageIsNamed) {
  struct Case {
    std::string header, data, expected;
  };
  const std::string one = R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const std::vector<Case> cases = {
      {"[]", "", "header must be an object"},
      {"{" + one + "}", "abc", "outside the file's 3 bytes"},
      {"{" + one + "}", "abcde", "5 bytes of data, expected 4"},
      {"{" + one + "," + one + "}", "abcd", "stands twice"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "abcd", "needs 8 bytes, data_offsets give 4"},
      {R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", "abcd", "must be a whole number"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", "abcd", "[4, 0]"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", "abcd", "[begin, end]"},
      {R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", "", "impossibly large"},
      {R"({"a":{"dtype":"F32","shape":[0,9223372036854775808],"data_offsets":[0,0]}})", "", "impossibly large"},
      {R"({"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}})", "abcd", "dtype Q4 is not supported"},
      {R"({"a":{"dtype":"U8","shape":[1,1,1,1,1],"data_offsets":[0,1]}})", "a", "at most 4 dimensions"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", "abc",
       "overlaps"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})", "abc",
       "gap"},
      {R"({"a":{"shape":[1],"data_offsets":[0,4]}})", "abcd", "dtype"},
      {R"({"__metadata__":{"a":1}})", "", "type must be string"},
      {"{\"\xff\":1}", "", "invalid"},
  };
  for (const Case& c : cases) {
    const std::string message = MessageOf([&] { FromString(WithHeader(c.header, c.data)); });
    EXPECT_NE(message.find(c.expected), std::string::npos) << c.header << "\n  gave: " << message;
    EXPECT_EQ(message.rfind("test: ", 0), 0u) << message;
  }
  EXPECT_NE(MessageOf([&] { FromString("abc"); }).find("3 bytes"), std::string::npos);
  EXPECT_NE(MessageOf([&] { FromString(std::string(8, '\xff')); }).find("at most"), std::string::npos);
  EXPECT_NE(MessageOf([&] { FromString(WithHeader(std::string(100, ' '), "").substr(0, 50)); }).find("truncated"),
            std::string::npos);
}

// Every truncation, and thousands of random changes, either load or are refused; what loads can be read to its last byte.
TEST_F(SafetensorsTest, RandomDamageNeverCrashes) {
  WriteSafetensors(Path("w"), {{"model.a", F32({3, 2}, 1)}, {"model.b", Bf16({7}, 3)}, {"c", F32({1}, 0)}}, {{"k", "v"}});
  const std::string good = ReadFile(Path("w"));
  int loaded = 0, refused = 0;
  const auto probe = [&](const std::string& bytes) {
    try {
      const SafetensorsFile file = FromString(bytes);
      uint64_t sum = 0;
      for (const auto& entry : file.entries()) {
        const Tensor t = file.Get(entry.name);
        for (size_t i = 0; i < t.bytes(); ++i) sum += static_cast<const uint8_t*>(t.raw())[i];
      }
      ++loaded;
      EXPECT_GE(sum, 0u);
    } catch (const Error&) {
      ++refused;
    }
  };
  for (size_t n = 0; n < good.size(); ++n) probe(good.substr(0, n));
  EXPECT_EQ(loaded, 0);
  static constexpr std::string_view kDigits = "0123456789-{}[]\",: e.";
  Rng rng(RngKey({2026, 1}));
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = good;
    for (uint64_t edits = 1 + rng.Below(4); edits > 0; --edits) {
      const size_t at = rng.Below(bytes.size());
      switch (rng.Below(5)) {
        case 0: bytes[at] = static_cast<char>(rng.Below(256)); break;
        case 1: bytes[at] = kDigits[rng.Below(kDigits.size())]; break;
        case 2: bytes.erase(at, 1 + rng.Below(8)); break;
        case 3: bytes.insert(at, bytes.substr(rng.Below(bytes.size()), rng.Below(40))); break;
        case 4: bytes[rng.Below(8)] = static_cast<char>(rng.Below(256)); break;
      }
      if (bytes.empty()) break;
    }
    probe(bytes);
  }
  EXPECT_GT(loaded, 100);
  EXPECT_GT(refused, 1000);
}

TEST_F(SafetensorsTest, AFailedWriteKeepsTheOldFile) {
  WriteSafetensors(Path("w"), {{"a", F32({1}, 5)}});
  EXPECT_THROW(WriteSafetensors(Path("w"), {{"a", F32({1}, 6)}, {"a", F32({1}, 7)}}), Error);
  EXPECT_THROW(WriteSafetensors(Path("w"), {{"__metadata__", F32({1}, 6)}}), Error);
  EXPECT_THROW(WriteSafetensors(Path("w"), {{"\xff", F32({1}, 6)}}), Error);
  EXPECT_THROW(WriteSafetensors(Path("no/such/folder"), {{"a", F32({1}, 6)}}), Error);
  EXPECT_EQ(*SafetensorsFile::Open(Path("w")).Get("a").f32(), 5.f);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_), fs::directory_iterator()), 1);
}

TEST_F(SafetensorsTest, AFolderIsOneFileOrShards) {
  EXPECT_NE(MessageOf([&] { CheckpointTensors::Open(dir_); }).find("no weights"), std::string::npos);
  WriteSafetensors(Path("model-00001-of-00002.safetensors"), {{"a", F32({1}, 1)}, {"unlisted", F32({1}, 9)}});
  WriteSafetensors(Path("model-00002-of-00002.safetensors"), {{"b", F32({1}, 2)}});
  nlohmann::json index = {{"metadata", {{"total_size", 8}}},
                          {"weight_map", {{"a", "model-00001-of-00002.safetensors"}, {"b", "model-00002-of-00002.safetensors"}}}};
  AtomicWriteFile(Path("model.safetensors.index.json"), index.dump());
  const auto sharded = CheckpointTensors::Open(dir_);
  EXPECT_EQ(sharded.names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*sharded.Get("b").f32(), 2.f);
  EXPECT_THROW(sharded.Get("unlisted"), Error);

  for (const char* wrong : {"../model.safetensors", "", "absent.safetensors", "model-00002-of-00002.safetensors"}) {
    index["weight_map"]["a"] = wrong;
    AtomicWriteFile(Path("model.safetensors.index.json"), index.dump());
    EXPECT_THROW(CheckpointTensors::Open(dir_), Error) << wrong;
  }
  WriteSafetensors(Path("model.safetensors"), {{"whole", F32({1}, 3)}});
  EXPECT_EQ(CheckpointTensors::Open(dir_).names(), std::vector<std::string>{"whole"});
  EXPECT_EQ(CheckpointTensors::Open(Path("model.safetensors")).names(), std::vector<std::string>{"whole"});
}

}  // namespace
}  // namespace r1
