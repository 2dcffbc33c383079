#include "base/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/message_of.h"

namespace r1 {
namespace {

std::string Pack(const std::string& text, int window_bits) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY);
  std::string packed(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}
constexpr int kZlib = 15, kGzip = 15 + 16;

std::string ErrorOf(const std::string& packed, size_t max_bytes) {
  return MessageOf([&] { Inflate(packed, max_bytes, "t"); });
}

TEST(InflateTest, UnpacksZlibAndGzip) {
  for (const std::string& text : {std::string(), std::string("abc"), std::string(100'000, 'x')})
    for (const int form : {kZlib, kGzip}) EXPECT_EQ(Inflate(Pack(text, form), 100'000, "t"), text);
  EXPECT_EQ(Inflate(Pack("ab", kGzip) + Pack("cd", kGzip), 4, "t"), "abcd");
}

TEST(InflateTest, RefusesDamageAndBombs) {
  const std::string packed = Pack(std::string(10'000'000, 'x'), kZlib);
  EXPECT_EQ(ErrorOf(packed, 1'000'000), "t: unpacks to more than 1000000 bytes");
  EXPECT_EQ(ErrorOf(packed.substr(0, 100), 10'000'000), "t: its packed data is cut off");
  EXPECT_EQ(ErrorOf("", 10), "t: its packed data is cut off");
  EXPECT_EQ(ErrorOf("abcdefgh", 10), "t: its packed data is damaged");
  EXPECT_EQ(ErrorOf(Pack("abc", kZlib) + "xy", 10), "t: 2 bytes lie behind its packed data");
}

}  // namespace
}  // namespace r1
