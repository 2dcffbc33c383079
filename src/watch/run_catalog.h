// The runs in a folder, by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace r1 {

struct RunEntry {
  std::string name;  // of its folder
  std::string path;
};

class RunCatalog {
 public:
  // `root`: a run's folder, or one that holds such folders. It need not be there yet.
  explicit RunCatalog(std::string root) : root_(std::move(root)) {}

  // Newest first, at most 256. A run is a folder with a recipe.toml or a metrics.jsonl; links are none of ours.
  std::vector<RunEntry> List() const;
  // The run of that name. Names are compared with those that List finds and never become part of a path.
  std::optional<RunEntry> Find(const std::string& name) const;

 private:
  std::string root_;
};

}  // namespace r1
