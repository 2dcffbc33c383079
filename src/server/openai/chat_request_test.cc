#include "server/openai/chat_request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/api_error.h"
#include "server/openai/refusal_test_util.h"

namespace r1 {
namespace {

const SamplingParams kDefaults = {.temperature = 0.6f, .top_p = 0.95f};

ChatCompletionRequest Parse(const std::string& members) {
  const std::string messages =
      members.find("\"messages\"") == std::string::npos ? R"("messages":[{"role":"user","content":"hi"}],)" : "";
  std::string body = "{" + messages + members + "}";
  if (members.empty()) body.erase(body.size() - 2, 1);
  return ParseChatCompletionRequest(body, kDefaults);
}

// The member that the error names, or "accepted".
std::string Refused(const std::string& members) {
  return RefusedMember([&] { Parse(members); });
}

TEST(ChatRequestTest, NullIsTheDefaultEverywhere) {
  std::string all;
  for (const char* name : {"model",
                           "temperature",
                           "top_p",
                           "top_k",
                           "min_p",
                           "max_tokens",
                           "max_completion_tokens",
                           "n",
                           "seed",
                           "stop",
                           "stop_token_ids",
                           "stream",
                           "stream_options",
                           "logprobs",
                           "top_logprobs",
                           "logit_bias",
                           "frequency_penalty",
                           "presence_penalty",
                           "repetition_penalty",
                           "response_format",
                           "tools",
                           "tool_choice",
                           "parallel_tool_calls",
                           "reasoning_effort",
                           "reasoning",
                           "thinking",
                           "chat_template_kwargs",
                           "thinking_budget_tokens",
                           "reasoning_format",
                           "include_reasoning",
                           "user",
                           "metadata",
                           "store",
                           "service_tier",
                           "continue_final_message",
                           "add_generation_prompt"})
    all += std::string(all.empty() ? "" : ",") + "\"" + name + "\":null";
  const ChatCompletionRequest request = Parse(all);
  EXPECT_EQ(request.sampling.temperature, 0.6f);
  EXPECT_EQ(request.sampling.top_p, 0.95f);
  EXPECT_EQ(request.sampling.max_tokens, 0);
  EXPECT_EQ(request.n, 1);
  EXPECT_FALSE(request.stream);
  EXPECT_EQ(request.model, "");
}

TEST(ChatRequestTest, DebugTellsWhatWasIgnored) {
  EXPECT_FALSE(Parse(R"("foo":1)").warnings);
  using Warnings = std::vector<std::string>;
  EXPECT_EQ(*Parse(R"("debug":true,"temperature":0.5,"user":"u","tools":[],"consensus":{"k":2})").warnings, Warnings{});
  EXPECT_EQ(*Parse(R"("debug":true,"temprature":0.5,"foo":null)").warnings,
            (Warnings{"foo was ignored", "temprature was ignored"}));
  // Known, and without effect beside another.
  EXPECT_EQ(*Parse(R"("debug":true,"grammar":"root ::= \"a\"","response_format":{"type":"text"})").warnings,
            Warnings{"response_format was ignored"});
}

TEST(ChatRequestTest, MaxCompletionTokensWins) {
  EXPECT_EQ(Parse(R"("max_tokens":5)").sampling.max_tokens, 5);
  EXPECT_EQ(Parse(R"("max_tokens":5,"max_completion_tokens":7)").sampling.max_tokens, 7);
  EXPECT_EQ(Parse(R"("max_tokens":8.0)").sampling.max_tokens, 8);
}

TEST(ChatRequestTest, WrongTypesAndRangesNameTheirMember) {
  EXPECT_EQ(Refused(R"("temperature":"hot")"), "temperature");
  EXPECT_EQ(Refused(R"("temperature":2.1)"), "temperature");
  EXPECT_EQ(Refused(R"("max_tokens":"8")"), "max_tokens");
  EXPECT_EQ(Refused(R"("max_tokens":1.5)"), "max_tokens");
  EXPECT_EQ(Refused(R"("n":0)"), "n");
  EXPECT_EQ(Refused(R"("n":1e30)"), "n");
  EXPECT_EQ(Refused(R"("seed":18446744073709551615)"), "seed");
  EXPECT_EQ(Refused(R"("stream":"yes")"), "stream");
  EXPECT_EQ(Refused(R"("stop":[1])"), "stop[0]");
  EXPECT_EQ(Refused(R"("stop_token_ids":5)"), "stop_token_ids");
  EXPECT_EQ(Refused(R"("stop_token_ids":[-1])"), "stop_token_ids");
  EXPECT_EQ(Refused(R"("stop_token_ids":[1e30])"), "stop_token_ids");
  EXPECT_EQ(Refused(R"("stream_options":{"include_usage":true})"), "stream_options");
  EXPECT_EQ(Refused(R"("top_logprobs":3)"), "top_logprobs");
  EXPECT_EQ(Refused(R"("logprobs":true,"top_logprobs":21)"), "top_logprobs");
  EXPECT_EQ(Refused(R"("logit_bias":{"x":1})"), "logit_bias");
  EXPECT_EQ(Refused(R"("logit_bias":{"5":101})"), "logit_bias.5");
  EXPECT_EQ(Refused(R"("logit_bias":[[5]])"), "logit_bias[0]");
  EXPECT_EQ(Refused(R"("max_tokens":0)"), "max_tokens");
  EXPECT_EQ(Refused(R"("reasoning_field":"thoughts")"), "reasoning_field");
  EXPECT_EQ(Refused(R"("reasoning_effort":"much")"), "reasoning_effort");
  EXPECT_EQ(Refused(R"("chat_template_kwargs":[])"), "chat_template_kwargs");
  EXPECT_EQ(Refused(R"("thinking":{"type":"maybe"})"), "thinking.type");
}

TEST(ChatRequestTest, MessagesAreChecked) {
  EXPECT_EQ(Refused(R"("messages":[])"), "messages");
  EXPECT_EQ(Refused(R"("messages":"hi")"), "messages");
  EXPECT_EQ(Refused(R"("messages":null)"), "messages");
  EXPECT_EQ(Refused(R"("messages":["hi"])"), "messages[0]");
  EXPECT_EQ(Refused(R"("messages":[{"role":"user","content":"a"},{"content":"b"}])"), "messages[1].role");
  EXPECT_EQ(Refused(R"("messages":[{"role":"wizard","content":"a"}])"), "messages[0].role");
  EXPECT_EQ(Refused(R"("messages":[{"role":"user"}])"), "messages[0].content");
  EXPECT_EQ(Refused(R"("messages":[{"role":"user","content":5}])"), "messages[0].content");
  EXPECT_EQ(Refused(R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}])"),
            "messages[0].content[0].type");
  const auto request = Parse(
      R"("messages":[{"role":"developer","content":"d"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
         {"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}],"reasoning":"r"},{"role":"tool","content":"t","tool_call_id":"1"}])");
  EXPECT_EQ(request.messages[0].role, "system");
  EXPECT_EQ(request.messages[1].content, "ab");
  EXPECT_EQ(request.messages[2].reasoning_content, "r");
  EXPECT_NE(request.messages[3].more_json.find("tool_call_id"), std::string::npos);
}

TEST(ChatRequestTest, ThinkingIsSwitchedInEverySpelling) {
  for (const char* off :
       {R"("reasoning_effort":"none")", R"("thinking":{"type":"disabled"})", R"("enable_thinking":false)",
        R"("chat_template_kwargs":{"enable_thinking":false})", R"("chat_template_kwargs":{"thinking":false})",
        R"("reasoning":{"enabled":false})", R"("reasoning":{"effort":"none"})", R"("thinking_budget_tokens":0)"}) {
    const ChatCompletionRequest request = Parse(off);
    EXPECT_EQ(request.sampling.EffectiveThinking(), ThinkingMode::kOff) << off;
    EXPECT_EQ(request.chat.enable_thinking, false) << off;
  }
  EXPECT_EQ(Parse(R"("reasoning_effort":"low")").sampling.thinking_budget, 512);
  EXPECT_EQ(Parse(R"("reasoning":{"effort":"medium"})").sampling.thinking_budget, 2048);
  EXPECT_EQ(Parse(R"("thinking_token_budget":77)").sampling.thinking_budget, 77);
  EXPECT_EQ(Parse(R"("thinking":{"type":"enabled","budget_tokens":9})").sampling.thinking_budget, 9);
}

TEST(ChatRequestTest, ThinkingCanBeEditedAndContinued) {
  const auto inside = Parse(
      R"("messages":[{"role":"user","content":"q"},{"role":"assistant","reasoning_content":"so far","reasoning_open":true}])");
  EXPECT_EQ(inside.open_reasoning, "so far");
  EXPECT_EQ(inside.messages.size(), 1u);
  EXPECT_TRUE(inside.chat.add_generation_prompt);
  const auto behind = Parse(
      R"("messages":[{"role":"user","content":"q"},{"role":"assistant","content":"par","reasoning_content":"r","reasoning_open":false}])");
  EXPECT_TRUE(behind.chat.continue_final_message);
  EXPECT_EQ(Refused(R"("messages":[{"role":"user","content":"q"}],"continue_final_message":true)"), "messages[0].role");
}

TEST(ChatRequestTest, AnswersCanBeAskedForInAForm) {
  using Kind = OutputForm::Kind;
  EXPECT_EQ(Parse(R"("response_format":{"type":"text"})").form, OutputForm{});
  EXPECT_EQ(Parse(R"("response_format":{"type":"json_object"})").form, (OutputForm{Kind::kJsonObject, ""}));
  // z before a: the order counts.
  EXPECT_EQ(Parse(R"("response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"z":1,"a":2}}})").form,
            (OutputForm{Kind::kJsonSchema, R"({"z":1,"a":2})"}));
  EXPECT_EQ(Parse(R"("grammar":"root ::= \"a\"")").form, (OutputForm{Kind::kGbnf, "root ::= \"a\""}));
  EXPECT_EQ(Refused(R"("response_format":{"type":"json_schema"})"), "response_format.json_schema.schema");
  EXPECT_EQ(Refused(R"("response_format":{"type":"yaml"})"), "response_format.type");
}

