// Owned storage of a ForwardBatch without a cache: whole documents, or groups of completions behind one prompt.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/model.h"

namespace r1 {

class TrainingBatch {
 public:
  // A document of T tokens: token i predicts token i + 1; the last token is not run. Needs at least 2 tokens.
  void AddDocument(std::span<const int32_t> tokens);
  // Completions of one prompt: the prompt is computed once and shared. Every completion token is predicted, the first one from the
  // prompt's last token. Neither prompt nor completions may be empty.
  void AddGroup(std::span<const int32_t> prompt, std::span<const std::vector<int32_t>> completions);

  bool empty() const { return token_ids_.empty(); }
  int64_t num_tokens() const { return static_cast<int64_t>(token_ids_.size()); }  // N, that the model runs
  int64_t num_targets() const { return static_cast<int64_t>(targets_.size()); }   // N', whose log-probability is asked
  std::span<const int32_t> targets() const { return targets_; }
  std::span<const int32_t> hidden_rows() const { return hidden_rows_; }  // row that predicts each target
  // Where documents and groups end, among the tokens and among the targets.
  std::span<const int64_t> row_ends() const { return row_ends_; }
  std::span<const int64_t> target_ends() const { return target_ends_; }
  ForwardBatch View() const;  // valid until the next Add

 private:
  void EndUnit();
  void AddSequence(std::span<const int32_t> tokens, int32_t first_position, int32_t prefix_sequence);

  std::vector<int32_t> token_ids_, positions_, query_starts_{0}, context_lens_, prefix_sequences_;
  std::vector<int32_t> hidden_rows_, targets_;
  std::vector<int64_t> row_ends_, target_ends_;  // of each document or group
};

// Log-probabilities of the batch's targets, in order. Records on ctx.tape if there is one.
ops::LogProbs ScoreBatch(ExecContext& ctx, const Model& model, const TrainingBatch& batch, float inv_temperature,
                         bool with_entropy = false);

}  // namespace r1
