#include "grammar/gbnf.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/message_of.h"

namespace r1 {
namespace {

std::string ErrorOf(const std::string& text) {
  return MessageOf([&] { ParseGbnf(text); }, ErrorCode::kInvalidArgument);
}

struct Case {
  const char* grammar;
  std::vector<std::string> accepted, refused;
};

TEST(GbnfTest, AcceptsAndRefuses) {
  const std::vector<Case> cases = {
      {R"g(root ::= "yes" | "no")g", {"yes", "no"}, {"", "y", "yesno", "YES"}},
      {R"g(root ::= "a" ("b" | "c")* "d")g", {"ad", "abd", "abcbcd"}, {"abc", "abdd"}},
      {R"g(root ::= "")g", {""}, {"a"}},
      {R"g(root ::= )g", {""}, {"a"}},
      {R"g(root ::= "a"{3})g", {"aaa"}, {"aa", "aaaa"}},
      {R"g(root ::= "a"{2,})g", {"aa", "aaaaaaa"}, {"a", ""}},
      {R"g(root ::= "a"{,2})g", {"", "a", "aa"}, {"aaa"}},
      {R"g(root ::= "ab"{1,3}?)g", {"", "ab", "ababab"}, {"aba", "abababab"}},
      {R"g(root ::= [a-c]{20,30})g", {std::string(20, 'a'), std::string(30, 'c')}, {std::string(19, 'a'), std::string(31, 'a')}},
      {R"g(root ::= [^a-y\]\n]+)g", {"z", "é€😀"}, {"", "a", "]", "\n", "\xff", "\xc3"}},
      {R"g(root ::= [\u00e0-\u00ff] . [a\-^-])g",
       {"ü☃-", "éxa", "ö\n^"},
       {"uxa", "éxb",
        "é\xe2\x98"
        "a"}},
      {R"g(root ::= "\x41\u00e9\U0001F600\t\"\\")g", {"Aé😀\t\"\\"}, {"A"}},
      {"root ::= a b # first, then second\na ::= \"1\"\n\n# all\nb::=\"2\" |\n  \"3\"\n", {"12", "13"}, {"1", "123"}},
      {"root ::= (\"1\"\n  \"2\"\n  | \"3\")\n", {"12", "3"}, {"1"}},
      {"root ::=\n  \"1\"\r\nx ::= \"2\"\r\n", {"1"}, {"2"}},
      // A small rule is copied to where it is used, while its repetitions become rules of their own.
      {"root ::= (a a)\na ::= b \"x\" b \"y\"\nb ::= \"p\" ([0-9]{9,12}) [a-z]{9,12} \"q\"",
       {"p123456789abcdefghiqxp123456789abcdefghiqyp123456789abcdefghiqxp123456789abcdefghiqy"},
       {"p12345678abcdefghiqxp123456789abcdefghiqyp123456789abcdefghiqxp123456789abcdefghiqy"}},
      // Nesting, right recursion, and rules that may be empty before and after themselves.
      {R"g(root ::= "(" root ")" root | "")g", {"", "()", "(())()", "((()())())"}, {"(", ")(", "(()"}},
      {"root ::= item*\nitem ::= \"[\" root \"]\" | \"x\"", {"", "x", "[x[x]]x"}, {"[", "x]"}},
      {"root ::= opt opt opt \"!\"\nopt ::= x?\nx ::= \"a\" opt", {"!", "a!", "aaaaaa!"}, {"a", "b!"}},
      {"root ::= \"x\" more\nmore ::= \",\" \"x\" more | \"\"", {"x", "x,x,x"}, {"x,", ",x"}},
      // The middle of a palindrome is where no machine without a stack, and none without choice, finds it.
      {R"g(root ::= "a" root "a" | "b" root "b" | "c"?)g", {"abba", "abcba", "c", ""}, {"ab", "abab"}},
      {R"g(root ::= ("a" | "b")* "a" ("a" | "b"){25})g",
       {"a" + std::string(25, 'b'), "bba" + std::string(25, 'a')},
       {std::string(40, 'b')}},
      {R"g(root ::= <tool_call> "x")g", {"\xff<tool_call>\xffx"}, {"<tool_call>x"}},
      {"root ::= alive | dead\nalive ::= \"a\"\ndead ::= \"d\" dead", {"a"}, {"d", "dd"}},
      {"root ::= \"a\" []? \"b\"", {"ab"}, {"a"}},
  };
  for (const Case& c : cases) {
    const Grammar grammar = ParseGbnf(c.grammar);
    for (const std::string& text : c.accepted) EXPECT_TRUE(grammar.Matches(text)) << c.grammar << " should accept " << text;
    for (const std::string& text : c.refused) EXPECT_FALSE(grammar.Matches(text)) << c.grammar << " should refuse " << text;
  }
}

