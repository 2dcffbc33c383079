// cons@k: accuracy of the majority answer of k completions (self-consistency, https://arxiv.org/abs/2203.11171).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace r1 {

// The index of the answer given most often; completions without an answer do not vote. Ties go to the answer that was given first.
// Answers vote together if `same` says so (it must be an equivalence). Nothing if nobody answered.
using SameAnswer = std::function<bool(std::string_view, std::string_view)>;
std::optional<size_t> MajorityAnswer(std::span<const std::optional<std::string>> answers, const SameAnswer& same);

// Mean over the consecutive blocks of k of the n answers (a remainder is left out) of whether the block's majority answer is the
// expected one. Throws kInvalidArgument unless 1 <= k <= n.
double ConsAtK(std::span<const std::optional<std::string>> answers, std::string_view expected, int64_t k, const SameAnswer& same);

}  // namespace r1
