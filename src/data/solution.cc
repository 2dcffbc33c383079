#include "data/solution.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/check.h"
#include "data/pick.h"

namespace r1 {
namespace {

using Phrases = std::span<const char* const>;
constexpr int kNumLanguages = 3;  // English, French, symbols: the first three styles

// {e} is the equation, {t} the things counted, {d} and {c} a digit and a carry, {v} the target. Phrases naming {t} are skipped for
// bare numbers. The French has no accents, so that the corpus stays ASCII.
constexpr const char* kFirst0[] = {"First {e}.", "We have {e}.", "Start with {e}.", "Let us see: {e}.", "First there are {e} {t}."};
constexpr const char* kFirst1[] = {"D'abord {e}.", "On a {e}.", "On commence par {e}.", "Voyons: {e}."};
constexpr const char* kBare[] = {"{e}."};
constexpr const char* kThen0[] = {"Then {e}.", "Next {e}.", "Now {e}.", "After that {e}.", "So {e}."};
constexpr const char* kThen1[] = {"Puis {e}.", "Ensuite {e}.", "Alors {e}.", "Maintenant {e}."};
constexpr const char* kGain0[] = {"Then {e}.", "Now there are {e} {t}.", "That makes {e}.", "Then we get {e}."};
constexpr const char* kGain1[] = {"Puis {e}.", "Cela fait {e}.", "Ensuite on a {e}."};
constexpr const char* kLoss0[] = {"Then {e}.", "That leaves {e}.", "Now {e} {t} are left.", "After that {e}."};
constexpr const char* kLoss1[] = {"Puis {e}.", "Il reste {e}.", "Ensuite {e}."};
constexpr const char* kPart0[] = {"{e}, then", "{e} and"};
constexpr const char* kPart1[] = {"{e}, puis", "{e} et"};
constexpr const char* kPart2[] = {"{e},"};
constexpr const char* kSmall0[] = {"{e}, too small.", "{e}, no, too small."};
constexpr const char* kSmall1[] = {"{e}, trop petit.", "{e}, non, trop petit."};
constexpr const char* kSmall2[] = {"{e}<{v}."};
constexpr const char* kBig0[] = {"{e}, too big.", "{e}, no, too big."};
constexpr const char* kBig1[] = {"{e}, trop grand.", "{e}, non, trop grand."};
constexpr const char* kBig2[] = {"{e}>{v}."};
constexpr const char* kHit0[] = {"{e}, yes.", "{e}, that works."};
constexpr const char* kHit1[] = {"{e}, oui.", "{e}, c'est bon."};
constexpr const char* kHit2[] = {"{e} ok."};
constexpr const char* kAbsent0[] = {"{e}, not there.", "{e}, no."};
constexpr const char* kAbsent1[] = {"{e}, absent.", "{e}, non."};
constexpr const char* kAbsent2[] = {"{e} no."};
constexpr const char* kPresent0[] = {"{e}, it is there.", "{e}, yes."};
constexpr const char* kPresent1[] = {"{e}, le voici.", "{e}, oui."};
constexpr const char* kColumn0[] = {"{e}, write {d}, carry {c}."};
constexpr const char* kColumn1[] = {"{e}, pose {d}, retiens {c}."};
constexpr const char* kColumn2[] = {"{e} {d} c{c}."};
constexpr const char* kGuess0[] = {"Try {d}:", "Try x={d}:"};
constexpr const char* kGuess1[] = {"Essayons {d}:"};
constexpr const char* kGuess2[] = {"{d}:"};
constexpr const char* kCheck0[] = {"Check: {e}. Yes.", "Check: {e}. Right.", "Let me check: {e}. Good."};
constexpr const char* kCheck1[] = {"On regarde: {e}. Oui.", "Preuve: {e}. Bien."};
constexpr const char* kCheck2[] = {"({e})"};
constexpr const char* kFailed0[] = {"Check: {e}. No.", "Check: {e}. That is wrong."};
constexpr const char* kFailed1[] = {"On regarde: {e}. Non.", "Preuve: {e}. C'est faux."};
constexpr const char* kFailed2[] = {"({e}) no."};
constexpr const char* kRedo0[] = {"Again: {e}.", "So {e}.", "Wait, {e}."};
constexpr const char* kRedo1[] = {"Encore: {e}.", "Alors {e}."};
constexpr const char* kWait0[] = {"Wait, no: {e}.", "Wait, that is wrong: {e}.", "No, wait: {e}."};
constexpr const char* kWait1[] = {"Attends, non: {e}.", "Non, pardon: {e}."};
constexpr const char* kWait2[] = {"no, {e}."};
constexpr const char* kEnd0[] = {"So the answer is {d}.", "The answer is {d}.", "So it is {d}.", "Answer: {d}"};
constexpr const char* kEnd1[] = {"Donc on trouve {d}.", "Le nombre est {d}.", "Donc c'est {d}."};
constexpr const char* kEnd2[] = {"={d}.", "{d}."};

// Rows: what is said; columns: English, French, symbols.
struct PhraseSet {
  std::array<Phrases, kNumLanguages> by_language;
};
constexpr PhraseSet kFirst{{kFirst0, kFirst1, kBare}}, kThen{{kThen0, kThen1, kBare}}, kGain{{kGain0, kGain1, kBare}},
    kLoss{{kLoss0, kLoss1, kBare}}, kPart{{kPart0, kPart1, kPart2}}, kSmall{{kSmall0, kSmall1, kSmall2}},
    kBig{{kBig0, kBig1, kBig2}}, kHit{{kHit0, kHit1, kHit2}}, kAbsent{{kAbsent0, kAbsent1, kAbsent2}},
    kPresent{{kPresent0, kPresent1, kHit2}}, kColumn{{kColumn0, kColumn1, kColumn2}}, kGuess{{kGuess0, kGuess1, kGuess2}},
    kCheck{{kCheck0, kCheck1, kCheck2}}, kFailed{{kFailed0, kFailed1, kFailed2}}, kRedo{{kRedo0, kRedo1, kBare}},
    kWait{{kWait0, kWait1, kWait2}}, kEnd{{kEnd0, kEnd1, kEnd2}};

const PhraseSet& PhrasesFor(const Step& step, bool first) {
  switch (step.role) {
    case StepRole::kPart: return kPart;
    case StepRole::kTooSmall: return kSmall;
    case StepRole::kTooBig: return kBig;
    case StepRole::kHit: return kHit;
    case StepRole::kAbsent: return kAbsent;
    case StepRole::kPresent: return kPresent;
    case StepRole::kColumn: return kColumn;
    case StepRole::kGuess: return kGuess;
    case StepRole::kCompute: break;
  }
  if (first) return kFirst;
  return step.equation.op == '+' ? kGain : step.equation.op == '-' ? kLoss : kThen;
}

// The equation that undoes `e`: for a wrong result it shows the mistake (except for products, which are multiplied the other way).
Equation Undo(const Equation& e) {
  switch (e.op) {
    case '+': return e.result >= e.b ? Solve(e.result, '-', e.b) : Solve(e.a, '+', e.b);
    case '-': return Solve(e.result, '+', e.b);
    case '*': return Solve(e.b, '*', e.a);
    default: return Solve(e.result, '*', e.b);
  }
}

// A mistake a person makes: off by one, two or ten.
Equation Slip(Equation e, Rng& rng) {
  static constexpr int64_t kOff[] = {1, -1, 2, -2, 10, -10};
  const int64_t off = Pick(rng, kOff);
  e.result += e.result + off >= 0 ? off : -off;
  return e;
}

class Writer {
 public:
  Writer(const Problem& problem, SolutionStyle style, Rng& rng) : problem_(problem), style_(style), rng_(rng) { NextLanguage(); }

