// The terminal a program writes to: whether anyone watches, how wide it is, whether colour is welcome. Text from models and files
// goes through PrintableText first, so that it cannot move the cursor or change the title.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace r1 {

class Terminal {
 public:
  static Terminal Stdout();
  static Terminal Stderr();
  // For tests: `write` receives every piece of text.
  Terminal(bool interactive, bool colour, int width, std::function<void(std::string_view)> write)
      : interactive_(interactive), colour_(colour), width_(width), write_(std::move(write)) {}

  bool interactive() const { return interactive_; }  // a terminal that understands cursor movement (TERM is not "dumb")
  bool colour() const { return colour_; }            // interactive, and NO_COLOR is unset or empty
  int width() const;                                 // columns, asked anew each time; 80 when unknown
  int height() const;                                // rows, likewise; 24 when unknown
  void Write(std::string_view text) const { write_(text); }
  // Whether standard output has refused what was written to any such terminal (a full disk), other than by closing.
  static bool StdoutFailed();

  // The text in a style, or unchanged where colour is not welcome.
  std::string Dim(std::string_view text) const { return Styled("2", text); }
  std::string Bold(std::string_view text) const { return Styled("1", text); }
  std::string Green(std::string_view text) const { return Styled("32", text); }
  std::string Yellow(std::string_view text) const { return Styled("33", text); }
  std::string Red(std::string_view text) const { return Styled("31", text); }
  std::string Cyan(std::string_view text) const { return Styled("36", text); }

 private:
  Terminal(int fd);
  std::string Styled(std::string_view code, std::string_view text) const;

  bool interactive_;
  bool colour_;
  int width_;  // fixed width, or 0 to ask fd_
  int fd_ = -1;
  std::function<void(std::string_view)> write_;
};

// Columns that `text` takes: combining marks and escape sequences none, East Asian wide characters and emoji two.
int DisplayWidth(std::string_view text);

// `text` cut to at most `width` columns, with "…" at the end if anything is missing. Escape sequences are kept whole, and a cut
// styled text ends with a reset.
std::string FitToWidth(std::string_view text, int width);

// `text` without control characters: escape and others become "?", invalid UTF-8 becomes U+FFFD; newlines and tabs stay, or become
// spaces when `one_line`.
std::string PrintableText(std::string_view text, bool one_line = false);

}  // namespace r1
