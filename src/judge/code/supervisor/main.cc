// supervisor launch|supervise|tether KEY=VALUE... -- COMMAND...: see settings.h.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "judge/code/supervisor/settings.h"

namespace r1::supervisor {
namespace {

struct Number {
  const char* key;
  int64_t Settings::*member;
};
constexpr Number kNumbers[] = {
    {"cpu_ms", &Settings::cpu_ms},         {"wall_ms", &Settings::wall_ms}, {"memory_bytes", &Settings::memory_bytes},
    {"file_bytes", &Settings::file_bytes}, {"files", &Settings::files},     {"address_bytes", &Settings::address_bytes},
    {"processes", &Settings::processes},   {"uid", &Settings::uid},         {"collect_bytes", &Settings::collect_bytes},
    {"parent", &Settings::parent},         {"last_fd", &Settings::last_fd},
};

bool AddTo(const char* (&list)[Settings::kMaxScratch], const char* value) {
  for (const char*& entry : list) {
    if (entry == nullptr) {
      entry = value;
      return true;
    }
  }
  return false;
}

bool ParseWord(const char* word, Settings& settings) {
  const char* equals = std::strchr(word, '=');
  if (equals == nullptr) return false;
  const char* value = equals + 1;
  const size_t length = static_cast<size_t>(equals - word);
  const auto is = [&](const char* key) { return std::strlen(key) == length && std::memcmp(key, word, length) == 0; };
  for (const Number& number : kNumbers) {
    if (is(number.key)) {
      settings.*number.member = std::atoll(value);
      return true;
    }
  }
  if (is("channel")) return settings.channel = true;
  if (is("collect")) return (settings.collect = value) != nullptr;
  if (is("folder")) return (settings.folder = value) != nullptr;
  if (is("scratch")) return AddTo(settings.scratch, value);
  if (is("cgroup")) return AddTo(settings.cgroup, value);
  return false;
}

}  // namespace

bool ParseSettings(char** words, Settings& settings) {
  for (; *words != nullptr; ++words) {
    if (std::strcmp(*words, "--") == 0) {
      settings.command = words + 1;
      return *settings.command != nullptr;
    }
    if (!ParseWord(*words, settings)) return false;
  }
  return false;
}

}  // namespace r1::supervisor

int main(int argc, char** argv) {
  using namespace r1::supervisor;
  Settings settings;
  if (argc > 2 && ParseSettings(argv + 2, settings)) {
    if (std::strcmp(argv[1], "launch") == 0) return Launch(settings);
    if (std::strcmp(argv[1], "supervise") == 0) return Supervise(settings);
    if (std::strcmp(argv[1], "tether") == 0) return Tether(settings);
  }
  std::fputs("supervisor: a part of r1 judge, not to be called by hand\n", stderr);
  return 125;
}
