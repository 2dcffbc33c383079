// Select Graphic Rendition sequences (ECMA-48) of the chat.
#pragma once

namespace r1 {

inline constexpr const char* kResetStyle = "\x1b[0m";
inline constexpr const char* kBoldStyle = "\x1b[1m";
inline constexpr const char* kDimStyle = "\x1b[2m";
inline constexpr const char* kItalicStyle = "\x1b[3m";
inline constexpr const char* kUnderlineStyle = "\x1b[4m";
inline constexpr const char* kStruckStyle = "\x1b[9m";
inline constexpr const char* kCodeStyle = "\x1b[36m";

}  // namespace r1
