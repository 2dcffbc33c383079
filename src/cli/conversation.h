// A conversation in the terminal: what was asked and answered, saved as JSON (to go on with) or Markdown (to read).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace r1 {

struct Turn {
  std::string question, thinking, answer;
  double thinking_s = 0, total_s = 0;
  int64_t thinking_tokens = 0, total_tokens = 0;
  std::string ending;  // "" if the answer ended by itself, else how it was cut
};

struct Conversation {
  std::string model, system;
  std::vector<Turn> turns;
};

// By the name: .md is Markdown with the thinking folded away in <details>, anything else is JSON. Atomic.
void SaveConversation(const Conversation& conversation, const std::string& path);
// From JSON that SaveConversation wrote. Throws kDataLoss naming the file and what is wrong, kInvalidArgument for a .md file.
Conversation LoadConversation(const std::string& path);

}  // namespace r1
