#include "recipe/run_folder.h"

#include <filesystem>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "recipe/run_control.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

bool HoldsSomething(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_empty(path, error);
}

// The first line in which two settings texts differ, for the error a changed recipe gives.
std::string FirstDifference(const std::string& a, const std::string& b) {
  std::istringstream left(a), right(b);
  std::string x, y, section;
  while (true) {
    const bool more_left = static_cast<bool>(std::getline(left, x)), more_right = static_cast<bool>(std::getline(right, y));
    if (!more_left && !more_right) return "";
    if (more_left && !x.empty() && x[0] == '[') section = x + " ";
    if (!more_left) x = "(nothing)";
    if (!more_right) y = "(nothing)";
    if (x != y) return StrCat(section, x, "  ->  ", y);
  }
}

// A run that was killed before it had written its recipe has a folder for its rollouts, or not even that.
bool WasJustBegun(const RunPaths& paths) {
  std::error_code error;
  return fs::exists(paths.root + "/rollouts", error) || (fs::is_directory(paths.root, error) && fs::is_empty(paths.root, error));
}

// Whether the run's last session came to an end after a step and wrote a checkpoint, as every end in order does.
bool EndedInOrder(const RunPaths& paths) {
  if (!HoldsSomething(paths.Metrics())) return false;  // interrupted before its first step
  try {
    const RunPhase phase = ReadRunStatus(paths.root).phase;
    return phase == RunPhase::kDone || phase == RunPhase::kStopped || phase == RunPhase::kPaused;
  } catch (const Error&) {
    return false;
  }
}

// A stage's model is written just before the checkpoint that begins the next one, so that the first's proves nothing.
bool HoldsALaterStage(const RunPaths& paths, const Recipe& recipe) {
  for (size_t i = 1; i < recipe.stages.size(); ++i)
    if (fs::exists(paths.Stage(recipe.stages[i].name) + "/config.json")) return true;
  return false;
}

}  // namespace

bool HoldsProgress(const RunPaths& paths) {
  for (const std::string& path : {paths.Metrics(), paths.Checkpoints(), paths.root + "/stages", paths.root + "/rollouts"})
    if (HoldsSomething(path)) return true;
  return false;
}

void RequireOwnFolder(const RunPaths& paths, const Recipe& recipe, bool resume) {
  if (!fs::exists(paths.Recipe())) {
    Require(!resume || WasJustBegun(paths), paths.root, " holds no run that could go on; without --resume one begins there");
    for (const std::string& path : {paths.Tokenizer(), paths.Metrics(), paths.Samples(), paths.Questions(), paths.Curve(),
                                    paths.Checkpoints(), paths.root + "/stages", paths.root + "/rollouts"})
      Require(!HoldsSomething(path), path, " is there, which a run would write over, and ", paths.root,
              " holds no run (no recipe.toml); name another folder with --out");
    return;
  }
  if (HoldsProgress(paths)) {
    Require(resume, paths.root, " already holds a run; go on with it by --resume, or name another folder with --out");
    const std::string difference = FirstDifference(ResultSettings(ReadRecipe(paths.Recipe())), ResultSettings(recipe));
    Require(difference.empty(), paths.root, " was started with other settings: ", difference,
            "; start a new run in another folder, from one of this run's models if you like: start_from = \"", paths.root,
            "/stages/NAME\"");
    return;
  }
  // A run makes the folder of its rollouts before it writes its recipe.
  Require(fs::exists(paths.root + "/rollouts"), paths.Recipe(),
          " was not written by a run, which would write over it; name another folder with --out");
}

void RequireNoCheckpointLost(const RunPaths& paths, const Recipe& recipe, const LatestCheckpoint& latest) {
  constexpr const char* kElsewhere = "; name another folder with --out, and leave out --resume";
  if (!latest.skipped.empty())
    Fail(ErrorCode::kDataLoss, paths.Checkpoints(), ": no checkpoint is whole, so the run cannot go on", kElsewhere);
  if (EndedInOrder(paths) || HoldsALaterStage(paths, recipe))
    Fail(ErrorCode::kDataLoss, paths.root, ": its checkpoints are gone, and to begin again would write over what it made",
         kElsewhere);
}

}  // namespace r1
