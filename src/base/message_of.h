// What a call was refused with, for tests.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace r1 {

// The message of the Error that `call` throws, "no error" where it throws none. Errors of any other code than `expected` go on.
template <class Call>
std::string MessageOf(Call&& call, std::optional<ErrorCode> expected = {}) {
  try {
    call();
  } catch (const Error& error) {
    if (expected && error.code() != *expected) throw;
    return error.what();
  }
  return "no error";
}

}  // namespace r1
