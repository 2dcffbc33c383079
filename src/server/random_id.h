// Names that nobody can guess: whoever knows the id of an answer may steer it or read on in its stream.
#pragma once

#include <string>

namespace r1 {

std::string RandomId();  // 128 random bits as 32 hexadecimal digits

}  // namespace r1
