#include "judge/code/cpp_sides.h"

#include <algorithm>
#include <cctype>

#include "base/ascii.h"
#include "base/error.h"

namespace r1 {
namespace {

bool IsNameChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The text with a space for each comment: prompts end with the signature and what the function should do.
std::string WithoutComments(std::string_view text) {
  std::string code;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (text.substr(at, 2) == "//" || text.substr(at, 2) == "/*") {
      const std::string_view close = text[at + 1] == '/' ? "\n" : "*/";
      const size_t end = text.find(close, at + 2);
      code += ' ';
      if (end == std::string_view::npos) break;
      at = close == "\n" ? end : end + close.size();  // the line's end stays
    } else if (c == '"' || c == '\'') {
      size_t end = at + 1;
      while (end < text.size() && text[end] != c && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, text.size());
      code += text.substr(at, end - at);
      at = end;
    } else {
      code += c;
      ++at;
    }
  }
  return code;
}

[[noreturn]] void FailSignature() {
  Fail(ErrorCode::kInvalidArgument,
       "assert tests in C++ need a declaration that ends with the function's signature, e.g. `int add(int a, int b) {`");
}

// Takes the name at the end of `text`.
std::string TakeName(std::string_view& text) {
  text = Trim(text);
  size_t begin = text.size();
  while (begin > 0 && IsNameChar(text[begin - 1])) --begin;
  std::string name(text.substr(begin));
  text = Trim(text.substr(0, begin));
  return name;
}

// The place of the bracket that the last one closes.
size_t OpeningBracket(std::string_view text) {
  int depth = 0;
  for (size_t at = text.size(); at > 0; --at) {
    if (text[at - 1] == ')') ++depth;
    if (text[at - 1] == '(' && --depth == 0) return at - 1;
  }
  FailSignature();
}

CppParameter ParseParameter(std::string_view text) {
  text = Trim(text.substr(0, text.find('=')));  // without a default
  CppParameter parameter;
  parameter.name = TakeName(text);
  parameter.type = std::string(text);
  if (parameter.type.empty() || parameter.name.empty() || std::isdigit(static_cast<unsigned char>(parameter.name[0])) != 0)
    FailSignature();
  return parameter;
}

std::vector<CppParameter> ParseParameters(std::string_view text) {
  std::vector<CppParameter> parameters;
  text = Trim(text);
  if (text.empty() || text == "void") return parameters;
  int depth = 0;
  size_t begin = 0;
  for (size_t at = 0; at <= text.size(); ++at) {
    if (at == text.size() || (text[at] == ',' && depth == 0)) {
      parameters.push_back(ParseParameter(text.substr(begin, at - begin)));
      begin = at + 1;
    } else if (text[at] == '<' || text[at] == '(' || text[at] == '{') {
      ++depth;
    } else if (text[at] == '>' || text[at] == ')' || text[at] == '}') {
      --depth;
    }
  }
  return parameters;
}

std::string Declared(const CppFunction& function) {
  std::string text = function.result + " " + function.name + "(";
  for (const CppParameter& parameter : function.parameters)
    text += (text.back() == '(' ? "" : ", ") + parameter.type + " " + parameter.name;
  return text + ")";
}

// "a, b".
std::string Names(const CppFunction& function) {
  std::string text;
  for (const CppParameter& parameter : function.parameters) text += (text.empty() ? "" : ", ") + parameter.name;
  return text;
}

bool IsWholeProgram(std::string_view test) {
  for (size_t at = test.find("main"); at != std::string_view::npos; at = test.find("main", at + 1)) {
    const std::string_view after = Trim(test.substr(at + 4));
    if ((at == 0 || !IsNameChar(test[at - 1])) && after.starts_with("(")) return true;
  }
  return false;
}

std::string Include(const CppFunction& function) {
  const bool any = function.before.find("boost/any") != std::string::npos;
  return std::string(any ? "#define R1_SIDES_ANY\n" : "") + "#include \"" + kCppSidesPath + "\"\n";
}

}  // namespace

CppFunction ParseCppDeclaration(std::string_view declaration) {
  const std::string code = WithoutComments(declaration);
  std::string_view text = Trim(code);
  while (!text.empty() && (text.back() == '{' || text.back() == ';')) text = Trim(text.substr(0, text.size() - 1));
  if (text.empty() || text.back() != ')') FailSignature();
  CppFunction function;
  const size_t open = OpeningBracket(text);
  function.parameters = ParseParameters(text.substr(open + 1, text.size() - open - 2));
  text = text.substr(0, open);
  function.name = TakeName(text);
  // The result's type begins behind whatever stands before it on its line, or the line above if the name has a line to itself.
  const size_t line = text.rfind('\n'), other = text.find_last_of(";}");
  size_t begin = line == std::string_view::npos ? 0 : line + 1;
  if (other != std::string_view::npos && other + 1 > begin) begin = other + 1;
  function.result = std::string(Trim(text.substr(begin)));
  function.before = std::string(text.substr(0, begin)) + "\n";
  if (function.name.empty() || function.result.empty()) FailSignature();
  return function;
}

std::string CppCandidateSide(const CppFunction& function, std::string_view solution) {
  std::string text = Include(function);
  text += "#define main r1_solution_main\n#line 1 \"main.cpp\"\n" + std::string(solution) + "\n#undef main\n";
  if (function.before.find("using namespace std") != std::string::npos) text += "using namespace std;\n";  // for the types below
  std::string types, parameters;
  for (const CppParameter& parameter : function.parameters) {
    types += (types.empty() ? "" : ", ") + ("std::decay_t<" + parameter.type + ">");
    parameters += (parameters.empty() ? "std::decay_t<" : ", std::decay_t<") + parameter.type + ">& " + parameter.name;
  }
  text += "int main() {\n  r1_sides::Serve<" + types + ">([](" + parameters + ") { return " + function.name + "(" +
          Names(function) + "); });\n}\n";
  return text;
}

std::string CppTestSide(const CppFunction& function, const AssertTests& tests) {
  std::string text = Include(function);
  text += tests.setup + "\n" + function.before + "\n" + Declared(function) + " { return r1_sides::Call<" + function.result + ">(" +
          Names(function) + "); }\n";
  text +=
      "#undef NDEBUG\n#include <assert.h>\n"
      "extern \"C\" void __assert_fail(const char* what, const char*, unsigned, const char*) noexcept(true) {\n"
      "  r1_sides::Report::Failed(std::string(\"F assert (\") + what + \")\");\n}\n";
  if (tests.tests.size() == 1 && IsWholeProgram(tests.tests[0]))
    return text + "r1_sides::WholeProgram r1_whole;\n" + tests.tests[0];
  std::string names;
  for (size_t i = 0; i < tests.tests.size(); ++i) {
    Require(!IsWholeProgram(tests.tests[i]), "a C++ test that is a whole program must be the only one");
    const std::string name = StrCat("r1_test_", i);
    text += "void " + name + "() {\n" + tests.tests[i] + "\n}\n";
    names += (names.empty() ? "&" : ", &") + name;
  }
  return text + "int main() { r1_sides::RunTests(" + names + "); }\n";
}

}  // namespace r1
