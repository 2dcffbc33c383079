#include "eval/perplexity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace r1 {
namespace {

constexpr int64_t kBatchTokens = 2048;  // windows go through the model together while they have no more

// Mean of a number of each token, and how sure it is.
struct TokenMean {
  double sum = 0, squares = 0;
  int64_t n = 0;

  void Add(double x) {
    sum += x;
    squares += x * x;
    ++n;
  }
  double Mean() const { return sum / static_cast<double>(n); }
  double Margin() const {  // 95%
    if (n < 2) return 0;
    const double variance = (squares - sum * Mean()) / static_cast<double>(n - 1);
    return kZ95 * std::sqrt(std::max(0.0, variance) / static_cast<double>(n));
  }
  Perplexity Exp() const { return {std::exp(Mean()), {std::exp(Mean() - Margin()), std::exp(Mean() + Margin())}}; }
};

// Windows [begin, end) as one batch.
struct WindowBatch : ForwardBatch {
  WindowBatch(std::span<const TextWindow> windows, const TokenizedTexts& texts, std::optional<int32_t> bos_token) {
    starts_.push_back(0);
    for (const TextWindow& w : windows) {
      for (int64_t i = w.begin; i < w.end; ++i) {
        ids_.push_back(i == w.begin && bos_token ? *bos_token : texts[w.text][static_cast<size_t>(i)]);
        positions_.push_back(static_cast<int32_t>(i - w.begin));
      }
      starts_.push_back(static_cast<int32_t>(ids_.size()));
      lengths_.push_back(static_cast<int32_t>(w.end - w.begin));
    }
    token_ids = ids_;
    positions = positions_;
    query_starts = starts_;
    context_lens = lengths_;
  }
  WindowBatch(const WindowBatch&) = delete;
  WindowBatch& operator=(const WindowBatch&) = delete;

 private:
  std::vector<int32_t> ids_, positions_, starts_, lengths_;
};

// What one model says of a few rows.
struct RowScores {
  RowScores(ExecContext& ctx, const Model& model, const Tensor& hidden, std::span<const int32_t> targets)
      : logits(model.Logits(ctx, hidden)), logprobs(targets.size()), lse(targets.size()) {
    const int64_t vocab = logits.dim(1);
    ctx.pool.For(logits.dim(0), 1, [&](int64_t begin, int64_t end) {
      ctx.kernels.log_prob(end - begin, vocab, Row(begin), vocab, targets.data() + begin, 1.0f, logprobs.data() + begin,
                           lse.data() + begin, nullptr);
    });
  }
  const float* Row(int64_t i) const { return logits.f32() + i * logits.dim(1); }

  Tensor logits;  // [rows, V]
  std::vector<float> logprobs, lse;
};

// sum p (log p - log q), p being softmax(p_logits). 0 at least, whatever the rounding.
double KlDivergence(const KernelTable& kernels, int64_t vocab, const float* p_logits, float p_lse, const float* q_logits,
                    float q_lse) {
  std::vector<float> p(static_cast<size_t>(vocab));
  kernels.exp_scaled(vocab, p_logits, 1.0f, p_lse, p.data());
  double sum = 0, total = 0;
  for (int64_t i = 0; i < vocab; ++i) {
    const double weight = p[static_cast<size_t>(i)];
    total += weight;
    sum += weight * (static_cast<double>(p_logits[i]) - static_cast<double>(q_logits[i]));
  }
  return std::max(0.0, sum / total + static_cast<double>(q_lse) - static_cast<double>(p_lse));
}

class Scorer {
 public:
  Scorer(Runtime& runtime, const Model& model, const Model* finer) : ctx_(runtime.Context()), model_(model), finer_(finer) {}

  void Add(std::span<const TextWindow> windows, const TokenizedTexts& texts, std::optional<int32_t> bos_token) {
    const WindowBatch batch(windows, texts, bos_token);
    const Tensor hidden = model_.Forward(ctx_, batch), finer_hidden = finer_ ? finer_->Forward(ctx_, batch) : Tensor();
    const int64_t chunk = ops::LogitChunkRows(model_.config().vocab_size);
    int64_t offset = 0;  // of the window in the batch
    for (const TextWindow& w : windows) {
      for (int64_t target = w.first_target; target < w.end; target += chunk) {
        const int64_t rows = std::min(chunk, w.end - target), row = offset + target - w.begin - 1;
        AddRows(hidden.Rows(row, row + rows), finer_ ? finer_hidden.Rows(row, row + rows) : Tensor(),
                std::span(texts[w.text]).subspan(static_cast<size_t>(target), static_cast<size_t>(rows)));
      }
      offset += w.end - w.begin;
    }
  }

