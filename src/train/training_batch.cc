#include "train/training_batch.h"

#include "base/check.h"
#include "ops/linear.h"
#include "ops/tape.h"

namespace r1 {

void TrainingBatch::AddSequence(std::span<const int32_t> tokens, int32_t first_position, int32_t prefix_sequence) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    token_ids_.push_back(tokens[i]);
    positions_.push_back(first_position + static_cast<int32_t>(i));
  }
  query_starts_.push_back(static_cast<int32_t>(token_ids_.size()));
  context_lens_.push_back(first_position + static_cast<int32_t>(tokens.size()));
  prefix_sequences_.push_back(prefix_sequence);
}

void TrainingBatch::EndUnit() {
  row_ends_.push_back(num_tokens());
  target_ends_.push_back(num_targets());
}

void TrainingBatch::AddDocument(std::span<const int32_t> tokens) {
  CHECK(tokens.size() >= 2);
  const int32_t row = static_cast<int32_t>(token_ids_.size());
  AddSequence(tokens.first(tokens.size() - 1), 0, -1);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    hidden_rows_.push_back(row + static_cast<int32_t>(i));
    targets_.push_back(tokens[i + 1]);
  }
  EndUnit();
}

void TrainingBatch::AddGroup(std::span<const int32_t> prompt, std::span<const std::vector<int32_t>> completions) {
  CHECK(!prompt.empty());
  const int32_t prompt_sequence = static_cast<int32_t>(context_lens_.size());
  const int32_t prompt_length = static_cast<int32_t>(prompt.size());
  AddSequence(prompt, 0, -1);
  const int32_t last_prompt_row = static_cast<int32_t>(token_ids_.size()) - 1;
  for (const std::vector<int32_t>& completion : completions) {
    CHECK(!completion.empty());
    const int32_t row = static_cast<int32_t>(token_ids_.size());
    if (completion.size() > 1) AddSequence(std::span(completion).first(completion.size() - 1), prompt_length, prompt_sequence);
    for (size_t i = 0; i < completion.size(); ++i) {
      hidden_rows_.push_back(i == 0 ? last_prompt_row : row + static_cast<int32_t>(i) - 1);
      targets_.push_back(completion[i]);
    }
  }
  EndUnit();
}

ForwardBatch TrainingBatch::View() const {
  ForwardBatch view;
  view.query_starts = query_starts_;
  view.context_lens = context_lens_;
  view.prefix_sequences = prefix_sequences_;
  view.token_ids = token_ids_;
  view.positions = positions_;
  return view;
}

ops::LogProbs ScoreBatch(ExecContext& ctx, const Model& model, const TrainingBatch& batch, float inv_temperature,
                         bool with_entropy) {
  if (ctx.tape) ctx.tape->SetSegments(RowSegments(batch.row_ends()), RowSegments(batch.target_ends()));
  const Tensor hidden = model.Forward(ctx, batch.View());                 // [N, D]
  const Tensor rows = ops::GatherRows(ctx, hidden, batch.hidden_rows());  // [N', D]
  return model.TokenLogProbs(ctx, rows, batch.targets(), inv_temperature, with_entropy);
}

}  // namespace r1
