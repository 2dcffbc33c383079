#include "grammar/tool_call_form.h"

namespace r1 {

ToolCallForm FormOf(ToolCallFormat format) {
  switch (format) {
    case ToolCallFormat::kHermes:
      return {.begin = "",
              .end = "",
              .call = "<tool_call>\n{\"name\": \"",
              .name_end = "\", \"arguments\": ",
              .close = "}\n</tool_call>",
              .separator = "\n",
              .open_tag = "<tool_call>",
              .call_tag = "<tool_call>",
              .close_tag = "</tool_call>"};
    case ToolCallFormat::kDeepSeek:
      return {.begin = "<｜tool▁calls▁begin｜>",
              .end = "<｜tool▁calls▁end｜>",
              .call = "<｜tool▁call▁begin｜>function<｜tool▁sep｜>",
              .name_end = "\n```json\n",
              .close = "\n```<｜tool▁call▁end｜>",
              .separator = "\n",
              .open_tag = "<｜tool▁calls▁begin｜>",
              .call_tag = "<｜tool▁call▁begin｜>",
              .close_tag = "<｜tool▁call▁end｜>"};
    case ToolCallFormat::kDeepSeek31:
      return {.begin = "<｜tool▁calls▁begin｜>",
              .end = "<｜tool▁calls▁end｜>",
              .call = "<｜tool▁call▁begin｜>",
              .name_end = "<｜tool▁sep｜>",
              .close = "<｜tool▁call▁end｜>",
              .separator = "",
              .open_tag = "<｜tool▁calls▁begin｜>",
              .call_tag = "<｜tool▁call▁begin｜>",
              .close_tag = "<｜tool▁call▁end｜>"};
    case ToolCallFormat::kLlama3: break;
  }
  return {.begin = "",
          .end = "",
          .call = "{\"name\": \"",
          .name_end = "\", \"parameters\": ",
          .close = "}",
          .separator = "",
          .open_tag = "",
          .call_tag = "",
          .close_tag = ""};
}

}  // namespace r1
