// CSV as RFC 4180 has it, the form some benchmarks are published in: the first line names the fields, quoted fields may hold
// commas, line ends and doubled quotes.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace r1 {

// Calls use(record, "NAME:LINE") for every record, an object of strings; LINE is where it begins. Throws kDataLoss naming the line:
// another number of fields than the first line has, an open quote, text behind a closed one, a name that stands twice, no UTF-8.
void ForEachCsvRecord(std::string_view text, const std::string& name,
                      const std::function<void(const nlohmann::json& record, const std::string& where)>& use);

}  // namespace r1
