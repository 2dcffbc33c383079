#include "cli/conversation.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/progress.h"

namespace r1 {
namespace {

constexpr const char* kFormat = "r1 conversation 1";

std::string Json(const Conversation& conversation) {
  JsonWriter json;
  json.BeginObject().Field("format", kFormat).Field("model", conversation.model).Field("system", conversation.system);
  json.Key("turns").BeginArray();
  for (const Turn& turn : conversation.turns) {
    json.BeginObject().Field("question", turn.question).Field("thinking", turn.thinking).Field("answer", turn.answer);
    json.Field("thinking_s", turn.thinking_s).Field("total_s", turn.total_s);
    json.Field("thinking_tokens", turn.thinking_tokens)
        .Field("total_tokens", turn.total_tokens)
        .Field("ending", turn.ending)
        .EndObject();
  }
  json.EndArray().EndObject();
  return json.text() + "\n";
}

std::string Markdown(const Conversation& conversation) {
  std::string text = "# " + conversation.model + "\n";
  if (!conversation.system.empty()) text += "\n*System:* " + conversation.system + "\n";
  for (const Turn& turn : conversation.turns) {
    text += "\n## " + turn.question + "\n";
    if (!turn.thinking.empty())
      text += StrCat("\n<details><summary>Thought for ", FormatDuration(turn.thinking_s), " · ", turn.thinking_tokens,
                     " tokens</summary>\n\n", turn.thinking, "\n\n</details>\n");
    text += "\n" + turn.answer + "\n";
    if (!turn.ending.empty()) text += "\n*(" + turn.ending + ")*\n";
  }
  return text;
}

bool IsMarkdown(const std::string& path) { return path.ends_with(".md") || path.ends_with(".markdown"); }

}  // namespace

void SaveConversation(const Conversation& conversation, const std::string& path) {
  AtomicWriteFile(path, IsMarkdown(path) ? Markdown(conversation) : Json(conversation));
}

Conversation LoadConversation(const std::string& path) {
  Require(!IsMarkdown(path), path, ": a conversation is loaded from the JSON form; /save it under a name that ends in .json");
  const nlohmann::json json = ParseJson(ReadFile(path), path);
  Conversation conversation;
  ReadingJson(path, [&] {
    if (!json.is_object() || json.value("format", "") != kFormat)
      Fail(ErrorCode::kDataLoss, path, ": this is no saved conversation (format must be \"", kFormat, "\")");
    conversation.model = json.value("model", "");
    conversation.system = json.value("system", "");
    for (const nlohmann::json& item : json.at("turns")) {
      Turn& turn = conversation.turns.emplace_back();
      turn.question = item.at("question");
      turn.answer = item.at("answer");
      turn.thinking = item.value("thinking", "");
      turn.thinking_s = item.value("thinking_s", 0.0);
      turn.total_s = item.value("total_s", 0.0);
      turn.thinking_tokens = item.value("thinking_tokens", int64_t{0});
      turn.total_tokens = item.value("total_tokens", int64_t{0});
      turn.ending = item.value("ending", "");
    }
  });
  return conversation;
}

}  // namespace r1
