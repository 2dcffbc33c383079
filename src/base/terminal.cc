#include "base/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/env.h"
#include "base/utf8.h"

namespace r1 {
namespace {

std::atomic<bool> stdout_failed{false};  // of the process, as standard output is

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {  // nobody reads any more, which is no error, or nothing more can be taken
      if (fd == STDOUT_FILENO && errno != EPIPE) stdout_failed = true;
      return;
    }
    text.remove_prefix(static_cast<size_t>(n));
  }
}

bool IsInteractive(int fd) { return isatty(fd) && EnvironmentVariable("TERM").value_or("dumb") != "dumb"; }

// Zero for combining marks and joiners, two for wide characters; the common ranges of Unicode 15's EastAsianWidth, not all of it.
int ColumnsOf(char32_t c) {
  if (c < 0x20 || c == 0x7F) return 0;
  if (c < 0x300) return 1;
  const auto in = [&](char32_t low, char32_t high) { return c >= low && c <= high; };
  if (in(0x300, 0x36F) || in(0x483, 0x489) || in(0x591, 0x5BD) || in(0x610, 0x61A) || in(0x64B, 0x65F) || in(0x1AB0, 0x1AFF) ||
      in(0x1DC0, 0x1DFF) || in(0x200B, 0x200F) || in(0x2060, 0x2064) || in(0x20D0, 0x20FF) || in(0xFE00, 0xFE0F) ||
      in(0xFE20, 0xFE2F) || c == 0xFEFF || in(0xE0100, 0xE01EF)) {
    return 0;
  }
  // Symbols that are drawn as emoji unless something says otherwise.
  if (in(0x231A, 0x231B) || in(0x23E9, 0x23EC) || c == 0x23F0 || c == 0x23F3 || in(0x25FD, 0x25FE) || in(0x2614, 0x2615) ||
      in(0x2648, 0x2653) || c == 0x267F || c == 0x2693 || c == 0x26A1 || in(0x26AA, 0x26AB) || in(0x26BD, 0x26BE) ||
      in(0x26C4, 0x26C5) || c == 0x26CE || c == 0x26D4 || c == 0x26EA || in(0x26F2, 0x26F3) || c == 0x26F5 || c == 0x26FA ||
      c == 0x26FD || c == 0x2705 || in(0x270A, 0x270B) || c == 0x2728 || c == 0x274C || c == 0x274E || in(0x2753, 0x2755) ||
      c == 0x2757 || in(0x2795, 0x2797) || c == 0x27B0 || c == 0x27BF || in(0x2B1B, 0x2B1C) || c == 0x2B50 || c == 0x2B55 ||
      in(0x1F7E0, 0x1F7EB)) {
    return 2;
  }
  if (in(0x1100, 0x115F) || in(0x2E80, 0x303E) || in(0x3041, 0x33FF) || in(0x3400, 0x4DBF) || in(0x4E00, 0x9FFF) ||
      in(0xA000, 0xA4CF) || in(0xAC00, 0xD7A3) || in(0xF900, 0xFAFF) || in(0xFE30, 0xFE4F) || in(0xFF00, 0xFF60) ||
      in(0xFFE0, 0xFFE6) || in(0x1F300, 0x1F64F) || in(0x1F680, 0x1F6FF) || in(0x1F900, 0x1F9FF) || in(0x20000, 0x3FFFD)) {
    return 2;
  }
  return 1;
}

// Bytes of the escape sequence "ESC [ ... letter" at the start of `text`, or 0.
size_t EscapeLength(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b' || text[1] != '[') return 0;
  size_t i = 2;
  while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
  return i < text.size() ? i + 1 : text.size();
}

}  // namespace

Terminal::Terminal(int fd)
    : interactive_(IsInteractive(fd)),
      colour_(interactive_ && !EnvironmentVariable("NO_COLOR")),
      width_(0),
      fd_(fd),
      write_([fd](std::string_view text) { WriteAll(fd, text); }) {}

Terminal Terminal::Stdout() { return Terminal(STDOUT_FILENO); }
Terminal Terminal::Stderr() { return Terminal(STDERR_FILENO); }

bool Terminal::StdoutFailed() { return stdout_failed; }

int Terminal::width() const {
  if (width_ > 0) return width_;
  winsize size{};
  return ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int Terminal::height() const {
  winsize size{};
  return fd_ >= 0 && ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

std::string Terminal::Styled(std::string_view code, std::string_view text) const {
  if (!colour_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    if (const size_t escape = EscapeLength(text)) {
      text.remove_prefix(escape);
      continue;
    }
    const Utf8Char c = NextUtf8Char(text);
    width += ColumnsOf(c.code_point);
    text.remove_prefix(static_cast<size_t>(c.num_bytes));
  }
  return width;
}

std::string FitToWidth(std::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  std::string out;
  bool styled = false;
  int used = 0;
  while (!text.empty()) {
    if (const size_t escape = EscapeLength(text)) {
      out += text.substr(0, escape);
      text.remove_prefix(escape);
      styled = true;
      continue;
    }
    const Utf8Char c = NextUtf8Char(text);
    used += ColumnsOf(c.code_point);
    if (used > width - 1) break;  // one column is for the ellipsis
    out += text.substr(0, static_cast<size_t>(c.num_bytes));
    text.remove_prefix(static_cast<size_t>(c.num_bytes));
  }
  if (width > 0) out += "…";
  return styled ? out + "\x1b[0m" : out;
}

std::string PrintableText(std::string_view text, bool one_line) {
  std::string out;
  while (!text.empty()) {
    const Utf8Char c = NextUtf8Char(text);
    const std::string_view bytes = text.substr(0, static_cast<size_t>(c.num_bytes));
    text.remove_prefix(static_cast<size_t>(c.num_bytes));
    if (!c.valid)
      out += "\xEF\xBF\xBD";
    else if (c.code_point == '\n' || c.code_point == '\t')
      out += one_line ? " " : bytes;
    else if (c.code_point < 0x20 || (c.code_point >= 0x7F && c.code_point < 0xA0))
      out += '?';
    else
      out += bytes;
  }
  return out;
}

}  // namespace r1