  PerplexityReport Report() const {
    PerplexityReport report;
    report.counted = nll_.n;
    report.model = nll_.Exp();
    if (finer_) {
      const Perplexity ratio = loss_.Exp();
      report.comparison = {.finer = finer_nll_.Exp(),
                           .loss = ratio.value - 1,
                           .loss_interval = {ratio.interval.low - 1, ratio.interval.high - 1},
                           .mean_kl = kl_.Mean(),
                           .same_top = same_top_.Mean()};
    }
    return report;
  }

 private:
  void AddRows(const Tensor& hidden, const Tensor& finer_hidden, std::span<const int32_t> targets) {
    const RowScores mine(ctx_, model_, hidden, targets);
    for (const float logprob : mine.logprobs) nll_.Add(-static_cast<double>(logprob));
    if (finer_ == nullptr) return;
    const RowScores finer(ctx_, *finer_, finer_hidden, targets);
    const int64_t vocab = mine.logits.dim(1);
    std::vector<double> kl(targets.size());
    std::vector<char> same(targets.size());
    ctx_.pool.For(static_cast<int64_t>(targets.size()), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const auto at = static_cast<size_t>(i);
        const float *p = finer.Row(i), *q = mine.Row(i);
        kl[at] = KlDivergence(ctx_.kernels, vocab, p, finer.lse[at], q, mine.lse[at]);
        same[at] = std::max_element(p, p + vocab) - p == std::max_element(q, q + vocab) - q;
      }
    });
    for (size_t i = 0; i < targets.size(); ++i) {
      finer_nll_.Add(-static_cast<double>(finer.logprobs[i]));
      loss_.Add(static_cast<double>(finer.logprobs[i]) - static_cast<double>(mine.logprobs[i]));
      kl_.Add(kl[i]);
      same_top_.Add(same[i]);
    }
  }

  ExecContext ctx_;
  const Model& model_;
  const Model* finer_;
  TokenMean nll_, finer_nll_, loss_, kl_, same_top_;
};

}  // namespace

std::vector<TextWindow> TextWindows(const TokenizedTexts& texts, const WindowOptions& options) {
  const int64_t context = options.context, least = options.disjoint ? context : 2;
  Require(context >= 4, "perplexity: windows must have at least 4 tokens, got ", context);
  std::vector<TextWindow> windows;
  int64_t longest = 0;
  for (size_t text = 0; text < texts.size(); ++text) {
    const auto tokens = static_cast<int64_t>(texts[text].size());
    longest = std::max(longest, tokens);
    if (options.disjoint) {
      for (int64_t begin = 0; begin + context <= tokens; begin += context)
        windows.push_back({text, begin, begin + context, begin + context / 2 + 1});
      continue;
    }
    int64_t counted = 1;
    for (int64_t begin = 0; counted < tokens; begin += context / 2) {
      const int64_t end = std::min(begin + context, tokens);
      windows.push_back({text, begin, end, counted});
      counted = end;
    }
  }
  Require(!windows.empty(), "perplexity: the longest text has ", longest, " tokens; at least ", least, " are needed");
  if (options.max_windows > 0) windows.resize(std::min(windows.size(), static_cast<size_t>(options.max_windows)));
  return windows;
}

int64_t CountedTokens(std::span<const TextWindow> windows) {
  int64_t tokens = 0;
  for (const TextWindow& w : windows) tokens += w.end - w.first_target;
  return tokens;
}

PerplexityReport MeasurePerplexity(Runtime& runtime, const Model& model, const Model* finer, const TokenizedTexts& texts,
                                   std::span<const TextWindow> windows, std::optional<int32_t> bos_token,
                                   const std::function<void(int64_t)>& progress) {
  const int64_t vocab = model.config().vocab_size, context = model.config().max_position_embeddings;
  Require(finer == nullptr || finer->config().vocab_size == vocab, "perplexity: the models have ", vocab, " and ",
          finer ? finer->config().vocab_size : 0, " tokens; to be compared they need the same");
  for (const std::vector<int32_t>& text : texts)
    for (const int32_t id : text) Require(id >= 0 && id < vocab, "perplexity: token id must be in 0..", vocab - 1, ", got ", id);
  for (const TextWindow& w : windows)
    Require(w.end - w.begin <= context, "perplexity: windows of ", w.end - w.begin, " tokens do not fit the model's context of ",
            context);
  Scorer scorer(runtime, model, finer);
  for (size_t begin = 0, end = 0; begin < windows.size(); begin = end) {
    int64_t tokens = 0;
    while (end < windows.size() && (end == begin || tokens + windows[end].end - windows[end].begin <= kBatchTokens)) {
      tokens += windows[end].end - windows[end].begin;
      ++end;
    }
    scorer.Add(windows.subspan(begin, end - begin), texts, bos_token);
    if (progress) progress(CountedTokens(windows.first(end)));
  }
  PerplexityReport report = scorer.Report();
  report.windows = static_cast<int64_t>(windows.size());
  return report;
}

}  // namespace r1
