#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "eval/benchmark/answers.h"

namespace r1 {
namespace {

using Roles = std::map<std::string, std::string>;

bool IsNameChar(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80 || c == '-' || c == '\''; }

// The words of a sentence, without what emphasizes them; a colon or equals sign is the word ":", a comma a word too.
std::vector<std::string> WordsOf(std::string_view sentence) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < sentence.size(); ++i) {
    const char c = sentence[i];
    if (c == '\\') {  // \text{Tess is a knave}
      while (i + 1 < sentence.size() && sentence[i + 1] >= 'a' && sentence[i + 1] <= 'z') ++i;
      if (!words.back().empty()) words.emplace_back();
    } else if (c == '*' || c == '_') {
      continue;
    } else if (IsNameChar(c)) {
      words.back() += c;
    } else {
      if (!words.back().empty()) words.emplace_back();
      if (c == ':' || c == '=' || c == '|') words.back() = ":", words.emplace_back();
      if (c == ',') words.back() = ",", words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// Says a sentence what only might be?
bool Supposes(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    for (const std::string_view doubt :
         {"if",      "suppose", "supposing", "assume",     "assuming",      "were",   "would", "could",   "might",
          "whether", "or",      "either",    "says",       "said",          "claims", "claim", "neither", "maybe",
          "perhaps", "false",   "untrue",    "impossible", "contradiction", "cannot", "can't"})
      if (word == doubt) return true;
    return false;
  });
}

std::string RoleOf(const std::string& word) {
  return word == "knight" || word == "knights" ? "knight" : word == "knave" || word == "knaves" ? "knave" : "";
}

// "tess is a knave", "tess is the knave", "tess: knave", "tess, gus and kira are knights"; not "tess is not a knight".
void ReadSentence(const std::vector<std::string>& words, Roles& roles) {
  const auto separates = [&](size_t i) { return words[i] == "and" || words[i] == ","; };
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string role = RoleOf(words[i]);
    if (role.empty()) continue;
    size_t verb = i;
    for (const auto skips = [](const std::string& w) { return w == "a" || w == "the" || w == "both" || w == "all" || w == "also"; };
         verb > 0 && skips(words[verb - 1]);)
      --verb;
    if (verb < 2 || (words[verb - 1] != "is" && words[verb - 1] != "are" && words[verb - 1] != ":")) continue;
    const bool several = words[verb - 1] == "are";
    for (size_t name = verb - 1; name > 0 && words[name - 1] != ":" && RoleOf(words[name - 1]).empty();) {
      roles[words[name - 1]] = role;
      if (!several || --name == 0 || !separates(name - 1)) break;
      while (name > 0 && separates(name - 1)) --name;
    }
  }
}

Roles Read(std::string_view text) {
  Roles roles;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find_first_of(".?!;\n", begin), text.size());
    const std::string_view sentence = text.substr(begin, end - begin);
    const bool asked = end < text.size() && text[end] == '?';
    const std::vector<std::string> words = asked ? std::vector<std::string>() : WordsOf(sentence);
    if (!Supposes(words)) ReadSentence(words, roles);
    begin = end + 1;
  }
  return roles;
}

}  // namespace

std::map<std::string, std::string> KnightsAndKnaves(std::string_view text) {
  const std::string lower = LowerCase(text);
  const std::string_view all = lower;
  if (const size_t box = all.rfind("\\boxed{"); box != all.npos) {
    const Roles boxed = Read(all.substr(box + 7));
    if (!boxed.empty()) return boxed;
  }
  if (const size_t at = all.rfind("answer"); at != all.npos && all.find(':', at) != all.npos) {
    const Roles answered = Read(all.substr(all.find(':', at) + 1));
    if (!answered.empty()) return answered;
  }
  return Read(all);
}

}  // namespace r1
