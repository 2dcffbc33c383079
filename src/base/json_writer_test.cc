#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace r1 {
namespace {

TEST(JsonWriterTest, WritesNestedObjectsAndArrays) {
  JsonWriter json;
  json.BeginObject()
      .Field("step", 3)
      .Field("ok", true)
      .Key("a")
      .BeginArray()
      .Value(1)
      .Value("x")
      .BeginObject()
      .EndObject()
      .EndArray();
  json.Key("none").Null().Key("raw").Raw("[1,2]").EndObject();
  EXPECT_EQ(json.text(), R"({"step":3,"ok":true,"a":[1,"x",{}],"none":null,"raw":[1,2]})");
}

TEST(JsonWriterTest, NumbersReadBackEqual) {
  JsonWriter json;
  json.BeginArray().Value(0.1f).Value(0.1).Value(1e300).Value(std::numeric_limits<int64_t>::min());
  json.Value(std::numeric_limits<uint64_t>::max()).Value(int8_t{-1}).EndArray();
  EXPECT_EQ(json.text(), "[0.1,0.1,1e+300,-9223372036854775808,18446744073709551615,-1]");
  const auto parsed = nlohmann::json::parse(json.text());
  EXPECT_EQ(parsed[0].get<float>(), 0.1f);
  EXPECT_EQ(parsed[1].get<double>(), 0.1);
}

TEST(JsonWriterTest, WhatIsNoNumberBecomesNull) {
  JsonWriter json;
  json.BeginArray().Value(std::nan("")).Value(std::numeric_limits<float>::infinity()).EndArray();
  EXPECT_EQ(json.text(), "[null,null]");
}

TEST(JsonWriterTest, AnyBytesGiveValidJson) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  JsonWriter json;
  json.BeginObject().Field(bytes, bytes).EndObject();
  EXPECT_NO_THROW(nlohmann::json::parse(json.text()).dump());
  JsonWriter text;
  text.Value("a\"\\\n\t\x01 caf\xC3\xA9 \xFF");
  EXPECT_EQ(text.text(), "\"a\\\"\\\\\\n\\t\\u0001 caf\xC3\xA9 \xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace r1