TEST(ChatRequestTest, LogitBiasComesInBothForms) {
  auto request = Parse(R"("logit_bias":{"5":-100,"7":2.5})");
  ASSERT_EQ(request.sampling.logit_bias.size(), 2u);
  EXPECT_EQ(request.sampling.logit_bias[1].token_id, 7);
  EXPECT_EQ(request.sampling.logit_bias[1].bias, 2.5f);
  request = Parse(R"("logit_bias":[[5,false],[7,1],["word",-3]])");
  EXPECT_EQ(request.sampling.logit_bias[0].bias, -100);
  EXPECT_EQ(request.text_bias, (std::vector<std::pair<std::string, float>>{{"word", -3.0f}}));
}

TEST(ChatRequestTest, ThinkingGoesWhereTheClientWantsIt) {
  EXPECT_EQ(Parse(R"("reasoning_format":"deepseek")").reasoning_output, ReasoningOutput::kSeparate);
  EXPECT_EQ(Parse(R"("reasoning_format":"none")").reasoning_output, ReasoningOutput::kNone);
  EXPECT_EQ(Parse(R"("separate_reasoning":false)").reasoning_output, ReasoningOutput::kNone);
  EXPECT_EQ(Parse(R"("reasoning_format":"deepseek-legacy")").reasoning_output, ReasoningOutput::kBoth);
  EXPECT_EQ(Parse(R"("reasoning_field":"reasoning")").reasoning_field, "reasoning");
}

