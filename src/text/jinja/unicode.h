// Characters of UTF-8 text as Python's str sees them: code points, their classes and their cases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace r1::jinja {

bool IsAscii(std::string_view text);
int64_t CountCodePoints(std::string_view text);
// Where code point `index` begins; text.size() if the text is shorter.
size_t CodePointOffset(std::string_view text, int64_t index);
// The code point at a byte, and its size. The text must be valid UTF-8; a stray byte counts as one character.
char32_t CodePointAt(std::string_view text, size_t offset, size_t* size);
size_t CodePointBefore(std::string_view text, size_t offset);  // where the code point that ends at `offset` begins

bool IsSpace(char32_t c);  // str.isspace, and \s of regular expressions
bool IsAlpha(char32_t c);
bool IsDecimal(char32_t c);
bool IsDigit(char32_t c);
bool IsNumeric(char32_t c);
bool IsUpper(char32_t c);
bool IsLower(char32_t c);
bool IsTitle(char32_t c);
bool IsCased(char32_t c);
bool IsPrintable(char32_t c);        // otherwise repr() escapes it
bool IsIdentifierStart(char32_t c);  // also continues one
bool IsIdentifierPart(char32_t c);
int DigitValue(char32_t c);  // of a decimal digit

std::string Upper(char32_t c);
std::string Lower(char32_t c);
std::string Title(char32_t c);

// How many bytes at the front or the back are white space.
size_t LeadingSpace(std::string_view text);
size_t TrailingSpace(std::string_view text);

}  // namespace r1::jinja
