#include "judge/code/language.h"

#include <filesystem>

#include "base/ascii.h"
#include "base/error.h"

namespace r1 {
namespace {

// What a compiled program needs: the loader and its libraries. No command, no header, no configuration.
const std::vector<const char*> kLibraries = {"/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache"};
const std::vector<const char*> kCompiler = {
    "/usr/lib",          "/usr/lib64",      "/lib", "/lib64", "/usr/bin", "/bin", "/usr/include", "/usr/libexec",
    "/etc/alternatives", "/etc/ld.so.cache"};
const std::vector<const char*> kInterpreter = {"/usr/lib",          "/usr/lib64",      "/lib", "/lib64", "/usr/bin", "/bin",
                                               "/etc/alternatives", "/etc/ld.so.cache"};

// Static constructors and templates that never end are the limits' business; -fmax-errors keeps messages short.
const std::vector<CodeLanguage>& Rows() {
  static const std::vector<CodeLanguage> kRows = {
      {"cpp",
       {"c++", "cc", "cxx", "cpp17", "cpp20", "g++"},
       "main.cpp",
       {"/usr/bin/g++", "-std=c++20", "-O2", "-pipe", "-pthread", "-fmax-errors=5", "-w", "-o", kProgramFile, "/box/main.cpp"},
       kCompiler,
       {kProgramPath},
       kLibraries,
       AssertForm::kCpp,
       {{"<openssl/", "-lcrypto"}}},
      {"python",
       {"python3", "py", "py3"},
       "main.py",
       {},
       {},
       {"/usr/bin/python3", "/box/main.py"},
       kInterpreter,
       AssertForm::kPython},
      {"c",
       {"c11", "c17", "gcc"},
       "main.c",
       {"/usr/bin/gcc", "-std=gnu17", "-O2", "-pipe", "-pthread", "-fmax-errors=5", "-w", "-o", kProgramFile, "/box/main.c", "-lm"},
       kCompiler,
       {kProgramPath},
       kLibraries},
      {"sh", {"shell", "bash"}, "main.sh", {}, {}, {"/bin/bash", "/box/main.sh"}, kInterpreter},
  };
  return kRows;
}

bool SameName(std::string_view a, std::string_view b) { return LowerCase(a) == LowerCase(b); }

}  // namespace

const CodeLanguage* FindCodeLanguage(std::string_view name) {
  for (const CodeLanguage& row : Rows()) {
    if (SameName(name, row.name)) return &row;
    for (const char* other : row.other_names) {
      if (SameName(name, other)) return &row;
    }
  }
  return nullptr;
}

const CodeLanguage* LanguageOfFile(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  return FindCodeLanguage(std::string_view(ending).substr(ending.empty() ? 0 : 1));
}

const CodeLanguage& CodeLanguageNamed(std::string_view name) {
  if (const CodeLanguage* row = FindCodeLanguage(name)) return *row;
  std::string known;
  for (const CodeLanguage& row : Rows()) known += (known.empty() ? "" : ", ") + std::string(row.name);
  Fail(ErrorCode::kInvalidArgument, "there is no judge for the language `", name, "`; known: ", known);
}

}  // namespace r1
