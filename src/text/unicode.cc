#include "text/unicode.h"

#include <map>

#include "text/unicode_data.h"

namespace r1 {

std::optional<CategoryMask> CategoriesNamed(std::string_view name) {
  static constexpr std::string_view kNames[] = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl",
                                                "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc",
                                                "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn"};
  if (name.empty()) return std::nullopt;
  CategoryMask mask = 0;
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name || (name.size() == 1 && kNames[i][0] == name[0])) mask |= MaskOf(static_cast<UnicodeCategory>(i));
  return mask == 0 ? std::nullopt : std::optional(mask);
}

UnicodeTable::UnicodeTable() {
  std::map<Block, uint16_t> known;
  size_t run = 0;
  Block block;
  for (char32_t c = 0; c < 0x110000; ++c) {
    while (run + 1 < kNumUnicodeRuns && kUnicodeRuns[run + 1].first <= c) ++run;
    // A block inside one run needs no look at its characters.
    if ((c & 0xFF) == 0 && (run + 1 == kNumUnicodeRuns || kUnicodeRuns[run + 1].first > c + 0xFF)) {
      block.fill(kUnicodeRuns[run].category);
      c += 0xFF;
    } else {
      block[c & 0xFF] = kUnicodeRuns[run].category;
    }
    if ((c & 0xFF) != 0xFF) continue;
    const auto [place, fresh] = known.emplace(block, static_cast<uint16_t>(blocks_.size()));
    if (fresh) blocks_.push_back(block);
    index_[c >> 8] = place->second;
  }
}

const UnicodeTable& UnicodeTable::Get() {
  static const UnicodeTable table;
  return table;
}

bool IsWhiteSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool IsWordCharacter(char32_t c) {
  static constexpr CategoryMask kWord = MaskOf(kLu) | MaskOf(kLl) | MaskOf(kLt) | MaskOf(kLm) | MaskOf(kLo) | MaskOf(kMn) |
                                        MaskOf(kMc) | MaskOf(kMe) | MaskOf(kNd) | MaskOf(kNl) | MaskOf(kPc);
  // Circled and squared letters are symbols by category and alphabetic by property.
  const bool enclosed_letter = (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
                               (c >= 0x1F170 && c <= 0x1F189);
  return (MaskOf(UnicodeTable::Get().Category(c)) & kWord) != 0 || enclosed_letter;
}

}  // namespace r1
