#include "watch/step_rollouts.h"

#include <algorithm>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "recipe/rollout_file.h"
#include "recipe/run_state.h"
#include "text/stream_decoder.h"
#include "watch/regular_file.h"

namespace r1 {
namespace {

constexpr size_t kMostGroups = 64, kMostCompletions = 64, kMostTextBytes = 4000, kMostTokens = 100'000;

void Text(JsonWriter& json, const char* name, const std::string& text) {
  size_t end = std::min(text.size(), kMostTextBytes);
  while (end < text.size() && end > 0 && (text[end] & 0xC0) == 0x80) --end;  // whole characters
  json.Field(name, std::string_view(text).substr(0, end));
  if (end < text.size()) json.Field("cut", true);
}

}  // namespace

StepRollouts ReadStepRollouts(const std::string& run, int64_t step, StepRollouts last) {
  std::vector<int64_t> stored = StoredRollouts(run);
  auto found = step < 0 ? stored.end() : std::upper_bound(stored.begin(), stored.end(), step);
  if (found == stored.begin()) Fail(ErrorCode::kNotFound, run, ": no rollouts are stored of step ", step, " or before");
  const int64_t nearest = *(found - 1);
  if (last.step != nearest) {
    const std::string path = RunPaths{run}.Rollouts(nearest);
    if (!IsRegularFile(path)) Fail(ErrorCode::kNotFound, path, " is not a file");
    last.step = -1;
    last.batch = ReadRollouts(path, 0, &last.reward_names);
    last.step = nearest;
  }
  last.stored = std::move(stored);
  return last;
}

std::string RolloutsTableJson(const StepRollouts& rollouts, const Tokenizer& tokenizer) {
  const auto here = std::lower_bound(rollouts.stored.begin(), rollouts.stored.end(), rollouts.step);
  JsonWriter json;
  json.BeginObject().Field("step", rollouts.step);
  json.Field("first", rollouts.stored.front()).Field("last", rollouts.stored.back());
  if (here != rollouts.stored.begin()) json.Field("previous", *(here - 1));
  if (here + 1 < rollouts.stored.end()) json.Field("next", *(here + 1));
  json.Field("num_groups", rollouts.batch.groups.size()).Key("reward_names").BeginArray();
  for (const std::string& name : rollouts.reward_names) json.Value(name);
  json.EndArray().Key("groups").BeginArray();
  for (size_t g = 0; g < std::min(rollouts.batch.groups.size(), kMostGroups); ++g) {
    const RolloutGroup& group = rollouts.batch.groups[g];
    json.BeginObject();
    Text(json, "question", group.example.question);
    Text(json, "answer", group.example.answer);
    Text(json, "prompt", tokenizer.Decode(group.prompt_ids, {.skip_special = true}));
    json.Key("completions").BeginArray();
    for (size_t i = 0; i < std::min(group.rollouts.size(), kMostCompletions); ++i) {
      const Rollout& r = group.rollouts[i];
      json.BeginObject();
      Text(json, "text", tokenizer.Decode(r.token_ids, {.skip_special = true}));
      json.Field("tokens", r.token_ids.size()).Field("finished", r.finished).Field("advantage", r.advantage).Key("reward");
      r.reward.score ? json.Value(*r.reward.score) : json.Null();
      json.Key("parts").BeginArray();
      for (const RewardResult& part : r.reward.parts) part.score ? json.Value(*part.score) : json.Null();
      json.EndArray().EndObject();
    }
    json.EndArray().EndObject();
  }
  return json.EndArray().EndObject().text();
}

std::string TokensJson(const Tokenizer& tokenizer, const std::vector<int32_t>& ids, const std::vector<float>& logprobs,
                       const std::vector<float>& entropies) {
  StreamDecoder decoder(tokenizer);
  JsonWriter json;
  json.BeginArray();
  const size_t count = std::min(ids.size(), kMostTokens);
  for (size_t i = 0; i < count; ++i) {
    std::string text = decoder.Push(ids[i]);
    if (i + 1 == count) text += decoder.Flush();
    json.BeginObject().Field("text", text);
    if (i < logprobs.size()) json.Field("logprob", logprobs[i]);
    if (i < entropies.size()) json.Field("entropy", entropies[i]);
    json.EndObject();
  }
  return json.EndArray().text();
}

}  // namespace r1
