#include "checkpoint/gguf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/rng.h"
#include "checkpoint/gguf_test_util.h"

namespace r1 {
namespace {

using testing::GgufBytes;

void ExpectRefused(const GgufBytes& file, std::string_view expected) {
  const std::string message = MessageOf([&] { file.Open(); });
  EXPECT_NE(message.find(expected), std::string::npos) << "expected \"" << expected << "\", got: " << message;
  EXPECT_EQ(message.rfind("test.gguf: ", 0), 0u) << message;
}

std::string Golden(const std::string& name) { return std::string(R1_SOURCE_DIR) + "/tests/golden/gguf/" + name; }

TEST(GgufTest, ReadsWhatPythonsPackageWrites) {
  const GgufFile file = GgufFile::Open(Golden("llama3.gguf"));
  const GgufMetadata& m = file.metadata();
  EXPECT_EQ(m.String("general.architecture"), "llama");
  EXPECT_EQ(m.Integer("r1_test.uint8"), 200);
  EXPECT_EQ(m.Integer("r1_test.int8"), -100);
  EXPECT_EQ(m.Integer("r1_test.uint16"), 60000);
  EXPECT_EQ(m.Integer("r1_test.int16"), -30000);
  EXPECT_EQ(m.Integer("r1_test.uint32"), 4000000000);
  EXPECT_EQ(m.Integer("r1_test.int32"), -2000000000);
  EXPECT_EQ(m.Integer("r1_test.int64"), -(int64_t{1} << 62));
  EXPECT_THROW(m.Integer("r1_test.uint64"), Error);  // 2^63
  EXPECT_EQ(m.Number("r1_test.float32"), 1e-6);      // the decimal that was meant, not the nearest f32
  EXPECT_EQ(m.Number("r1_test.float64"), M_PI);
  EXPECT_EQ(m.Bool("r1_test.bool"), true);
  EXPECT_EQ(m.Floats("r1_test.floats"), (std::vector<float>{0.5f, -1.5f}));
  EXPECT_EQ(m.Integers("r1_test.integers"), (std::vector<int64_t>{1, -2, 3}));
  EXPECT_EQ(m.Strings("tokenizer.ggml.tokens").at(3), "t3");
  EXPECT_EQ(m.Integer("absent"), std::nullopt);
  EXPECT_TRUE(m.Strings("absent").empty());
  for (const char* key : {"general.name", "r1_test.floats", "r1_test.float32"}) EXPECT_THROW(m.Integer(key), Error) << key;
  EXPECT_NE(MessageOf([&] { m.String("r1_test.bool"); }).find("metadata r1_test.bool must be a string, got bool"),
            std::string::npos);
  EXPECT_THROW(m.Strings("r1_test.floats"), Error);
  EXPECT_THROW(m.Floats("r1_test.integers"), Error);
  EXPECT_THROW(m.Integers("tokenizer.ggml.tokens"), Error);
}

TEST(GgufTest, TensorsAreViewsInHuggingFaceOrder) {
  GgufBytes file;
  file.Header(3, 0).Tensor("a", {3, 2}, 0, 0).Tensor("q", {32, 2}, 8, 32).Tensor("scalar", {}, 0, 128).Align();
  for (float x : {1.f, 2.f, 3.f, 4.f, 5.f, 6.f}) file.Put(x);
  file.Align().Data(68).Align().Put(42.f);
  Tensor a;
  {
    const GgufFile open = file.Open();
    a = open.Get("a");
    EXPECT_EQ(a.shape(), (Shape{2, 3}));
    EXPECT_EQ(open.Get("q").shape(), (Shape{2, 32}));
    EXPECT_EQ(open.Get("q").dtype(), DType::kQ8_0);
    EXPECT_EQ(*open.Get("scalar").f32(), 42.f);
    EXPECT_TRUE(open.Has("a"));
    EXPECT_FALSE(open.Has("b"));
    EXPECT_THROW(open.Get("b"), Error);
  }
  EXPECT_EQ(a.f32()[5], 6.f);  // outlives the file object
}

TEST(GgufTest, EveryTypeNumberGoesBothWays) {
  for (const DType dtype : kAllDTypes) {
    const auto number = GgmlType(dtype);
    EXPECT_EQ(number ? DTypeOfGgml(*number) : dtype, dtype);
  }
  EXPECT_EQ(GgmlType(DType::kQ4_K), 12u);
  EXPECT_EQ(GgmlType(DType::kF8E4M3), std::nullopt);
}

TEST(GgufTest, RefusesOtherFilesAndVersions) {
  EXPECT_NE(MessageOf([] { GgufBytes::OpenString(""); }).find("not a GGUF file"), std::string::npos);
  EXPECT_NE(MessageOf([] { GgufBytes::OpenString("GGML...................."); }).find("not a GGUF file"), std::string::npos);
  ExpectRefused(GgufBytes().Header(0, 0, 1), "GGUF version 1");
  ExpectRefused(GgufBytes().Header(0, 0, 4), "GGUF version 4");
  ExpectRefused(GgufBytes().Header(0, 0, 3u << 24), "big-endian");
  EXPECT_TRUE(GgufBytes().Header(0, 0, 2).Open().entries().empty());
}

TEST(GgufTest, CountsAndLengthsAreNeverTrusted) {
  constexpr uint64_t kHuge = ~uint64_t{0};
  ExpectRefused(GgufBytes().Header(kHuge, 0), "truncated");
  ExpectRefused(GgufBytes().Header(0, kHuge), "truncated");
  ExpectRefused(GgufBytes().Header(0, 1).Put(kHuge).Data(100), "truncated");  // a key of 2^64 - 1 bytes
  ExpectRefused(GgufBytes().Header(0, 1).Put(kHuge - 7).Data(100), "truncated");
  ExpectRefused(GgufBytes().Header(0, 1).Key("k", GgufType::kString).Put(kHuge).Data(100), "truncated");
  ExpectRefused(GgufBytes().Header(0, 1).Key("k", GgufType::kArray).Put(GgufType::kF64).Put(kHuge / 8 + 1).Data(100), "truncated");
  ExpectRefused(GgufBytes().Header(0, 1).Key("k", GgufType::kArray).Put(GgufType::kString).Put(kHuge).Data(100), "truncated");
  ExpectRefused(GgufBytes().Header(0, 1).Key("k", GgufType::kArray).Put(GgufType::kU8).Put(uint64_t{101}).Data(100), "truncated");
  ExpectRefused(GgufBytes().Header(0, 1).Key("k", static_cast<GgufType>(13)).Data(100), "no type has the number 13");
  ExpectRefused(GgufBytes().Header(0, 1).Key("k", GgufType::kArray).Put(uint32_t{77}).Put(uint64_t{1}).Data(100),
                "no type has the number 77");
  ExpectRefused(GgufBytes().Header(1, 0).PutString("t").Put(~uint32_t{0}), "at most 4 dimensions");
}

TEST(GgufTest, DeepArraysAreRefusedBeforeTheStackIsUsed) {
  GgufBytes deep;
  deep.Header(0, 1).Key("k", GgufType::kArray);
  for (int i = 0; i < 100000; ++i) deep.Put(GgufType::kArray).Put(uint64_t{1});
  ExpectRefused(deep, "nested deeper than 4");
  GgufBytes fine;  // an array of arrays is in the format
  fine.Header(0, 1).Key("k", GgufType::kArray).Put(GgufType::kArray).Put(uint64_t{2});
  for (uint8_t x : {1, 2}) fine.Put(GgufType::kU8).Put(uint64_t{1}).Put(x);
  EXPECT_TRUE(fine.Open().metadata().Has("k"));
  EXPECT_THROW(fine.Open().metadata().Integers("k"), Error);
}

TEST(GgufTest, TensorsMustLieInsideTheFile) {
  const auto one = [](std::vector<uint64_t> dims, uint32_t type, uint64_t offset, size_t data) {
    return GgufBytes().Header(1, 0).Tensor("t", dims, type, offset).Align().Data(data);
  };
  EXPECT_EQ(one({8}, 0, 0, 32).Open().entries().size(), 1u);
  ExpectRefused(one({8}, 0, 0, 31), "truncated");
  ExpectRefused(one({8}, 0, 32, 32), "truncated");
  ExpectRefused(one({8}, 0, ~uint64_t{31}, 32), "impossibly large");
  ExpectRefused(one({8}, 0, 4, 64), "not a multiple of the alignment");
  ExpectRefused(one({uint64_t{1} << 48, uint64_t{1} << 48}, 0, 0, 32), "impossibly large");
  ExpectRefused(one({uint64_t{1} << 62, 4}, 0, 0, 32), "impossibly large");
  ExpectRefused(one({0, ~uint64_t{0}}, 0, 0, 32), "impossibly large");
  ExpectRefused(one({33}, 8, 0, 64), "stores 32 together");
  ExpectRefused(one({8}, 18, 0, 64), "element type IQ3_XXS is not supported");
  ExpectRefused(one({8}, 4, 0, 64), "element type number 4");
  EXPECT_EQ(one({0, 5}, 0, 0, 0).Open().Get("t").numel(), 0);
}

TEST(GgufTest, NoByteAndNoNameIsUsedTwice) {
  ExpectRefused(GgufBytes().Header(2, 0).Tensor("a", {16}, 0, 0).Tensor("b", {8}, 0, 32).Align().Data(64),
                "tensors a and b overlap");
  ExpectRefused(GgufBytes().Header(2, 0).Tensor("a", {8}, 0, 0).Tensor("b", {8}, 0, 0).Align().Data(64), "overlap");
  ExpectRefused(GgufBytes().Header(2, 0).Tensor("a", {8}, 0, 0).Tensor("a", {8}, 0, 32).Align().Data(64), "tensor a stands twice");
  ExpectRefused(GgufBytes().Header(0, 2).U32("k", 1).U32("k", 1), "metadata k stands twice");
}

TEST(GgufTest, AnyPowerOfTwoIsAnAlignment) {
  for (uint32_t bad : {0u, 3u, 48u, 1u << 31})
    ExpectRefused(GgufBytes().Header(0, 1).U32("general.alignment", bad), "power of two");
  GgufBytes odd;  // floats at an odd address are copied
  odd.Header(2, 1).U32("general.alignment", 1).Tensor("a", {1}, 24, 0).Tensor("b", {2}, 0, 1);
  const size_t begin = odd.bytes().size();
  odd.Data(1, 7).Put(1.5f).Put(-2.f);
  const GgufFile file = GgufBytes::OpenString(std::string(odd.bytes()));
  EXPECT_EQ(file.Get("b").f32()[1], -2.f);
  EXPECT_EQ(odd.bytes().size(), begin + 9);
  GgufBytes wide;
  wide.Header(1, 1).U32("general.alignment", 4096).Tensor("a", {1}, 0, 0).Align(4096).Put(3.f);
  EXPECT_EQ(*wide.Open().Get("a").f32(), 3.f);
}

// Every truncation and thousands of random changes either load or are refused; what loads can be read to its last byte.
TEST(GgufTest, RandomDamageNeverCrashes) {
  GgufBytes built;
  built.Header(2, 4).Text("general.architecture", "llama").U32("general.alignment", 32);
  built.Key("list", GgufType::kArray).Put(GgufType::kString).Put(uint64_t{2}).PutString("one").PutString("two").F32("x", 0.5f);
  built.Tensor("a", {4, 3}, 0, 0).Tensor("q", {32, 2}, 2, 64).Align().Data(100);
  const std::string good = built.bytes();
  int loaded = 0, refused = 0;
  const auto probe = [&](const std::string& bytes) {
    try {
      const GgufFile file = GgufBytes::OpenString(bytes);
      uint64_t sum = 0;
      for (const auto& entry : file.entries()) {
        const Tensor t = file.Get(entry.name);
        for (size_t i = 0; i < t.bytes(); ++i) sum += static_cast<const uint8_t*>(t.raw())[i];
      }
      EXPECT_LT(file.metadata().Strings("list").size(), 3 + sum);
      ++loaded;
    } catch (const Error&) {
      ++refused;
    }
  };
  for (size_t n = 0; n < good.size(); ++n) probe(good.substr(0, n));
  EXPECT_EQ(loaded, 0);
  Rng rng(RngKey({2026, 3}));
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = good;
    for (uint64_t edits = 1 + rng.Below(3); edits > 0; --edits) {
      const size_t at = rng.Below(bytes.size());
      switch (rng.Below(4)) {
        case 0: bytes[at] = static_cast<char>(rng.Below(256)); break;
        case 1: bytes[at] = static_cast<char>(rng.Below(2) ? 0xff : rng.Below(14)); break;
        case 2: bytes.erase(at, 1 + rng.Below(8)); break;
        case 3: bytes.insert(at, bytes.substr(rng.Below(bytes.size()), rng.Below(24))); break;
      }
      if (bytes.empty()) break;
    }
    probe(bytes);
  }
  EXPECT_GT(loaded, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace r1
