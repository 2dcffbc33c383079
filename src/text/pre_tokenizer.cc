#include "text/pre_tokenizer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace r1 {
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
    step.regex = PatternOf(section.at("pattern"));
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
    if (section.value("add_prefix_space", true)) step.prefix = Prefix::kAlways;
    if (section.value("use_regex", true)) step.regex = std::make_shared<const Regex>(kGpt2Pattern);
  } else if (type == "Metaspace") {
    step.space = section.value("replacement", "\xE2\x96\x81");
    Require(!step.space.empty(), "pre_tokenizer: Metaspace with an empty replacement");
    const std::string scheme = section.value("prepend_scheme", section.value("add_prefix_space", true) ? "always" : "never");
    Require(scheme == "always" || scheme == "first" || scheme == "never", "pre_tokenizer: prepend_scheme ", scheme,
            " is not known; expected always, first or never");
    step.prefix = scheme == "always" ? Prefix::kAlways : scheme == "first" ? Prefix::kFirst : Prefix::kNever;
    if (section.value("split", true)) step.regex = PatternOf({{"String", step.space}});
    step.behavior = Behavior::kMergedWithNext;
  } else {
    Fail(ErrorCode::kInvalidArgument, "pre_tokenizer of type ", type,
         " is not supported; known: Split, Digits, ByteLevel, Metaspace, Sequence");
  }
  steps_.push_back(std::move(step));
}

void PreTokenizer::Run(size_t step, std::string_view text, bool at_start, const PieceSink& sink) const {
  if (text.empty()) return;
  if (step == steps_.size()) return sink(text);
  const std::string& space = steps_[step].space;
  const Prefix prefix = steps_[step].prefix;
  const bool wants_prefix = prefix == Prefix::kAlways || (prefix == Prefix::kFirst && at_start);
  if (space.empty() && (!wants_prefix || text.starts_with(' '))) return Cut(step, text, at_start, sink);
  std::string changed;
  for (const char c : text) {
    if (c == ' ' && !space.empty()) {
      changed += space;
    } else {
      changed += c;
    }
  }
  const std::string_view before = space.empty() ? " " : std::string_view(space);
  if (wants_prefix && !changed.starts_with(before)) changed.insert(0, before);
  Cut(step, changed, at_start, sink);
}

// Cuts `text` into matches and gaps, then joins them as the behavior says (tokenizers, tokenizer/normalizer.rs:
// NormalizedString::split).
void PreTokenizer::Cut(size_t index, std::string_view text, bool at_start, const PieceSink& sink) const {
  const Step& step = steps_[index];
  const auto emit = [&](size_t begin, size_t end) {
    if (end > begin) Run(index + 1, text.substr(begin, end - begin), at_start && begin == 0, sink);
  };
  if (step.regex == nullptr) return emit(0, text.size());
  Regex::Search search(*step.regex, text);
  size_t done = 0;
  // The usual behavior needs no memory of earlier parts.
  if (step.behavior == Behavior::kIsolated) {
    while (const auto match = search.Next()) {
      emit(done, match->begin);
      emit(match->begin, match->end);
      done = match->end;
    }
    return emit(done, text.size());
  }

  struct Part {
    size_t begin, end;
    bool match;
  };
  std::vector<Part> parts;
  while (const auto match = search.Next()) {
    if (match->begin > done) parts.push_back({done, match->begin, step.invert});
    parts.push_back({match->begin, match->end, !step.invert});
    done = match->end;
  }
  if (done < text.size()) parts.push_back({done, text.size(), step.invert});
  switch (step.behavior) {
    case Behavior::kIsolated: break;
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

}  // namespace r1
