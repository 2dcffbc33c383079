// Finds stop texts in a growing text and holds back what may become one, so that no part of a stop text is ever shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace r1 {

class StopText {
 public:
  explicit StopText(std::vector<std::string> stops) : stops_(std::move(stops)) {}

  // Takes more text and returns what is certain not to belong to a stop text. Once a stop text is complete, the text before it has
  // been returned and nothing more is. Of several that match, the one that starts first counts, then the first in the list.
  std::string Push(std::string_view text);
  // The end of the text: what was held back.
  std::string Flush();
  // The stop text that was found, or null.
  const std::string* found() const { return found_; }

 private:
  std::vector<std::string> stops_;
  std::string held_;
  const std::string* found_ = nullptr;
};

}  // namespace r1
