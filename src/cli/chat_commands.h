// The slash commands of r1 run's chat: one table, from which help and completion come too.
#pragma once

#include <string>
#include <vector>

#include "cli/chat.h"

namespace r1 {

enum class ChatCommandResult { kContinue, kLeave };

// Whether a message is one: a line that begins with a slash, or several behind a command's name. Other lines are text, such as a
// path or a comment at the start of what was pasted.
bool IsChatCommand(const std::string& message);

// Runs "/name argument". Throws kInvalidArgument, suggesting the nearest name, for a command that is not there or a wrong argument.
ChatCommandResult RunChatCommand(Chat& chat, const std::string& line);

// What Tab completes: "/budget ", ...
std::vector<std::string> ChatCommandNames();

}  // namespace r1