constexpr const char* kTools =
    R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"z":{},"a":{}}},"strict":true}},
       {"type":"function","function":{"name":"g"}}])";

TEST(ChatRequestTest, ToolsMayMustOrMustNotBeCalled) {
  using Calls = OutputForm::Calls;
  auto request = Parse(kTools);
  EXPECT_EQ(request.form.calls, Calls::kAllowed);
  ASSERT_EQ(request.form.functions.size(), 2u);
  EXPECT_EQ(request.form.functions[0].parameters, R"({"type":"object","properties":{"z":{},"a":{}}})");  // in their order
  EXPECT_TRUE(request.form.functions[0].strict);
  EXPECT_EQ(request.form.functions[1], (ToolFunction{"g", "", false}));
  EXPECT_NE(request.chat.tools_json.find("\"z\":{},\"a\":{}"), std::string::npos);
  EXPECT_TRUE(request.form.parallel_calls);
  const auto with = [](const char* choice) { return Parse(std::string(kTools) + ",\"tool_choice\":" + choice); };
  EXPECT_EQ(with(R"("required")").form.calls, Calls::kRequired);
  EXPECT_EQ(with(R"("none")").form, OutputForm{});
  EXPECT_EQ(with(R"("none")").chat.tools_json, "");
  request = with(R"({"type":"function","function":{"name":"g"}})");
  EXPECT_EQ(request.form.calls, Calls::kRequired);
  ASSERT_EQ(request.form.functions.size(), 1u);
  EXPECT_EQ(request.form.functions[0].name, "g");
  request =
      with(R"({"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}})");
  EXPECT_EQ(request.form.calls, Calls::kAllowed);
  EXPECT_EQ(request.form.functions.size(), 1u);
  EXPECT_FALSE(Parse(std::string(kTools) + R"(,"parallel_tool_calls":false)").form.parallel_calls);
  EXPECT_EQ(Parse(R"("tools":[],"tool_choice":"auto")").form, OutputForm{});
}

