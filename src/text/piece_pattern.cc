#include "text/piece_pattern.h"

#include <algorithm>
#include <bit>

#include "base/utf8.h"

namespace r1 {
namespace {

constexpr size_t kNoLimit = ~size_t{0};
using Items = std::vector<PiecePattern::Item>;

// Recursive descent; any method that returns none or false has met something that is not understood.
class Parser {
 public:
  explicit Parser(std::string_view pattern) : rest_(pattern) {}

  bool Parse(std::vector<PiecePattern::Alternative>* alternatives) {
    do {
      if (!ParseAlternative(alternatives)) return false;
    } while (Take("|"));
    return rest_.empty();
  }

 private:
  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  bool ParseAlternative(std::vector<PiecePattern::Alternative>* alternatives) {
    std::vector<Items> beginnings(1);  // what the group at the start may be
    const bool caseless = Take("(?i:");
    if (caseless || Take("(?:")) {
      beginnings.clear();
      do {
        if (!ParseItems(caseless, &beginnings.emplace_back())) return false;
      } while (Take("|"));
      if (!Take(")") || (!rest_.empty() && std::string_view("?*+{").find(rest_[0]) != std::string_view::npos)) return false;
    }
    PiecePattern::Alternative tail;
    if (!ParseItems(false, &tail.items)) return false;
    if (Take("(?!")) {
      const auto set = ParseSet(false);
      if (!set || !Take(")")) return false;
      tail.not_before = *set;
    } else if (Take("$")) {
      tail.line_end = true;
    }
    if (!rest_.empty() && rest_[0] != '|') return false;
    // Sharing what follows between the ways to begin keeps the order in which an engine would try them.
    for (const Items& beginning : beginnings) {
      PiecePattern::Alternative alternative = tail;
      alternative.items.insert(alternative.items.begin(), beginning.begin(), beginning.end());
      alternatives->push_back(std::move(alternative));
    }
    return true;
  }

  bool ParseItems(bool caseless, Items* items) {
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')' && rest_[0] != '(' && rest_[0] != '$') {
      const auto set = ParseSet(caseless);
      if (!set) return false;
      PiecePattern::Item item{.set = *set};
      if (!ParseCount(&item)) return false;
      items->push_back(std::move(item));
    }
    return true;
  }

  bool ParseCount(PiecePattern::Item* item) {
    if (Take("?")) {
      item->min = 0;
    } else if (Take("*")) {
      item->min = 0, item->max = kNoLimit;
    } else if (Take("+")) {
      item->max = kNoLimit;
    } else if (Take("{")) {
      if (!ParseNumber(&item->min)) return false;
      item->max = item->min;
      if (Take(",") && !ParseNumber(&item->max)) item->max = kNoLimit;
      if (!Take("}") || item->max < item->min || item->max == 0) return false;
    } else {
      return true;
    }
    // Lazy and possessive counts, and counts of counts, mean something else in each dialect.
    return rest_.empty() || std::string_view("?*+{").find(rest_[0]) == std::string_view::npos;
  }

  bool ParseNumber(size_t* number) {
    size_t digits = 0;
    *number = 0;
    for (; digits < 4 && digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits)
      *number = *number * 10 + static_cast<size_t>(rest_[digits] - '0');
    rest_.remove_prefix(digits);
    return digits > 0;
  }

  std::optional<CharSet> ParseSet(bool caseless) {
    CharSet set;
    bool negated = false;
    if (caseless) {
      if (rest_.empty() || std::string_view(R"(\[.^$()*+?{}|)").find(rest_[0]) != std::string_view::npos) return std::nullopt;
      const auto c = TakeLiteral();
      if (!c || *c >= 0x80) return std::nullopt;
      set.AddRange(*c, *c);
      const char32_t lower = *c | 0x20;
      if (lower >= 'a' && lower <= 'z') {
        set.AddRange(lower, lower);
        set.AddRange(lower & ~0x20u, lower & ~0x20u);
      }
      // The two letters beyond ASCII that fold to ASCII: long s and the Kelvin sign.
      if (lower == 's') set.AddRange(0x17F, 0x17F);
      if (lower == 'k') set.AddRange(0x212A, 0x212A);
    } else if (Take("[")) {
      negated = Take("^");
      if (rest_.starts_with("]")) return std::nullopt;
      while (!Take("]"))
        if (!ParseMember(/*in_class=*/true, &set, &negated)) return std::nullopt;
    } else if (!ParseMember(/*in_class=*/false, &set, &negated)) {
      return std::nullopt;
    }
    set.Finish(negated);
    return set;
  }

  // A character, a range, or a named set. Outside of a class \S and its like may negate the whole.
  bool ParseMember(bool in_class, CharSet* set, bool* negated) {
    if (rest_.empty()) return false;
    if (Take("\\s")) return set->AddWhiteSpace(), true;
    if (Take("\\d")) return set->AddCategories(MaskOf(kNd)), true;
    if (Take("\\S")) return set->AddWhiteSpace(), *negated = true, !in_class;
    if (rest_.starts_with("\\p{") || rest_.starts_with("\\P{")) {
      const bool complement = rest_[1] == 'P';
      const size_t close = rest_.find('}');
      if (close == std::string_view::npos) return false;
      const auto mask = CategoriesNamed(rest_.substr(3, close - 3));
      rest_.remove_prefix(close + 1);
      if (!mask) return false;
      set->AddCategories(complement ? ~*mask : *mask);
      return true;
    }
    const std::string_view special = in_class ? "[&" : R"([.^$()*+?{}|])";
    if (special.find(rest_[0]) != std::string_view::npos && !(rest_[0] == '&' && !rest_.starts_with("&&"))) return false;
    const auto first = TakeLiteral();
    if (!first) return false;
    char32_t last = *first;
    if (in_class && rest_.size() >= 2 && rest_[0] == '-' && rest_[1] != ']') {
      rest_.remove_prefix(1);
      if (rest_[0] == '[') return false;
      const auto end = TakeLiteral();
      if (!end || *end < *first) return false;
      last = *end;
    }
    set->AddRange(*first, last);
    return true;
  }