  // A mixed solution changes its manner from sentence to sentence.
  void NextLanguage() {
    language_ = style_ == SolutionStyle::kMixed ? static_cast<size_t>(rng_.Below(kNumLanguages)) : static_cast<size_t>(style_);
  }

  void Say(const PhraseSet& phrases, const std::string& equation, int64_t digit = 0, int64_t carry = 0, int64_t target = 0) {
    const Phrases choice = phrases.by_language[language_];
    std::string_view phrase = Pick(rng_, choice);
    while (problem_.subject.empty() && phrase.find("{t}") != phrase.npos) phrase = Pick(rng_, choice);
    text_ += text_.empty() ? "" : " ";
    text_ += Fill(phrase, {{'e', equation},
                           {'t', problem_.subject},
                           {'d', std::to_string(digit)},
                           {'c', std::to_string(carry)},
                           {'v', std::to_string(target)}});
  }

  std::string Take() { return std::move(text_); }

 private:
  const Problem& problem_;
  SolutionStyle style_;
  Rng& rng_;
  size_t language_ = 0;
  std::string text_;
};

void SayStep(Writer& writer, const Step& step, bool first, const SolutionManner& manner, Rng& rng) {
  const PhraseSet& phrases = PhrasesFor(step, first);
  const auto say = [&](const Equation& e) { writer.Say(phrases, EquationText(e), step.digit, step.carry, step.target); };
  if (step.role == StepRole::kGuess) return writer.Say(phrases, "", step.digit);
  const bool checkable = step.role == StepRole::kCompute;
  if (checkable && Chance(rng, manner.slip_probability)) {
    const Equation wrong = Slip(step.equation, rng);
    say(wrong);
    const Equation undo = Undo(wrong);
    // Where undoing shows nothing new (the same operation again) the writer just looks twice.
    if (manner.step_checks && undo.op != wrong.op && undo.result != wrong.a) {
      writer.Say(kFailed, EquationText(undo));
      writer.Say(kRedo, EquationText(step.equation));
      writer.Say(kCheck, EquationText(Undo(step.equation)));
    } else {
      writer.Say(kWait, EquationText(step.equation));
    }
    return;
  }
  say(step.equation);
  if (checkable && manner.step_checks) writer.Say(kCheck, EquationText(Undo(step.equation)));
}

}  // namespace

std::string RenderSolution(const Problem& problem, const SolutionManner& manner, Rng& rng) {
  CHECK(!problem.solutions.empty());
  const Solution& solution = Pick(rng, problem.solutions);
  Writer writer(problem, manner.style, rng);
  bool first = true;
  bool in_sentence = false;  // a guess or a part is finished in the language it began in
  for (const Step& step : solution.steps) {
    if (!in_sentence) writer.NextLanguage();
    SayStep(writer, step, first, manner, rng);
    first = false;
    in_sentence = step.role == StepRole::kPart || step.role == StepRole::kGuess;
  }
  bool conclude = manner.conclusion;
  if (manner.final_check && !solution.check.empty()) {
    writer.NextLanguage();
    std::string lines;
    for (const Equation& e : solution.check) lines += (lines.empty() ? "" : ". ") + EquationText(e);
    writer.Say(kCheck, lines);
    conclude = true;
  }
  // Only a chain of computing ends with its answer by itself; after a trial or a column the answer must be said.
  const Step& last = solution.steps.back();
  if (last.role != StepRole::kCompute || last.equation.result != problem.answer || manner.step_checks) conclude = true;
  if (conclude) writer.Say(kEnd, "", problem.answer);
  return writer.Take();
}

}  // namespace r1
