#include "text/normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/char_set.h"

namespace r1 {
namespace {

struct CodePointRange {
  char32_t first, last;
};

// Hugging Face normalizes by the tables of Unicode 9 and so do the token ids that models were trained on. Characters that came
// later and that newer tables would reorder, compose or decompose are left alone here: the text is normalized between them.
constexpr CodePointRange kNewerThanUnicode9[] = {
    {0x7FD, 0x7FD},     {0x897, 0x89F},     {0x8CA, 0x8D3},     {0x9FE, 0x9FE},     {0xC3C, 0xC3C},     {0xD3B, 0xD3C},
    {0xEBA, 0xEBA},     {0x1715, 0x1715},   {0x1ABF, 0x1ACE},   {0x1DF6, 0x1DFA},   {0x32FF, 0x32FF},   {0xA7F2, 0xA7F4},
    {0xA82C, 0xA82C},   {0xAB69, 0xAB69},   {0x105C9, 0x105C9}, {0x105E4, 0x105E4}, {0x10781, 0x107BA}, {0x10D24, 0x10D27},
    {0x10D69, 0x10D6D}, {0x10EAB, 0x10EAC}, {0x10EFD, 0x10EFF}, {0x10F46, 0x10F50}, {0x10F82, 0x10F85}, {0x11070, 0x11070},
    {0x1133B, 0x1133B}, {0x11383, 0x11391}, {0x113C5, 0x113D0}, {0x1145E, 0x1145E}, {0x11839, 0x1183A}, {0x11930, 0x11943},
    {0x119E0, 0x119E0}, {0x11A34, 0x11A34}, {0x11A47, 0x11A47}, {0x11A99, 0x11A99}, {0x11D42, 0x11D45}, {0x11D97, 0x11D97},
    {0x11F41, 0x11F42}, {0x16121, 0x1612F}, {0x16D68, 0x16D6A}, {0x16FF0, 0x16FF1}, {0x1E030, 0x1E08F}, {0x1E130, 0x1E136},
    {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF}, {0x1E4EC, 0x1E4EF}, {0x1E5EE, 0x1E5EF}, {0x1F16C, 0x1F16C}, {0x1FBF0, 0x1FBF9}};

bool IsNewerThanUnicode9(char32_t c) {
  if (c < kNewerThanUnicode9[0].first) return false;
  const auto* const end = std::end(kNewerThanUnicode9);
  const auto* const at =
      std::lower_bound(std::begin(kNewerThanUnicode9), end, c, [](const CodePointRange& r, char32_t x) { return r.last < x; });
  return at != end && c >= at->first;
}

std::string MapByUtf8proc(std::string_view text, int options) {
  utf8proc_uint8_t* result = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &result,
                   static_cast<utf8proc_option_t>(options));
  if (size < 0) {
    std::free(result);
    Fail(ErrorCode::kInvalidArgument, "cannot normalize a text of ", text.size(), " bytes: ", utf8proc_errmsg(size));
  }
  std::string normalized(reinterpret_cast<const char*>(result), static_cast<size_t>(size));
  std::free(result);
  return normalized;
}

// True if the text is in form C already, for sure: each character is a starter that neither has another form nor joins what stands
// before it (NFC_Quick_Check=Yes and combining class 0). Only text with combining marks takes the slow way.
bool IsPlainlyNfc(std::string_view text) {
  for (const char* p = text.data(); p < text.data() + text.size();) {
    if (static_cast<uint8_t>(*p) < 0xCC) {  // below U+0300 everything is plain
      ++p;
      continue;
    }
    size_t size = 0;
    const char32_t c = DecodeValidUtf8(p, &size);
    const utf8proc_property_t* const property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
    const bool joins = property->comb_index >= 0x8000 && property->comb_index != UINT16_MAX;
    const bool hangul_part = c >= 0x1161 && c <= 0x11C2;  // joined by arithmetic, not by the table
    // A character with a canonical decomposition may be a mere other spelling; in these blocks none is.
    const bool composed = property->decomp_seqindex != UINT16_MAX && property->decomp_type == 0;
    const bool plain_block =
        (c >= 0x388 && c <= 0x3CE) || (c >= 0x400 && c <= 0x4FF) || (c >= 0x1E00 && c <= 0x1EFF) || (c >= 0x3041 && c <= 0x30FE);
    if (property->combining_class != 0 || joins || hangul_part || (composed && !plain_block)) return false;
    p += size;
  }
  return true;
}

std::string ToForm(std::string_view text, int options) {
  std::string out;
  const char *p = text.data(), *begin = p, *const end = p + text.size();
  while (p < end) {
    size_t size = 0;
    const char32_t c = DecodeValidUtf8(p, &size);
    if (IsNewerThanUnicode9(c)) {
      if (p > begin) out += MapByUtf8proc({begin, static_cast<size_t>(p - begin)}, options);
      out.append(p, size);
      begin = p + size;
    }
    p += size;
  }
  if (out.empty()) return MapByUtf8proc(text, options);
  if (end > begin) out += MapByUtf8proc({begin, static_cast<size_t>(end - begin)}, options);
  return out;
}

std::string_view StripWhiteSpace(std::string_view text, bool left, bool right) {
  size_t size = 0;
  while (left && !text.empty() && IsWhiteSpace(DecodeValidUtf8(text.data(), &size))) text.remove_prefix(size);
  while (right && !text.empty()) {
    const char* const last = PreviousChar(text.data() + text.size());
    if (!IsWhiteSpace(DecodeValidUtf8(last, &size))) break;
    text.remove_suffix(size);
  }
  return text;
}

}  // namespace

