#include "watch/question_log.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "watch/regular_file.h"

namespace r1 {
namespace {

constexpr size_t kMostQuestions = 64, kMostEntries = 200'000;

std::vector<float> Floats(const nlohmann::json& json, const char* name, size_t length) {
  std::vector<float> values;
  if (const auto found = json.find(name); found != json.end())
    for (const auto& value : *found) values.push_back(value.is_number() ? value.get<float>() : 0.0f);
  if (values.size() != length) values.clear();
  return values;
}

}  // namespace

void QuestionLog::Refresh() {
  const auto start_over = [this] {
    questions_.clear();
    index_.clear();
    entries_.clear();
  };
  while (tail_.Refresh(start_over, [this](std::string_view line, uint64_t offset) { Add(line, offset); })) {
  }
}

void QuestionLog::Add(std::string_view line, uint64_t offset) {
  if (entries_.size() == kMostEntries) return;
  try {
    const nlohmann::json json = ParseJson(line, "questions.jsonl");
    ReadingJson("questions.jsonl", [&] {
      if (!json.at("step").is_number_integer()) return;
      Entry entry{.step = json.at("step").get<int64_t>(), .offset = offset, .bytes = line.size()};
      Question question{json.at("id").get<std::string>(), json.value("task", ""), json.at("question").get<std::string>(),
                        json.value("answer", "")};
      if (!entries_.empty() && entry.step < entries_.back().step) return;
      entry.correct = json.value("correct", false);
      entry.well_formed = json.value("well_formed", false);
      entry.finished = json.value("finished", false);
      entry.tokens = static_cast<int64_t>(json.at("token_ids").size());
      auto found = index_.find(question.id);
      if (found == index_.end()) {
        if (questions_.size() == kMostQuestions) return;
        found = index_.emplace(question.id, questions_.size()).first;
        questions_.push_back(std::move(question));
      }
      entry.question = found->second;
      entries_.push_back(entry);
    });
  } catch (const Error&) {  // a line that is none: the others still count
  }
}

QuestionLog::Answer QuestionLog::Read(const Entry& entry) const {
  const auto file = RegularFile::Open(tail_.path());
  const std::string line = file ? file->Read(entry.offset, static_cast<size_t>(entry.bytes)) : "";
  const nlohmann::json json = ParseJson(line, tail_.path());
  Answer answer;
  ReadingJson(tail_.path(), [&] {
    answer.completion = json.at("completion").get<std::string>();
    answer.token_ids = json.at("token_ids").get<std::vector<int32_t>>();
    answer.logprobs = Floats(json, "logprobs", answer.token_ids.size());
    answer.entropies = Floats(json, "entropies", answer.token_ids.size());
  });
  return answer;
}

}  // namespace r1
