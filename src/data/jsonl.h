// Examples and texts of data files (data/records.h says which forms they may have). Examples: one object a record with "question"
// and "answer" (a string, a number, or null where an answer is not judged by comparing); "id" and all other fields are optional,
// the others become metadata (strings as they are, anything else as JSON text).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/example.h"

namespace r1 {

// Calls use(line, "NAME:LINE") for every line that is not empty.
void ForEachLine(std::string_view text, const std::string& name,
                 const std::function<void(std::string_view line, const std::string& where)>& use);

// Throws what ForEachRecord throws, and kDataLoss "FILE:LINE: ..." for a record that is not such an object. An example without an
// id is called "FILE:LINE". Ids must be unique.
std::vector<Example> ReadExamples(const std::string& path);

// The same from JSON lines; `name` stands for the file in errors and ids.
std::vector<Example> ParseExamples(std::string_view text, const std::string& name);

// Texts of their own: the string "text" of each record of a data file or of a folder of them, in order; any other file is one text
// as it is. Errors as above.
std::vector<std::string> ReadTexts(const std::string& path);
std::vector<std::string> ParseTexts(std::string_view jsonl, const std::string& name);

}  // namespace r1
