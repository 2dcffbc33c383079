// What a request is refused for.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "server/api_error.h"

namespace r1 {

// The member that the 400 of parse() names, or "accepted".
template <class Parse>
std::string RefusedMember(Parse parse) {
  try {
    parse();
  } catch (const ApiError& error) {
    EXPECT_EQ(error.status, 400);
    return error.param;
  }
  return "accepted";
}

}  // namespace r1
