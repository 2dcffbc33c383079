#include "base/fields.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/message_of.h"

namespace r1 {

enum class FruitKind { kApple, kPear };
template <>
struct EnumNames<FruitKind> {
  static constexpr EnumName<FruitKind> kRows[] = {{FruitKind::kApple, "apple"}, {FruitKind::kPear, "pear"}};
};

namespace {

struct InnerConfig {
  float lr = 0.2f;
  std::string name = "plain";
  static constexpr auto Fields() {
    using C = InnerConfig;
    return std::tuple{Field{"lr", &C::lr, "learning rate"}, Field{"name", &C::name, "its name"}};
  }
  void Validate() const { Require(lr > 0, "lr must be positive, got ", lr); }
};

struct OuterConfig {
  bool enabled = false;
  int small = 3;
  int64_t large = 1'000'000'000'000;
  uint64_t seed = 7;
  double ratio = 1e-9;
  std::vector<int64_t> sizes = {1, 2};
  std::vector<std::string> tasks;
  std::vector<bool> switches;
  FruitKind fruit = FruitKind::kPear;
  InnerConfig inner;
  std::vector<InnerConfig> stages;
  std::vector<InnerConfig> pairs = {{0.2f, "a"}, {0.5f, "plain"}};
  static constexpr auto Fields() {
    using C = OuterConfig;
    return std::tuple{Field{"enabled", &C::enabled, "on or off"},
                      Field{"small", &C::small, "an int"},
                      Field{"large", &C::large, "an int64"},
                      Field{"seed", &C::seed, "random seed"},
                      Field{"ratio", &C::ratio, "a double"},
                      Field{"sizes", &C::sizes, "some sizes"},
                      Field{"tasks", &C::tasks, "some names"},
                      Field{"switches", &C::switches, "flags"},
                      Field{"fruit", &C::fruit, "which fruit"},
                      Field{"inner", &C::inner, "a nested struct"},
                      Field{"stages", &C::stages, "a list of structs"},
                      Field{"pairs", &C::pairs, "with a default"}};
  }
};

ConfigValue At(int line, ConfigValue value) {
  value.line = line;
  return value;
}

std::string ErrorOf(auto&& call) { return MessageOf(call, ErrorCode::kInvalidArgument); }

TEST(FieldsTest, ReadsEveryTypeAndLeavesWhatIsNotNamed) {
  ConfigValue inner;
  inner.Set("lr", {int64_t{1}});  // an integer is a fine number
  ConfigValue tree;
  tree.Set("enabled", {true});
  tree.Set("small", {int64_t{-5}});
  tree.Set("fruit", {std::string("apple")});
  tree.Set("tasks", {ConfigValue::Array{{std::string("a")}, {std::string("b")}}});
  tree.Set("switches", {ConfigValue::Array{{true}, {false}}});
  tree.Set("inner", inner);
  tree.Set("stages", {ConfigValue::Array{inner, inner}});
  OuterConfig config;
  ReadFields(tree, config);
  EXPECT_TRUE(config.enabled);
  EXPECT_EQ(config.small, -5);
  EXPECT_EQ(config.fruit, FruitKind::kApple);
  EXPECT_EQ(config.tasks, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(config.switches, (std::vector<bool>{true, false}));
  EXPECT_EQ(config.inner.lr, 1.0f);
  EXPECT_EQ(config.inner.name, "plain");
  ASSERT_EQ(config.stages.size(), 2u);
  EXPECT_EQ(config.stages[1].lr, 1.0f);
  EXPECT_EQ(config.large, 1'000'000'000'000);
}

TEST(FieldsTest, NamesAnUnknownKeyItsLineAndTheNearestKey) {
  ConfigValue inner;
  inner.Set("lrr", At(12, {0.5}));
  ConfigValue tree;
  tree.Set("inner", inner);
  OuterConfig config;
  EXPECT_EQ(ErrorOf([&] { ReadFields(tree, config, {.file = "recipe.toml", .path = ""}); }),
            "recipe.toml:12: unknown key `inner.lrr`; did you mean `lr`?");
  EXPECT_EQ(ErrorOf([&] { SetField(config, "inner.zzzzzz=1"); }), "--set: unknown key `inner.zzzzzz`; known: lr, name");
}

TEST(FieldsTest, SaysWhatWasExpectedAndWhatCame) {
  const auto error_of = [](const char* key, ConfigValue value) {
    ConfigValue tree;
    tree.Set(key, At(3, std::move(value)));
    OuterConfig config;
    return ErrorOf([&] { ReadFields(tree, config, {.file = "a.toml", .path = "x"}); });
  };
  EXPECT_EQ(error_of("enabled", {int64_t{1}}), "a.toml:3: x.enabled: expected true or false, got the integer 1");
  EXPECT_EQ(error_of("small", {1.5}), "a.toml:3: x.small: expected an integer, got the float 1.5");
  EXPECT_EQ(error_of("small", {int64_t{1} << 40}),
            "a.toml:3: x.small: expected an integer from -2147483648 to 2147483647, got the integer 1099511627776");
  EXPECT_EQ(error_of("seed", {int64_t{-1}}),
            "a.toml:3: x.seed: expected an integer from 0 to 9223372036854775807, got the integer -1");
  EXPECT_EQ(error_of("ratio", {std::string("big")}), "a.toml:3: x.ratio: expected a number, got the string \"big\"");
  EXPECT_EQ(error_of("inner", {true}), "a.toml:3: x.inner: expected a table, got the boolean true");
  EXPECT_EQ(error_of("sizes", {int64_t{1}}), "a.toml:3: x.sizes: expected a list, got the integer 1");
  EXPECT_EQ(error_of("sizes", {ConfigValue::Array{{int64_t{1}}, At(4, {true})}}),
            "a.toml:4: x.sizes[1]: expected an integer, got the boolean true");
  EXPECT_EQ(error_of("fruit", {std::string("aple")}),
            "a.toml:3: x.fruit: expected one of apple, pear, got `aple`; did you mean `apple`?");
  ConfigValue big;
  big.Set("lr", At(9, {1e300}));
  EXPECT_NE(error_of("inner", big).find("x.inner.lr: expected a number of at most"), std::string::npos);
}

TEST(FieldsTest, SetsFromTextWithTheTypeOfTheMember) {
  OuterConfig config;
  config.stages.resize(2);
  SetField(config, "inner.name=12");
  SetField(config, "large=4_000_000");
  SetField(config, "ratio=1");
  SetField(config, "enabled=true");
  SetField(config, "fruit=apple");
  SetField(config, "sizes=[4, 5,6]");
  SetField(config, "tasks=words,\"a b\"");
  SetField(config, "stages.1.lr=1e-4");
  SetField(config, "inner.lr=+.5");
  EXPECT_EQ(config.inner.name, "12");
  EXPECT_EQ(config.large, 4'000'000);
  EXPECT_EQ(config.ratio, 1.0);
  EXPECT_TRUE(config.enabled);
  EXPECT_EQ(config.fruit, FruitKind::kApple);
  EXPECT_EQ(config.sizes, (std::vector<int64_t>{4, 5, 6}));
  EXPECT_EQ(config.tasks, (std::vector<std::string>{"words", "a b"}));
  EXPECT_EQ(config.stages[1].lr, 1e-4f);
  EXPECT_EQ(config.inner.lr, 0.5f);
  SetField(config, "sizes=");
  EXPECT_TRUE(config.sizes.empty());
  SetField(config, R"(tasks=["a, b", " [=]", "\"\n"])");
  EXPECT_EQ(config.tasks, (std::vector<std::string>{"a, b", " [=]", "\"\n"}));
  SetField(config, "tasks=[]");
  EXPECT_TRUE(config.tasks.empty());
  SetField(config, "inner.name=a=b");
  EXPECT_EQ(config.inner.name, "a=b");
}

TEST(FieldsTest, TellsWhatIsNotAsItWasFromTheStart) {
  OuterConfig config;
  EXPECT_TRUE(ChangedFields(config).empty());
  config.large = 7;
  config.tasks = {"words"};
  EXPECT_EQ(ToJsonText({ChangedFields(config)}), R"({"large":7,"tasks":["words"]})");
}

TEST(FieldsTest, RefusesOverridesThatNameNoSetting) {
  OuterConfig config;
  config.stages.resize(2);
  EXPECT_EQ(ErrorOf([&] { SetField(config, "small"); }), "--set: expected key=value, got `small`");
  EXPECT_EQ(ErrorOf([&] { SetField(config, "small=x1"); }), "--set: small: expected an integer, got the string \"x1\"");
  EXPECT_EQ(ErrorOf([&] { SetField(config, "inner=3"); }), "--set: inner: expected one of its settings, such as inner.lr");
  EXPECT_EQ(ErrorOf([&] { SetField(config, "stages.2.lr=3"); }),
            "--set: stages: expected an index from 0 to 1 after it, or [] for no element");
  EXPECT_EQ(ErrorOf([&] { SetField(config, "stages=3"); }),
            "--set: stages: expected an index from 0 to 1 after it, or [] for no element");
  SetField(config, "stages=[]");
  EXPECT_TRUE(config.stages.empty());
  EXPECT_EQ(ErrorOf([&] { SetField(config, "stages.0.lr=3"); }), "--set: stages: expected no index: the list is empty");
  EXPECT_EQ(ErrorOf([&] { SetField(config, "small.x=3"); }), "--set: unknown key `small.x`");
  EXPECT_EQ(ErrorOf([&] { SetField(config, "sizes.0=3"); }), "--set: sizes.0: expected the list itself: lists are set as a whole");
}

TEST(FieldsTest, WritesTomlAndJsonThatReadBackEqual) {
  OuterConfig config;
  config.inner.lr = 0.1f;
  config.inner.name = "tab\t\"quote\" \x01";
  config.stages.resize(1);
  const ConfigValue tree = WriteFields(config);
  EXPECT_EQ(
      ToTomlText(tree),
      "enabled = false\nsmall = 3\nlarge = 1000000000000\nseed = 7\nratio = 1e-09\nsizes = [1, 2]\ntasks = []\nswitches = []\n"
      "fruit = \"pear\"\n\n[inner]\nlr = 0.1\nname = \"tab\\t\\\"quote\\\" \\u0001\"\n\n[[stages]]\nlr = 0.2\nname = \"plain\"\n"
      "\n[[pairs]]\nlr = 0.2\nname = \"a\"\n\n[[pairs]]\nlr = 0.5\nname = \"plain\"\n");
  EXPECT_EQ(ToJsonText(tree).substr(0, 61), R"({"enabled":false,"small":3,"large":1000000000000,"seed":7,"ra)");
  OuterConfig again;
  ReadFields(tree, again);
  EXPECT_EQ(again.inner.lr, 0.1f);
  EXPECT_EQ(again.inner.name, config.inner.name);
  EXPECT_EQ(again.stages.size(), 1u);
}

TEST(FieldsTest, WritesSpecialFloatsAndKeys) {
  EXPECT_EQ(ToTomlValue({3.0}), "3.0");
  EXPECT_EQ(ToTomlValue({1e22}), "1e+22");
  EXPECT_EQ(ToTomlValue({-std::numeric_limits<double>::infinity()}), "-inf");
  EXPECT_EQ(ToTomlValue({std::nan("")}), "nan");
  ConfigValue tree;
  tree.Set("a b", {int64_t{1}});
  EXPECT_EQ(ToTomlText(tree), "\"a b\" = 1\n");
  EXPECT_EQ(ToTomlValue(tree), "{\"a b\" = 1}");
}

TEST(FieldsTest, ListsEveryLeafWithTypeDefaultAndHelp) {
  const auto docs = ListFields<OuterConfig>();
  ASSERT_EQ(docs.size(), 17u);
  EXPECT_EQ(docs[0].path, "enabled");
  EXPECT_EQ(docs[0].default_value, "false");
  EXPECT_EQ(docs[5].type, "list of int");
  EXPECT_EQ(docs[8].type, "apple | pear");
  EXPECT_EQ(docs[8].default_value, "\"pear\"");
  EXPECT_EQ(docs[9].path, "inner.lr");
  EXPECT_EQ(docs[9].default_value, "0.2");
  EXPECT_EQ(docs[9].help, "learning rate");
  EXPECT_EQ(docs[11].path, "stages");
  EXPECT_EQ(docs[12].path, "stages[].lr");
  EXPECT_EQ(docs[14].default_value, "[{name = \"a\"}, {lr = 0.5}]");  // what differs from InnerConfig's own defaults
}

TEST(FieldsTest, ValidatesNestedStructsAndNamesTheirPath) {
  OuterConfig config;
  EXPECT_NO_THROW(ValidateFields(config));
  config.stages.resize(2);
  config.stages[1].lr = -1;
  EXPECT_EQ(ErrorOf([&] { ValidateFields(config, "run"); }), "run.stages[1]: lr must be positive, got -1");
}

TEST(FieldsTest, ParsesEnumNames) {
  EXPECT_EQ(ParseEnum<FruitKind>("pear", "fruit"), FruitKind::kPear);
  EXPECT_STREQ(EnumToString(FruitKind::kApple), "apple");
  EXPECT_EQ(ErrorOf([] { ParseEnum<FruitKind>("plum", "fruit"); }), "fruit: expected one of apple, pear, got `plum`");
}

}  // namespace
}  // namespace r1
