#include "server/tool_messages.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/env.h"
#include "base/error.h"
#include "base/files.h"

namespace r1 {
namespace {

const std::string kTools =
    R"([{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}])";
const std::string kCalls =
    R"({"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\": \"Oslo\"}"}}]})";

// said: text beside the call.
std::vector<ChatMessage> Conversation(const std::string& said = "") {
  return {{.role = "user", .content = "Rain?", .reasoning_content = "", .more_json = ""},
          {.role = "assistant", .content = said, .reasoning_content = "", .more_json = kCalls},
          {.role = "tool", .content = "wet", .reasoning_content = "", .more_json = R"({"tool_call_id":"c1"})"}};
}

struct Seen {
  std::string text;
  bool tools, calls, results, objects;
};

Seen Render(const std::string& source, ToolCallFormat format, const std::string& said = "") {
  const ChatTemplate chat_template(source);
  const ToolMessages tools(&chat_template, format, "<bos>", "<eos>");
  std::vector<ChatMessage> messages = Conversation(said);
  ChatOptions options;
  options.tools_json = kTools;
  options.bos_token = "<bos>";
  options.eos_token = "<eos>";
  tools.Prepare(messages, options);
  return {chat_template.Render(messages, options).text, tools.renders_tools(), tools.renders_calls(), tools.renders_results(),
          tools.object_arguments()};
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ToolMessagesTest, ATemplateThatKnowsNoToolsIsToldInMessages) {
  const Seen seen = Render("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>", ToolCallFormat::kHermes);
  EXPECT_FALSE(seen.tools || seen.calls || seen.results);
  EXPECT_TRUE(seen.text.starts_with("<system># Tools")) << seen.text;
  EXPECT_NE(seen.text.find("\"name\":\"weather\""), std::string::npos);
  EXPECT_NE(
      seen.text.find("<user>Rain?<assistant><tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>"
                     "<user><tool_response>\nwet\n</tool_response><assistant>"),
      std::string::npos)
      << seen.text;
}

TEST(ToolMessagesTest, ArgumentsComeAsTheTemplateWantsThem) {
  const std::string head =
      "{% for t in tools or [] %}{{ t | tojson }}{% endfor %}{% for m in messages %}{% if m.tool_calls %}"
      "{% for c in m.tool_calls %}[{{ c.function.name }} ";
  const std::string tail = "]{% endfor %}{% else %}{{ m.content }}{% endif %}{% endfor %}";
  const Seen objects = Render(head + "{{ c.function.arguments | tojson }}" + tail, ToolCallFormat::kHermes);
  EXPECT_TRUE(objects.tools && objects.calls && objects.results && objects.objects);
  EXPECT_NE(objects.text.find("[weather {\"city\": \"Oslo\"}]wet"), std::string::npos) << objects.text;
  const Seen texts = Render(head + "{{ '' + c.function.arguments }}" + tail, ToolCallFormat::kHermes);
  EXPECT_TRUE(texts.calls);
  EXPECT_FALSE(texts.objects);
  EXPECT_NE(texts.text.find("[weather {\"city\": \"Oslo\"}]wet"), std::string::npos) << texts.text;
}

TEST(ToolMessagesTest, AModelWithoutTemplateIsLeftAlone) {
  const ToolMessages tools(nullptr, ToolCallFormat::kHermes, "", "");
  std::vector<ChatMessage> messages = Conversation();
  ChatOptions options;
  tools.Prepare(messages, options);
  EXPECT_EQ(messages.size(), 3u);
}

TEST(ToolMessagesTest, PublishedTemplatesShowEachThingOnce) {
  const std::string data =
      EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data") + "/templates/";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << data << " (R1_TEST_DATA) is not here";
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    if (entry.path().extension() != ".jinja") continue;
    const std::string source = ReadFile(entry.path().string());
    const ToolCallFormat format = FindToolCallFormat(source).value_or(ToolCallFormat::kHermes);
    for (const std::string said : {"", "I look."}) {
      Seen seen;
      try {
        seen = Render(source, format, said);
      } catch (const Error& error) {
        ADD_FAILURE() << entry.path().filename() << ": " << error.what();
        continue;
      }
      EXPECT_EQ(Count(seen.text, "wet"), 1u) << entry.path().filename() << "\n" << seen.text;
      EXPECT_EQ(Count(seen.text, "Oslo"), 1u) << entry.path().filename() << "\n" << seen.text;
      EXPECT_GE(Count(seen.text, "weather"), 2u) << entry.path().filename() << "\n" << seen.text;
      EXPECT_TRUE(said.empty() || Count(seen.text, said) == 1) << entry.path().filename() << "\n" << seen.text;
    }
  }
}

}  // namespace
}  // namespace r1
