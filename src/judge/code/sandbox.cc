#include "judge/code/sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/files.h"
#include "judge/code/bwrap_command.h"
#include "judge/code/cgroup.h"
#include "judge/code/child_streams.h"
#include "judge/code/embedded.h"
#include "judge/code/seccomp_filter.h"
#include "judge/code/spawn.h"
#include "judge/code/supervisor/settings.h"
#include "judge/code/unsafe_folder.h"

namespace r1 {
namespace {

constexpr int kFirstDataFd = supervisor::kChannelOutFd + 1;
constexpr int64_t kMostReportBytes = 4096;  // without the collected file
constexpr int64_t kFilesInScratch = 20000;  // inodes: each is a kilobyte of the kernel's memory
constexpr double kGraceSeconds = 5;         // what a sandbox may take to begin and end beyond its wall time
constexpr double kStretch = 5;              // see supervise.cc: a busy machine stretches the wall time at most so far

// User ids that belong to nobody (between those of people and those of services), one for each run at a time.
class UserIds {
 public:
  int Take() {
    const std::lock_guard lock(mutex_);
    for (int id = kFirst;; ++id) {
      if (taken_.insert(id).second) return id;
    }
  }
  void Return(int id) {
    const std::lock_guard lock(mutex_);
    taken_.erase(id);
  }

 private:
  static constexpr int kFirst = 60800;
  std::mutex mutex_;
  std::set<int> taken_;
};

UserIds& Ids() {
  static UserIds ids;
  return ids;
}

// -1: this process is no root, and runs stay its user.
class RunUser {
 public:
  RunUser() : id_(geteuid() == 0 ? Ids().Take() : -1) {}
  ~RunUser() {
    if (id_ >= 0) Ids().Return(id_);
  }
  RunUser(const RunUser&) = delete;
  RunUser& operator=(const RunUser&) = delete;
  int id() const { return id_; }

