#include "judge/ifeval/ifeval.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/env.h"
#include "base/error.h"
#include "judge/ifeval/words.h"

namespace r1 {
namespace {

bool Follows(const std::string& id, const std::string& kwargs, const std::string& response) {
  return JudgeIfeval("{\"instruction_id_list\":[\"" + id + "\"],\"kwargs\":[" + kwargs + "]}", response).strict();
}

TEST(IfevalTest, Keywords) {
  EXPECT_TRUE(Follows("keywords:existence", R"({"keywords":["cat","dog"]})", "The Cats saw a dog."));
  EXPECT_FALSE(Follows("keywords:existence", R"({"keywords":["cat","dog"]})", "The cat."));
  EXPECT_TRUE(Follows("keywords:frequency", R"({"relation":"at least","keyword":"war","frequency":2})", "War and warfare"));
  EXPECT_FALSE(Follows("keywords:frequency", R"({"relation":"less than","keyword":"war","frequency":2})", "war, war"));
  EXPECT_TRUE(Follows("keywords:forbidden_words", R"({"forbidden_words":["rock"]})", "It rocks."));
  EXPECT_FALSE(Follows("keywords:forbidden_words", R"({"forbidden_words":["rock"]})", "A ROCK!"));
  EXPECT_TRUE(Follows("keywords:forbidden_words", R"({"forbidden_words":["caf"]})", "caf\xC3\xA9")) << "part of a word";
  EXPECT_TRUE(Follows("keywords:letter_frequency", R"({"let_relation":"at least","letter":"!","let_frequency":3})", "a! b!!"));
  EXPECT_FALSE(Follows("keywords:letter_frequency", R"({"let_relation":"less than","letter":"t","let_frequency":2})", "Tt"));
  EXPECT_TRUE(Follows("punctuation:no_comma", "{}", "No commas here."));
  EXPECT_FALSE(Follows("punctuation:no_comma", "{}", "One, two."));
}

TEST(IfevalTest, LanguageAndCase) {
  EXPECT_TRUE(Follows("language:response_language", R"({"language":"de"})",
                      "Der schnelle braune Fuchs springt \xC3\xBC"
                      "ber den faulen Hund und l\xC3\xA4uft davon."));
  EXPECT_FALSE(
      Follows("language:response_language", R"({"language":"de"})", "The quick brown fox jumps over the lazy dog and runs away."));
  EXPECT_TRUE(
      Follows("language:response_language", R"({"language":"hi"})",
              "\xE0\xA4\xAF\xE0\xA4\xB9 \xE0\xA4\x8F\xE0\xA4\x95 \xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\x82\xE0\xA4\xA6\xE0\xA5\x80 "
              "\xE0\xA4\xB5\xE0\xA4\xBE\xE0\xA4\x95\xE0\xA5\x8D\xE0\xA4\xAF \xE0\xA4\xB9\xE0\xA5\x88"));
  EXPECT_TRUE(Follows("change_case:english_capital", "{}", "THE QUICK BROWN FOX JUMPS OVER 2 LAZY DOGS."));
  EXPECT_FALSE(Follows("change_case:english_capital", "{}", "THE QUICK BROWN FOX jumps"));
  EXPECT_TRUE(Follows("change_case:english_lowercase", "{}", "the quick brown fox jumps over 2 lazy dogs."));
  EXPECT_FALSE(Follows("change_case:english_lowercase", "{}", "123"));
  EXPECT_TRUE(Follows("change_case:capital_word_frequency", R"({"capital_relation":"at least","capital_frequency":3})",
                      "I KNOW the U-BOAT"));
  EXPECT_FALSE(
      Follows("change_case:capital_word_frequency", R"({"capital_relation":"less than","capital_frequency":1})", "a NATO day"));
}

TEST(IfevalTest, Lengths) {
  EXPECT_TRUE(Follows("length_constraints:number_words", R"({"relation":"at least","num_words":4})", "one two-three four"));
  EXPECT_FALSE(Follows("length_constraints:number_words", R"({"relation":"less than","num_words":4})", "one two-three four"));
  EXPECT_TRUE(Follows("length_constraints:number_paragraphs", R"({"num_paragraphs":2})", "a\n***\nb\n***\n"));
  EXPECT_FALSE(Follows("length_constraints:number_paragraphs", R"({"num_paragraphs":2})", "a\n***\n***\nb"));
  const std::string nth = R"({"num_paragraphs":2,"nth_paragraph":2,"first_word":"weekend"})";
  EXPECT_TRUE(Follows("length_constraints:nth_paragraph_first_word", nth, "One.\n\n\"Weekend, yes\" two."));
  EXPECT_FALSE(Follows("length_constraints:nth_paragraph_first_word", nth, "One.\n\nWeekends two."));
  EXPECT_FALSE(Follows("length_constraints:nth_paragraph_first_word", nth, "One.\n\nWeekend two.\n\nThree"));
}

// As nltk's Punkt splits them, mistakes included: IFEval counts by it.
TEST(IfevalTest, CountsSentences) {
  EXPECT_EQ(CountSentences("Mr. Smith went to Washington. He arrived at 3.5 o'clock! Was he late? \"Yes.\" Really..."), 5);
  EXPECT_EQ(CountSentences("1. First thing.\n2. Second thing."), 4);
  EXPECT_EQ(CountSentences("no end"), 1);
  EXPECT_EQ(CountSentences(""), 0);
  EXPECT_EQ(CountSentences("i like it. you do not. we agree."), 3) << "small letters begin sentences";
  EXPECT_EQ(CountSentences("He said e.g. this. J. R. Tolkien wrote. It works (see v2.0)."), 4);
  EXPECT_EQ(CountSentences("I live in the U.S. It is big."), 2);
  EXPECT_EQ(CountSentences("He left at 5 p.m. and she at 6 a.m. on Monday."), 1);
  EXPECT_EQ(CountSentences("That is Ann's. It cost $0.5. which is cheap. He is 5. years old"), 4);
  EXPECT_EQ(CountSentences("Wait... what? No!"), 2);
  EXPECT_EQ(CountSentences("x is 5*X. The rest is Y. Each is C. No."), 3);
}

TEST(IfevalTest, CountsCapitalWords) {
  EXPECT_EQ(CountCapitalWords("I KNOW the U-BOAT"), 3);
  EXPECT_EQ(CountCapitalWords("I'm sure I've seen the USA's best"), 3);
  EXPECT_EQ(CountCapitalWords("DON'T, IT'S and CANNOT"), 6);
  EXPECT_EQ(CountCapitalWords("The U.S. and AND/OR **NOTE** 4X4 H2O E=MC^2"), 6);
  EXPECT_EQ(CountCapitalWords("WAIT...WHAT--NO AT&T NAME:JOHN 10:30AM"), 8);
  EXPECT_EQ(CountCapitalWords("Ph.D. iPhone 42 and no more"), 0);
}

TEST(IfevalTest, Formats) {
  EXPECT_TRUE(Follows("detectable_content:number_placeholders", R"({"num_placeholders":2})", "[name] lives at [address]"));
  EXPECT_FALSE(Follows("detectable_content:number_placeholders", R"({"num_placeholders":2})", "[name\n] lives at [address]"));
  EXPECT_TRUE(Follows("detectable_content:postscript", R"({"postscript_marker":"P.S."})", "Bye.\np. s. more"));
  EXPECT_TRUE(Follows("detectable_content:postscript", R"({"postscript_marker":"P.P.S"})", "P.P.S. more"));
  EXPECT_FALSE(Follows("detectable_content:postscript", R"({"postscript_marker":"P.P.S"})", "P.S. more"));
  EXPECT_TRUE(Follows("detectable_format:number_bullet_lists", R"({"num_bullets":2})", "x\n* a\n  - b\n**bold** c"));
  EXPECT_FALSE(Follows("detectable_format:number_bullet_lists", R"({"num_bullets":2})", "* a"));
  EXPECT_TRUE(Follows("detectable_format:number_highlighted_sections", R"({"num_highlights":2})", "*a b* and *c*"));
  EXPECT_TRUE(Follows("detectable_format:number_highlighted_sections", R"({"num_highlights":1})", "**bold one**"));
  EXPECT_FALSE(Follows("detectable_format:number_highlighted_sections", R"({"num_highlights":2})", "*a* and *c\n*"));
  EXPECT_TRUE(Follows("detectable_format:multiple_sections", R"({"section_spliter":"SECTION","num_sections":2})",
                      "SECTION 1\nx\nSECTION 2\ny"));
  EXPECT_FALSE(
      Follows("detectable_format:multiple_sections", R"({"section_spliter":"SECTION","num_sections":2})", "Section 1 SECTION two"));
  EXPECT_TRUE(Follows("detectable_format:json_format", "{}", "```json\n{\"a\": [1, 2]}\n```"));
  EXPECT_FALSE(Follows("detectable_format:json_format", "{}", "Here: {\"a\": 1}"));
  EXPECT_FALSE(Follows("detectable_format:json_format", "{}", std::string(100000, '[')));
  EXPECT_TRUE(Follows("detectable_format:title", "{}", "<<Poem of joy>>\nx"));
  EXPECT_FALSE(Follows("detectable_format:title", "{}", "<< >>"));
  EXPECT_TRUE(Follows("detectable_format:constrained_response", "{}", "My answer is maybe."));
  EXPECT_FALSE(Follows("detectable_format:constrained_response", "{}", "Maybe."));
  EXPECT_TRUE(Follows("combination:two_responses", "{}", "a\n******\nb"));
  EXPECT_FALSE(Follows("combination:two_responses", "{}", "a\n******\na"));
  EXPECT_TRUE(Follows("combination:repeat_prompt", R"({"prompt_to_repeat":"Say hi"})", "say hi\nHi!"));
  EXPECT_FALSE(Follows("combination:repeat_prompt", R"({"prompt_to_repeat":"Say hi"})", "Hi!"));
  EXPECT_TRUE(Follows("startend:end_checker", R"({"end_phrase":"Peace!"})", "All is well. peace!\"\n"));
  EXPECT_FALSE(Follows("startend:end_checker", R"({"end_phrase":"Peace!"})", "Peace! Bye"));
  EXPECT_TRUE(Follows("startend:quotation", "{}", " \"all of it\" "));
  EXPECT_FALSE(Follows("startend:quotation", "{}", "\""));
}

TEST(IfevalTest, LooseReadingsForgiveAPreambleAndAsterisks) {
  const std::string record = R"({"instruction_id_list":["startend:quotation","punctuation:no_comma"],"kwargs":[{},{}]})";
  const IfevalVerdict verdict = JudgeIfeval(record, "Sure, here it is:\n\"all of it\"");
  EXPECT_FALSE(verdict.strict());
  EXPECT_TRUE(verdict.loose());
  EXPECT_EQ(verdict.Reason(), "not followed: startend:quotation (loosely it is), punctuation:no_comma (loosely it is)");
  EXPECT_FALSE(JudgeIfeval(record, "").loose()) << "an empty response follows nothing";
}

TEST(IfevalTest, SaysWhatIsWrongWithARecord) {
  EXPECT_THROW(Follows("keywords:vibes", "{}", "x"), Error);
  EXPECT_THROW(Follows("keywords:existence", "{}", "x"), Error);
  EXPECT_THROW(JudgeIfeval(R"({"instruction_id_list":["punctuation:no_comma"],"kwargs":[]})", "x"), Error);
  EXPECT_THROW(JudgeIfeval("[", "x"), Error);
}

TEST(IfevalTest, KnowsEveryInstructionOfTheData) {
  const std::string path =
      EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data") + "/benchmarks/ifeval.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " (R1_TEST_DATA) is not here";
  std::ifstream file(path);
  int64_t prompts = 0;
  for (std::string line; std::getline(file, line); ++prompts) JudgeIfeval(line, "A response, of one sentence.");
  EXPECT_EQ(prompts, 541);
}

}  // namespace
}  // namespace r1
