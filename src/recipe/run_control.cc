#include "recipe/run_control.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace r1 {
namespace {

std::string CommandPath(const std::string& run) { return run + "/control"; }
std::string StatusPath(const std::string& run) { return run + "/status.json"; }

constexpr size_t kMostStatusBytes = 64 << 10;

// The start of a small regular file; "" where there is none. Nothing that may block (a pipe of that name) is opened for long.
std::string ReadStart(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return "";
  struct stat info;
  char text[32];
  const bool regular = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  const ssize_t bytes = regular ? ::read(fd, text, sizeof(text)) : 0;
  ::close(fd);
  return std::string(text, bytes > 0 ? static_cast<size_t>(bytes) : 0);
}

}  // namespace

RunCommand ReadRunCommand(const std::string& run) {
  const std::string text = ReadStart(CommandPath(run));
  return FindEnum<RunCommand>(Trim(text)).value_or(RunCommand::kRun);
}

void WriteRunCommand(const std::string& run, RunCommand command) {
  AtomicWriteFile(CommandPath(run), std::string(EnumToString(command)) + "\n");
}

void WriteRunStatus(const std::string& run, RunPhase phase, const std::string& message) {
  JsonWriter json;
  json.BeginObject().Field("state", EnumToString(phase)).Field("message", message).Field("since", SecondsSince1970()).EndObject();
  try {
    AtomicWriteFile(StatusPath(run), json.text() + "\n");
  } catch (const Error&) {
  }
}

RunStatus ReadRunStatus(const std::string& run) {
  const std::string path = StatusPath(run);
  const nlohmann::json json = ParseJson(ReadFile(path, kMostStatusBytes), path);
  RunStatus status;
  ReadingJson(path, [&] {
    const std::string state = json.at("state").get<std::string>();
    const auto phase = FindEnum<RunPhase>(state);
    if (!phase) Fail(ErrorCode::kDataLoss, path, ": unknown state \"", state, "\"");
    status.phase = *phase;
    status.message = json.value("message", "");
  });
  return status;
}

bool RunIsActive(const std::string& run) {
  std::error_code error;
  return std::filesystem::exists(run, error) && !PathLock::Try(run, PathLock::WithoutLocks::kPretend).has_value();
}

}  // namespace r1
