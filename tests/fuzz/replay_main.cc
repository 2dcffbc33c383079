// Stands in for libFuzzer where there is only g++: NAME_fuzz [--mutations N] FILE_OR_FOLDER...
//
// Runs the fuzz target of the program on every file, then on N mutations of them (of nothing, without files). Nothing is random:
// the same files give the same inputs. An input that crashes, hangs or throws is written to NAME_fuzz.crash in the working
// directory; run it again alone with NAME_fuzz NAME_fuzz.crash. libFuzzer searches, guided by coverage (./check --fuzz); this keeps
// what it found from coming back.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/rng.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace r1 {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxInputBytes = 1 << 16;
constexpr unsigned kMaxSecondsAnInput = 20;
constexpr rlim_t kMaxMemoryBytes = rlim_t{4} << 30;

// What parsers of text and of sizes stumble over.
const std::vector<std::string> kPieces = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    ":",
    ",",
    "=",
    ".",
    "-",
    "#",
    "'''",
    "\n",
    "\r\n",
    " ",
    "0",
    "-1",
    "1e999",
    "nan",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "null",
    "true",
    "\xff",
    "\xc3",
    "\xf0\x9f\x98\x80",
    "\xe2\x80\x8b",
    std::string(1, '\0'),
    std::string(8, '\0'),
    std::string(8, '\xff'),
    std::string(70, '['),
    "(a*)*",
};

std::string g_input, g_crash_path;  // for the handler

void Save(int signal_number) {
  const int fd = ::open(g_crash_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  (void)!::write(fd, g_input.data(), g_input.size());
  for (const char* text : {"the input is in ", g_crash_path.c_str(), signal_number == SIGALRM ? ": it hangs\n" : "\n"})
    (void)!::write(STDERR_FILENO, text, std::strlen(text));
  ::signal(signal_number, SIG_DFL);
  ::raise(signal_number);
}

void Run(const std::string& input) {
  g_input = input;
  ::alarm(kMaxSecondsAnInput);
  // A copy of the exact size, so that AddressSanitizer sees a read past the end.
  const std::vector<uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::string Mutate(const std::vector<std::string>& seeds, uint64_t number) {
  Rng rng(RngKey({0xF022, number}));
  std::string text = seeds[rng.Below(seeds.size())];
  for (uint64_t edits = 1 + rng.Below(4); edits > 0; --edits) {
    const size_t at = rng.Below(text.size() + 1), length = std::min<size_t>(rng.Below(1 + rng.Below(64)), text.size() - at);
    switch (rng.Below(7)) {
      case 0: text.insert(at, kPieces[rng.Below(kPieces.size())]); break;
      case 1: text.replace(at, length, kPieces[rng.Below(kPieces.size())]); break;
      case 2: text.erase(at, length); break;
      case 3: text.insert(rng.Below(text.size() + 1), text.substr(at, length)); break;
      case 4: text.resize(at); break;
      case 5: text.insert(at, seeds[rng.Below(seeds.size())]); break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1u << rng.Below(8)));
    }
  }
  text.resize(std::min(text.size(), kMaxInputBytes));
  return text;
}

void AddSeeds(const fs::path& path, std::vector<std::string>* seeds) {
  if (!fs::is_directory(path)) return seeds->push_back(ReadFile(path.string()));
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) seeds->push_back(ReadFile(file.string()));
}

int Main(int argc, char** argv) {
  uint64_t mutations = 0;
  std::vector<std::string> seeds;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--mutations") == 0 && i + 1 < argc)
      mutations = std::strtoull(argv[++i], nullptr, 10);
    else
      AddSeeds(argv[i], &seeds);
  }
  if (seeds.empty()) seeds.emplace_back();
  g_crash_path = fs::path(argv[0]).filename().string() + ".crash";
  for (const int signal_number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGALRM}) ::signal(signal_number, Save);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they map terabytes that they never touch
  const rlimit memory{kMaxMemoryBytes, kMaxMemoryBytes};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
  for (const std::string& seed : seeds) Run(seed);
  for (uint64_t i = 0; i < mutations; ++i) Run(Mutate(seeds, i));
  std::printf("%zu inputs and %llu mutations survived\n", seeds.size(), static_cast<unsigned long long>(mutations));
  return 0;
}

}  // namespace
}  // namespace r1

int main(int argc, char** argv) {
  try {
    return r1::Main(argc, argv);
  } catch (const r1::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
