#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/error.h"

namespace r1 {
namespace {

constexpr size_t kMaxPatternBytes = 64 * 1024;

// Oniguruma's \w: alphabetic characters (circled letters among them), marks, decimal digits, connector punctuation, and six numbers
// of Latin-1 that it counts as well.
constexpr const char* kWordSet =
    R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}\x{1F170}-\x{1F189}\xB2\xB3\xB9\xBC-\xBE)";

}  // namespace

struct Regex::Code {
  pcre2_code* code = nullptr;
  std::string pattern;
  ~Code() { pcre2_code_free(code); }
};

struct Regex::Search::State {
  pcre2_match_data* data = nullptr;
  pcre2_match_context* context = nullptr;
  ~State() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
  }
};

// PCRE2's \s also takes U+180E, its \w lacks marks, connector punctuation and more. Negated forms inside a class have no spelling
// as a list for \w, so \W there stays PCRE2's; no known tokenizer uses it.
std::string TranslateOnigurumaPattern(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      const char escape = pattern[++i];
      switch (escape) {
        case 's': out += "\\p{White_Space}"; break;
        case 'S': out += "\\P{White_Space}"; break;
        case 'd': out += "\\p{Nd}"; break;
        case 'D': out += "\\P{Nd}"; break;
        case 'w': out += in_class ? kWordSet : StrCat("[", kWordSet, "]"); break;
        case 'W': out += in_class ? "\\W" : StrCat("[^", kWordSet, "]"); break;
        case 'h': out += in_class ? "0-9a-fA-F" : "[0-9a-fA-F]"; break;
        case 'u':
          out += StrCat("\\x{", pattern.substr(i + 1, 4), "}");
          i = std::min(i + 4, pattern.size());
          break;
        default: out += {'\\', escape};
      }
      continue;
    }
    if (!in_class && c == '[') {
      in_class = true;
      out += c;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') out += pattern[++i];
      // A bracket right after the opening is a literal in both dialects.
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') out += {'\\', pattern[++i]};
      continue;
    }
    if (in_class && pattern.substr(i, 2) == "&&")
      Fail(ErrorCode::kInvalidArgument, "pattern ", pattern, ": intersections of classes (&&) are not supported, at byte ", i);
    if (in_class && c == '[' && !(i + 1 < pattern.size() && pattern[i + 1] == ':')) {
      // Oniguruma nests classes and intersects them with &&; PCRE2 10.42 would silently read a literal.
      Fail(ErrorCode::kInvalidArgument, "pattern ", pattern, ": a class inside a class is not supported, at byte ", i);
    }
    if (in_class && c == '[') {  // [:name:], kept whole
      const size_t end = pattern.find(":]", i + 2);
      if (end != std::string_view::npos) {
        out += pattern.substr(i, end + 2 - i);
        i = end + 1;
        continue;
      }
    }
    if (in_class && c == ']') in_class = false;
    out += c;
  }
  return out;
}

Regex::Regex(std::string_view pattern, Engine engine) {
  Require(pattern.size() <= kMaxPatternBytes, "pattern of ", pattern.size(), " bytes is longer than ", kMaxPatternBytes);
  if (engine == Engine::kFastest) simple_ = PiecePattern::Compile(pattern);
  if (simple_.has_value()) return;
  code_ = std::make_unique<Code>();
  code_->pattern = std::string(pattern);
  const std::string translated = TranslateOnigurumaPattern(pattern);
  int error = 0;
  PCRE2_SIZE offset = 0;
  // Ruby's ^ and $ always match at line breaks.
  const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
  code_->code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(), options, &error, &offset, nullptr);
  if (code_->code == nullptr) {
    PCRE2_UCHAR reason[256];
    pcre2_get_error_message(error, reason, sizeof(reason));
    Fail(ErrorCode::kInvalidArgument, "pattern ", pattern, ": ", reinterpret_cast<const char*>(reason), " at byte ", offset);
  }
  pcre2_jit_compile(code_->code, PCRE2_JIT_COMPLETE);  // without JIT support pcre2_match interprets, only slower
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Regex::Search::Search(const Regex& regex, std::string_view text) : regex_(regex), text_(text) {
  if (regex.simple_.has_value()) {
    simple_.emplace(*regex.simple_, text);
    return;
  }
  state_ = std::make_unique<State>();
  state_->data = pcre2_match_data_create(1, nullptr);
  state_->context = pcre2_match_context_create(nullptr);
  CHECK(state_->data != nullptr && state_->context != nullptr);
  // Enough for one pass over a long run of white space, too little for an exponential pattern to hold the thread.
  pcre2_set_match_limit(state_->context, static_cast<uint32_t>(std::min<size_t>(1'000'000 + 16 * text.size(), UINT32_MAX)));
}

Regex::Search::~Search() = default;

std::optional<Regex::Match> Regex::Search::Next() {
  if (!simple_.has_value()) return NextOfPcre2();
  Match match;
  return simple_->Next(&match.begin, &match.end) ? std::optional(match) : std::nullopt;
}

std::optional<Regex::Match> Regex::Search::MatchFrom(size_t position, uint32_t options) {
  const int rc = pcre2_match(regex_.code_->code, reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(), position,
                             PCRE2_NO_UTF_CHECK | options, state_->data, state_->context);
  if (rc == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (rc < 0) {
    PCRE2_UCHAR reason[256];
    pcre2_get_error_message(rc, reason, sizeof(reason));
    Fail(ErrorCode::kInvalidArgument, "pattern ", regex_.code_->pattern, ": ", reinterpret_cast<const char*>(reason),
         " on a text of ", text_.size(), " bytes");
  }
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(state_->data);
  return Match{ends[0], ends[1]};
}

std::optional<Regex::Match> Regex::Search::NextOfPcre2() {
  if (position_ < text_.size()) {
    const auto match = MatchFrom(position_, PCRE2_NOTEMPTY);
    // A lookbehind with \K can report a start before the search position or past the end; such a match splits nothing.
    if (match && match->begin >= position_ && match->end > match->begin) {
      position_ = match->end;
      return match;
    }
  }
  position_ = text_.size();
  return std::nullopt;
}

bool Regex::Finds(std::string_view text) const {
  Search search(*this, text);
  return simple_.has_value() ? search.Next().has_value() : search.MatchFrom(0, 0).has_value();
}

std::shared_ptr<const Regex> PatternOf(const nlohmann::json& pattern) {
  if (pattern.contains("Regex")) return std::make_shared<const Regex>(pattern.at("Regex").get<std::string>());
  std::string escaped;
  for (const char c : pattern.at("String").get<std::string>()) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<uint8_t>(c) >= 0x80;
    if (!plain) escaped += '\\';
    escaped += c;
  }
  return std::make_shared<const Regex>(escaped);
}

}  // namespace r1
