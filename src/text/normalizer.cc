#include "text/normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace r1 {

Normalizer Normalizer::FromJson(const nlohmann::json& section) {
  Normalizer normalizer;
  if (section.is_null()) return normalizer;
  const std::string type = section.at("type");
  if (type == "NFC") {
    normalizer.forms_ = {Form::kNfc};
  } else if (type == "NFD") {
    normalizer.forms_ = {Form::kNfd};
  } else if (type == "NFKC") {
    normalizer.forms_ = {Form::kNfkc};
  } else if (type == "NFKD") {
    normalizer.forms_ = {Form::kNfkd};
  } else if (type == "Sequence") {
    for (const auto& part : section.at("normalizers")) {
      const Normalizer inner = FromJson(part);
      normalizer.forms_.insert(normalizer.forms_.end(), inner.forms_.begin(), inner.forms_.end());
    }
  } else {
    Fail(ErrorCode::kInvalidArgument, "normalizer of type ", type, " is not supported; known: NFC, NFD, NFKC, NFKD, Sequence");
  }
  return normalizer;
}

std::string_view Normalizer::Normalize(std::string_view text, std::string* storage) const {
  // ASCII is its own normal form in all four.
  if (forms_.empty() || std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; })) return text;
  for (const Form form : forms_) {
    int options = UTF8PROC_STABLE;
    options |= form == Form::kNfc || form == Form::kNfkc ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
    if (form == Form::kNfkc || form == Form::kNfkd) options |= UTF8PROC_COMPAT;
    utf8proc_uint8_t* result = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &result,
                     static_cast<utf8proc_option_t>(options));
    if (size < 0) {
      std::free(result);
      Fail(ErrorCode::kInvalidArgument, "cannot normalize a text of ", text.size(), " bytes: ", utf8proc_errmsg(size));
    }
    std::string normalized(reinterpret_cast<const char*>(result), static_cast<size_t>(size));
    std::free(result);
    *storage = std::move(normalized);
    text = *storage;
  }
  return text;
}

}  // namespace r1
