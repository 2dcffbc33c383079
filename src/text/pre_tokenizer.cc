#include "text/pre_tokenizer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace r1 {
namespace {

// GPT-2's pattern, which ByteLevel applies when use_regex is set.
constexpr const char* kGpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

// A literal string as a pattern.
std::string EscapePattern(const std::string& literal) {
  std::string out;
  for (const char c : literal) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<uint8_t>(c) >= 0x80;
    if (!plain) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

PreTokenizer PreTokenizer::FromJson(const nlohmann::json& section) {
  PreTokenizer result;
  if (!section.is_null()) result.Append(section);
  return result;
}

void PreTokenizer::Append(const nlohmann::json& section) {
  const std::string type = section.at("type");
  if (type == "Sequence") {
    for (const auto& part : section.at("pretokenizers")) Append(part);
    return;
  }
  Require(!byte_level_, "pre_tokenizer: ", type, " after ByteLevel is not supported; ByteLevel must come last");
  Step step;
  if (type == "Split") {
    const auto& pattern = section.at("pattern");
    const std::string source =
        pattern.contains("Regex") ? pattern.at("Regex").get<std::string>() : EscapePattern(pattern.at("String").get<std::string>());
    step.regex = std::make_shared<const Regex>(source);
    step.invert = section.value("invert", false);
    const std::string behavior = section.at("behavior");
    if (behavior == "Isolated") {
      step.behavior = Behavior::kIsolated;
    } else if (behavior == "Removed") {
      step.behavior = Behavior::kRemoved;
    } else if (behavior == "MergedWithPrevious") {
      step.behavior = Behavior::kMergedWithPrevious;
    } else if (behavior == "MergedWithNext") {
      step.behavior = Behavior::kMergedWithNext;
    } else if (behavior == "Contiguous") {
      step.behavior = Behavior::kContiguous;
    } else {
      Fail(ErrorCode::kInvalidArgument, "pre_tokenizer: behavior ", behavior,
           " is not known; expected Isolated, Removed, MergedWithPrevious, MergedWithNext or Contiguous");
    }
  } else if (type == "Digits") {
    // char::is_numeric of Rust is \p{N}.
    step.regex = std::make_shared<const Regex>(R"(\p{N})");
    step.behavior = section.value("individual_digits", false) ? Behavior::kIsolated : Behavior::kContiguous;
  } else if (type == "ByteLevel") {
    byte_level_ = true;
    step.add_prefix_space = section.value("add_prefix_space", true);
    if (section.value("use_regex", true)) step.regex = std::make_shared<const Regex>(kGpt2Pattern);
  } else {
    Fail(ErrorCode::kInvalidArgument, "pre_tokenizer of type ", type,
         " is not supported; known: Split, Digits, ByteLevel, Sequence");
  }
  steps_.push_back(std::move(step));
}

// Cuts `text` into matches and gaps, then joins them as the behavior says (tokenizers, tokenizer/normalizer.rs:
// NormalizedString::split).
void PreTokenizer::Run(const Step& step, std::string_view text, std::vector<std::string_view>* pieces) {
  struct Part {
    size_t begin, end;
    bool match;
  };
  std::vector<Part> parts;
  Regex::Search search(*step.regex, text);
  size_t done = 0;
  while (const auto match = search.Next()) {
    if (match->begin > done) parts.push_back({done, match->begin, step.invert});
    parts.push_back({match->begin, match->end, !step.invert});
    done = match->end;
  }
  if (done < text.size()) parts.push_back({done, text.size(), step.invert});

  const auto emit = [&](size_t begin, size_t end) {
    if (end > begin) pieces->push_back(text.substr(begin, end - begin));
  };
  switch (step.behavior) {
    case Behavior::kIsolated:
      for (const Part& part : parts) emit(part.begin, part.end);
      break;
    case Behavior::kRemoved:
      for (const Part& part : parts)
        if (!part.match) emit(part.begin, part.end);
      break;
    case Behavior::kContiguous:
      for (size_t i = 0, j; i < parts.size(); i = j) {
        for (j = i + 1; j < parts.size() && parts[j].match == parts[i].match; ++j) continue;
        emit(parts[i].begin, parts[j - 1].end);
      }
      break;
    case Behavior::kMergedWithPrevious: {
      // A match joins the gap before it; a match that follows a match stands alone.
      std::vector<Part> merged;
      bool previous_match = false;
      for (const Part& part : parts) {
        if (part.match && !previous_match && !merged.empty()) {
          merged.back().end = part.end;
        } else {
          merged.push_back(part);
        }
        previous_match = part.match;
      }
      for (const Part& part : merged) emit(part.begin, part.end);
      break;
    }
    case Behavior::kMergedWithNext: {
      std::vector<Part> merged;  // back to front
      bool next_match = false;
      for (size_t i = parts.size(); i-- > 0;) {
        if (parts[i].match && !next_match && !merged.empty()) {
          merged.back().begin = parts[i].begin;
        } else {
          merged.push_back(parts[i]);
        }
        next_match = parts[i].match;
      }
      for (size_t i = merged.size(); i-- > 0;) emit(merged[i].begin, merged[i].end);
      break;
    }
  }
}

std::vector<std::string_view> PreTokenizer::Split(std::string_view text, std::deque<std::string>* storage) const {
  std::vector<std::string_view> pieces{text};
  for (const Step& step : steps_) {
    std::vector<std::string_view> next;
    next.reserve(pieces.size() + text.size() / 4);
    for (std::string_view piece : pieces) {
      if (step.add_prefix_space && !piece.starts_with(' ')) piece = storage->emplace_back(1, ' ').append(piece);
      if (step.regex == nullptr) {
        next.push_back(piece);
      } else {
        Run(step, piece, &next);
      }
    }
    pieces = std::move(next);
  }
  return pieces;
}

}  // namespace r1
