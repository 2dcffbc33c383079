#include "watch/run_catalog.h"

#include <algorithm>
#include <filesystem>

#include "watch/regular_file.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostRuns = 256, kMostEntries = 10'000;

bool IsRun(const std::string& path) { return IsRegularFile(path + "/recipe.toml") || IsRegularFile(path + "/metrics.jsonl"); }

fs::file_time_type Changed(const std::string& path) {
  std::error_code error;
  const auto log = fs::last_write_time(path + "/metrics.jsonl", error);
  return error ? fs::last_write_time(path, error) : log;
}

}  // namespace

std::vector<RunEntry> RunCatalog::List() const {
  std::error_code error;
  if (IsRun(root_)) {
    const fs::path path = fs::weakly_canonical(root_, error);
    return {{error || path.filename().empty() ? "run" : path.filename().string(), root_}};
  }
  std::vector<std::pair<fs::file_time_type, RunEntry>> found;
  size_t seen = 0;
  for (fs::directory_iterator it(root_, error), end; !error && it != end && seen < kMostEntries; it.increment(error), ++seen) {
    std::error_code ignored;
    if (it->is_symlink(ignored) || !it->is_directory(ignored) || !IsRun(it->path().string())) continue;
    found.emplace_back(Changed(it->path().string()), RunEntry{it->path().filename().string(), it->path().string()});
  }
  std::ranges::sort(
      found, [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second.name < b.second.name; });
  if (found.size() > kMostRuns) found.resize(kMostRuns);
  std::vector<RunEntry> runs;
  for (auto& [time, run] : found) runs.push_back(std::move(run));
  return runs;
}

std::optional<RunEntry> RunCatalog::Find(const std::string& name) const {
  for (RunEntry& run : List())
    if (run.name == name) return std::move(run);
  return std::nullopt;
}

}  // namespace r1
