// Against Python's jinja2 in transformers' environment: tests/golden/jinja/cases.jsonl, templates of our own.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "text/jinja/json.h"
#include "text/jinja/template.h"

namespace r1::jinja {
namespace {

TEST(JinjaTest, AgreesWithPythonOnEveryGoldenCase) {
  std::ifstream file(R1_SOURCE_DIR "/tests/golden/jinja/cases.jsonl");
  ASSERT_TRUE(file.good());
  std::string line;
  std::getline(file, line);
  const auto given = nlohmann::ordered_json::parse(line);
  int num_texts = 0, num_errors = 0;
  while (std::getline(file, line)) {
    const auto c = nlohmann::json::parse(line);
    const std::string source = c.at("template");
    Runtime runtime{Limits()};
    runtime.format_time = [](const std::string& format) { return format; };
    Variables variables;
    for (const auto& [key, value] : given.items()) variables.emplace_back(key, ParseJsonValue(runtime, value.dump(), key));
    try {
      const std::string text = Template(source).Render(runtime, variables).bytes();
      EXPECT_EQ(text, c.value("text", "an error: " + c.value("message", ""))) << source;
      ++num_texts;
    } catch (const TemplateError& error) {
      EXPECT_EQ(error.type(), c.value("error", "no error")) << source << "\n" << error.what();
      EXPECT_EQ(error.message(), c.value("message", "")) << source;
      ++num_errors;
    }
  }
  EXPECT_GT(num_texts, 500);
  EXPECT_GT(num_errors, 100);
}

// Line breaks of other systems mean the same.
TEST(JinjaTest, ReadsAnyLineEnding) {
  for (const std::string source : {"{% if true %}\n  a\n{% endif %}\nb\n", "{% if true %}\r\n  a\r\n{% endif %}\r\nb\r\n",
                                   "{% if true %}\r  a\r{% endif %}\rb\r"}) {
    Runtime runtime{Limits()};
    EXPECT_EQ(Template(source).Render(runtime, {}).bytes(), "  a\nb");
  }
}

}  // namespace
}  // namespace r1::jinja
