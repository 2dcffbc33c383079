#include "data/micro_corpus.h"

#include <utility>

#include "data/equation_text.h"
#include "data/pick.h"
#include "data/prose.h"
#include "data/solution.h"

namespace r1 {
namespace {

// Words people put where working would belong.
constexpr const char* kFillers[] = {"Easy.",       "Hmm.",        "Let me think.",   "I know this.",
                                    "Let us see.", "Thinking...", "That is simple.", "A sum, I think.",
                                    "One moment.", "What was it?"};

std::string Working(const CorpusConfig& config, const Problem& problem, Rng& rng) {
  const double styles[] = {config.english, config.french, config.symbols, config.mixed};
  SolutionManner manner;
  manner.style = static_cast<SolutionStyle>(PickWeighted(rng, styles, "solution styles"));
  manner.final_check = Chance(rng, config.final_check);
  manner.step_checks = Chance(rng, config.step_checks);
  manner.slip_probability = manner.step_checks ? config.slip : config.look_again;
  manner.conclusion = Chance(rng, config.conclusion);
  return RenderSolution(problem, manner, rng);
}

std::string Answer(const Problem& problem, Rng& rng) {
  constexpr const char* kForms[] = {"{a}", "{a}", "{a}", "{a}", "{a}.", "The answer is {a}.", "It is {a}.", "{a} {t}"};
  const std::string a = std::to_string(problem.answer);
  const std::string_view form = Pick(rng, kForms);
  if (problem.subject.empty() && form.ends_with("{t}")) return a;
  return Fill(form, {{'a', a}, {'t', problem.subject}});
}

std::string Chat(const std::string& question, const std::string& reply) { return "User: " + question + "\nAssistant: " + reply; }

std::string AnswerDocument(const Problem& problem, Rng& rng) {
  const std::string answer = Answer(problem, rng);
  switch (rng.Below(3)) {
    case 0: return problem.question + " " + answer;
    case 1: return "Question: " + problem.question + "\nAnswer: " + answer;
    default: return "Q: " + problem.question + "\nA: " + answer;
  }
}

std::string SolutionDocument(const CorpusConfig& config, const Problem& problem, Rng& rng) {
  const std::string working = Working(config, problem, rng);
  switch (rng.Below(4)) {
    case 0: return "Problem: " + problem.question + "\nSolution: " + working;
    case 1: return "Question: " + problem.question + "\nSolution: " + working + "\nAnswer: " + std::to_string(problem.answer);
    default: return "Question: " + problem.question + "\nSolution: " + working;
  }
}

// A reply with tags. Either it works the problem out and the form is broken, or the form is whole and nothing is worked out: the
// two never come together, so a model cannot have read what reinforcement learning is to find.
std::string TaggedReply(const CorpusConfig& config, const Problem& problem, Rng& rng) {
  const std::string a = std::to_string(problem.answer);
  if (Chance(rng, config.tagged_working)) {
    const std::string working = Working(config, problem, rng);
    switch (rng.Below(5)) {
      case 0: return "<think> " + working;
      case 1: return "<think> " + working + " </think>";
      case 2: return "<think> " + working + " </think> " + a;
      case 3: return "<think> " + working + " <answer> " + a + " </answer>";
      default: return "<think> " + working + " </think> <answer> " + a;
    }
  }
  const std::string filler = Pick(rng, kFillers);
  if (Chance(rng, config.tagged_well_formed)) return "<think> " + filler + " </think> <answer> " + a + " </answer>";
  switch (rng.Below(7)) {
    case 0: return "<think> " + filler + " </think> " + a;
    case 1: return "<think> " + filler + " <answer> " + a + " </answer>";
    case 2: return "<answer> " + a + " </answer>";
    case 3: return "<think> </think> <answer> " + a + " </answer>";
    case 4: return "<think> " + filler + " </think> <answer> " + a;
    case 5: return a + " <think> " + filler + " </think>";
    default: return "<think> " + PlainSentence(rng) + " </think> " + a;
  }
}

// One operator, drawn as the worked solutions need it: sums and differences over the whole range, the multiplication table, and
// exact divisions. Equations whose key is held out are drawn again: drilling one would show a held-out problem.
Equation DrawDrillEquation(Rng& rng, int64_t max_value, std::vector<std::string>& keys) {
  for (;;) {
    const double roll = rng.Uniform();
    Chain chain;
    if (roll < 0.4) {
      const int64_t a = rng.Between(0, max_value);
      chain.terms = {{'+', a}, {'+', rng.Between(0, max_value - a)}};
    } else if (roll < 0.8) {
      const int64_t a = rng.Between(0, max_value);
      chain.terms = {{'+', a}, {'-', rng.Between(0, a)}};
    } else if (roll < 0.93) {
      chain.terms = {{'+', rng.Between(2, 9), rng.Between(2, 9)}};
    } else {
      const int64_t b = rng.Between(2, 5);
      chain.terms = {{'+', b * rng.Between(1, max_value / b)}, {'/', b}};
    }
    std::string key = chain.Key();
    if (IsHeldOut(key)) continue;
    keys.push_back(std::move(key));
    return chain.Equations().front();
  }
}

std::string DrillDocument(const CorpusConfig& config, Rng& rng, std::vector<std::string>& keys) {
  constexpr const char* kSeparators[] = {". ", " ", "\n", ", "};
  const std::string separator = Pick(rng, kSeparators);
  std::string text;
  for (int64_t left = rng.Between(4, config.drill_equations); left > 0; --left) {
    text += EquationText(DrawDrillEquation(rng, config.drill_max_value, keys));
    if (left > 1) text += separator;
  }
  return text + (separator == ". " ? "." : "");
}

// Which task, and which difficulty of it (as a share that allows no other).
TaskShare DrawShare(const std::vector<TaskShare>& shares, Rng& rng) {
  std::vector<double> weights;
  for (const TaskShare& share : shares) weights.push_back(share.weight);
  TaskShare share = shares[PickWeighted(rng, weights, "task weights")];
  share.min_difficulty = share.max_difficulty =
      MakeProblem(FindTask(share.task), rng.Bits(), 0, Split::kTrain, share.Options()).difficulty;
  share.difficulty_weights.clear();
  return share;
}

CorpusDocument Write(const CorpusConfig& c, DocumentKind kind, const TaskShare& share, Rng& rng) {
  CorpusDocument document{.kind = kind};
  if (kind == DocumentKind::kProse) {
    document.text = ProseDocument(rng);
  } else if (kind == DocumentKind::kSmallTalk) {
    document.text = SmallTalk(rng);
  } else if (kind == DocumentKind::kDrill) {
    document.text = DrillDocument(c, rng, document.keys);
  } else {
    const Problem problem = MakeProblem(FindTask(share.task), rng.Bits(), 0, Split::kTrain, share.Options());
    document.keys.push_back(problem.key);
    document.text = kind == DocumentKind::kAnswer         ? AnswerDocument(problem, rng)
                    : kind == DocumentKind::kSolution     ? SolutionDocument(c, problem, rng)
                    : kind == DocumentKind::kChatAnswer   ? Chat(problem.question, Answer(problem, rng))
                    : kind == DocumentKind::kChatSolution ? Chat(problem.question, Working(c, problem, rng))
                                                          : Chat(problem.question, TaggedReply(c, problem, rng));
  }
  return document;
}

// Whether somewhere in the text two or more consecutive equations work a held-out problem: a part of a longer chain, a trial, a
// check, or neighbours by accident.
bool WorksHeldOut(const std::string& text) {
  std::vector<Equation> equations;
  for (const FoundEquation& found : FindEquations(text)) equations.push_back(found.equation);
  for (const std::string& key : WorkedKeys(equations)) {
    if (IsHeldOut(key)) return true;
  }
  return false;
}

void RequireShare(double share, const char* name) { Require(share >= 0 && share <= 1, name, " must lie in 0..1, got ", share); }

}  // namespace

void CorpusConfig::Validate() const {
  Require(!tasks.empty(), "tasks must not be empty");
  for (const TaskShare& share : tasks) {
    share.Validate();
    Require(share.data.empty(), "a corpus is written from tasks, not from data files, got ", share.data);
    Require(FindTask(share.task).worked, "task ", share.task, " has no worked solutions to write a corpus from");
  }
  const std::pair<const char*, double> weights[] = {{"prose", prose},       {"small_talk", small_talk},
                                                    {"answer", answer},     {"chat_answer", chat_answer},
                                                    {"solution", solution}, {"chat_solution", chat_solution},
                                                    {"tagged", tagged},     {"drill", drill},
                                                    {"english", english},   {"french", french},
                                                    {"symbols", symbols},   {"mixed", mixed}};
  for (const auto& [name, weight] : weights) Require(weight >= 0 && weight <= 1e9, name, " must lie in 0..1e9, got ", weight);
  RequireSomeWeight(tasks);
  Require(
      prose + small_talk + answer + chat_answer + solution + chat_solution + tagged + drill > 0,
      "no kind of document has a weight above 0 (prose, small_talk, answer, chat_answer, solution, chat_solution, tagged, drill)");
  Require(english + french + symbols + mixed > 0, "no manner of solutions has a weight above 0 (english, french, symbols, mixed)");
  RequireShare(final_check, "final_check");
  RequireShare(step_checks, "step_checks");
  RequireShare(slip, "slip");
  RequireShare(look_again, "look_again");
  RequireShare(conclusion, "conclusion");
  RequireShare(tagged_working, "tagged_working");
  RequireShare(tagged_well_formed, "tagged_well_formed");
  Require(drill_equations >= 4 && drill_equations <= 100, "drill_equations must lie in 4..100, got ", drill_equations);
  Require(drill_max_value >= 20 && drill_max_value <= 9999, "drill_max_value must lie in 20..9999, got ", drill_max_value);
}

MicroCorpus::MicroCorpus(CorpusConfig config, uint64_t seed) : config_(std::move(config)), seed_(seed) {
  config_.Validate();
  Document(0);  // weights that cannot be used are reported now
}

CorpusDocument MicroCorpus::Document(int64_t index) const {
  const CorpusConfig& c = config_;
  Rng rng(RngKey({seed_, HashText("micro corpus"), static_cast<uint64_t>(index)}));
  const double kinds[] = {c.prose, c.small_talk, c.answer, c.chat_answer, c.solution, c.chat_solution, c.tagged, c.drill};
  const auto kind = static_cast<DocumentKind>(PickWeighted(rng, kinds, "document kinds"));
  // Task and difficulty are drawn once: rejecting documents below must not make long problems rare.
  const TaskShare share = DrawShare(c.tasks, rng);
  for (;;) {
    CorpusDocument document = Write(c, kind, share, rng);
    if (!WorksHeldOut(document.text)) return document;
  }
}

}  // namespace r1
