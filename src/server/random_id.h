// Names that nobody can guess: whoever knows the id of an answer may steer it or read on in its stream.
#pragma once

#include <string>
#include <string_view>

namespace r1 {

std::string RandomId();  // 128 random bits as 32 hexadecimal digits
// The id in the name that a client was told: "chatcmpl-4f..." -> "4f...".
std::string_view WithoutIdPrefix(std::string_view name);

}  // namespace r1