  std::optional<char32_t> TakeLiteral() {
    if (Take("\\")) {
      if (rest_.empty()) return std::nullopt;
      const char c = rest_[0];
      rest_.remove_prefix(1);
      switch (c) {
        case 'r': return '\r';
        case 'n': return '\n';
        case 't': return '\t';
        default: break;
      }
      const bool alphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
      return alphanumeric || static_cast<uint8_t>(c) >= 0x80 ? std::nullopt : std::optional(static_cast<char32_t>(c));
    }
    const Utf8Char c = NextUtf8Char(rest_);
    if (!c.valid) return std::nullopt;
    rest_.remove_prefix(static_cast<size_t>(c.num_bytes));
    return c.code_point;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<PiecePattern> PiecePattern::Compile(std::string_view pattern) {
  PiecePattern result;
  if (!Parser(pattern).Parse(&result.alternatives_) || result.alternatives_.size() > 32) return std::nullopt;
  for (size_t a = 0; a < result.alternatives_.size(); ++a) {
    Alternative& alternative = result.alternatives_[a];
    std::vector<Item>& items = alternative.items;
    size_t shortest = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      shortest += items[i].min;
      const bool last = i + 1 == items.size();
      // Giving back helps only if something after it can fail and could begin with what was given back.
      items[i].gives_back =
          items[i].max > items[i].min && (last ? alternative.not_before.has_value() || alternative.line_end
                                               : items[i + 1].min == 0 || !CharSet::Disjoint(items[i].set, items[i + 1].set));
      // If everything after may be empty and nothing is asked behind it, the longest run is accepted as it is.
      bool rest_always_matches = !alternative.not_before && !alternative.line_end;
      for (size_t j = i + 1; j < items.size(); ++j) rest_always_matches &= items[j].min == 0;
      if (rest_always_matches) items[i].gives_back = false;
      if (rest_always_matches || items[i].max <= 4) continue;
      // A long run after which matching can fail must come first, where Search remembers it, and be without limit; and what follows
      // it must fail at once. Everything else is left to an engine that counts its steps.
      if (i > 0 || items[i].max != kNoLimit || items.size() > 2 || (!last && items[i + 1].min > 4)) return std::nullopt;
    }
    if (shortest == 0) return std::nullopt;
    for (size_t byte = 0; byte < 256; ++byte) {
      for (const Item& item : items) {
        // A first byte beyond ASCII may be anything.
        if (byte >= 0x80 || item.set.ContainsAscii(static_cast<uint8_t>(byte))) result.starts_[byte] |= uint32_t{1} << a;
        if (item.min > 0) break;
      }
    }
  }
  return result;
}

const char* PiecePattern::Match(const Alternative& alternative, size_t index, const char* p, const char* end) {
  for (; index < alternative.items.size(); ++index) {
    const Item& item = alternative.items[index];
    size_t count = 0;
    p = item.set.Run(p, end, item.max, &count);
    if (count < item.min) return nullptr;
    if (!item.gives_back) continue;
    for (;; --count, p = PreviousChar(p)) {
      if (const char* const matched = Match(alternative, index + 1, p, end)) return matched;
      if (count == item.min) return nullptr;
    }
  }
  if (alternative.line_end) return p == end || *p == '\n' ? p : nullptr;
  size_t size = 0;
  if (alternative.not_before && p < end && alternative.not_before->Contains(DecodeValidUtf8(p, &size))) return nullptr;
  return p;
}

bool PiecePattern::Search::Next(size_t* begin, size_t* end) {
  const char* const text = text_.data();
  const char* const text_end = text + text_.size();
  for (; position_ < text_.size(); ++position_) {
    const auto first = static_cast<uint8_t>(text[position_]);
    if ((first & 0xC0) == 0x80) continue;
    for (uint32_t left = pattern_.starts_[first]; left != 0; left &= left - 1) {
      const auto a = static_cast<size_t>(std::countr_zero(left));
      if ((hopeless_ >> a & 1) != 0 && hopeless_until_[a] > position_) continue;
      const Alternative& alternative = pattern_.alternatives_[a];
      const char* const p = text + position_;
      if (const char* matched = Match(alternative, 0, p, text_end)) {
        *begin = position_;
        *end = position_ = static_cast<size_t>(matched - text);
        return true;
      }
      if (const Item& item = alternative.items[0]; item.max == kNoLimit) {
        size_t count = 0;
        hopeless_ |= uint32_t{1} << a;
        hopeless_until_[a] = static_cast<size_t>(item.set.Run(p, text_end, kNoLimit, &count) - text);
      }
    }
  }
  return false;
}

}  // namespace r1
