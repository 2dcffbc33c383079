// The `normalizer` section of tokenizer.json: what happens to text before it is split.
// Known: NFC, NFD, NFKC, NFKD (Unicode normalization forms, UAX #15, by utf8proc) and Sequence of these.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

class Normalizer {
 public:
  Normalizer() = default;  // changes nothing
  // Throws kInvalidArgument for a kind we do not know.
  static Normalizer FromJson(const nlohmann::json& section);

  // `text` must be valid UTF-8. Returns `text` itself if nothing changes, otherwise a view of *storage.
  std::string_view Normalize(std::string_view text, std::string* storage) const;

 private:
  enum class Form { kNfc, kNfd, kNfkc, kNfkd };
  std::vector<Form> forms_;
};

}  // namespace r1
