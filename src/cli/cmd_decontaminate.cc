// r1 decontaminate TRAIN TEST: which test questions a training set gives away, by runs of ten words.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "data/records.h"
#include "eval/decontaminate.h"
#include "hub/data_set_name.h"

namespace r1 {
namespace {

struct DecontaminateFlags {
  std::string train, test, clean;
  int64_t ngram = 10, show = 10;
  bool json = false;
};

struct Texts {
  std::vector<std::string> lines;  // records as JSON, as they stand in a file of JSON lines
  std::vector<std::string> texts;  // the fields that hold a question, a solution or a text, one after the other
};

// Which of a record's fields are read: whatever training or a reader of the test would see. Answers alone ("42") say nothing.
constexpr const char* kFields[] = {"question", "problem",     "prompt",   "text",     "question_content", "Question",
                                   "Problem",  "instruction", "solution", "response", "completion"};

Texts ReadFileTexts(const std::string& path) {
  Texts result;
  ForEachRecordLine(DataPath(path), [&](std::string_view line, const std::string& where) {
    const nlohmann::json record = ParseJson(line, where);
    RequireObject(record, where);
    std::string joined;
    for (const char* name : kFields) {
      const auto at = record.find(name);
      if (at != record.end() && at->is_string()) joined += at->get<std::string>() + "\n";
    }
    if (joined.empty()) Fail(ErrorCode::kDataLoss, where, ": none of the fields question, problem, prompt, text, ... is a string");
    result.lines.emplace_back(line);
    result.texts.push_back(std::move(joined));
  });
  Require(!result.texts.empty(), path, ": there is no record");
  return result;
}

void Run(const DecontaminateFlags& flags) {
  const Texts train = ReadFileTexts(flags.train), test = ReadFileTexts(flags.test);
  const Decontamination found = FindOverlaps(train.texts, test.texts, flags.ngram);
  int64_t dirty = 0;
  for (const bool contaminated : found.train_contaminated) dirty += contaminated;
  if (!flags.clean.empty()) {
    AtomicFile file(flags.clean);
    for (size_t i = 0; i < train.lines.size(); ++i) {
      if (!found.train_contaminated[i]) file.Write(train.lines[i] + "\n");
    }
    file.Commit();
  }
  if (flags.json) {
    JsonWriter json;
    json.BeginObject().Field("train", train.texts.size()).Field("test", test.texts.size()).Field("ngram", flags.ngram);
    json.Field("test_contaminated", found.overlaps.size()).Field("train_contaminated", dirty).Field("unchecked", found.unchecked);
    json.Key("overlaps").BeginArray();
    for (const Overlap& o : found.overlaps)
      json.BeginObject().Field("test_record", o.test + 1).Field("train_record", o.train + 1).Field("words", o.run).EndObject();
    std::cout << json.EndArray().EndObject().text() << "\n";
    return;
  }
  const Terminal out = Terminal::Stdout();
  out.Write(StrCat(found.overlaps.size(), " of ", test.texts.size(), " test records share ", flags.ngram, " words in a row with ",
                   dirty, " of ", train.texts.size(), " training records"));
  out.Write(found.unchecked > 0 ? StrCat("; ", found.unchecked, " test records are too short to tell\n") : "\n");
  for (size_t i = 0; i < found.overlaps.size() && static_cast<int64_t>(i) < flags.show; ++i) {
    const Overlap& o = found.overlaps[i];
    out.Write(
        StrCat("  test record ", o.test + 1, ", training record ", o.train + 1, ": ", out.Dim(PrintableText(o.run, true)), "\n"));
  }
}

}  // namespace

void SetUpDecontaminate(CLI::App& app) {
  auto flags = std::make_shared<DecontaminateFlags>();
  app.add_option("train", flags->train, "Training data: JSON lines, Parquet, CSV; a file, a folder, or DIR/train-*.parquet")
      ->required()
      ->type_name("TRAIN");
  app.add_option("test", flags->test, "Test data, alike")->required()->type_name("TEST");
  app.add_option("--ngram", flags->ngram, "Words in a row that give a question away")
      ->check(CLI::Range(2, 64))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--clean", flags->clean, "Write the training records that share nothing to this file, as JSON lines")
      ->type_name("FILE");
  app.add_option("--show", flags->show, "Print so many of the overlaps")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str()
      ->type_name("N");
  app.add_flag("--json", flags->json, "Machine-readable, on one line");
  app.callback([flags] { Run(*flags); });
}

}  // namespace r1
