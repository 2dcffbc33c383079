#include "grammar/json_schema.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/env.h"
#include "base/error.h"
#include "base/message_of.h"
#include "grammar/grammar_test_util.h"
#include "grammar/schema_validator_test_util.h"

namespace r1 {
namespace {

using nlohmann::json;

std::string ErrorOf(const std::string& schema) {
  return MessageOf([&] { JsonSchemaGrammar(schema); }, ErrorCode::kInvalidArgument);
}

struct Case {
  const char* schema;
  std::vector<std::string> accepted, refused;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {R"(true)", {"1", "null", R"({"a": [1, {"b": "c"}]})"}, {"", "{", "nul"}},
      {R"({"type": "string"})", {R"("")", R"("é\n\"\u00e9\ud83d\ude00")"}, {R"("\ud83d")", "\"\n\"", "\"\xff\"", "1"}},
      {R"({"type": "boolean"})", {"true", "false"}, {"1"}},
      {R"({"type": ["string", "null"]})", {"null", R"("x")"}, {"1"}},
      {R"({"type": "string", "nullable": true})", {"null", R"("x")"}, {"1"}},
      {R"({"enum": ["a", 1, null, {"b": [true]}]})", {R"("a")", "1", "null", R"({"b":[true]})"}, {R"("b")", "2"}},
      {R"({"type": "string", "enum": ["a", 1, "abc"], "maxLength": 2})", {R"("a")"}, {"1", R"("abc")"}},
      {R"({"const": "x\ny"})", {R"("x\ny")"}, {R"("x")"}},
      {R"({"type": "number"})", {"0", "-1.5", "1e10", "12.25E-3"}, {"01", "1.", ".5", "+1", "1e400", "12345678901234567"}},
      {R"({"type": "integer"})", {"0", "-17", "123456789012345678"}, {"1.0", "00", "1234567890123456789"}},
      // Objects: order as listed, any optional one may be left out.
      {R"({"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "null"}, "c": true}, "required": ["a"]})",
       {R"({"a":null})", R"({"b": 1, "a": null, "c": {}})", "{\n  \"b\": 1,\n  \"a\": null\n}", R"({"a": null,"c":[]})"},
       {"{}", R"({"a": null, "b": 1})", R"({"b": 1})", R"({"a": null,})", R"({,"a": null})", R"({"a":  null})",
        R"({"a": null, "d": 1})"}},
      {R"({"properties": {"abc": {"type": "integer"}}, "additionalProperties": {"type": "string"}})",
       {"{}", R"({"abc": 1})", R"({"abc": 1, "ab": "x"})", R"({"abcd": "x", "": "y"})"},
       {R"({"abc": "x"})", R"({"x": 1})", R"({"x": "", "abc": 1})", R"({"ab\u0063": "x"})"}},
      {R"({"type": "object"})", {"{}", R"({"a": {"b": []}})"}, {"[]"}},
      {R"({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1, "maxProperties": 2})",
       {R"({"a": 1})", R"({"a": 1, "b": 2})"},
       {"{}", R"({"a": 1, "b": 2, "c": 3})"}},
      {R"({"type": "object", "additionalProperties": false})", {"{}", "{ }"}, {R"({"a": 1})"}},
      {R"({"type": "object", "required": ["x"], "additionalProperties": true})", {R"({"x": 1, "y": 2})"}, {"{}"}},
      // Arrays.
      {R"({"type": "array"})", {"[]", "[1, \"a\", []]", "[\n\t1\n]"}, {"[1,]", "[,]", "[1 ,2]"}},
      {R"({"items": {"type": "integer"}, "minItems": 2, "maxItems": 3})",
       {"[1, 2]", "[1,2,3]"},
       {"[]", "[1]", "[1,2,3,4]", "[1,null]"}},
      {R"({"type": "array", "items": {"const": 0}, "maxItems": 100, "minItems": 1})", {"[0]", "[0,0,0]"}, {"[]"}},
      {R"({"type": "array", "maxItems": 0})", {"[]"}, {"[1]"}},
      {R"({"anyOf": [{"type": "null"}, {"items": {"type": "integer"}, "minItems": 3, "maxItems": 1}]})",
       {"null"},
       {"[]", "[1]", "[1,2,3]"}},
      // Numbers of more digits than a model is let write, and alternatives that the enum beside them rules out.
      {R"({"type": "integer", "enum": [1234567890123456789]})", {"1234567890123456789"}, {"1234567890123456788"}},
      {R"({"type": "number", "const": 0.30000000000000004})", {"0.30000000000000004"}, {"0.3"}},
      {R"({"anyOf": [{"const": "a"}, {"const": "b"}], "enum": ["a"]})", {"\"a\""}, {"\"b\""}},
      {R"({"prefixItems": [{"type": "integer"}, {"type": "string"}]})",
       {"[]", "[1]", R"([1, "a"])"},
       {R"(["a"])", R"([1, "a", 1])"}},
      {R"({"prefixItems": [{"type": "integer"}], "items": {"type": "null"}, "minItems": 2, "maxItems": 3})",
       {"[1, null]", "[1,null,null]"},
       {"[1]", "[null,null]", "[1,null,null,null]"}},
      {R"({"type": "array", "items": [{"type": "integer"}], "additionalItems": false})", {"[]", "[1]"}, {"[1,2]"}},
      {R"({"type": "array", "items": false})", {"[]"}, {"[1]"}},
      // Strings.
      {R"({"type": "string", "minLength": 2, "maxLength": 3})",
       {R"("ab")", R"("éé\n")", R"("\ud83d\ude00\u0041")"},
       {R"("a")", R"("abcd")"}},
      {R"({"type": "string", "maxLength": 1000})",
       {R"("")", '"' + std::string(1000, 'x') + '"'},
       {'"' + std::string(1001, 'x') + '"'}},
      {R"({"type": "string", "pattern": "^[a-c]+(x|\\d{2})?$"})",
       {R"("ab")", R"("cx")", R"("a12")"},
       {R"("")", R"("a1")", R"("xab")"}},
      {R"({"pattern": "b.d"})", {R"("abcde")", R"("xb\"d")", R"("b\td")"}, {R"("b\nd")", R"("bd")"}},
      {R"({"pattern": "^(?:\"|\\\\)*$|^\\u0041[^\\w\\s]"})", {R"("\"\\\"")", R"("A-rest")"}, {R"("A_")", R"("b")"}},
      {R"({"pattern": "^a*?b+?\\/$"})", {R"("b/")", R"("aabb/")"}, {R"("a/")"}},
      {R"({"type": "string", "format": "date"})",
       {R"("2024-02-29")", R"("1999-12-31")"},
       {R"("2023-02-29")", R"("2024-13-01")", R"("2024-04-31")"}},
      {R"({"type": "string", "format": "date-time"})",
       {R"("2024-02-29T23:59:59.5Z")", R"("2024-01-01T00:00:00+05:30")"},
       {R"("2024-01-01")", R"("2024-01-01T24:00:00Z")"}},
      {R"({"type": "string", "format": "time"})", {R"("12:30:00Z")"}, {R"("12:30")"}},
      {R"({"type": "string", "format": "uuid"})", {R"("123e4567-e89b-12d3-a456-426614174000")"}, {R"("123e4567")"}},
      {R"({"type": "string", "format": "email"})", {R"("a.b@example.org")"}, {R"("a@b@c.de")", R"("x")"}},
      {R"({"type": "string", "format": "ipv4"})", {R"("192.168.0.255")"}, {R"("256.1.1.1")", R"("1.2.3")", R"("01.2.3.4")"}},
      {R"({"type": "string", "format": "ipv6"})",
       {R"("::")", R"("::1")", R"("fe80::1:2")", R"("1:2:3:4:5:6:7:8")"},
       {R"(":")", R"("1:2:3:4:5:6:7:8:9")", R"("1::2::3")", R"("1:2:3:4:5:6:7")"}},
      {R"({"type": "string", "format": "duration"})",
       {R"("P1Y2M3DT4H5M6S")", R"("PT5M")", R"("P3W")"},
       {R"("P")", R"("PT")", R"("P1S")"}},
      {R"({"type": "string", "format": "hostname"})", {R"("a-b.example.org")"}, {R"("-a")", R"("a..b")"}},
      {R"({"type": "string", "format": "uri"})",
       {R"("https://example.org:80/a%20b?c=d#e")"},
       {R"("example.org")", R"("http://a/%zz")"}},
      // Numbers.
      {R"({"type": "integer", "minimum": -3, "maximum": 120})", {"-3", "-1", "0", "9", "99", "120"}, {"-4", "121", "-0", "1000"}},
      {R"({"type": "integer", "exclusiveMinimum": 9, "maximum": 1000.5})", {"10", "999", "1000"}, {"9", "1001"}},
      {R"({"type": "integer", "minimum": 17})", {"17", "20", "100"}, {"16", "-17"}},
      {R"({"type": "integer", "maximum": -1})", {"-1", "-100"}, {"0", "1"}},
      {R"({"type": "integer", "minimum": -5.5, "exclusiveMaximum": -2})", {"-5", "-3"}, {"-6", "-2"}},
      {R"({"type": "number", "minimum": 0, "maximum": 1})", {"0", "1", "0.5", "1.0", "0.999"}, {"1.1", "-0.1", "1.01", "2"}},
      {R"({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})", {"0.5", "0.01"}, {"0", "1", "0.0", "1.0"}},
      {R"({"type": "number", "minimum": -1.25, "maximum": 10.5})",
       {"-1.25", "-1.2", "-0.5", "0", "10.5", "10.49", "9.99"},
       {"-1.26", "-1.3", "-2", "10.51", "10.6", "11"}},
      {R"({"type": "number", "minimum": 3.14, "maximum": 3.15})",
       {"3.14", "3.145", "3.15", "3.150"},
       {"3", "3.1", "3.139", "3.1501", "3.2"}},
      {R"({"type": "number", "exclusiveMinimum": -2})", {"-1.999", "0", "7.5"}, {"-2", "-2.0", "-3"}},
      {R"({"type": "number", "multipleOf": 0.01, "minimum": 0})", {"0", "12.5", "12.25"}, {"1.255", "-1"}},
      {R"({"type": "integer", "multipleOf": 7})", {"0", "7", "-21", "700"}, {"8", "71", "07"}},
      {R"({"type": "integer", "multipleOf": 25, "minimum": -30, "maximum": 60})", {"-25", "0", "50"}, {"75", "-50", "10"}},
      // Combinations.
      {R"({"anyOf": [{"type": "integer"}, {"type": "object", "properties": {"a": true}}]})", {"1", R"({"a": 1})"}, {R"("a")"}},
      {R"({"oneOf": [{"const": 1}, {"const": 2}]})", {"1", "2"}, {"3"}},
      {R"({"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"properties": {"b": {"type": "string"}, "a": {"minimum": 5}}}]})",
       {R"({"a": 5})", R"({"a": 7, "b": "x"})"},
       {R"({"a": 4})", R"({"b": "x"})"}},
      {R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]})",
       {R"({"a": 1})", R"({"b": 1})", R"({"a": 1, "b": 1})"},
       {"{}"}},
      {R"({"allOf": [{"anyOf": [{"minimum": 3}, {"maximum": 1}]}, {"anyOf": [{"type": "integer"}]}], "type": "number"})",
       {"3", "1"},
       {"2", "3.5"}},
      {R"({"type": ["number", "string"], "allOf": [{"type": ["integer", "null"]}]})", {"1"}, {"null", "1.5", R"("")"}},
      // References.
      {R"({"$defs": {"node": {"type": "object", "properties": {"value": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}, "required": ["value", "next"], "additionalProperties": false}}, "$ref": "#/$defs/node"})",
       {R"({"value": 1, "next": null})", R"({"value": 1, "next": {"value": 2, "next": null}})"},
       {R"({"value": 1})", R"({"value": 1, "next": {}})"}},
      {R"({"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}})",
       {"{}", R"({"children": [{}, {"children": []}]})"},
       {R"({"children": [1]})"}},
      {R"({"definitions": {"a/b": {"type": "string"}}, "$ref": "#/definitions/a~1b", "maxLength": 1})",
       {R"("x")"},
       {R"("xy")", "1"}},
  };
  return cases;
}

