// r1 replay RUN: one stored token of a training run, recomputed by the trainer under the weights that sampled it. Exit code 0 if
// both log-probabilities have the same bits, 1 if not.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstring>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/format.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "recipe/replay.h"

namespace r1 {
namespace {

std::string Bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return Format("0x%08x", bits);
}

void WriteJson(const ReplayedToken& t) {
  JsonWriter json;
  json.BeginObject()
      .Field("stage", t.stage)
      .Field("step", t.step)
      .Field("prompt", t.prompt)
      .Field("completion", t.completion)
      .Field("token", t.token);
  json.Field("question", t.question)
      .Field("before", t.before)
      .Field("text", t.text)
      .Field("after", t.after)
      .Field("token_id", t.token_id);
  json.Field("stored_logprob", t.stored_logprob).Field("stored_bits", Bits(t.stored_logprob));
  json.Field("logprob", t.logprob).Field("bits", Bits(t.logprob)).Field("same_bits", t.same_bits).Key("alternatives").BeginArray();
  for (size_t i = 0; i < t.alternatives.size(); ++i)
    json.BeginObject()
        .Field("token_id", t.alternatives[i].first)
        .Field("text", t.alternative_texts[i])
        .Field("logprob", t.alternatives[i].second)
        .EndObject();
  json.EndArray()
      .Field("reward", t.reward)
      .Field("advantage", t.advantage)
      .Field("update", t.update)
      .Field("old_logprob", t.stored_logprob);
  json.Field("update_logprob", t.update_logprob).Field("ratio", t.ratio).Field("clipped", t.clipped).Key("ref_logprob");
  if (t.has_reference)
    json.Value(t.ref_logprob);
  else
    json.Null();
  json.Field("k3", t.k3)
      .Field("kl_coef", t.kl_coef)
      .Field("weight", t.weight)
      .Field("loss", t.loss)
      .Field("gradient", t.gradient)
      .EndObject();
  std::cout << json.text() << "\n";
}

void Print(const ReplayedToken& t, const Terminal& out) {
  auto line = [&](const char* name, const std::string& value) { out.Write(out.Dim(Format("  %-18s", name)) + value + "\n"); };
  const auto quoted = [](const std::string& text) { return "\"" + PrintableText(text, true) + "\""; };
  out.Write(
      out.Bold(Format("step %lld, prompt %lld, completion %lld, token %lld", static_cast<long long>(t.step),
                      static_cast<long long>(t.prompt), static_cast<long long>(t.completion), static_cast<long long>(t.token))) +
      out.Dim("  (stage " + t.stage + ")") + "\n");
  out.Write(out.Cyan("Q: ") + PrintableText(t.question, true) + "\n");
  // Marked by brackets too, for where there is no colour.
  out.Write(out.Cyan("A:") + out.Dim(PrintableText(t.before, true)) + out.Yellow("[" + PrintableText(t.text, true) + "]") +
            out.Dim(PrintableText(t.after, true)) + "\n");
  line("token", quoted(t.text) + Format("  id %d", t.token_id));
  line("stored log-prob", Format("%.9g  %s  (sampler)", t.stored_logprob, Bits(t.stored_logprob).c_str()));
  line("recomputed", Format("%.9g  %s  (trainer)  ", t.logprob, Bits(t.logprob).c_str()) +
                         (t.same_bits ? out.Green("the same bits") : out.Red("other bits")));
  line("probability", Format("%.6f", std::exp(static_cast<double>(t.logprob))));
  for (size_t i = 0; i < t.alternatives.size(); ++i) {
    line(i == 0 ? "most likely" : "",
         Format("%.6f  %.9g  ", std::exp(static_cast<double>(t.alternatives[i].second)), t.alternatives[i].second) +
             quoted(t.alternative_texts[i]) + (t.alternatives[i].first == t.token_id ? out.Yellow("  <- sampled") : ""));
  }
  line("reward", Format("%g", t.reward));
  line("advantage", Format("%g", t.advantage));
  if (t.update < 0)
    line("update", "none: all rewards of its group are equal, the group was not needed, or the completion was cut and masked");
  if (t.update > 0)
    line("update",
         Format("%lld of the step; log-prob under its weights %.9g", static_cast<long long>(t.update) + 1, t.update_logprob));
  line("old log-prob", Format("%.9g", t.stored_logprob));
  line("ratio", Format("%.9g  ", t.ratio) + (t.clipped ? out.Yellow("clipped: no gradient") : "not clipped"));
  if (t.has_reference) line("reference", Format("log-prob %.9g  k3 %.6g  kl_coef %g", t.ref_logprob, t.k3, t.kl_coef));
  line("loss weight", Format("%.9g", t.weight));
  line("loss", Format("%.9g", t.loss));
  line("d loss/d log-prob", Format("%.9g", t.gradient));
}

void RunReplay(const ReplayOptions& options, bool json) {
  InterruptGuard guard;
  const ReplayedToken token = Replay(options, Terminal::Stderr());
  if (json)
    WriteJson(token);
  else
    Print(token, Terminal::Stdout());
  if (token.same_bits) return;
  throw CLI::Error(
      "Mismatch",
      StrCat("replay: step ", token.step, ", completion ", token.completion, ", token ", token.token, ": stored log-probability ",
             Bits(token.stored_logprob), " and recomputed ", Bits(token.logprob), " differ"),
      1);
}

}  // namespace

void SetUpReplay(CLI::App& app) {
  auto options = std::make_shared<ReplayOptions>();
  auto json = std::make_shared<bool>(false);
  app.add_option("run", options->run, "The folder of a run with keep_rollouts")->required()->type_name("RUN");
  app.add_option("--step", options->step, "Step of the run, from 1, over all its stages: as in RUN/rollouts and metrics.jsonl")
      ->required()
      ->type_name("S");
  app.add_option("--token", options->token, "Token, from 0, counted over all completions of the step or within --completion")
      ->required()
      ->type_name("T");
  app.add_option("--completion", options->completion, "Completion of the step, from 0")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40))
      ->type_name("C");
  app.add_flag("--json", *json, "Machine-readable, on one line");
  app.add_option("--threads", options->threads, "Threads (default: one per CPU); no bit depends on it")
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  app.callback([options, json] { RunReplay(*options, *json); });
}

}  // namespace r1
