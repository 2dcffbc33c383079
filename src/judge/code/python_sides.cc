#include "judge/code/python_sides.h"

#include "judge/code/embedded.h"

namespace r1 {

std::string PythonText(std::string_view text) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string literal = "b\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 32 && byte < 127 && c != '"' && c != '\\') {
      literal += c;
    } else {
      literal += "\\x";
      literal += kDigits[byte >> 4];
      literal += kDigits[byte & 15];
    }
  }
  return literal + "\".decode()";
}

std::string PythonCandidateSide() { return std::string(PythonWire()) + "\n\n" + std::string(PythonCandidateText()); }

std::string PythonTestSide(const AssertTests& tests) {
  std::string script = std::string(PythonWire()) + "\n\n" + std::string(PythonTestText());
  script += "_r1_tests(" + PythonText(tests.setup) + ", " + PythonText(tests.entry_point) + ", [\n";
  for (const std::string& test : tests.tests) script += PythonText(test) + ",\n";
  return script + "])\n";
}

}  // namespace r1
