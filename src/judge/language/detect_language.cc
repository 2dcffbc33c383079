#include "judge/language/detect_language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include "base/utf8.h"

namespace r1 {
namespace {

// CLD2 has a few codes of its own.
std::string CodeOf(CLD2::Language language) {
  if (language == CLD2::UNKNOWN_LANGUAGE || language == CLD2::NUM_LANGUAGES) return "";
  std::string code = CLD2::LanguageCode(language);
  if (code == "iw") return "he";
  if (code == "jw") return "jv";
  if (code.starts_with("zh")) return "zh";
  return code;
}

// What is no UTF-8 becomes a space: CLD2 wants valid text.
std::string CleanText(std::string_view text) {
  constexpr size_t kMostBytes = 1 << 20;  // far more than it takes to know
  text = text.substr(0, kMostBytes);
  std::string clean;
  while (!text.empty()) {
    const Utf8Char c = NextUtf8Char(text);
    const auto bytes = static_cast<size_t>(c.num_bytes);
    clean += c.valid ? text.substr(0, bytes) : std::string_view(" ");
    text.remove_prefix(bytes);
  }
  return clean;
}

}  // namespace

DetectedLanguage DetectLanguage(std::string_view text) {
  const std::string clean = CleanText(text);
  CLD2::CLDHints hints{nullptr, "", CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language languages[3];
  int percents[3];
  double scores[3];
  int text_bytes = 0;
  bool reliable = false;
  const CLD2::Language most =
      CLD2::ExtDetectLanguageSummary(clean.data(), static_cast<int>(clean.size()), /*is_plain_text=*/true, &hints, /*flags=*/0,
                                     languages, percents, scores, nullptr, &text_bytes, &reliable);
  return {CodeOf(most), reliable};
}

}  // namespace r1
