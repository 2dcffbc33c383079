#include "base/log.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>

#include "base/env.h"
#include "base/terminal.h"

namespace r1 {
namespace {

constexpr LogLevel kDefaultLevel = LogLevel::kWarning;

struct Sink {
  std::mutex mutex;
  std::function<void(std::string_view)> write;
};
Sink& GlobalSink() {
  static Sink* sink = new Sink;  // never destroyed: threads may log while the program exits
  return *sink;
}

void WriteLine(LogLevel level, std::string_view message) {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  char head[32];
  std::snprintf(head, sizeof(head), "%02d:%02d:%02d.%03d %c ", local.tm_hour, local.tm_min, local.tm_sec, static_cast<int>(millis),
                "DIWE"[static_cast<int>(level)]);
  const std::string line = head + PrintableText(message) + "\n";
  Sink& sink = GlobalSink();
  std::lock_guard lock(sink.mutex);
  if (sink.write)
    sink.write(line);
  else
    std::fwrite(line.data(), 1, line.size(), stderr);
}

LogLevel LevelFromEnvironment() {
  LogLevel level = kDefaultLevel;
  const std::string text = EnvironmentVariable("LOG_LEVEL").value_or("");
  if (!text.empty() && !ParseLogLevel(text, level)) {
    WriteLine(LogLevel::kWarning, "LOG_LEVEL: expected debug, info, warning or error, got `" + text + "`");
  }
  return level;
}

std::atomic<LogLevel>& Level() {
  static std::atomic<LogLevel> level{LevelFromEnvironment()};
  return level;
}

}  // namespace

LogLevel MinLogLevel() { return Level().load(std::memory_order_relaxed); }
void SetMinLogLevel(LogLevel level) { Level().store(level, std::memory_order_relaxed); }

bool ParseLogLevel(std::string_view text, LogLevel& level) {
  if (text == "debug")
    level = LogLevel::kDebug;
  else if (text == "info")
    level = LogLevel::kInfo;
  else if (text == "warning")
    level = LogLevel::kWarning;
  else if (text == "error")
    level = LogLevel::kError;
  else
    return false;
  return true;
}

void SetLogSink(std::function<void(std::string_view)> sink) {
  std::lock_guard lock(GlobalSink().mutex);
  GlobalSink().write = std::move(sink);
}

LogLine::~LogLine() { WriteLine(level_, std::move(stream_).str()); }

}  // namespace r1
