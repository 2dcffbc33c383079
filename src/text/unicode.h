// Classes of characters as pre-tokenizers mean them: the general categories of Unicode 16, which is what Hugging Face tokenizers'
// regular expressions use. Libraries that a system brings lag behind by years and would cut new characters differently.
//   The Unicode Standard 16.0, chapter 4.5, General Category; https://www.unicode.org/Public/16.0.0/ucd/
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace r1 {

enum UnicodeCategory : uint8_t {
  kLu,
  kLl,
  kLt,
  kLm,
  kLo,  // letters
  kMn,
  kMc,
  kMe,  // marks
  kNd,
  kNl,
  kNo,  // numbers
  kPc,
  kPd,
  kPs,
  kPe,
  kPi,
  kPf,
  kPo,  // punctuation
  kSm,
  kSc,
  kSk,
  kSo,  // symbols
  kZs,
  kZl,
  kZp,  // separators
  kCc,
  kCf,
  kCs,
  kCo,
  kCn,  // other: controls, format, surrogates, private use, not assigned
};

using CategoryMask = uint32_t;  // bit c: category c
constexpr CategoryMask MaskOf(UnicodeCategory category) { return CategoryMask{1} << category; }

// By the name that \p{...} takes: "L", "Lu", "P". None if there is no such category.
std::optional<CategoryMask> CategoriesNamed(std::string_view name);

// Code point -> category in two look-ups.
class UnicodeTable {
 public:
  static const UnicodeTable& Get();
  UnicodeCategory Category(char32_t c) const {
    return c < 0x110000 ? static_cast<UnicodeCategory>(blocks_[index_[c >> 8]][c & 0xFF]) : kCn;
  }

 private:
  UnicodeTable();
  using Block = std::array<uint8_t, 256>;
  std::array<uint16_t, 0x1100> index_;  // of the block, by the code point's upper bits; equal blocks are kept once
  std::vector<Block> blocks_;
};

// The property White_Space.
bool IsWhiteSpace(char32_t c);

// Oniguruma's \w without six fractions and exponents in Latin-1 that it also takes: alphabetic characters, marks, decimal digits,
// connector punctuation.
bool IsWordCharacter(char32_t c);

}  // namespace r1
