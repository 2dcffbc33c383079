#include "recipe/rollout_file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "checkpoint/safetensors.h"
#include "recipe/run_state.h"

namespace r1 {
namespace {

template <class T>
Tensor Borrow(std::vector<T>& values) {
  return Tensor::Borrow(std::shared_ptr<void>(values.data(), [](void*) {}), values.data(), {static_cast<int64_t>(values.size())},
                        kDTypeOf<T>);
}

template <class T>
void Append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

template <class T>
std::vector<T> Part(const std::vector<T>& all, int32_t begin, int32_t end) {
  return all.empty() ? std::vector<T>() : std::vector<T>(all.begin() + begin, all.begin() + end);
}

float OrNan(const std::optional<double>& score) { return score ? static_cast<float>(*score) : NAN; }

std::string NamesJson(const std::vector<std::string>& names) {
  JsonWriter json;
  json.BeginArray();
  for (const std::string& name : names) json.Value(name);
  return json.EndArray().text();
}

std::string ExamplesJson(const RolloutBatch& batch) {
  JsonWriter json;
  json.BeginArray();
  for (const RolloutGroup& group : batch.groups)
    json.BeginObject().Field("question", group.example.question).Field("answer", group.example.answer).EndObject();
  return json.EndArray().text();
}

// The parts of one file, and what is wrong with them.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), file_(SafetensorsFile::Open(path)) {}

  bool Has(const char* name) const { return file_.Has(name); }
  template <class T>
  std::vector<T> Vector(const char* name) const {
    const Tensor tensor = file_.Get(name);
    if (tensor.rank() != 1 || tensor.dtype() != kDTypeOf<T>)
      Fail(ErrorCode::kDataLoss, path_, ": ", name, " must be a vector of ", DTypeName(kDTypeOf<T>));
    return std::vector<T>(tensor.data<T>(), tensor.data<T>() + tensor.numel());
  }
  // Empty if it is not there.
  template <class T>
  std::vector<T> Vector(const char* name, size_t length) const {
    if (!Has(name)) return {};
    std::vector<T> values = Vector<T>(name);
    if (values.size() != length)
      Fail(ErrorCode::kDataLoss, path_, ": ", name, " must have ", length, " values, got ", values.size());
    return values;
  }
  // Prefix sums of non-empty runs over `total` elements.
  std::vector<int32_t> Starts(const char* name, size_t total) const {
    std::vector<int32_t> starts = Vector<int32_t>(name);
    bool good = !starts.empty() && starts.front() == 0 && static_cast<size_t>(starts.back()) == total;
    for (size_t i = 1; good && i < starts.size(); ++i) good = starts[i] > starts[i - 1];
    if (!good) Fail(ErrorCode::kDataLoss, path_, ": ", name, " must be ascending prefix sums up to ", total);
    return starts;
  }
  // Calls read(json) with what the metadata has under `name`, if anything.
  template <class Read>
  void Metadata(const char* name, const Read& read) const {
    const auto found = file_.metadata().find(name);
    if (found == file_.metadata().end()) return;
    const std::string what = path_ + ": " + name;
    const nlohmann::json json = ParseJson(found->second, what);
    ReadingJson(what, [&] { read(json); });
  }

 private:
  std::string path_;
  SafetensorsFile file_;
};

}  // namespace

void WriteRollouts(const std::string& path, int64_t step, const RolloutBatch& batch, const std::vector<std::string>& reward_names) {
  std::vector<int32_t> prompt_ids, prompt_starts{0}, token_ids, starts{0}, finished;
  std::vector<float> logprobs, entropies, ref_logprobs, rewards, reward_parts, advantages;
  for (const RolloutGroup& group : batch.groups) {
    Append(prompt_ids, group.prompt_ids);
    prompt_starts.push_back(static_cast<int32_t>(prompt_ids.size()));
    for (const Rollout& r : group.rollouts) {
      Append(token_ids, r.token_ids);
      Append(logprobs, r.sampler_logprobs);
      Append(entropies, r.entropies);
      Append(ref_logprobs, r.ref_logprobs);
      starts.push_back(static_cast<int32_t>(token_ids.size()));
      rewards.push_back(OrNan(r.reward.score));
      for (const RewardResult& part : r.reward.parts) reward_parts.push_back(OrNan(part.score));
      advantages.push_back(r.advantage);
      finished.push_back(r.finished);
    }
  }
  std::vector<NamedTensor> tensors{{"prompt_ids", Borrow(prompt_ids)}, {"prompt_starts", Borrow(prompt_starts)},
                                   {"token_ids", Borrow(token_ids)},   {"starts", Borrow(starts)},
                                   {"logprobs", Borrow(logprobs)},     {"rewards", Borrow(rewards)},
                                   {"advantages", Borrow(advantages)}, {"finished", Borrow(finished)}};
  if (entropies.size() == token_ids.size()) tensors.push_back({"entropies", Borrow(entropies)});
  if (!ref_logprobs.empty()) tensors.push_back({"ref_logprobs", Borrow(ref_logprobs)});
  if (!reward_parts.empty()) tensors.push_back({"reward_parts", Borrow(reward_parts)});
  WriteSafetensors(path, tensors,
                   {{"step", std::to_string(step)}, {"reward_names", NamesJson(reward_names)}, {"examples", ExamplesJson(batch)}});
}

