// The languages a program under judgement may be in: one row each in language.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace r1 {

// How a language's assert tests are kept apart from the solution.
enum class AssertForm { kNone, kPython, kCpp };

// A source that includes this is linked with that.
struct CodeLibrary {
  const char *include, *flag;
};

struct CodeLanguage {
  const char* name;                        // "cpp"
  std::vector<const char*> other_names;    // as fences of Markdown and data sets spell it, file endings included
  const char* source_name;                 // the file's name in the run; ours, whatever the submission was called
  std::vector<const char*> compile;        // a command that makes kProgramFile of kBoxFolder/source_name; empty: not compiled
  std::vector<const char*> compile_paths;  // what it reads of the machine
  std::vector<const char*> run;            // the command of a run; kBoxFolder/program is the compiled program
  std::vector<const char*> run_paths;
  AssertForm asserts = AssertForm::kNone;
  std::vector<CodeLibrary> libraries = {};
};

inline constexpr const char* kProgramFile = "/tmp/program";  // where the compiler puts it
inline constexpr const char* kProgramPath = "/box/program";  // where it is run

// By any of its names, in any case. Null: not known.
const CodeLanguage* FindCodeLanguage(std::string_view name);
// By the ending of a file's name. Null: it names none.
const CodeLanguage* LanguageOfFile(const std::string& path);
// The same; throws kInvalidArgument naming the known ones.
const CodeLanguage& CodeLanguageNamed(std::string_view name);

}  // namespace r1