TEST(JsonSchemaTest, AcceptsAndRefuses) {
  for (const Case& c : Cases()) {
    const Grammar grammar = JsonSchemaGrammar(c.schema);
    for (const std::string& text : c.accepted) {
      EXPECT_TRUE(grammar.Matches(text)) << c.schema << " should accept " << text;
      EXPECT_TRUE(Validates(json::parse(c.schema), json::parse(text))) << c.schema << " does not accept " << text;
    }
    for (const std::string& text : c.refused) EXPECT_FALSE(grammar.Matches(text)) << c.schema << " should refuse " << text;
  }
}

TEST(JsonSchemaTest, ErrorsNameTheKeywordAndThePlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{",
       "json_schema: parse error at column 2: syntax error while parsing object key - unexpected end of input; expected "
       "string literal"},
      {"123", "json_schema: at #: expected a schema, an object or a boolean, got 123"},
      {R"({"type": "hiccup"})", R"(json_schema: at #: unknown type "hiccup")"},
      {R"({"properties": {"a": {"not": {}}}})", R"(json_schema: at #/properties/a: keyword "not" is not supported)"},
      {R"({"items": {"patternProperties": {}}})", R"(json_schema: at #/items: keyword "patternProperties" is not supported)"},
      {R"({"if": true})", R"(json_schema: at #: keyword "if" is not supported)"},
      {R"({"type": "array", "uniqueItems": true})", R"(json_schema: at #: keyword "uniqueItems" is not supported)"},
      {R"({"type": "string", "format": "sparkle"})",
       R"(json_schema: at #: format "sparkle" is not supported, only date, time, date-time, duration, uuid, email, hostname, ipv4, ipv6, uri)"},
      {R"j({"type": "string", "pattern": "a(?=b)"})j",
       "json_schema: at #: at byte 1 of the pattern: this kind of group is not supported"},
      {R"({"type": "string", "pattern": "(a)\\1"})", R"(json_schema: at #: at byte 3 of the pattern: \1 is not supported)"},
      {R"({"type": "string", "pattern": "["})", "json_schema: at #: at byte 0 of the pattern: the character class does not end"},
      {R"({"type": "string", "pattern": "a", "maxLength": 3})",
       R"(json_schema: at #: only one of a length, "pattern" and "format" is supported)"},
      {R"({"type": "string", "maxLength": 1000000000})",
       R"(json_schema: at #: "maxLength": at most 100000 are supported, got 1000000000)"},
      {R"({"type": "string", "maxLength": -1})", R"(json_schema: at #: "maxLength" must be a count, got -1)"},
      {R"({"type": "number", "minimum": "0"})", R"(json_schema: at #: "minimum" must be a number, got "0")"},
      {R"({"type": "number", "multipleOf": 0.3})",
       R"(json_schema: at #: "multipleOf": only integers and 0.1, 0.01, ... are supported, got 0.3)"},
      {R"({"$ref": "#/nowhere"})", R"(json_schema: at #: $ref "#/nowhere" leads nowhere)"},
      {R"({"$ref": "https://example.org/s"})",
       R"(json_schema: at #: $ref "https://example.org/s": only references within the schema are supported)"},
      {R"({"$ref": "#"})", "grammar: no text satisfies rule \"the schema\""},
      {R"({"required": ["a"], "additionalProperties": false})",
       R"(json_schema: at #: required property "a" is not among "properties", and no others are allowed)"},
      {R"({"enum": []})", R"(json_schema: at #: "enum" must be a list that is not empty)"},
      {R"({"type": "integer", "enum": ["a"]})", R"(json_schema: at #: no value of "enum" fits the other keywords)"},
      {R"({"allOf": [{"pattern": "a"}, {"pattern": "b"}]})", R"(json_schema: at #: two values of "pattern" cannot be combined)"},
      {R"({"type": "integer", "minimum": 3, "maximum": 2})", "grammar: no text satisfies rule \"the schema\""},
      {R"({"properties": {"a": {"$ref": "#/properties/a"}}, "required": ["a"]})", "grammar: no text satisfies rule \"the schema\""},
  };
  for (const auto& [schema, message] : cases) EXPECT_EQ(ErrorOf(schema), message) << schema;
}

TEST(JsonSchemaTest, DescriptionsAreIgnored) {
  EXPECT_EQ(
      ErrorOf(R"({"$schema": "x", "$id": "y", "title": "t", "description": "d", "default": 1, "examples": [1], "deprecated": true,
                        "type": "integer", "x-order": 3})"),
      "no error");
}

TEST(JsonSchemaTest, HostileSchemasAreRefusedOrStaySmall) {
  std::string deep = "true";
  for (int i = 0; i < 60; ++i) deep = R"({"items":)" + deep + "}";
  EXPECT_EQ(ErrorOf(deep), "no error");
  EXPECT_NE(ErrorOf(std::string(100'000, '[')), "no error");
  // 2^40 combinations of alternatives.
  std::string product;
  for (int i = 0; i < 40; ++i) product += StrCat("{\"anyOf\":[{\"minimum\":", i, "},{\"maximum\":", 100 + i, "}]},");
  EXPECT_NE(ErrorOf("{\"type\":\"number\",\"allOf\":[" + product + "true]}").find("the schema has too many combinations"),
            std::string::npos);
  std::string names, values;
  for (int i = 0; i < 1'000; ++i) names += StrCat(i ? "," : "", "\"property", i, "\":{\"type\":\"string\"}");
  for (int i = 0; i < 20'000; ++i) values += StrCat(i ? "," : "", "\"value number ", i * 7919, "\"");
  const Grammar object = JsonSchemaGrammar("{\"properties\":{" + names + "}}");
  EXPECT_TRUE(object.Matches(R"({"property7": "", "property998": "x"})"));
  EXPECT_TRUE(JsonSchemaGrammar("{\"enum\":[" + values + "]}").Matches("\"value number 7919\""));
  EXPECT_NE(ErrorOf(R"({"type":"array","items":{"type":"string","maxLength":100000},"maxItems":100000})"), "no error");
  EXPECT_NE(ErrorOf(R"({"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"allOf":[{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"})"),
            "no error");
}

void ExpectWalksValidate(const std::string& schema, const std::shared_ptr<const TokenTrie>& trie, int32_t eos, uint64_t num_walks,
                         int64_t max_tokens, int* num_finished) {
  const auto grammar = std::make_shared<TokenGrammar>(std::make_shared<Grammar>(JsonSchemaGrammar(schema)), trie);
  for (uint64_t walk = 0; walk < num_walks; ++walk) {
    const std::optional<std::string> text = RandomWalk(grammar, eos, walk, max_tokens);
    if (!text) continue;
    ++*num_finished;
    const json value = json::parse(*text, nullptr, false);
    ASSERT_FALSE(value.is_discarded()) << schema << "\n" << *text;
    EXPECT_TRUE(Validates(json::parse(schema), value)) << schema << "\n" << *text;
  }
}

TEST(JsonSchemaTest, WhatIsWrittenAtRandomValidates) {
  const auto trie = std::make_shared<TokenTrie>(SmallTokenizer());
  int num_finished = 0;
  for (const Case& c : Cases()) ExpectWalksValidate(c.schema, trie, kSmallEos, 20, 300, &num_finished);
  EXPECT_GT(num_finished, static_cast<int>(Cases().size()) * 15);
}

TEST(JsonSchemaTest, RandomSchemasAreFollowed) {
  const auto trie = std::make_shared<TokenTrie>(SmallTokenizer());
  int num_finished = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Rng rng(RngKey({0x5C4E, seed}));
    const std::string schema = RandomSchema(rng, 3).dump();
    if (ErrorOf(schema).starts_with("grammar: no text satisfies")) continue;  // allOf of what excludes each other
    ExpectWalksValidate(schema, trie, kSmallEos, 5, 400, &num_finished);
  }
  EXPECT_GT(num_finished, 500);
}

TEST(JsonSchemaTest, RealVocabulariesFollowThemToo) {
  const std::string data = EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data");
  for (const char* name : {"qwen2_5", "deepseek_v3"}) {
    const std::string path = data + "/tokenizers/" + name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << data << " (R1_TEST_DATA) is not here";
    const Tokenizer tokenizer = LoadTokenizer(path);
    const auto trie = std::make_shared<TokenTrie>(tokenizer);
    int num_finished = 0;
    for (const Case& c : Cases()) ExpectWalksValidate(c.schema, trie, tokenizer.eos_id().value(), 2, 80, &num_finished);
    EXPECT_GT(num_finished, static_cast<int>(Cases().size()));
  }
}

TEST(JsonSchemaTest, JsonObjectModeTakesAnyObjectAndNothingElse) {
  const Grammar grammar = AnyJsonObjectGrammar();
  for (const char* text : {"{}", R"({"a": {"b": [1, 2.5e3, "x", null, true]}, "": []})", "{\n  \"a\": 1\n}"})
    EXPECT_TRUE(grammar.Matches(text)) << text;
  for (const char* text : {"", "[]", "1", "{", R"({"a"})", R"({"a": 1,})", "{}{}", "{   }"})
    EXPECT_FALSE(grammar.Matches(text)) << text;
}

}  // namespace
}  // namespace r1
