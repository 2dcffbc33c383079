#include "grammar/schema_check.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "grammar/schema_validator_test_util.h"

namespace r1 {
namespace {

using nlohmann::json;

std::string Check(const std::string& schema, const std::string& text) {
  return SchemaCheck(schema).Violation(text).value_or("fits");
}

TEST(SchemaCheckTest, EveryKeywordHoldsAndIsViolated) {
  const struct {
    const char *schema, *fits, *violates;
  } cases[] = {
      {R"({"type":"integer"})", " 3.0 ", "3.5"},
      {R"({"type":["string","null"]})", "null", "1"},
      {R"({"type":"string","nullable":true})", "null", "{}"},
      {R"({"enum":[1,"a",null]})", "1.0", R"("b")"},
      {R"({"const":{"a":[1,2]}})", R"({ "a" : [1, 2] })", R"({"a":[2,1]})"},
      {R"({"minimum":-2,"exclusiveMaximum":3})", "-2", "3"},
      {R"({"exclusiveMinimum":0,"maximum":1e2})", "100", "0"},
      {R"({"multipleOf":7})", "-21", "20"},
      {R"({"multipleOf":0.1})", "0.3", "0.35"},
      {R"({"minLength":2,"maxLength":3})", R"("\u00e9x")", R"("é")"},
      {R"({"pattern":"^a\\d+$"})", R"("a12")", R"("a1\n")"},
      {R"x({"pattern":"^(?!.*no)"})x", R"("yes")", R"("oh no")"},
      {R"({"pattern":"[\\w-]{3}"})", R"("! a-b")", R"("ä-b")"},
      {R"({"format":"date"})", R"("2024-02-29")", R"("tomorrow")"},
      {R"({"items":{"type":"string"},"minItems":1,"maxItems":2})", R"(["a"])", R"(["a",1])"},
      {R"({"prefixItems":[{"const":1}],"items":false})", "[1]", "[1,1]"},
      {R"({"contains":{"const":1},"maxContains":1})", "[1,2]", "[2]"},
      {R"({"contains":{"const":1},"minContains":2})", "[1,1]", "[1]"},
      {R"({"uniqueItems":true})", "[1,[1],\"1\"]", "[1,2,1.0]"},
      {R"({"required":["a"],"properties":{"a":{"type":"integer"},"b":{}}})", R"({"b":0,"a":1})", R"({"a":"1"})"},
      {R"({"additionalProperties":{"type":"null"},"properties":{"a":{}},"patternProperties":{"^x":{}}})",
       R"({"a":1,"x1":1,"c":null})", R"({"c":1})"},
      {R"({"patternProperties":{"^x":{"type":"null"}}})", R"({"ax":1})", R"({"xa":1})"},
      {R"({"propertyNames":{"maxLength":1}})", R"({"a":1})", R"({"ab":1})"},
      {R"({"minProperties":1,"maxProperties":1})", R"({"a":1})", R"({"a":1,"b":1})"},
      {R"({"dependentRequired":{"a":["b"]}})", R"({"b":1})", R"({"a":1})"},
      {R"({"dependentSchemas":{"a":{"maxProperties":1}}})", R"({"b":1,"c":1})", R"({"a":1,"b":1})"},
      {R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "7", "3"},
      {R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "4", "6"},
      {R"({"allOf":[{"minimum":1},{"maximum":2}]})", "2", "3"},
      {R"({"not":{"type":"string"}})", "1", R"("a")"},
      {R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}})", "2", R"("a")"},
      {R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}})", R"("ab")", "1"},
      {R"({"$ref":"#/$defs/t","$defs":{"t":{"type":"object","properties":{"next":{"$ref":"#/$defs/t"}},"required":["v"]}}})",
       R"({"v":1,"next":{"v":2}})", R"({"v":1,"next":{"next":{"v":3}}})"},
      {R"({"properties":{"a":{"$ref":"#"}},"additionalProperties":false})", R"({"a":{"a":{}}})", R"({"a":{"b":1}})"},
      {"true", "[]", "no JSON"},
      {"{}", "\t{\"a\":\n1}", "{} {}"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Check(c.schema, c.fits), "fits") << c.schema;
    EXPECT_NE(Check(c.schema, c.violates), "fits") << c.schema;
  }
  EXPECT_NE(Check("false", "1"), "fits");
}