RolloutBatch ReadRollouts(const std::string& path, int64_t group_size, std::vector<std::string>* reward_names) {
  const Reader file(path);
  const auto prompt_ids = file.Vector<int32_t>("prompt_ids"), token_ids = file.Vector<int32_t>("token_ids");
  const auto prompt_starts = file.Starts("prompt_starts", prompt_ids.size()), starts = file.Starts("starts", token_ids.size());
  const size_t prompts = prompt_starts.size() - 1, completions = starts.size() - 1, tokens = token_ids.size();
  if (group_size == 0 && prompts > 0) group_size = static_cast<int64_t>(completions / prompts);
  const auto logprobs = file.Vector<float>("logprobs"), rewards = file.Vector<float>("rewards"),
             advantages = file.Vector<float>("advantages");
  if (completions == 0 || completions != prompts * static_cast<size_t>(group_size) || rewards.size() != completions ||
      advantages.size() != completions || logprobs.size() != tokens)
    Fail(ErrorCode::kDataLoss, path, ": ", prompts, " prompts of ", group_size, " completions with ", tokens,
         " tokens expected; the lengths do not fit");
  std::vector<std::string> names;
  file.Metadata("reward_names", [&](const nlohmann::json& json) { names = json.get<std::vector<std::string>>(); });
  const auto entropies = file.Vector<float>("entropies", tokens), ref_logprobs = file.Vector<float>("ref_logprobs", tokens),
             reward_parts = file.Vector<float>("reward_parts", completions * names.size());
  const auto finished = file.Vector<int32_t>("finished", completions);
  RolloutBatch batch;
  for (size_t p = 0; p < prompts; ++p) {
    RolloutGroup& group = batch.groups.emplace_back();
    group.prompt_ids = Part(prompt_ids, prompt_starts[p], prompt_starts[p + 1]);
    for (size_t c = p * static_cast<size_t>(group_size); c < (p + 1) * static_cast<size_t>(group_size); ++c) {
      Rollout& r = group.rollouts.emplace_back();
      r.token_ids = Part(token_ids, starts[c], starts[c + 1]);
      r.sampler_logprobs = Part(logprobs, starts[c], starts[c + 1]);
      r.entropies = Part(entropies, starts[c], starts[c + 1]);
      r.ref_logprobs = Part(ref_logprobs, starts[c], starts[c + 1]);
      r.finished = !finished.empty() && finished[c] != 0;
      if (!std::isnan(rewards[c])) r.reward.score = rewards[c];
      for (size_t i = 0; i < names.size() && !reward_parts.empty(); ++i) {
        const float part = reward_parts[c * names.size() + i];
        r.reward.parts.push_back({std::isnan(part) ? std::nullopt : std::optional<double>(part), ""});
      }
      r.advantage = advantages[c];
    }
  }
  file.Metadata("examples", [&](const nlohmann::json& json) {
    const size_t count = std::min(json.size(), batch.groups.size());
    for (size_t p = 0; p < count; ++p) {
      batch.groups[p].example.question = json.at(p).at("question").get<std::string>();
      batch.groups[p].example.answer = json.at(p).at("answer").get<std::string>();
    }
  });
  if (reward_names != nullptr) *reward_names = std::move(names);
  return batch;
}

std::vector<int64_t> StoredRollouts(const std::string& run) {
  if (!std::filesystem::exists(RunPaths{run}.Recipe()))
    Fail(ErrorCode::kNotFound, run, " is not the folder of a run: it has no recipe.toml");
  std::vector<int64_t> steps;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(run + "/rollouts", ignored)) {
    long long step = -1;
    if (std::sscanf(entry.path().filename().c_str(), "step-%lld.safetensors", &step) == 1 &&
        entry.path() == RunPaths{run}.Rollouts(step))
      steps.push_back(step);
  }
  if (steps.empty())
    Fail(ErrorCode::kNotFound, run, " has no stored rollouts: its recipe has keep_rollouts = false, or no grpo step was done");
  std::sort(steps.begin(), steps.end());
  return steps;
}

}  // namespace r1