 private:
  int id_;
};

std::string Setting(const char* key, int64_t value) { return std::string(key) + "=" + std::to_string(value); }

std::vector<std::string> SuperviseWords(const RunRequest& request, bool isolated) {
  const RunLimits& limits = request.limits;
  std::vector<std::string> words = {
      "supervise", Setting("cpu_ms", static_cast<int64_t>(limits.cpu_s * 1000)),
      Setting("wall_ms", static_cast<int64_t>(limits.wall_s * 1000)), Setting("memory_bytes", limits.memory_bytes),
      // A backstop for one process between two looks; addresses cost nothing until they are used.
      Setting("address_bytes", 2 * limits.memory_bytes + (int64_t{256} << 20)), Setting("file_bytes", limits.file_bytes),
      Setting("files", kFilesInScratch), Setting("processes", limits.processes), std::string("folder=") + kScratchFolder};
  if (isolated) {
    words.push_back(std::string("scratch=") + kScratchFolder);
    words.push_back("scratch=/dev/shm");
  }
  if (request.channel_in) words.push_back("channel=1");
  if (!request.collect.empty()) {
    words.push_back("collect=" + request.collect);
    words.push_back(Setting("collect_bytes", request.collect_bytes));
  }
  words.push_back("--");
  words.insert(words.end(), request.command.begin(), request.command.end());
  return words;
}

std::vector<std::string> Environment() {
  std::vector<std::string> variables;
  for (const auto& [name, value] : RunEnvironment()) variables.push_back(name + "=" + value);
  return variables;
}

// What is handed to the child, by the numbers it has there.
class Descriptors {
 public:
  void Put(int there, int here) {
    pairs_.emplace_back(there, here);
    next_ = std::max(next_, there + 1);
  }
  int Add(OwnedFd fd) {
    pairs_.emplace_back(next_, fd.get());
    owned_.push_back(std::move(fd));
    return next_++;
  }
  int last() const { return next_ - 1; }
  const std::vector<std::pair<int, int>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<int, int>> pairs_;
  std::vector<OwnedFd> owned_;
  int next_ = kFirstDataFd;
};

}  // namespace

Sandbox::Sandbox(const SandboxOptions& options)
    : options_(options), supervisor_(MakeSealedFile(SupervisorImage(), /*executable=*/true)), cancel_(MakePipe()) {
  if (options_.use_cgroups) cgroups_ = CgroupTree::Find();
  if (options_.unsafe_without_isolation) return;
  seccomp_ = MakeSeccompFilter();
  Probe();
}

Sandbox::~Sandbox() = default;

RunResult Sandbox::Run(RunRequest request) const {
  const RunUser user;
  const std::unique_ptr<RunCgroup> group = cgroups_ ? cgroups_->Make(request.limits) : nullptr;
  std::unique_ptr<UnsafeFolder> folder;

  const OwnedFd input = request.input != nullptr ? Reopen(*request.input) : MakeEndedInput();
  Pipe report = MakePipe(), control = MakePipe(), output = MakePipe(), error = MakePipe();
  Descriptors given;
  given.Put(0, input.get());
  given.Put(1, output.write_end.get());
  given.Put(2, error.write_end.get());
  given.Put(supervisor::kReportFd, report.write_end.get());
  given.Put(supervisor::kControlFd, control.read_end.get());
  if (request.channel_in) {
    given.Put(supervisor::kChannelInFd, request.channel_in.get());
    given.Put(supervisor::kChannelOutFd, request.channel_out.get());
  }

  std::vector<std::string> command;
  std::vector<std::string> environment = Environment();
  std::vector<std::string> supervise = SuperviseWords(request, !options_.unsafe_without_isolation);
  if (options_.unsafe_without_isolation) {
    folder = std::make_unique<UnsafeFolder>(request, supervisor_, user.id());
    command.push_back(folder->Map(kSupervisorPath));
    for (std::string& word : supervise) command.push_back(folder->Map(word));
    for (std::string& variable : environment) variable = folder->Map(variable);
  } else {
    BwrapDescriptors files;
    files.seccomp = given.Add(Reopen(seccomp_));
    files.supervisor = given.Add(Reopen(supervisor_));
    for (const RunFile& file : request.files) files.files.push_back(given.Add(Reopen(*file.contents)));
    command = BwrapCommand(request, files);
    command.push_back(kSupervisorPath);
    command.insert(command.end(), supervise.begin(), supervise.end());
  }

  std::vector<std::string> words = {"r1-judge-run", "launch", Setting("uid", user.id()), Setting("parent", getpid()),
                                    Setting("last_fd", given.last())};
  if (group) {
    for (const std::string& file : group->ProcsFiles()) words.push_back("cgroup=" + file);
  }
  words.push_back("--");
  words.insert(words.end(), command.begin(), command.end());
  const int pid = Spawn("/proc/self/fd/" + std::to_string(supervisor_.get()), words, environment, given.pairs());
  for (OwnedFd* fd :
       {&report.write_end, &control.read_end, &output.write_end, &error.write_end, &request.channel_in, &request.channel_out})
    fd->Close();

  RunResult result;
  std::string report_text;
  std::vector<ChildStream> streams;
  streams.push_back({std::move(output.read_end), &result.output, request.limits.output_bytes});
  streams.push_back({std::move(error.read_end), &result.error_output, request.limits.output_bytes});
  streams.push_back({std::move(report.read_end), &report_text, kMostReportBytes + request.collect_bytes});
  bool late = false;
  const auto stop = [&] { control.write_end.Close(); };
  const double deadline = SteadySeconds() + kStretch * request.limits.wall_s + kGraceSeconds;
  DrainStreams(streams, {request.stop_fd, cancel_.read_end.get()}, deadline,
               {.on_exceeded =
                    [&] {
                      result.output_exceeded = true;
                      stop();
                    },
                .on_stop = stop,
                .on_deadline =
                    [&] {
                      // The supervisor has limits of its own: it was late itself, or is gone. It is asked first, then killed.
                      if (!std::exchange(late, true)) return stop();
                      kill(pid, SIGKILL);  // takes the sandbox along: --die-with-parent
                      if (group) group->Kill();
                    }});
  WaitForExit(pid);
  if (!cancel_.write_end) Fail(ErrorCode::kCancelled, "judging was cancelled");
  if (auto parsed = ParseRunReport(report_text)) {
    result.report = std::move(*parsed);
  } else {
    result.lost = true;
  }
  if (late && (result.lost || result.report.limit == RunLimit::kStopped)) {
    result.lost = false;
    result.report.limit = RunLimit::kWall;
  }
  if (group) {
    if (group->OutOfMemory()) result.report.limit = RunLimit::kMemory;
    if (const auto peak = group->PeakBytes()) result.report.peak_bytes = *peak;
  }
  return result;
}

void Sandbox::Probe() const {
  RunRequest request;
  request.command = {kSupervisorPath};  // says who it is and leaves
  RunResult result = Run(std::move(request));
  if (!result.lost && result.report.exit_code >= 0) return;
  std::string reason = result.error_output.substr(0, result.error_output.find('\n'));
  Fail(ErrorCode::kIo, "this machine cannot isolate programs: ", reason.empty() ? "bubblewrap gave no reason" : reason,
       access(kBwrapPath, X_OK) != 0 ? " (bubblewrap is not installed)" : "",
       "; nothing untrusted is run here unless you allow it with --unsafe-without-isolation");
}

std::string Sandbox::Describe() const {
  std::string text = options_.unsafe_without_isolation ? "NO ISOLATION" : "namespaces, seccomp";
  if (geteuid() == 0) text += ", as a user id that nobody has";
  text += cgroups_ == nullptr ? ", no control groups" : cgroups_->v2() ? ", control groups v2" : ", control groups v1";
  return text;
}

}  // namespace r1
