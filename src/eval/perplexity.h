// How well a model foretells a text: perplexity, exp of the mean of -log p(token | tokens before it), and what a coarser model
// loses beside the one it was made from. Log-probabilities are those of generation and training, so the figure is the same bits on
// every machine but for the exp at its end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "eval/intervals.h"
#include "model/model.h"

namespace r1 {

// Texts as token ids, each of its own.
using TokenizedTexts = std::vector<std::vector<int32_t>>;

// Tokens [begin, end) of a text go through the model as a sequence of their own; tokens [first_target, end) are counted.
struct TextWindow {
  size_t text;
  int64_t begin, end, first_target;
};

// Of `context` tokens (at least 4).
//   overlapping   start every context / 2. Every token but the text's first is counted once, after half a context of text or all
//                 of it that there is.
//   disjoint      start every context, and the second half of each is counted; what is left at the end is not. This is the rule of
//                 llama.cpp's llama-perplexity: the same figures, in half the time.
struct WindowOptions {
  int64_t context = 2048;
  bool disjoint = false;
  int64_t max_windows = 0;  // the first so many; 0: all
};
// Throws kInvalidArgument if no text is long enough to count a token.
std::vector<TextWindow> TextWindows(const TokenizedTexts& texts, const WindowOptions& options);
int64_t CountedTokens(std::span<const TextWindow> windows);

// Intervals are 95%, from the spread over tokens as if they were independent.
struct Perplexity {
  double value = 0;
  Interval interval;
};

struct PerplexityReport {
  int64_t windows = 0, counted = 0;  // counted: tokens foretold
  Perplexity model;
  // Beside the finer model, token by token:
  struct Comparison {
    Perplexity finer;
    double loss = 0;  // perplexity of the model / of the finer one - 1
    Interval loss_interval;
    double mean_kl = 0;   // nats; Kullback-Leibler divergence of the model's next-token distribution from the finer one's
    double same_top = 0;  // share of tokens at which both think the same one most likely
  };
  std::optional<Comparison> comparison;
};

// `finer` may be null; it has the same vocabulary (throws kInvalidArgument). bos_token takes the place of the first token of every
// window, for models whose texts begin with it. `progress` is told how many tokens are counted.
PerplexityReport MeasurePerplexity(Runtime& runtime, const Model& model, const Model* finer, const TokenizedTexts& texts,
                                   std::span<const TextWindow> windows, std::optional<int32_t> bos_token,
                                   const std::function<void(int64_t)>& progress = {});

}  // namespace r1
