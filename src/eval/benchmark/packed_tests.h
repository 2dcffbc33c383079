// How LiveCodeBench hides the tests of its problems from search engines: base64 of zlib of a pickle of a JSON text. A pickle is a
// program for a machine that can call anything; of it only the one shape that holds a text is read, and no machine is built.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace r1 {

// The text that such a field holds. `what` names the record in messages. Throws kDataLoss saying at which layer it is damaged, or
// that it unpacks to more than max_bytes.
std::string UnpackTests(std::string_view packed, std::string_view what, size_t max_bytes = size_t{512} << 20);

// The text of a pickle, protocols 2 to 5, that is one text and nothing else; a view into it. Throws kDataLoss naming the first
// opcode of any other.
std::string_view TextOfPickle(std::string_view pickle, std::string_view what);

}  // namespace r1
