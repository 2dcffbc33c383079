#include "cli/chat_commands.h"

#include <algorithm>

#include "base/error.h"
#include "base/suggest.h"
#include "engine/sampling_params.h"

namespace r1 {
namespace {

struct ChatCommand {
  const char* name;
  const char* argument;  // shown in help; "" for none
  const char* help;
  void (*run)(Chat& chat, const std::string& argument);
};

void Say(Chat& chat, const std::string& text) { chat.terminal().Write(chat.terminal().Dim(text) + "\n"); }

// "3 turns"
std::string Turns(Chat& chat) {
  const size_t n = chat.conversation().turns.size();
  return StrCat(n, n == 1 ? " turn" : " turns");
}

// The settings whose names hold `text`, and their values.
void ShowSettings(Chat& chat, const std::string& text) {
  const std::string all = ToTomlText(WriteFields(chat.params()));
  for (size_t begin = 0; begin < all.size();) {
    const size_t end = std::min(all.find('\n', begin), all.size());
    const std::string row = all.substr(begin, end - begin);
    if (row.find(text) != std::string::npos) chat.terminal().Write("  " + row + "\n");
    begin = end + 1;
  }
}

void Set(Chat& chat, const std::string& name, const std::string& value) {
  if (value.empty()) return ShowSettings(chat, name + " = ");
  SamplingParams changed = chat.params();
  SetField(changed, name, value, "");
  changed.Validate(chat.session().model->config().vocab_size);
  chat.params() = changed;
  Say(chat, name + " = " + value);
}

void SetAny(Chat& chat, const std::string& argument) {
  const size_t space = argument.find(' ');
  if (space != std::string::npos) return Set(chat, argument.substr(0, space), argument.substr(space + 1));
  ShowSettings(chat, argument);
}

void Think(Chat& chat, const std::string& argument) { Set(chat, "thinking", argument.empty() ? "on" : argument); }
void Budget(Chat& chat, const std::string& argument) { Set(chat, "thinking_budget", argument == "off" ? "-1" : argument); }
void Temperature(Chat& chat, const std::string& argument) { Set(chat, "temperature", argument); }
void Seed(Chat& chat, const std::string& argument) { Set(chat, "seed", argument); }

void Show(Chat& chat, const std::string& argument) {
  chat.display() = ParseEnum<ThinkingDisplay>(argument, "/show");
  Say(chat, "thinking: " + argument);
}

void LastThinking(Chat& chat, const std::string&) {
  const auto& turns = chat.conversation().turns;
  Require(!turns.empty(), "nothing was asked yet");
  Require(!turns.back().thinking.empty(), "the last answer came without thinking");
  chat.terminal().Write(chat.terminal().Dim(PrintableText(turns.back().thinking)) + "\n");
}

void System(Chat& chat, const std::string& argument) {
  Require(argument.empty() || chat.session().chat_template.has_value(),
          "this model has no chat template, which would have a place for a system message");
  chat.conversation().system = argument;
  Say(chat, argument.empty() ? "no system message" : "system message set; it counts from the next question on");
}

void Save(Chat& chat, const std::string& argument) {
  Require(!argument.empty(), "/save needs a file name, such as talk.json or talk.md");
  SaveConversation(chat.conversation(), argument);
  Say(chat, StrCat("saved ", Turns(chat), " in ", argument));
}

void Load(Chat& chat, const std::string& argument) {
  Require(!argument.empty(), "/load needs a file name, such as talk.json");
  Conversation loaded = LoadConversation(argument);
  loaded.model = chat.conversation().model;
  chat.conversation() = std::move(loaded);
  Say(chat, StrCat("loaded ", Turns(chat)));
}

void Retry(Chat& chat, const std::string&) { chat.Retry(); }
void Undo(Chat& chat, const std::string&) {
  chat.Undo();
  Say(chat, StrCat(Turns(chat), " left"));
}
void Clear(Chat& chat, const std::string&) {
  chat.conversation().turns.clear();
  Say(chat, "a new conversation");
}
void Context(Chat& chat, const std::string&) {
  Say(chat, StrCat(chat.ContextTokens(), " of ", chat.session().engine->max_length(), " tokens"));
}
void Help(Chat& chat, const std::string&);
void Quit(Chat&, const std::string&) {}  // RunChatCommand leaves

constexpr ChatCommand kCommands[] = {
    {"/help", "", "this list", Help},
    {"/think", "on|off|auto", "think before answering, or answer at once", Think},
    {"/budget", "N|off", "most tokens of thinking, then the answer", Budget},
    {"/show", "fold|all|hide", "how thinking is shown", Show},
    {"/thinking", "", "the last thinking in full", LastThinking},
    {"/retry", "", "the last question again, another answer", Retry},
    {"/undo", "", "forget the last question and answer", Undo},
    {"/clear", "", "a new conversation", Clear},
    {"/system", "TEXT", "instructions before the conversation; nothing for none", System},
    {"/temperature", "T", "0 is greedy", Temperature},
    {"/seed", "N", "same seed, same conversation: same answer", Seed},
    {"/set", "NAME VALUE", "any setting of sampling; alone, all of them", SetAny},
    {"/context", "", "how full the model's context is", Context},
    {"/save", "FILE", "the conversation, as .json or .md", Save},
    {"/load", "FILE", "go on with a saved one (.json)", Load},
    {"/quit", "", "leave (or Ctrl-D)", Quit},
};

void Help(Chat& chat, const std::string&) {
  std::string text;
  for (const ChatCommand& command : kCommands) {
    std::string left = StrCat("  ", command.name, " ", command.argument);
    left.resize(std::max<size_t>(left.size() + 1, 26), ' ');
    text += chat.terminal().Cyan(left) + command.help + "\n";
  }
  text +=
      "  Several lines: end a line with \\, or write between lines of \"\"\", or paste. Ctrl-C stops an answer, Enter the "
      "thinking.\n";
  chat.terminal().Write(text);
}

std::string NameIn(const std::string& line) { return line.substr(0, line.find_first_of(" \n")); }

const ChatCommand* FindCommand(const std::string& name) {
  const auto* const found =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const ChatCommand& command) { return name == command.name; });
  return found == std::end(kCommands) ? nullptr : found;
}

}  // namespace

bool IsChatCommand(const std::string& message) {
  return message.starts_with('/') && (message.find('\n') == std::string::npos || FindCommand(NameIn(message)) != nullptr);
}

ChatCommandResult RunChatCommand(Chat& chat, const std::string& line) {
  const std::string name = NameIn(line);
  const size_t begin = std::min(line.find_first_not_of(' ', name.size()), line.size());
  const std::string argument = line.substr(begin, line.find_last_not_of(' ') + 1 - begin);
  if (name == "/quit" || name == "/exit") return ChatCommandResult::kLeave;
  if (const ChatCommand* command = FindCommand(name)) {
    command->run(chat, argument);
    return ChatCommandResult::kContinue;
  }
  const std::string nearest = NearestName(name, ChatCommandNames());
  Fail(ErrorCode::kInvalidArgument, "there is no command ", name, nearest.empty() ? ";" : "; did you mean " + nearest + "?",
       " /help lists them, and a space before the slash makes it a question");
}

std::vector<std::string> ChatCommandNames() {
  std::vector<std::string> names;
  for (const ChatCommand& command : kCommands) names.emplace_back(command.name);
  return names;
}

}  // namespace r1
