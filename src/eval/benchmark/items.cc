#include "eval/benchmark/items.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/ascii.h"
#include "base/error.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/rng.h"
#include "data/records.h"
#include "eval/evaluator.h"

namespace r1 {
namespace {

using nlohmann::json;

std::string Text(const json& value) {
  return value.is_null()     ? ""
         : value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// The first field of "a|b|c" that the record has, with a value.
const json* FindField(const json& record, std::string_view names) {
  while (!names.empty()) {
    const size_t bar = names.find('|');
    const auto at = record.find(std::string(names.substr(0, bar)));
    // In a table a field that a record does not have is null.
    if (at != record.end() && !at->is_null()) return &*at;
    names.remove_prefix(bar == names.npos ? names.size() : bar + 1);
  }
  return nullptr;
}

std::string FieldText(const json& record, std::string_view names) {
  const json* value = FindField(record, names);
  return value == nullptr ? "" : Text(*value);
}

[[noreturn]] void FailForField(const Benchmark& b, const std::string& where, std::string_view field) {
  std::string wanted = b.question;
  if (b.judge != AnswerJudge::kIfeval && b.judge != AnswerJudge::kCode) wanted += std::string(", ") + b.answer;
  if (*b.more != '\0') wanted += std::string(", ") + b.more;
  Fail(ErrorCode::kDataLoss, where, ": no field `", field, "`; ", b.title, " is expected with ", wanted,
       " (`|` separates alternatives)");
}

// The choices and the letter of the right one.
void ReadChoices(const Benchmark& b, const json& record, const std::string& where, BenchmarkItem& item) {
  const json* answer = FindField(record, b.answer);
  if (answer == nullptr) FailForField(b, where, b.answer);
  size_t right = std::string::npos;
  if (const json* choices = FindField(record, "choices|options")) {
    if (!choices->is_array()) Fail(ErrorCode::kDataLoss, where, ": the choices must be a list of strings");
    for (const json& choice : *choices) item.choices.push_back(Text(choice));
    const std::string text = Text(*answer);
    if (answer->is_number_integer()) {
      right = answer->get<size_t>();
    } else if (text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z') {
      right = static_cast<size_t>(text[0] - 'A');
    } else {
      for (size_t i = 0; i < item.choices.size(); ++i) {
        if (item.choices[i] == text) right = i;
      }
    }
  } else {
    // GPQA: the right one stands apart. Where it goes is drawn from the question, so it is the same in every run.
    for (const char* name : {"Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3"}) {
      const json* wrong = FindField(record, name);
      if (wrong == nullptr) FailForField(b, where, name);
      item.choices.push_back(std::string(Trim(Text(*wrong))));
    }
    right = Rng(RngKey({HashText(item.question)})).Below(4);
    item.choices.insert(item.choices.begin() + static_cast<std::ptrdiff_t>(right), std::string(Trim(Text(*answer))));
  }
  if (item.choices.size() < 2 || item.choices.size() > 26 || right >= item.choices.size())
    Fail(ErrorCode::kDataLoss, where, ": expected 2 to 26 choices and an answer among them, got ", item.choices.size(), " and ",
         Text(*answer).substr(0, 40));
  item.answer = std::string(1, static_cast<char>('A' + right));
}

BenchmarkItem ReadItem(const Benchmark& b, const json& record, const std::string& where) {
  RequireObject(record, where);
  BenchmarkItem item;
  item.id = FieldText(record, b.id);
  if (item.id.empty()) item.id = where;
  item.category = FieldText(record, b.category);
  item.question = FieldText(record, b.question);
  // SVAMP's own files have the story apart from the question.
  if (const std::string body = FieldText(record, "Body"); !body.empty() && item.question.empty())
    item.question = body + " " + FieldText(record, "Question");
  if (b.judge == AnswerJudge::kCountdown) {
    if (FindField(record, "numbers|nums") == nullptr) FailForField(b, where, "numbers");
    if (FindField(record, "target") == nullptr) FailForField(b, where, "target");
    item.question = StrCat("Using the numbers ", FieldText(record, "numbers|nums"), ", make an equation that equals ",
                           FieldText(record, "target"), ".");
  }
  if (item.question.empty()) FailForField(b, where, b.question);
  item.record = record.dump(-1, ' ', false, json::error_handler_t::replace);
  if (b.judge == AnswerJudge::kChoice) {
    ReadChoices(b, record, where, item);
  } else if (b.judge == AnswerJudge::kIfeval) {
    for (const char* name : {"instruction_id_list", "kwargs"})
      if (FindField(record, name) == nullptr) FailForField(b, where, name);
  } else if (b.judge != AnswerJudge::kCode) {
    item.answer = FieldText(record, b.answer);
    // GSM8K's own files have the solution, and the answer behind it.
    if (const size_t mark = item.answer.rfind("####"); mark != item.answer.npos)
      item.answer = Trim(std::string_view(item.answer).substr(mark + 4));
    if (item.answer.empty()) FailForField(b, where, b.answer);
  }
  return item;
}

// The day of a record's date, "2024-10-05T00:00:00" or alike.
std::string DayOf(const Benchmark& b, const json& record, const std::string& where) {
  const std::string date = record.is_object() ? FieldText(record, b.date) : "";
  if (date.size() < 10) FailForField(b, where, b.date);
  return date.substr(0, 10);
}

bool IsWithin(const std::string& day, const DateRange& dates) {
  return day >= dates.since && (dates.until.empty() || day <= dates.until);
}

class ItemList {
 public:
  explicit ItemList(const Benchmark& benchmark) : benchmark_(benchmark) {}

  void Add(const json& record, const std::string& where) {
    BenchmarkItem item;
    ReadingJson(where, [&] { item = ReadItem(benchmark_, record, where); });
    // AIME's own numbering begins anew in each part, others' in each file; an id that is taken is told apart by its place.
    if (!ids_.insert(item.id).second) {
      const std::string number = item.id + "@" + where.substr(where.rfind(':') + 1);
      item.id = ids_.contains(number) ? item.id + "@" + where : number;
      if (!ids_.insert(item.id).second) Fail(ErrorCode::kDataLoss, where, ": id \"", item.id, "\" was used before");
    }
    items_.push_back(std::move(item));
  }
  std::vector<BenchmarkItem> Take(const std::string& name) {
    Require(!items_.empty(), name, ": there is no record");
    return std::move(items_);
  }

 private:
  const Benchmark& benchmark_;
  std::vector<BenchmarkItem> items_;
  std::unordered_set<std::string> ids_;
};

}  // namespace

std::vector<BenchmarkItem> ParseBenchmark(const Benchmark& b, std::string_view text, const std::string& name) {
  ItemList items(b);
  ForEachJsonRecord(text, name, [&](const json& record, const std::string& where) { items.Add(record, where); });
  return items.Take(name);
}

std::vector<BenchmarkItem> ReadBenchmark(const Benchmark& b, const std::string& path, const DateRange& dates) {
  const bool dated = !dates.since.empty() || !dates.until.empty();
  Require(!dated || *b.date != '\0', "eval: the questions of ", b.title, " have no date to choose by");
  if (path.empty() || (!std::filesystem::exists(path) && !IsGlob(path))) {
    Fail(ErrorCode::kNotFound, path.empty() ? "eval: --data FILE is missing" : path + " is not there", "; ", b.title,
         " comes from ", *b.hub == '\0' ? b.source : StrCat("datasets/", b.hub), " (licence: ", b.licence, "), with the fields ",
         b.question, ", ", b.answer, *b.more == '\0' ? "" : ", ", b.more);
  }
  ItemList items(b);
  for (const DataFile& file : DataFiles(path))
    ForEachRecord(file, [&](const json& record, const std::string& where) {
      if (!dated || IsWithin(DayOf(b, record, where), dates)) items.Add(record, where);
    });
  return items.Take(dated ? StrCat(path, " from ", dates.since, " to ", dates.until) : path);
}

json ItemRecord(const BenchmarkItem& item) { return item.record.empty() ? json::object() : json::parse(item.record); }

std::string ItemLanguage(const BenchmarkItem& item) {
  const json record = ItemRecord(item);
  const std::string said = FieldText(record, "lang|language");
  if (!said.empty()) return said;
  return item.id.starts_with("CPP") || item.id.find("-CPP") != item.id.npos ? "cpp" : "python";
}

std::vector<BenchmarkItem> HeldOutItems(const std::vector<std::string>& tasks, int64_t count, int64_t max_difficulty,
                                        uint64_t seed) {
  std::vector<BenchmarkItem> items;
  for (const std::string& name : tasks)
    for (const EvalTask& task : HeldOutTasks({{.task = name, .max_difficulty = max_difficulty}}, count, seed))
      for (const Example& example : task.examples)
        items.push_back({.id = example.id, .question = example.question, .answer = example.answer, .category = name});
  return items;
}

}  // namespace r1
