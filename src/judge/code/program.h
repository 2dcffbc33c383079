// A submission that is ready to run: its source, or what the compiler made of it.
#pragma once

#include <string>

#include "judge/code/language.h"
#include "judge/code/sandbox.h"

namespace r1 {

struct Program {
  const CodeLanguage* language = nullptr;
  OwnedFd file;                 // sealed: a source to interpret, or an executable
  std::string compile_message;  // not empty: it did not compile, and this is why
  double compile_s = 0;

  bool compiled() const { return !language->compile.empty(); }
  // A run of it with nothing but its file: add input, limits and more files.
  RunRequest Request() const;
};

// more_files: for the compiler, e.g. a header; paths are below kBoxFolder. The compiler is stopped when `until` is over.
Program PrepareProgram(const Sandbox& sandbox, const CodeLanguage& language, std::string_view source,
                       const RunLimits& compile_limits, const std::vector<RunFile>& more_files = {}, const TimeLimit& until = {});

}  // namespace r1