TEST(ChatRequestTest, WrongToolsNameTheirMember) {
  const auto with = [](const char* choice) { return Refused(std::string(kTools) + ",\"tool_choice\":" + choice); };
  EXPECT_EQ(Refused(R"("tool_choice":"required")"), "tool_choice");
  EXPECT_EQ(Refused(R"("tool_choice":{"type":"function","function":{"name":"f"}})"), "tool_choice");
  EXPECT_EQ(with(R"("sometimes")"), "tool_choice");
  EXPECT_EQ(with(R"({"type":"function","function":{"name":"h"}})"), "tool_choice.function.name");
  EXPECT_EQ(with(R"({"type":"function"})"), "tool_choice.function");
  EXPECT_EQ(with(R"({"type":"custom"})"), "tool_choice.type");
  EXPECT_EQ(Refused(R"("tools":{})"), "tools");
  EXPECT_EQ(Refused(R"("tools":[5])"), "tools[0]");
  EXPECT_EQ(Refused(R"("tools":[{"type":"web_search"}])"), "tools[0].type");
  EXPECT_EQ(Refused(R"("tools":[{"type":"function"}])"), "tools[0].function");
  EXPECT_EQ(Refused(R"("tools":[{"type":"function","function":{}}])"), "tools[0].function.name");
  EXPECT_EQ(Refused(R"("tools":[{"type":"function","function":{"name":"a b"}}])"), "tools[0].function.name");
  EXPECT_EQ(Refused(R"("tools":[{"function":{"name":"f"}},{"function":{"name":"f"}}])"), "tools[1].function.name");
  EXPECT_EQ(Refused(R"("tools":[{"function":{"name":"f","parameters":{"type":"array"}}}])"), "tools[0].function.parameters.type");
  EXPECT_EQ(Refused(std::string(kTools) + R"(,"grammar":"root ::= \"a\"")"), "grammar");
  const char* message = R"("messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{"function":{}}]}])";
  EXPECT_EQ(Refused(message), "messages[1].tool_calls[0].function.name");
}

TEST(ChatRequestTest, HostileBodiesAreRefused) {
  for (const std::string& body :
       {std::string("{"), std::string("[]"), std::string("5"), std::string(""), std::string("{\"a\":NaN}"),
        std::string("{\"a\":\"\xff\"}"), std::string(1000, '[') + std::string(1000, ']'),
        "{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}"}) {
    try {
      ParseRequestBody(body);
      ADD_FAILURE() << body.substr(0, 20);
    } catch (const ApiError& error) {
      EXPECT_EQ(error.status, 400);
      EXPECT_EQ(error.code, "invalid_json");
    }
  }
  EXPECT_NO_THROW(ParseRequestBody("{\"a\":\"[[[[" + std::string(500, '[') + "\"}"));
}

}  // namespace
}  // namespace r1