TEST(GbnfTest, ErrorsAreOneLineWithLineAndColumn) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "grammar: there is no rule \"root\""},
      {"root ::= (", "grammar: line 1, column 11: the text ends, the group was opened in line 1, column 10"},
      {"root ::= \"a\" )", "grammar: line 1, column 14: expected the end of the line, got ')'"},
      {"x ::= \"1\"", "grammar: there is no rule \"root\""},
      {"root ::= a\n  b ::= nowhere", "grammar: line 1, column 10: rule \"a\" is not defined"},
      {"root ::= \"é\" nowhere", "grammar: line 1, column 14: rule \"nowhere\" is not defined"},
      {"root ::= \"a\"\nroot ::= \"b\"", "grammar: line 2, column 1: rule \"root\" is defined twice"},
      {"root = \"a\"", "grammar: line 1, column 6: expected ::= after \"root\""},
      {"::= \"a\"", "grammar: line 1, column 1: expected the name of a rule"},
      {"root ::= \"abc", "grammar: line 1, column 10: the text ends within a string"},
      {"root ::= [abc", "grammar: line 1, column 10: the text ends within a character class"},
      {"root ::= [z-a]", "grammar: line 1, column 11: the range runs backwards"},
      {"root ::= \"\\q\"", "grammar: line 1, column 11: unknown escape \\q"},
      {"root ::= \"\\xg0\"", "grammar: line 1, column 11: expected 2 hexadecimal digits"},
      {"root ::= \"\\ud800\"", "grammar: line 1, column 11: not a Unicode character"},
      {"root ::= \"a\"{3,2}", "grammar: line 1, column 13: at least 3 and at most 2 repetitions"},
      {"root ::= \"a\"{x}", "grammar: line 1, column 13: expected a number of repetitions"},
      {"root ::= \"a\"{1000000000}", "grammar: line 1, column 13: at most 100000 repetitions"},
      {"root ::= \"\xff\"", "grammar: line 1, column 11: not UTF-8"},
      {"root ::= <", "grammar: line 1, column 10: expected a control token, as in <tool_call>"},
      {"root ::= root \"a\" | \"a\"", "grammar: left recursion: rule \"root\" can call itself before any text was read"},
      {"root ::= a\na ::= b? c\nb ::= \"x\"\nc ::= a \"y\" | \"z\"",
       "grammar: left recursion: rule \"a\" can call itself before any text was read"},
      {"root ::= \"a\" root", "grammar: no text satisfies rule \"root\""},
      {"root ::= []", "grammar: no text satisfies rule \"root\""},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(ErrorOf(text), message) << text;
}

TEST(GbnfTest, HostileGrammarsAreRefusedOrStaySmall) {
  EXPECT_NE(ErrorOf("root ::= " + std::string(100'000, '(')), "no error");
  EXPECT_NE(ErrorOf("root ::= \"a\"" + std::string(100'000, '*')), "no error");
  EXPECT_NE(ErrorOf("root ::= [a-z]{99999} [\\u0100-\\uffff]{99999} [^x]{99999} .{99999}"), "no error");  // a million states
  EXPECT_EQ(ErrorOf("root ::= (.? .? .? .? .? .? .? .? .?){500}"), "grammar: too ambiguous to be compiled");
  EXPECT_NE(ErrorOf(std::string((1 << 20) + 1, '#')), "no error");
  // Repetitions of repetitions add up, they do not multiply.
  const Grammar nested = ParseGbnf(R"g(root ::= (((("a"{1,100}){1,100}){1,100}){1,100}){1,100})g");
  EXPECT_LT(nested.num_states(), 20'000);
  // Thousands of ways to read each text.
  std::string doubling = "root ::= r0\n";
  for (int i = 0; i < 12; ++i) doubling += StrCat("r", i, " ::= r", i + 1, " r", i + 1, " | r", i + 1, "\n");
  EXPECT_TRUE(ParseGbnf(doubling + "r12 ::= \"a\"").Matches(std::string(20, 'a')));
  EXPECT_TRUE(ParseGbnf("root ::= \"a\" root x | \"a\" root y | \"a\"\nx ::= \"b\"\ny ::= \"b\"")
                  .Matches(std::string(300, 'a') + std::string(299, 'b')));
}

}  // namespace
}  // namespace r1
