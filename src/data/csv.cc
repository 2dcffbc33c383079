#include "data/csv.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"

namespace r1 {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  // The fields of the next record; none at the end. Empty lines are passed over.
  std::vector<std::string> Next() {
    while (!text_.empty() && (text_[0] == '\n' || text_[0] == '\r')) line_ += Pop() == '\n';
    record_line_ = line_;
    std::vector<std::string> fields;
    if (text_.empty()) return fields;
    do fields.push_back(Field());
    while (!text_.empty() && text_[0] == ',' && Pop());
    return fields;
  }
  std::string Where() const { return StrCat(name_, ':', record_line_); }

 private:
  char Pop() {
    const char c = text_[0];
    text_.remove_prefix(1);
    return c;
  }

  std::string Field() {
    std::string field;
    if (text_.empty() || text_[0] != '"') {
      const size_t end = std::min(text_.find_first_of(",\r\n"), text_.size());
      field = text_.substr(0, end);
      text_.remove_prefix(end);
    } else {
      Pop();
      while (true) {
        const size_t quote = text_.find('"');
        if (quote == text_.npos) Fail(ErrorCode::kDataLoss, Where(), ": a quote is not closed");
        line_ += static_cast<size_t>(std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
        field += text_.substr(0, quote);
        text_.remove_prefix(quote + 1);
        if (text_.empty() || text_[0] != '"') break;
        field += Pop();  // two quotes are one of the text
      }
      if (!text_.empty() && text_[0] != ',' && text_[0] != '\r' && text_[0] != '\n')
        Fail(ErrorCode::kDataLoss, Where(), ": text behind a closed quote");
    }
    if (!IsValidUtf8(field)) Fail(ErrorCode::kDataLoss, Where(), ": a field is no UTF-8 text");
    return field;
  }

  std::string_view text_;
  const std::string& name_;
  size_t line_ = 1, record_line_ = 1;
};

}  // namespace

void ForEachCsvRecord(std::string_view text, const std::string& name,
                      const std::function<void(const nlohmann::json&, const std::string&)>& use) {
  CsvReader reader(text, name);
  const std::vector<std::string> names = reader.Next();
  std::unordered_set<std::string_view> seen;
  for (const std::string& field : names)
    if (!seen.insert(field).second) Fail(ErrorCode::kDataLoss, reader.Where(), ": field \"", field, "\" stands twice");
  for (auto fields = reader.Next(); !fields.empty(); fields = reader.Next()) {
    if (fields.size() != names.size())
      Fail(ErrorCode::kDataLoss, reader.Where(), ": expected ", names.size(), " fields, got ", fields.size());
    nlohmann::json record = nlohmann::json::object();
    for (size_t i = 0; i < names.size(); ++i) record[names[i]] = std::move(fields[i]);
    use(record, reader.Where());
  }
}

}  // namespace r1
