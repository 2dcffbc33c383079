#include "cli/data_path.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/data_ending.h"
#include "base/error.h"
#include "base/glob.h"
#include "base/terminal.h"
#include "data/records.h"
#include "hub/data_set_name.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// Whether anything is where a path, maybe with a pattern at its end, points.
bool Holds(const std::string& path) {
  if (!IsGlob(fs::path(path).filename().string())) return Exists(path);
  std::error_code error;
  for (fs::directory_iterator it(fs::path(path).parent_path(), error), end; !error && it != end; it.increment(error))
    if (GlobMatches(fs::path(path).filename().string(), it->path().filename().string())) return true;
  return false;
}

// The files of records anywhere below a folder, as patterns: DIR/test-*, or whole folders where names say no split.
std::set<std::string> TestSplits(const std::string& dir) {
  std::set<std::string> all, tests;
  std::error_code error;
  for (fs::recursive_directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error) || DataEnding(it->path().filename().string()).empty()) continue;
    const std::string folder = it->path().parent_path().string(), name = it->path().filename().string();
    all.insert(it->path().string());
    if (name.starts_with("test")) tests.insert(folder + "/test*" + std::string(DataEnding(name)));
    if (fs::path(folder).filename() == "test") tests.insert(folder);
  }
  return tests.empty() && all.size() == 1 ? all : tests;
}

std::string Chosen(const std::string& path, const std::string& dir) {
  const Terminal err = Terminal::Stderr();
  err.Write(err.Dim(StrCat("eval: ", path.substr(std::min(path.size(), dir.size() + 1)), " of ", dir)) + "\n");
  return path;
}

}  // namespace

std::string BenchmarkDataPath(const Benchmark& benchmark, const std::string& text) {
  const std::string command = PullCommand(benchmark);
  if (text.empty()) {
    if (command.empty()) return text;  // ReadBenchmark says where the data comes from
    const std::string dir = StoredDataSetDir(benchmark.hub), path = dir + "/" + benchmark.hub_files;
    if (Holds(path)) return Chosen(path, dir);
    Fail(ErrorCode::kNotFound, "eval: the data of ", benchmark.title, " is not here; type: ", command,
         " (licence: ", benchmark.licence, "), or name your copy with --data");
  }
  const std::string path = DataPath(text);
  std::error_code error;
  if (!fs::is_directory(path, error)) return path;
  if (const std::string named = path + "/" + benchmark.hub_files; !command.empty() && Holds(named)) return Chosen(named, path);
  const std::set<std::string> splits = TestSplits(path);
  if (splits.size() == 1) return Chosen(*splits.begin(), path);
  std::string listed;
  for (const std::string& split : splits) listed += (listed.empty() ? "" : ", ") + split;
  if (splits.empty()) return path;  // DataFiles says what is there
  Fail(ErrorCode::kInvalidArgument, "eval: ", path, " has several test splits: ", listed, "; name one with --data");
}

}  // namespace r1
