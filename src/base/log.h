// Diagnostic lines on stderr: "12:34:56.789 I engine: ...". LOG_LEVEL=debug|info|warning|error chooses what is shown (default:
// warning, since commands report their own progress). Results and progress are no log lines: commands print those.
//   LOG(Info) << "resumed from " << path;
#pragma once

#include <functional>
#include <sstream>
#include <string>
#include <string_view>

namespace r1 {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// The level of LOG_LEVEL, read once. An unknown word means the default, with a line saying so.
LogLevel MinLogLevel();
// Overrides LOG_LEVEL, for tests and `--verbose`.
void SetMinLogLevel(LogLevel level);
// "debug", "info", "warning" or "error"; false if `text` is none of them.
bool ParseLogLevel(std::string_view text, LogLevel& level);

// Where whole lines (newline included) go instead of stderr, e.g. Progress::Print; an empty function restores stderr.
// Called under a lock, so lines of several threads never mix.
void SetLogSink(std::function<void(std::string_view)> sink);

class LogLine {
 public:
  explicit LogLine(LogLevel level) : level_(level) {}
  ~LogLine();  // writes the line
  LogLine(const LogLine&) = delete;
  LogLine& operator=(const LogLine&) = delete;
  std::ostream& stream() { return stream_; }

 private:
  LogLevel level_;
  std::ostringstream stream_;
};

}  // namespace r1

// The operands are not evaluated when the level is hidden.
#define LOG(level)                                      \
  if (::r1::LogLevel::k##level < ::r1::MinLogLevel()) { \
  } else                                                \
    ::r1::LogLine(::r1::LogLevel::k##level).stream()
