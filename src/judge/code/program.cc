#include "judge/code/program.h"

#include "base/error.h"
#include "judge/code/run_verdict.h"

namespace r1 {
namespace {

constexpr size_t kMessageBytes = 4000;

std::vector<std::string> Strings(const std::vector<const char*>& words) { return {words.begin(), words.end()}; }

std::string Message(const RunResult& result, const RunLimits& limits) {
  if (const auto failure = FailureOf(result, limits)) {
    // A compiler that complains exits with 1; everything else is a limit or a crash of the compiler, which is worth saying.
    const std::string said = HeadOf(result.error_output, kMessageBytes);
    if (failure->verdict == Verdict::kRuntimeError && result.report.exit_code == 1 && !said.empty()) return said;
    return "the compiler was stopped: " + failure->reason + (said.empty() ? "" : "\n" + said);
  }
  if (!result.report.file) return StrCat("the compiler made no program of at most ", limits.file_bytes, " bytes");
  return "";
}

}  // namespace

RunRequest Program::Request() const {
  RunRequest request;
  request.command = Strings(language->run);
  request.system_paths = Strings(language->run_paths);
  request.files.push_back({compiled() ? kProgramPath : std::string(kBoxFolder) + "/" + language->source_name, &file, compiled()});
  return request;
}

Program PrepareProgram(const Sandbox& sandbox, const CodeLanguage& language, std::string_view source,
                       const RunLimits& compile_limits, const std::vector<RunFile>& more_files, const TimeLimit& until) {
  Program program;
  program.language = &language;
  OwnedFd text = MakeSealedFile(source);
  if (!program.compiled()) {
    program.file = std::move(text);
    return program;
  }
  RunRequest request;
  request.command = Strings(language.compile);
  for (const CodeLibrary& library : language.libraries) {
    if (source.find(library.include) != std::string_view::npos) request.command.emplace_back(library.flag);
  }
  request.system_paths = Strings(language.compile_paths);
  request.only_null_device = true;
  request.files = more_files;
  request.files.push_back({std::string(kBoxFolder) + "/" + language.source_name, &text});
  request.collect = kProgramFile;
  request.collect_bytes = compile_limits.file_bytes;
  request.limits = compile_limits;
  request.until = until;
  const RunResult result = sandbox.Run(std::move(request));
  program.compile_s = static_cast<double>(result.report.wall_us) / 1e6;
  program.compile_message = Message(result, compile_limits);
  if (program.compile_message.empty()) program.file = MakeSealedFile(*result.report.file, /*executable=*/true);
  return program;
}

}  // namespace r1
