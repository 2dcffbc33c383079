#include "reward/language_share.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"
#include "judge/language/detect_language.h"

namespace r1 {
namespace {

enum Script : uint32_t {
  kNone = 0,
  kLatin = 1 << 0,
  kHan = 1 << 1,
  kKana = 1 << 2,
  kHangul = 1 << 3,
  kCyrillic = 1 << 4,
  kGreek = 1 << 5,
  kArabic = 1 << 6,
  kHebrew = 1 << 7,
  kDevanagari = 1 << 8,
  kThai = 1 << 9,
  kOther = 1 << 10
};

struct Range {
  char32_t first, last;
  Script script;
};
constexpr Range kRanges[] = {
    {'A', 'Z', kLatin},          {'a', 'z', kLatin},       {0xC0, 0x24F, kLatin},   {0x370, 0x3FF, kGreek},
    {0x400, 0x52F, kCyrillic},   {0x590, 0x5FF, kHebrew},  {0x600, 0x6FF, kArabic}, {0x750, 0x77F, kArabic},
    {0x900, 0x97F, kDevanagari}, {0x980, 0xDFF, kOther},   {0xE00, 0xE7F, kThai},   {0x1100, 0x11FF, kHangul},
    {0x1E00, 0x1EFF, kLatin},    {0x1F00, 0x1FFF, kGreek}, {0x3040, 0x30FF, kKana}, {0x3400, 0x9FFF, kHan},
    {0xAC00, 0xD7AF, kHangul},   {0xF900, 0xFAFF, kHan},   {0x20000, 0x3FFFF, kHan}};

Script ScriptOf(char32_t c) {
  for (const Range& range : kRanges) {
    if (c >= range.first && c <= range.last) return range.script;
  }
  return kNone;
}

// Scripts of languages that do not write in Latin letters only.
struct LanguageScripts {
  const char* language;
  uint32_t scripts;
};
constexpr LanguageScripts kScripts[] = {{"zh", kHan},
                                        {"ja", kHan | kKana},
                                        {"ko", kHangul},
                                        {"ru", kCyrillic},
                                        {"uk", kCyrillic},
                                        {"bg", kCyrillic},
                                        {"sr", kCyrillic | kLatin},
                                        {"be", kCyrillic},
                                        {"el", kGreek},
                                        {"ar", kArabic},
                                        {"fa", kArabic},
                                        {"ur", kArabic},
                                        {"he", kHebrew},
                                        {"hi", kDevanagari},
                                        {"mr", kDevanagari},
                                        {"ne", kDevanagari},
                                        {"th", kThai}};
constexpr const char* kLatinLanguages[] = {"en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "no",
                                           "fi", "pl", "cs", "sk", "hu", "ro", "tr", "vi", "id", "hr",
                                           "sl", "lt", "lv", "et", "ca", "eu", "gl", "sw", "sq", "is"};

uint32_t ScriptsOf(const std::string& language) {
  for (const LanguageScripts& row : kScripts) {
    if (language == row.language) return row.scripts;
  }
  return std::find(std::begin(kLatinLanguages), std::end(kLatinLanguages), language) != std::end(kLatinLanguages) ? kLatin : kNone;
}

// Without formulas, code and commands; each becomes a space.
std::string ProseOf(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kPairs[] = {{"```", "```"}, {"`", "`"},     {"$$", "$$"},
                                                                             {"$", "$"},     {"\\(", "\\)"}, {"\\[", "\\]"}};
  std::string prose;
  bool never_closed[std::size(kPairs)] =
      {};  // what does not close here closes nowhere behind: looked for once, not at every dollar
  while (!text.empty()) {
    bool cut = false;
    for (size_t i = 0; i < std::size(kPairs); ++i) {
      const auto& [open, close] = kPairs[i];
      if (never_closed[i] || !text.starts_with(open)) continue;
      const size_t end = text.find(close, open.size());
      if (end == text.npos) {  // a dollar, and no formula
        never_closed[i] = true;
        continue;
      }
      text.remove_prefix(end + close.size());
      cut = true;
      break;
    }
    if (!cut && text[0] == '\\') {
      text.remove_prefix(1);
      while (!text.empty() && (text[0] | 32) >= 'a' && (text[0] | 32) <= 'z') text.remove_prefix(1);
      cut = true;
    }
    if (cut) {
      prose += ' ';
    } else {
      prose += text[0];
      text.remove_prefix(1);
    }
  }
  return prose;
}

// Counts a sentence's words, script by script.
void CountSentence(std::string_view sentence, const std::string& language, uint32_t scripts, LanguageWords& words) {
  int64_t own = 0, all = 0;  // own: in a script of the language
  Script open = kNone;
  size_t letters = 0;
  const auto end_word = [&] {
    if (open != kNone && (letters > 1 || open != kLatin)) {
      all += 1;
      own += (open & scripts) != 0;
    }
    open = kNone;
    letters = 0;
  };
  for (std::string_view rest = sentence; !rest.empty();) {
    const Utf8Char c = NextUtf8Char(rest);
    rest.remove_prefix(static_cast<size_t>(c.num_bytes));
    const Script script = ScriptOf(c.code_point);
    if (script != open || script == kNone || script == kHan || script == kKana || script == kThai) {
      // An apostrophe joins: "don't" is one word.
      if (script == kNone && (c.code_point == '\'' || c.code_point == 0x2019) && open != kNone) continue;
      end_word();
    }
    if (script != kNone) open = script, ++letters;
  }
  end_word();
  words.all += all;
  // Few words say little, and CLD2 knows when it does not know.
  const DetectedLanguage found = own >= 3 ? DetectLanguage(sentence) : DetectedLanguage{};
  const bool foreign = !found.language.empty() && found.reliable && found.language != language;
  if (!foreign) words.target += own;
}

}  // namespace

std::optional<LanguageWords> CountLanguageWords(std::string_view text, const std::string& language, const TimeLimit& limit) {
  const std::string prose = ProseOf(text);
  const uint32_t scripts = ScriptsOf(language);
  LanguageWords words;
  size_t begin = 0;
  for (size_t i = 0; i < prose.size(); ++i) {
    const bool point = (prose[i] == '.' || prose[i] == '!' || prose[i] == '?') && (i + 1 == prose.size() || prose[i + 1] == ' ');
    const bool wide = prose.compare(i, 3, "\xE3\x80\x82") == 0;  // the ideographic full stop
    if (!point && !wide && prose[i] != '\n') continue;
    if (limit.Over()) return std::nullopt;
    CountSentence(std::string_view(prose).substr(begin, i - begin), language, scripts, words);
    begin = i + 1;
  }
  CountSentence(std::string_view(prose).substr(begin), language, scripts, words);
  return words;
}

bool IsTellableLanguage(const std::string& language) { return ScriptsOf(language) != kNone; }

std::string LanguageOfText(std::string_view text) {
  const std::string found = DetectLanguage(ProseOf(text)).language;
  return IsTellableLanguage(found) ? found : "";
}

}  // namespace r1
