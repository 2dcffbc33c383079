// r1 pull [datasets/]OWNER/NAME[:FILE]: downloads a model or a data set from a hub, so that every command that takes a MODEL or
// data takes its name.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <vector>

#include "base/data_ending.h"
#include "base/error.h"
#include "base/files.h"
#include "base/format.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "hub/data_set_name.h"
#include "hub/download.h"
#include "hub/hub.h"
#include "hub/model_store.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

struct PullFlags {
  std::string name, out;
  HubConfig hub = HubConfig();
};

std::string Megabytes(int64_t bytes) { return Format("%.*f MB", bytes < 10'000'000 ? 1 : 0, static_cast<double>(bytes) / 1e6); }

void RequireDiskSpace(const std::string& dir, int64_t bytes) {
  std::error_code error;
  const fs::space_info space = fs::space(dir, error);
  // A filesystem that does not say is tried.
  if (!error && space.available != static_cast<std::uintmax_t>(-1) && space.available < static_cast<std::uintmax_t>(bytes))
    Fail(ErrorCode::kResourceExhausted, dir, " has ", Megabytes(static_cast<int64_t>(space.available)), " free, but ",
         Megabytes(bytes), " are to come; --out chooses another place");
}

// What a name asks for: of which repository, which of its files, and where they go.
struct Wanted {
  HubKind kind;
  std::string repo, dir;
  std::function<std::vector<HubFile>(const std::vector<HubFile>&)> choose;
};

Wanted WantedBy(const std::string& text) {
  if (const auto data = DataSetName::Parse(text))
    return {HubKind::kDataSet, data->repo, StoredDataSetDir(data->repo),
            [data = *data](const std::vector<HubFile>& files) { return ChooseDataFiles(data, files); }};
  const auto model = ModelName::Parse(text);
  Require(model.has_value(), "pull: expected OWNER/NAME, OWNER/NAME:FILE or datasets/OWNER/NAME:FILE, got ", text);
  return {HubKind::kModel, model->repo, StoredModelDir(*model),
          [model = *model](const std::vector<HubFile>& files) { return ChooseFiles(model, files); }};
}

// What the other commands take: a single file of records, of a GGUF in parts the first, else the folder.
std::string WhatToTake(const std::vector<Download>& downloads, const std::string& dir) {
  const Download& first = downloads.front();
  const bool file = first.path.ends_with(".gguf") || (downloads.size() == 1 && !DataEnding(first.path).empty());
  return file ? first.path : dir;
}

void Pull(const PullFlags& flags) {
  InterruptGuard guard;
  const Wanted wanted = WantedBy(flags.name);
  HubConfig config = HubConfig::FromEnvironment();
  config.kind = wanted.kind;
  config.revision = flags.hub.revision;
  config.retries = flags.hub.retries;
  try {
    HttpOrigin(config.endpoint);
  } catch (const Error& error) {  // told before anything is made
    Fail(error.code(), "HF_ENDPOINT: ", error.what());
  }
  Hub hub(config);
  const HubRepo repo = hub.List(wanted.repo);
  const std::vector<HubFile> files = wanted.choose(repo.files);
  const std::string dir = flags.out.empty() ? wanted.dir : flags.out;
  std::vector<Download> downloads;
  int64_t total = 0, here = 0;
  for (const HubFile& file : files) {
    if (!IsSafePath(file.path))
      Fail(ErrorCode::kDataLoss, wanted.repo, ": the hub names a file \"", file.path, "\", which would leave its folder; refused");
    downloads.push_back({wanted.repo, repo.commit, file, dir + "/" + file.path});
    total += file.bytes;
    Require(total < int64_t{1} << 60, wanted.repo, ": the hub lists more bytes than any disk holds");
    here += BytesAlreadyHere(downloads.back());
  }
  std::error_code error;
  for (const Download& download : downloads)
    if (fs::create_directories(ParentDir(download.path), error); error)
      FailErrno("create", ParentDir(download.path), error.value());
  RequireDiskSpace(dir, total - here);

  constexpr int64_t kMegabyte = 1'000'000;
  Progress progress(Terminal::Stderr(), {.title = "pull", .total = total / kMegabyte + 1, .start = here / kMegabyte, .unit = "MB"});
  int64_t done = 0;
  try {
    for (const Download& download : downloads) {
      DownloadFile(hub, download, [&](int64_t bytes) { progress.Update((done + bytes) / kMegabyte, download.file.path); });
      done += download.file.bytes;
    }
  } catch (const Error& e) {
    if (e.code() != ErrorCode::kCancelled) throw;
    Fail(ErrorCode::kCancelled, "stopped; what came is kept in ", dir, ", and the same command goes on from there");
  }
  progress.Update(total / kMegabyte + 1);
  progress.Finish(StrCat(Megabytes(total), ", ", files.size(), files.size() == 1 ? " file" : " files"));
  std::cout << WhatToTake(downloads, dir) << "\n";
}

}  // namespace

void SetUpPull(CLI::App& app) {
  auto flags = std::make_shared<PullFlags>();
  app.add_option(
         "name", flags->name,
         "OWNER/NAME, or OWNER/NAME:FILE for one GGUF file, which may be a quantization such as Q4_K_M; datasets/OWNER/NAME, or "
         "datasets/OWNER/NAME:FILE for a file of records, a folder or a pattern such as 'main/test-*.parquet'")
      ->required()
      ->type_name("NAME");
  app.add_option(
         "--out", flags->out,
         "Folder to put the files in (default: R1_MODELS and R1_DATASETS, or r1/models and r1/datasets in the user's cache, by "
         "name)")
      ->type_name("DIR");
  app.add_option("--revision", flags->hub.revision, "Branch, tag or commit")->capture_default_str()->type_name("REV");
  app.add_option("--retries", flags->hub.retries, "How often a failing hub is tried again before giving up, without a new byte")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str()
      ->type_name("N");
  app.callback([flags] { Pull(*flags); });
}

}  // namespace r1