Normalizer Normalizer::FromJson(const nlohmann::json& section) {
  Normalizer normalizer;
  if (!section.is_null()) normalizer.Append(section);
  return normalizer;
}

void Normalizer::Append(const nlohmann::json& section) {
  const std::string type = section.at("type");
  if (type == "Sequence") {
    for (const auto& part : section.at("normalizers")) Append(part);
  } else if (type == "NFC") {
    steps_.push_back({Kind::kNfc});
  } else if (type == "NFD") {
    steps_.push_back({Kind::kNfd});
  } else if (type == "NFKC") {
    steps_.push_back({Kind::kNfkc});
  } else if (type == "NFKD") {
    steps_.push_back({Kind::kNfkd});
  } else if (type == "Prepend") {
    steps_.push_back({.kind = Kind::kPrepend, .content = section.at("prepend")});
  } else if (type == "Replace") {
    steps_.push_back({.kind = Kind::kReplace, .content = section.at("content"), .regex = PatternOf(section.at("pattern"))});
  } else if (type == "Strip") {
    steps_.push_back(
        {.kind = Kind::kStrip, .left = section.value("strip_left", true), .right = section.value("strip_right", true)});
  } else {
    Fail(ErrorCode::kInvalidArgument, "normalizer of type ", type,
         " is not supported; known: NFC, NFD, NFKC, NFKD, Prepend, Replace, Strip, Sequence");
  }
}

std::string_view Normalizer::Run(const Step& step, std::string_view text, std::string* storage) {
  switch (step.kind) {
    case Kind::kNfc:
      if (IsPlainlyNfc(text)) return text;
      return *storage = ToForm(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    case Kind::kNfd: return *storage = ToForm(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    case Kind::kNfkc: return *storage = ToForm(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    case Kind::kNfkd: return *storage = ToForm(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    case Kind::kPrepend:
      if (text.empty()) return text;
      return *storage = step.content + std::string(text);
    case Kind::kStrip: return StripWhiteSpace(text, step.left, step.right);
    case Kind::kReplace: {
      Regex::Search search(*step.regex, text);
      std::string out;
      size_t done = 0;
      bool found = false;
      while (const auto match = search.Next()) {
        out.append(text, done, match->begin - done) += step.content;
        done = match->end;
        found = true;
      }
      if (!found) return text;
      out.append(text, done);
      return *storage = std::move(out);
    }
  }
  return text;
}

std::string_view Normalizer::Normalize(std::string_view text, std::string* storage) const {
  std::string next;
  for (const Step& step : steps_) {
    // ASCII is its own normal form in all four.
    const bool form = step.kind <= Kind::kNfkd;
    if (form && std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; })) continue;
    text = Run(step, text, &next);
    if (text.data() == next.data()) {
      std::swap(*storage, next);
      text = *storage;
    }
  }
  return text;
}

}  // namespace r1
