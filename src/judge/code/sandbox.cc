#include "judge/code/sandbox.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "judge/code/bwrap_command.h"
#include "judge/code/cgroup.h"
#include "judge/code/child_descriptors.h"
#include "judge/code/child_streams.h"
#include "judge/code/embedded.h"
#include "judge/code/run_user.h"
#include "judge/code/seccomp_filter.h"
#include "judge/code/spawn.h"
#include "judge/code/supervise_words.h"
#include "judge/code/supervisor/settings.h"
#include "judge/code/unsafe_folder.h"

namespace r1 {
namespace {

constexpr int64_t kMostReportBytes = 4096;  // without the collected file
constexpr double kGraceSeconds = 5;         // what a sandbox may take to begin and end beyond its wall time

}  // namespace

struct Sandbox::RunPipes {
  Pipe report = MakePipe(), control = MakePipe(), output = MakePipe(), error = MakePipe();
};

Sandbox::Sandbox(const SandboxOptions& options)
    : options_(options), supervisor_(MakeSealedFile(SupervisorImage(), /*executable=*/true)), cancel_(MakePipe()) {
  if (options_.use_cgroups) cgroups_ = CgroupTree::Find();
  if (options_.unsafe_without_isolation) return;
  seccomp_ = MakeSeccompFilter();
  Probe();
}

Sandbox::~Sandbox() = default;

void Sandbox::ThrowIfCancelled() const {
  if (cancelled_) Fail(ErrorCode::kCancelled, "judging was cancelled");
}

RunResult Sandbox::Run(RunRequest request) const {
  ThrowIfCancelled();
  const RunUser user;
  const std::unique_ptr<RunCgroup> group = cgroups_ ? cgroups_->Make(request.limits) : nullptr;
  std::unique_ptr<UnsafeFolder> folder;
  if (options_.unsafe_without_isolation) folder = std::make_unique<UnsafeFolder>(request, supervisor_, user.id());
  RunPipes pipes;
  const int pid = Launch(request, pipes, user.id(), group.get(), folder.get());
  request.channel_in.Close();  // or the other side of the channel would never see an end
  request.channel_out.Close();
  RunResult result = Follow(pid, request, pipes, group.get());
  ThrowIfCancelled();
  return result;
}

int Sandbox::Launch(const RunRequest& request, RunPipes& pipes, int user, const RunCgroup* group,
                    const UnsafeFolder* folder) const {
  const OwnedFd input = request.input != nullptr ? Reopen(*request.input) : MakeEndedInput();
  ChildDescriptors given(supervisor::kChannelOutFd + 1);
  given.Put(0, input.get());
  given.Put(1, pipes.output.write_end.get());
  given.Put(2, pipes.error.write_end.get());
  given.Put(supervisor::kReportFd, pipes.report.write_end.get());
  given.Put(supervisor::kControlFd, pipes.control.read_end.get());
  if (request.channel_in) {
    given.Put(supervisor::kChannelInFd, request.channel_in.get());
    given.Put(supervisor::kChannelOutFd, request.channel_out.get());
  }
  std::vector<std::string> words, environment;
  for (const auto& [name, value] : RunEnvironment()) environment.push_back(name + "=" + value);
  if (folder == nullptr) {
    BwrapDescriptors files;
    files.seccomp = given.Add(Reopen(seccomp_));
    files.supervisor = given.Add(Reopen(supervisor_));
    for (const RunFile& file : request.files) files.files.push_back(given.Add(Reopen(*file.contents)));
    words = BwrapCommand(request, files);
  }
  words.push_back(kSupervisorPath);
  for (std::string& word : SuperviseWords(request, /*isolated=*/folder == nullptr)) words.push_back(std::move(word));
  if (folder != nullptr) {
    for (std::string& word : words) word = folder->Map(word);
    for (std::string& variable : environment) variable = folder->Map(variable);
  }
  std::vector<std::string> launch = {"r1-judge-run", "launch", SupervisorSetting("uid", user),
                                     SupervisorSetting("parent", getpid()), SupervisorSetting("last_fd", given.last())};
  if (group != nullptr) {
    for (const std::string& file : group->ProcsFiles()) launch.push_back("cgroup=" + file);
  }
  launch.push_back("--");
  launch.insert(launch.end(), words.begin(), words.end());
  const int pid = Spawn("/proc/self/fd/" + std::to_string(supervisor_.get()), launch, environment, given.pairs());
  for (OwnedFd* fd : {&pipes.report.write_end, &pipes.control.read_end, &pipes.output.write_end, &pipes.error.write_end})
    fd->Close();
  return pid;
}

RunResult Sandbox::Follow(int pid, const RunRequest& request, RunPipes& pipes, const RunCgroup* group) const {
  RunResult result;
  std::string report;
  std::vector<ChildStream> streams;
  streams.push_back({std::move(pipes.output.read_end), &result.output, request.limits.output_bytes});
  streams.push_back({std::move(pipes.error.read_end), &result.error_output, request.limits.output_bytes});
  streams.push_back({std::move(pipes.report.read_end), &report, kMostReportBytes + request.collect_bytes});
  bool late = false;
  const auto stop = [&] { pipes.control.write_end.Close(); };
  DrainEvents events;
  events.on_stop = stop;
  events.on_exceeded = [&] {
    result.output_exceeded = true;
    stop();
  };
  events.on_deadline = [&] {
    // The supervisor has limits of its own: it was late itself, or is gone. It is asked first, then killed.
    if (!std::exchange(late, true)) return stop();
    kill(pid, SIGKILL);  // takes the sandbox along: --die-with-parent
    if (group != nullptr) group->Kill();
  };
  const double own_s = SteadySeconds() + supervisor::kStretch * request.limits.wall_s + kGraceSeconds;
  const double deadline_s = std::min(own_s, request.until.end_s());
  DrainStreams(streams, {request.stop_fd, cancel_.read_end.get()}, deadline_s, events);
  WaitForExit(pid);

  if (auto parsed = ParseRunReport(report)) {
    result.report = std::move(*parsed);
  } else {
    result.lost = true;
  }
  if (late && (result.lost || result.report.limit == RunLimit::kStopped)) {
    result.lost = false;
    result.report.limit = RunLimit::kWall;
  }
  if (group != nullptr) {
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

}  // namespace r1
