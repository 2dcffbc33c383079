#include "terminal/line_reader.h"

#include <histedit.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <utility>

#include "base/interrupt.h"
#include "base/utf8.h"

namespace r1 {
namespace {

constexpr int kHistoryLines = 1000;
constexpr const char* kBlock = "\"\"\"";
constexpr int kPasteWaitMs = 15;  // a paste arrives faster, a person types slower

bool InputWaits(int timeout_ms) {
  pollfd fd = {STDIN_FILENO, POLLIN, 0};
  return poll(&fd, 1, timeout_ms) > 0 && (fd.revents & POLLIN) != 0;
}

// One byte, or 0 at the end of the input, or -1 with EINTR after Ctrl-C.
int ReadByte(char* byte) {
  for (;;) {
    if (Interrupted()) {
      errno = EINTR;
      return -1;
    }
    const ssize_t n = read(STDIN_FILENO, byte, 1);
    if (n >= 0 || errno != EINTR) return static_cast<int>(n);
  }
}

int ReadCharacter(EditLine*, wchar_t* character) {
  static std::optional<char> unread;  // what came where a character should have gone on
  std::string bytes(1, '\0');
  if (unread)
    bytes[0] = *std::exchange(unread, std::nullopt);
  else if (const int n = ReadByte(bytes.data()); n <= 0)
    return n;
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  for (int i = 0; i < more && InputWaits(kPasteWaitMs); ++i) {
    char byte;
    if (const int n = ReadByte(&byte); n <= 0) return n;
    if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) {
      unread = byte;
      break;
    }
    bytes += byte;
  }
  *character = static_cast<wchar_t>(NextUtf8Char(bytes).code_point);
  return 1;
}

}  // namespace

struct LineReader::Editor {
  History* history = nullptr;
  HistEvent event{};
  EditLine* line = nullptr;
  std::string history_path, prompt;
  std::vector<std::string> entered;  // in this session
  std::vector<std::string> completions;

  static char* Prompt(EditLine* el) {
    Editor* self = nullptr;
    el_get(el, EL_CLIENTDATA, &self);
    return self->prompt.data();
  }

  // Completes the word before the cursor as far as all candidates agree.
  static unsigned char Complete(EditLine* el, int) {
    Editor* self = nullptr;
    el_get(el, EL_CLIENTDATA, &self);
    const LineInfo* info = el_line(el);
    const std::string typed(info->buffer, info->cursor);
    if (!typed.starts_with('/')) return el_insertstr(el, "\t") == 0 ? CC_REFRESH : CC_ERROR;  // of pasted text
    std::string common;
    bool found = false;
    for (const std::string& candidate : self->completions) {
      if (typed.empty() || !candidate.starts_with(typed)) continue;
      if (!found) common = candidate;
      found = true;
      while (!candidate.starts_with(common)) common.pop_back();
    }
    if (common.size() <= typed.size()) return CC_ERROR;
    return el_insertstr(el, common.c_str() + typed.size()) == 0 ? CC_REFRESH : CC_ERROR;
  }

  ~Editor() {
    el_end(line);
    history_end(history);
    if (history_path.empty() || entered.empty()) return;
    // Another chat may have added its lines since this one began.
    Load();
    for (const std::string& message : entered) Add(message);
    ::history(history, &event, H_SAVE, history_path.c_str());
    history_end(history);
  }
  void Load() {
    history = history_init();
    ::history(history, &event, H_SETSIZE, kHistoryLines);
    ::history(history, &event, H_SETUNIQUE, 1);
    if (!history_path.empty()) ::history(history, &event, H_LOAD, history_path.c_str());
  }
  void Add(const std::string& message) { ::history(history, &event, H_ENTER, message.c_str()); }
};

LineReader::LineReader(const Terminal& terminal, std::string history_path, std::vector<std::string> completions)
    : terminal_(terminal) {
  if (!terminal.interactive() || !isatty(STDIN_FILENO)) return;
  std::setlocale(LC_CTYPE, "C.UTF-8");  // libedit measures characters by it
  editor_ = std::make_unique<Editor>();
  Editor& e = *editor_;
  e.history_path = std::move(history_path);
  e.completions = std::move(completions);
  std::error_code ignored;  // without the folder there is no history, and nothing else is lost
  if (!e.history_path.empty()) std::filesystem::create_directories(std::filesystem::path(e.history_path).parent_path(), ignored);
  e.Load();
  e.line = el_init("r1", stdin, stdout, stderr);
  el_set(e.line, EL_CLIENTDATA, &e);
  el_set(e.line, EL_EDITOR, "emacs");
  el_set(e.line, EL_PROMPT_ESC, Editor::Prompt, '\1');
  el_set(e.line, EL_HIST, history, e.history);
  el_set(e.line, EL_GETCFN, ReadCharacter);
  el_set(e.line, EL_SIGNAL, 1);  // a window that changes its size, and Ctrl-Z
  // Wide: el_set would copy both texts and lose the copies.
  el_wset(e.line, EL_ADDFN, L"r1-complete", L"Complete a command", Editor::Complete);
  el_set(e.line, EL_BIND, "^I", "r1-complete", nullptr);
  el_set(e.line, EL_BIND, "^R", "em-inc-search-prev", nullptr);
}

LineReader::~LineReader() = default;

std::optional<std::string> LineReader::ReadLine(bool continued) {
  if (!editor_) {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  const std::string mark = continued ? "." : ">";
  // The space comes last: libedit does not write an escape sequence that ends a prompt.
  editor_->prompt = (terminal_.colour() ? "\1\x1b[36m\1" + mark + "\1\x1b[0m\1" : mark) + " ";
  int count = 0;
  const char* line = el_gets(editor_->line, &count);
  if (line == nullptr) return std::nullopt;
  std::string text(line, static_cast<size_t>(count));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::optional<std::string> LineReader::Read() {
  std::string message;
  bool in_block = false, continued = false;
  for (;;) {
    std::optional<std::string> line = ReadLine(continued);
    if (!line) {
      if (!Interrupted()) {
        if (message.empty()) return std::nullopt;
        break;
      }
      if (InterruptSignal() != SIGINT || !editor_) return std::nullopt;  // to end; of typed lines, SIGINT begins a new one
      ClearInterrupt();
      terminal_.Write("\n");
      return "";
    }
    if (*line == kBlock) {
      if (in_block) break;
      in_block = continued = true;
      continue;
    }
    if (continued && !(in_block && message.empty())) message += '\n';
    message += *line;
    continued = true;
    if (in_block) continue;
    if (message.ends_with('\\')) {
      message.pop_back();
      continue;
    }
    if (!editor_ || !InputWaits(kPasteWaitMs)) break;
  }
  if (editor_ && message.find_first_not_of(" \n") != std::string::npos) {
    editor_->Add(message);
    editor_->entered.push_back(message);
  }
  return message;
}

}  // namespace r1