TEST(SchemaCheckTest, AViolationSaysWhereAndWhy) {
  const std::string schema = R"({"properties":{"a":{"items":{"type":"string"}}},"required":["a"]})";
  EXPECT_EQ(Check(schema, R"({"a":["x",3]})"), R"(at /a/1: must be of type "string", got 3)");
  EXPECT_EQ(Check(schema, "{}"), R"(lacks the property "a")");
  EXPECT_EQ(Check(schema, "{").rfind("the text: ", 0), 0u);
}

TEST(SchemaCheckTest, WhatIsNoSchemaIsRefusedWithItsPlace) {
  const struct {
    const char *schema, *place;
  } cases[] = {{"3", "at #"},
               {R"({"type":"hiccup"})", "at #/type"},
               {R"({"tpye":"string"})", "at #: \"tpye\""},
               {R"({"properties":{"a":{"minLength":-1}}})", "at #/properties/a/minLength"},
               {R"({"items":[{}]})", "at #/items"},
               {R"({"pattern":"("})", "at #/pattern"},
               {R"({"format":"colour"})", "at #/format"},
               {R"({"$ref":"http://example.com/a"})", "$ref"},
               {R"({"$ref":"#/nowhere"})", "$ref"},
               {R"({"$ref":"#/title","title":{"type":"hiccup"}})", "$ref"},
               {R"({"multipleOf":0})", "at #/multipleOf"},
               {"{", "the schema"}};
  for (const auto& c : cases) {
    try {
      SchemaCheck check(c.schema);
      ADD_FAILURE() << "accepted: " << c.schema;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
      EXPECT_NE(std::string(error.what()).find(c.place), std::string::npos) << error.what();
    }
  }
}

// Fails closed, in bounded time.
TEST(SchemaCheckTest, HostileSchemasEnd) {
  EXPECT_NE(Check(R"({"$ref":"#"})", "1"), "fits");
  std::string doubling = R"({"$defs":{"a30":true)";
  for (int i = 0; i < 30; ++i)
    doubling += ",\"a" + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/$defs/a)" + std::to_string(i + 1) +
                R"("},{"$ref":"#/$defs/a)" + std::to_string(i + 1) + "\"}]}";
  EXPECT_NE(Check(doubling + R"(},"$ref":"#/$defs/a0"})", "1"), "fits");
  EXPECT_NE(Check(R"({"pattern":"^(a+)+$"})", "\"" + std::string(60, 'a') + "b\""), "fits");
  EXPECT_NE(Check("true", std::string(100'000, '[')), "fits");
  EXPECT_NE(Check("true", "1e999"), "fits");
}

// Two programs that share no line: this one and the one that grammars are tested with.
TEST(SchemaCheckTest, AgreesWithTheValidatorOfTheTests) {
  Rng rng({7});
  const std::vector<std::string> values = {"null",
                                           "0",
                                           "-3",
                                           "12.25",
                                           "700",
                                           R"("ab")",

                                           R"("")",
                                           "true",
                                           "[]",
                                           "[1]",
                                           R"(["a","ab"])",
                                           R"([[0],{"z":1}])",
                                           "{}",
                                           R"({"name":"ab"})",
                                           R"({"z":5,"na":null})",
                                           R"({"x\"y":1,"née":"abc","z":"q"})"};
  int64_t num_fit = 0;
  for (int i = 0; i < 400; ++i) {
    const json schema = RandomSchema(rng, 3);
    const SchemaCheck check(schema.dump());
    for (const std::string& value : values) {
      const bool fits = !check.Violation(value);
      EXPECT_EQ(fits, Validates(schema, json::parse(value))) << schema << "\n" << value;
      num_fit += fits;
    }
  }
  EXPECT_GT(num_fit, 200);
}

}  // namespace
}  // namespace r1
