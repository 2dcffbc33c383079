#include "server/openai/responses_request.h"

#include <gtest/gtest.h>

#include "server/api_error.h"
#include "server/openai/refusal_test_util.h"

namespace r1 {
namespace {

const SamplingParams kDefaults = {.temperature = 0.6f, .top_p = 0.95f};

ResponsesRequest Parse(const std::string& members) {
  const std::string input = members.find("\"input\"") == std::string::npos ? R"("input":"hi")" : "";
  return ParseResponsesRequest("{" + input + (input.empty() || members.empty() ? "" : ",") + members + "}", kDefaults);
}

std::string Refused(const std::string& members) {
  return RefusedMember([&] { Parse(members); });
}

TEST(ResponsesRequestTest, TextIsWhatTheUserSays) {
  const ResponsesRequest request = Parse(R"("instructions":"Be brief.","max_output_tokens":9,"model":null)");
  ASSERT_EQ(request.chat.messages.size(), 2u);
  EXPECT_EQ(request.chat.messages[0].role, "system");
  EXPECT_EQ(request.chat.messages[0].content, "Be brief.");
  EXPECT_EQ(request.chat.messages[1].role, "user");
  EXPECT_EQ(request.chat.messages[1].content, "hi");
  EXPECT_EQ(request.chat.sampling.max_tokens, 9);
  EXPECT_EQ(request.chat.sampling.temperature, 0.6f);
}

TEST(ResponsesRequestTest, ItemsBecomeTheMessagesTheyBelongTo) {
  const auto messages =
      Parse(
          R"("input":[{"role":"developer","content":"d"},{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]},
             {"type":"reasoning","id":"rs_1","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"I look."}]},
             {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},
             {"type":"function_call_output","call_id":"c1","output":"one"},{"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"two"}]},
             {"type":"reasoning","summary":[{"type":"summary_text","text":"so"}]},{"type":"function_call","call_id":"c3","name":"f"}])")
          .chat.messages;
  ASSERT_EQ(messages.size(), 6u);
  EXPECT_EQ(messages[0].role, "system");
  EXPECT_EQ(messages[1].content, "ab");
  EXPECT_EQ(messages[2].content, "I look.");
  EXPECT_EQ(messages[2].reasoning_content, "hm");
  EXPECT_NE(messages[2].more_json.find("\"c1\""), std::string::npos);
  EXPECT_NE(messages[2].more_json.find("\"c2\""), std::string::npos);
  EXPECT_EQ(messages[3].role, "tool");
  EXPECT_EQ(messages[4].content, "two");
  EXPECT_EQ(messages[5].reasoning_content, "so");
  EXPECT_NE(messages[5].more_json.find("\"c3\""), std::string::npos);
}

TEST(ResponsesRequestTest, FormsAndFunctionsAreFlat) {
  auto request = Parse(R"("text":{"format":{"type":"json_schema","name":"n","schema":{"z":1,"a":2}}})");
  EXPECT_EQ(request.chat.form.kind, OutputForm::Kind::kJsonSchema);
  EXPECT_EQ(request.chat.form.source, R"({"z":1,"a":2})");
  request = Parse(
      R"("tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}],"tool_choice":{"type":"function","name":"f"},
         "reasoning":{"effort":"low"})");
  EXPECT_EQ(request.chat.form.calls, OutputForm::Calls::kRequired);
  EXPECT_EQ(request.chat.form.functions[0], (ToolFunction{"f", R"({"type":"object"})", true}));
}

TEST(ResponsesRequestTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(Refused(R"("input":null)"), "input");
  EXPECT_EQ(Refused(R"("input":[])"), "input");
  EXPECT_EQ(Refused(R"("input":7)"), "input");
  EXPECT_EQ(Refused(R"("input":[{"role":"alien","content":"x"}])"), "input[0].role");
  EXPECT_EQ(Refused(R"("input":[{"role":"user"}])"), "input[0].content");
  EXPECT_EQ(Refused(R"("input":[{"role":"user","content":[{"type":"input_image"}]}])"), "input[0].content[0].type");
  EXPECT_EQ(Refused(R"("input":[{"type":"item_reference","id":"x"}])"), "input[0].type");
  EXPECT_EQ(Refused(R"("input":[{"type":"function_call","name":"f"}])"), "input[0].call_id");
  EXPECT_EQ(Refused(R"("input":[{"type":"reasoning","summary":[]}])"), "input");
  EXPECT_EQ(Refused(R"("max_output_tokens":0)"), "max_output_tokens");
  EXPECT_EQ(Refused(R"("text":{"format":{"type":"json_schema"}})"), "text.format.schema");
  EXPECT_EQ(Refused(R"("text":{"format":{"type":"yaml"}})"), "text.format.type");
  EXPECT_EQ(Refused(R"("previous_response_id":"resp_1")"), "previous_response_id");
  EXPECT_EQ(Refused(R"("background":true)"), "background");
  EXPECT_EQ(Refused(R"("reasoning":{"effort":"much"})"), "reasoning.effort");
  EXPECT_EQ(Refused(R"("tools":[{"type":"file_search"}])"), "tools[0].type");
  EXPECT_EQ(Refused(R"("tools":[{"type":"function"}])"), "tools[0].name");
}

TEST(ResponsesRequestTest, TheAnswerRepeatsTheRequest) {
  const auto repeated = Parse(R"("metadata":{"b":"1","a":"2"},"top_p":null)").repeated;
  const auto of = [&](const std::string& name) {
    for (const auto& [key, value] : repeated)
      if (key == name) return value;
    return std::string("missing");
  };
  EXPECT_EQ(of("metadata"), R"({"b":"1","a":"2"})");
  EXPECT_EQ(of("top_p"), "0.95");
  EXPECT_EQ(of("instructions"), "null");
}

}  // namespace
}  // namespace r1
