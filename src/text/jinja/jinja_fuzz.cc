// libFuzzer: any bytes as a template, over a conversation. It must render or fail with one of our errors, within small limits.
#include <cstdint>
#include <string_view>

#include "text/jinja/json.h"
#include "text/jinja/template.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace r1::jinja;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  try {
    const Template parsed(source);
    Runtime runtime(Limits{.max_steps = 50'000, .max_bytes = 8 << 20, .max_output_bytes = 1 << 20});
    runtime.format_time = [](const std::string& format) { return format; };
    const Variables variables = {
        {"messages",
         ParseJsonValue(runtime, R"([{"role": "user", "content": "Hi <think>é"}, {"role": "assistant", "content": null, "n": 2}])",
                        "messages")},
        {"x", ParseJsonValue(runtime, R"({"a": [1, 2.5, true, null, "b c"], "d": {"k": -7}})", "x")},
        {"add_generation_prompt", Value(true)}};
    parsed.Render(runtime, variables);
  } catch (const r1::Error&) {
  }
  return 0;
}
