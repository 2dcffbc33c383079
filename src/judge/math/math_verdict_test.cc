// What is right, and above all what is not: a table a kind of answer.
#include "judge/math/math_verdict.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace r1 {
namespace {

struct Pair {
  const char* expected;
  const char* answer;
};

std::string Describe(const Pair& pair, const MathVerdict& verdict) {
  return std::string(pair.expected) + "   |   " + pair.answer + "\n  " + MathOutcomeName(verdict.outcome) + ": " + verdict.reason +
         "; " + verdict.expected + "; " + verdict.answer;
}

void ExpectRight(const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    const MathVerdict verdict = JudgeMath(pair.expected, pair.answer);
    EXPECT_TRUE(verdict.right()) << Describe(pair, verdict);
  }
}
void ExpectNotRight(const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    const MathVerdict verdict = JudgeMath(pair.expected, pair.answer);
    EXPECT_FALSE(verdict.right()) << Describe(pair, verdict);
  }
}

TEST(MathVerdictTest, ReadsNumbersAsPeopleWriteThem) {
  ExpectRight({{"12345", "12,345"},
               {"12345", "12{,}345"},
               {"12345", "12\\,345"},
               {"12345", "12 345"},
               {"12345", "12,\\!345"},
               {"1234567", "1,234,567"},
               {"1234567", "1.234.567"},
               {"1000.99", "1,000.99"},
               {"1000.99", "1000,99"},
               {"1000.99", "1 000,99"},
               {"0.5", ".5"},
               {"-0.5", "-.5"},
               {"42", "42."},
               {"42", "042"},
               {"42", "42.0"},
               {"-42", "- 42"},
               {"-42",
                "\xE2\x88\x92"
                "42"},
               {"0.\\overline{3}", "1/3"},
               {"0.1\\overline{6}", "\\frac16"},
               {"3.5", "3\\frac{1}{2}"},
               {"3.5", "3 1/2"},
               {"-3.5", "-3\\frac12"},
               {"300000000", "3e8"},
               {"3\\times10^8", "3 x 10^8"},
               {"3\\times10^8", "3 \\cdot 10^{8}"},
               {"0.0015", "1.5 \\times 10^{-3}"},
               {"2000000", "2 million"},
               {"0.5", "\xC2\xBD"},
               {"+7", "7"},
               {"110,880", "110880"},
               {"(1, 234)", "(1,234)"}});
  ExpectNotRight({{"1000", "1.000"},
                  {"1234567", "1,234567"},
                  {"32349", "32, 349"},
                  {"23", "2,3"},
                  {"1234", "(1,234)"},
                  {"2.3", "2,3"},
                  {"12345", "12,35"},
                  {"12345", "1,2345"},
                  {"-42", "42"},
                  {"42", "-42"},
                  {"42", "4 2"},
                  {"42", "42 42"},
                  {"42", "4.2e"},
                  {"5", "5 5"},
                  {"2", "2 million"},
                  {"8", "2^3^1^"},
                  {"3", "0.\\overline{3}"},
                  {"0", "0x0"},
                  {"2", "0x2"},
                  {"10", "1e1e1"},
                  {"7/2", "3\\frac{2}{1}"},
                  {"1", "\\frac{2}{2}1"},
                  {"12", "\\frac{1}{1}2"}});
}

TEST(MathVerdictTest, ForgivesOnlyWhatRoundingExplains) {
  ExpectRight({{"\\frac13", "0.333333"},
               {"\\frac23", "0.666667"},
               {"\\frac13", "0.3333333333"},
               {"\\sqrt2", "1.414213562373"},
               {"\\pi", "3.14159265358979"},
               {"e", "2.718281828459045"},
               {"0.3", "0.30000000000000004"},
               {"1.414213562", "\\sqrt{2}"},
               {"\\frac{19}{14}", "1.357142857142857"},
               {"\\frac{100000}{3}", "33333.333333"}});
  ExpectNotRight({{"\\frac13", "0.33"},
                  {"\\frac13", "0.33333"},
                  {"\\frac23", "0.666666"},
                  {"\\pi", "3.14"},
                  {"3.14", "\\pi"},
                  {"\\pi", "22/7"},
                  {"\\pi", "3.14159"},
                  {"\\pi", "3.141592"},
                  {"2.5", "2.50001"},
                  {"2.5", "2.5000001"},
                  {"2.5", "2.4999999"},
                  {"0.0000001", "0"},
                  {"0", "0.0000001"},
                  {"0", "10^{-30}"},
                  {"10^{-30}", "10^{-31}"},
                  {"0.3", "0.3000000000004"},
                  {"1", "0.999999"},
                  {"1", "0.9999999999"},
                  {"\\frac{1}{2004!}", "\\frac{1}{2006!}"},
                  {"\\frac{1}{2^{99}}", "\\frac{1}{2^{98}}"},
                  {"0", "e^{-200}"},
                  {"0", "e^{-100000}"},
                  {"1000000", "1000000.000001"},
                  {"\\sqrt{2}", "1.41421"},
                  {"\\sqrt{2}", "\\frac{99}{70}"},
                  {"1/3", "0.333334"}});
}

// Famous near misses, right to 12 and more digits.
TEST(MathVerdictTest, TellsAlmostEqualConstantsApart) {
  ExpectNotRight({{"262537412640768744", "e^{\\pi\\sqrt{163}}"},
                  {"884736744", "e^{\\pi\\sqrt{43}}"},
                  {"20", "e^\\pi-\\pi"},
                  {"\\pi", "\\frac{355}{113}"},
                  {"\\pi", "\\frac{\\ln(640320^3+744)}{\\sqrt{163}}"},
                  {"\\pi", "\\sqrt[4]{\\frac{2143}{22}}"},
                  {"\\sqrt{2}+\\sqrt{3}", "\\pi"},
                  {"1", "\\sin(11)^2"},
                  {"3", "\\sqrt{9.000000000000000000000001}"},
                  {"1+10^{-40}", "1"},
                  {"\\sqrt{10^{40}+1}", "10^{20}"}});
  ExpectRight({{"\\sqrt{3+2\\sqrt2}", "1+\\sqrt2"},
               {"0", "\\sqrt{2}+\\sqrt{3}-\\sqrt{5+2\\sqrt{6}}"},
               {"1", "\\sqrt[3]{2+\\sqrt5}+\\sqrt[3]{2-\\sqrt5}"},
               {"\\frac{\\pi}{4}", "4\\arctan\\frac15-\\arctan\\frac{1}{239}"},
               {"\\frac{1+\\sqrt5}{4}", "\\cos 36^\\circ"},
               {"2", "\\log_2 8 - \\log_{10} 10"},
               {"0", "\\sin \\pi"},
               {"-1", "e^{i\\pi}"}});
}

TEST(MathVerdictTest, ComparesFractionsRootsAndPowersExactly) {
  ExpectRight({{"2", "5 \\bmod 3"},
               {"17", "\\underline{17}"},
               {"\\frac34", "3/4"},
               {"\\frac34", "\\dfrac{3}{4}"},
               {"\\frac34", "\\tfrac34"},
               {"\\frac34", "\\frac{6}{8}"},
               {"\\frac34", "0.75"},
               {"-\\frac34", "\\frac{-3}{4}"},
               {"-\\frac34", "\\frac{3}{-4}"},
               {"\\frac{1}{1+\\frac12}", "2/3"},
               {"2\\sqrt2", "\\sqrt8"},
               {"\\frac{\\sqrt3}{3}", "\\frac{1}{\\sqrt{3}}"},
               {"\\sqrt2", "2^{1/2}"},
               {"\\sqrt2", "2^{0.5}"},
               {"4", "\\sqrt{16}"},
               {"-2", "\\sqrt[3]{-8}"},
               {"1024", "2^{10}"},
               {"1024", "2^10"},
               {"120", "5!"},
               {"10", "\\binom{5}{2}"},
               {"10", "{5 \\choose 2}"},
               {"55", "\\sum_{k=1}^{10} k"},
               {"\\sqrt{2}",
                "\xE2\x88\x9A"
                "2"},
               {"3", "\\lfloor 3.7 \\rfloor"},
               {"5", "|{-5}|"},
               {"5", "|-5|"},
               {"6", "\\gcd(12, 18)"},
               {"\\frac{5\\sqrt{42}}{27}", "\\frac{10\\sqrt{10.5}}{27}"},
               {"x^{-1}", "\\frac1x"},
               {"a\\sqrt[4]{a}", "a^{5/4}"}});
  ExpectNotRight({{"5", "5 \\bmod 3"},
                  {"\\frac34", "\\frac43"},
                  {"\\sqrt2", "\\sqrt[3]{2}"},
                  {"\\sqrt{x^2}", "x"},
                  {"2", "\\frac{1+\\sqrt5}{2}"},
                  {"4", "4\\sqrt2"},
                  {"1\\sqrt{19}", "1"},
                  {"x^{10}", "x^10"},
                  {"0", "x^10"},
                  {"16", "\\sqrt16"},
                  {"2", "1/0"},
                  {"0", "0/0"},
                  {"1", "0^0"},
                  {"2", "0^{0^{0}}"},
                  {"-2\\frac13", "-\\frac53"},
                  {"12", "\\frac12"},
                  {"\\frac{12}{34}", "\\frac1234"}});
}

TEST(MathVerdictTest, ComparesExpressionsAsFunctions) {
  ExpectRight({{"\\sqrt{a}\\sqrt{b}", "\\sqrt{ab}"},
               {"|x|", "\\sqrt{x^2}"},
               {"(x+1)^2", "x^2+2x+1"},
               {"x^2-1", "(x-1)(x+1)"},
               {"2x", "x+x"},
               {"xy", "yx"},
               {"xy", "y \\cdot x"},
               {"\\frac{x^2-1}{x-1}", "x+1"},
               {"a_1+a_2", "a_2+a_1"},
               {"\\sin 2x", "2\\sin x\\cos x"},
               {"\\cos^2 x+\\sin^2 x", "1"},
               {"\\tan^2(y)+1", "\\sec^2(y)"},
               {"\\ln 2", "\\log_e 2"},
               {"\\log_3 2", "\\frac{\\ln 2}{\\ln 3}"},
               {"2^n", "2^{n}"},
               {"n!", "n(n-1)!"},
               {"\\binom{n}{2}", "\\frac{n(n-1)}{2}"},
               {"\\frac{n(n+1)}{2}", "\\sum_{k=1}^{n} k"},
               {"(-1)^n", "(-1)^{n+2}"},
               {"10-4 n", "-4n+10"},
               {"x^2", "x\xC2\xB2"},
               {"\\frac{a}{b}", "a/b"},
               {"a+b+c", "c+b+a"},
               {"3x^{2}y", "3yx^2"},
               {"\\frac{\\pi r}{h+r}", "\\pi r/(r+h)"},
               {"f(x+1)", "f(1+x)"},
               {"\\sqrt{1/n}", "\\frac{1}{\\sqrt{n}}"},
               {"\\theta", "\xCE\xB8"},
               {"x\\frac12", "\\frac x2"},
               {"\\frac{e^x+e^{-x}}{2}", "\\cosh x"}});
  ExpectNotRight({{"x^2+2x+1", "x^2+2x+2"},
                  {"x", "y"},
                  {"x", "X"},
                  {"a_1", "a_2"},
                  {"x+1", "x-1"},
                  {"f(x)", "f(y)"},
                  {"f(x)", "g(x)"},
                  {"x^2", "2x"},
                  {"x^2", "x2"},
                  {"2x", "2+x"},
                  {"\\sin x", "\\cos x"},
                  {"\\sin(x)", "x"},
                  {"|x|", "x"},
                  {"x+1", "x+1.0000001"},
                  {"n!", "n^n"},
                  {"2", "x"},
                  {"x", "2"},
                  {"x+0.0000001", "x"},
                  {"(a+5)(b+2)", "(+5)(b+2)"},
                  {"x+2n+1", "x+1"},
                  {"2", "(x+1)^{100000}"},
                  {"x", "\\phantom{x}1"}});
}

TEST(MathVerdictTest, TakesTheValueOfAnEquationAndNoOther) {
  ExpectRight({{"f^{-1}(x)=\\frac{x-1}{2}", "\\frac{x-1}{2}"},
               {"\\frac{dy}{dx}=2x", "2x"},
               {"x^2+y^2=1", "1=x^2+y^2"},
               {"5", "x=5"},
               {"x=5", "5"},
               {"5", "5=x"},
               {"10", "5+5=10"},
               {"x=11", "x=5+5+1=11"},
               {"1/3", "x=1/3\\approx 0.33"},
               {"11", "x\\approx 11"},
               {"y=2x+1", "y=1+2x"},
               {"2x+1", "y=2x+1"},
               {"f(x)=2x", "2x"},
               {"y=2x+1", "2x-y+1=0"},
               {"y=2x+1", "x=\\frac{y-1}{2}"},
               {"x-2y+z-1=0", "2x-4y+2z=2"},
               {"(3,4)", "(x,y)=(3,4)"},
               {"AB=4", "4"},
               {"V_1:V_2=11:21", "11:21"},
               {"30", "\\angle ABC = 30^\\circ"},
               {"5", "\\text{Area} = 5"},
               {"4", "|AB| = 4"},
               {"x^2+y^2=1", "2x^2+2y^2=2"},
               {"x \\equiv 3 \\pmod 7", "3 \\pmod{7}"},
               {"W(n)=1", "W(x)=1"}});
  ExpectNotRight({{"1", "2x+z=1"},
                  {"0", "3x+4y+14=0"},
                  {"x=5", "y=5"},
                  {"y=2x+1", "y=2x-1"},
                  {"x^2+y^2=1", "x^2+y^2=2"},
                  {"5", "abc=5"},
                  {"f(x)=0", "\\forall x>0, f(x)=0"},
                  {"5", "x^2=5"},
                  {"5", "x>5"},
                  {"5", "x\\neq 5"},
                  {"x=5", "x\\ne 5"},
                  {"5", ">5"},
                  {"5", "\\neq 5"},
                  {"x=1,y=2", "x=2,y=1"},
                  {"x=5", "x=-5"},
                  {"3*x-1*y+13=0", "3x + 4y + 14=0"}});
}

TEST(MathVerdictTest, ComparesListsAndSetsInAnyOrder) {
  ExpectRight({{"\\{1,2,3\\}", "\\{3,2,1\\}"},
               {"\\{1,2\\}", "1,2"},
               {"1,2", "1 or 2"},
               {"1,2", "2 and 1"},
               {"1,2", "1\\text{ and }2"},
               {"1,2", "x=1,x=2"},
               {"1,2", "x=1\\text{ or }x=2"},
               {"\\pm 3", "3,-3"},
               {"1\\pm\\sqrt2", "1-\\sqrt2, 1+\\sqrt2"},
               {"x=\\pm 2", "x = 2, x = -2"},
               {"\\emptyset", "\\{\\}"},
               {"\\emptyset", "no solution"},
               {"\\{0.5,2\\}", "\\{2,\\frac12\\}"},
               {"1, 2, 3", "$1$, $2$, and $3$"},
               {"(1,2),(3,4)", "(3,4),(1,2)"},
               {"100,200,300", "100, 200, 300"},
               {"x=1,y=2", "y=2,x=1"},
               {"x=1,y=2", "(1,2)"},
               {"a=4,-8", "-8,4"},
               {"1,2", "\\boxed{1} and \\boxed{2}"},
               {"2;3", "3;2"},
               {"p=5,q=2;p=7,q=2", "(5,2),(7,2)"},
               {"\\{5\\}", "5"},
               {"x_1=1,x_2=2", "2,1"},
               {"1,-2", "-2,1"}});
  ExpectNotRight({{"\\emptyset", "\\{\\emptyset\\}"},
                  {"\\{1,2,3\\}", "\\{1,2\\}"},
                  {"1,2", "1,2,3"},
                  {"1,2,3", "1,2"},
                  {"2", "1,2"},
                  {"2", "2 or 3"},
                  {"2", "1,2,3,4,5"},
                  {"\\pm 3", "3"},
                  {"3", "\\pm 3"},
                  {"1,2", "(2,1)"},
                  {"AB=4,CD=5", "5,4"},
                  {"x=1,y=2", "2,1"},
                  {"1,1,2", "1,2,2,3"},
                  {"19,46,82", "21,36,82"},
                  {"\\emptyset", "0"},
                  {"\\emptyset", "\\{0\\}"},
                  {"2,3", "23"},
                  {"(1,2),(3,4)", "(1,2),(4,3)"}});
}

TEST(MathVerdictTest, KeepsTheOrderOfTuplesAndTheEndsOfIntervals) {
  ExpectRight({{"(3,4)", "\\left(3,4\\right)"},
               {"(0.5,2)", "(\\frac12,2)"},
               {"[0,1)", "\\left[0,1\\right)"},
               {"(2,\\infty)", "(2,+\\infty)"},
               {"(2,\\infty)", "x>2"},
               {"x>2", "(2,\\infty)"},
               {"(-\\infty,\\infty)", "\\mathbb{R}"},
               {"\\mathbb{R}", "all real numbers"},
               {"[\\frac12,1]", "[0.5,1]"},
               {"(1,3)", "1<x<3"},
               {"-2\\le x\\le 7", "x\\in[-2,7]"},
               {"(-\\infty,0)\\cup(0,\\infty)", "x\\neq 0"},
               {"\\{x\\mid x>2\\}", "(2,\\infty)"},
               {"\\{x : x \\ge 2\\}", "[2,\\infty)"},
               {"(0,1)\\cup(1,2)", "(1,2)\\cup(0,1)"},
               {"[0,2]", "[0,1]\\cup[1,2]"},
               {"\\mathbb{R}\\setminus\\{0\\}", "(-\\infty,0)\\cup(0,\\infty)"},
               {"(-\\infty,-1)\\cup(2,\\infty)", "x<-1 \\text{ or } x>2"},
               {"\\{-1\\}\\cup[0,7)", "[0,7)\\cup\\{-1\\}"},
               {"(1,3)", "{1,3}"},
               {"(0,1)", "]0,1["}});
  ExpectNotRight({{"(3,4)", "(4,3)"},
                  {"(3,4)", "3,4"},
                  {"(3,1)", "{1,3}"},
                  {"[0,1)", "[0,1]"},
                  {"(0,1)", "[0,1)"},
                  {"(0,1)\\cup(2,3)", "(0,1)"},
                  {"(0,1)", "(0,1.5)"},
                  {"(2,\\infty)", "x\\ge 2"},
                  {"[0,2]", "[0,1)\\cup(1,2]"},
                  {"(3,4)", "(3,4,5)"},
                  {"(-\\infty,2)", "(2,\\infty)"},
                  {"(1,2)", "1.5"},
                  {"(2,\\infty)", "2"},
                  {"(1,2)", "\\{1,2\\}"}});
}

TEST(MathVerdictTest, SolvesInequalitiesOnlyAsFarAsLinesGo) {
  ExpectRight({{"x>2", "x\\gt 2"},
               {"x>2", "2<x"},
               {"x\\ge 5", "5\\le x"},
               {"x<1", "-x>-1"},
               {"1<x<3", "3>x>1"},
               {"a<b", "b>a"},
               {"x>2", "2x>4"},
               {"x>2", "x-2>0"},
               {"f(2)<f(1)<f(4)", "f(4)>f(1)>f(2)"},
               {"x\\geq 2", "x \\geqslant 2"},
               {"x+y<2", "2x+2y<4"},
               {"x!=3", "x\\neq 3"}});
  ExpectNotRight({{"x>2", "x\\ge 2"},
                  {"x>2", "x<2"},
                  {"x>2", "y>2"},
                  {"1<x<3", "1<x\\le 3"},
                  {"x>2", "x>2.0000001"},
                  {"a<b", "a>b"},
                  {"x+y<2", "x+y>2"},
                  {"x+y<2", "-x-y<-2"},
                  {"x^2>4", "x>2"},
                  {"x>0", "x^3>0"}});
}

TEST(MathVerdictTest, ComparesMatricesCellByCell) {
  ExpectRight({{"\\begin{pmatrix}1\\\\2\\end{pmatrix}, \\begin{pmatrix}3\\\\4\\end{pmatrix}",
                "\\begin{bmatrix}3\\\\4\\end{bmatrix}, \\begin{bmatrix}1\\\\2\\end{bmatrix}"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\left[\\begin{array}{cc}1&2\\\\3&4\\end{array}\\right]"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "[[1,2],[3,4]]"},
               {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}\\frac22\\\\2.0\\end{pmatrix}"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\frac12\\begin{pmatrix}2&4\\\\6&8\\end{pmatrix}"},
               {"\\begin{pmatrix}x^2\\\\1\\end{pmatrix}", "\\begin{pmatrix}x\\cdot x\\\\1\\end{pmatrix}"}});
  ExpectNotRight({{"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}"},
                  {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{pmatrix}1&3\\\\2&4\\end{pmatrix}"},
                  {"\\begin{pmatrix}1&2&3&4\\end{pmatrix}", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}"},
                  {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}1&2\\end{pmatrix}"},
                  {"2", "\\begin{pmatrix}2\\end{pmatrix}\\begin{pmatrix}2\\end{pmatrix}"},
                  {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "1,2,3,4"}});
}

TEST(MathVerdictTest, LooksPastUnitsMoneyAndPercentSigns) {
  ExpectRight({{"18", "\\$18"},
               {"18", "$18"},
               {"18", "18 dollars"},
               {"18",
                "\xE2\x82\xAC"
                "18"},
               {"18", "\\$18.00"},
               {"5", "5\\text{ apples}"},
               {"5\\text{ cm}^2", "5 \\mathrm{cm}^2"},
               {"5", "5 cm^2"},
               {"5", "5 inches"},
               {"60", "60^\\circ"},
               {"60^\\circ", "60 degrees"},
               {"60", "60\xC2\xB0"},
               {"15", "15\\mbox{ cm}^2"},
               {"125", "125\\textnormal{ miles}"},
               {"50\\%", "50"},
               {"50", "50%"},
               {"50", "50 percent"},
               {"12.5\\%", "\\frac18"},
               {"0.5", "50\\%"},
               {"9.8", "9.8\\text{ m/s}^2"},
               {"$125$ miles", "125"},
               {"\\text{13}", "13"},
               {"42", "\\mathbf{42}"},
               {"3", "3\\text{ square feet}"},
               {"12.5\\%", "12\\frac12\\%"}});
  ExpectNotRight({{"5\\text{ cm}", "6\\text{ cm}"},
                  {"3\\text{ hours}", "180\\text{ minutes}"},
                  {"5\\%", "50\\%"},
                  {"5", "0.5\\%"},
                  {"5", "5 is the answer"},
                  {"5", "5\\text{ or more}"},
                  {"5", "5\\text{ is wrong}"},
                  {"5", "not 5"},
                  {"5", "5 thirds"},
                  {"18", "1.8 dollars"},
                  {"50", "50 \\text{ million}"},
                  {"5", "\\text{not }5"}});
  MathOptions strict{.same_units = true};
  EXPECT_FALSE(JudgeMath("5\\text{ m}", "5\\text{ km}", strict).right());
  EXPECT_TRUE(JudgeMath("5\\text{ m}", "5\\text{ m}", strict).right());
  EXPECT_TRUE(JudgeMath("5\\text{ m}", "5", strict).right());
}

TEST(MathVerdictTest, ComparesWordsAndChoices) {
  ExpectRight({{"A", "A)"},
               {"A", "(A) 42"},
               {"A", "\\textbf{(A) } 42"},
               {"\\text{ellipse}", "an ellipse"},
               {"\\text{Evelyn}", "Evelyn"},
               {"\\text{Evelyn}", "\\textbf{Evelyn}"},
               {"\\text{(A)}", "A"},
               {"\\text{(A)}", "(A)"},
               {"A", "(A)"},
               {"\\text{E}", "$E$"},
               {"\\text{Yes}", "yes"},
               {"C", "The answer is (C)."},
               {"B", "**B**"},
               {"\\text{Even}", "$Even$"},
               {"B", "\\boxed{\\text{B}}"},
               {"B", "\\boxed{\\textbf{(B)}}"},
               {"D", "The correct answer is D."}});
  ExpectNotRight({{"A", "(A) or (B)"},
                  {"A", "A. B"},
                  {"A", "(A), not (B)"},
                  {"x", "x) 3"},
                  {"\\text{Evelyn}", "Briana"},
                  {"\\text{(A)}", "B"},
                  {"d", "\\text{E}"},
                  {"\\text{east}", "seat"},
                  {"A", "AB"},
                  {"A", "A or B"},
                  {"A", "A, B"},
                  {"\\text{yes}", "no"},
                  {"\\text{June 20}", "20 June"},
                  {"7", "seven"},
                  {"A", "not A"}});
}

TEST(MathVerdictTest, ReadsBasesTimesAndRatios) {
  ExpectRight({{"9:30", "9:30 \\text{ a.m.}"},
               {"9:30\\text{ AM}", "9:30 a.m."},
               {"12_{10}", "12"},
               {"204_5", "204_{5}"},
               {"1001_2", "1001"},
               {"12:30", "12:30"},
               {"3:4", "3 : 4"},
               {"3:4", "\\frac34"}});
  ExpectNotRight({{"9:30\\text{ a.m.}", "9:30 pm"},
                  {"12", "12_3"},
                  {"12_{10}", "12_{5}"},
                  {"1112112_3", "1112122_3"},
                  {"204_5", "204_6"},
                  {"12:30", "12:31"},
                  {"12:00", "1:00"},
                  {"3:4", "6:8"},
                  {"3:4", "4:3"},
                  {"1:2:3:\\ldots", "1:4:9:\\ldots"},
                  {"1:2:3", "1:2"}});
}

TEST(MathVerdictTest, ReadsComplexNumbersAndInfinity) {
  ExpectRight({{"3+4i", "4i+3"},
               {"i", "\\sqrt{-1}"},
               {"-1", "i^2"},
               {"\\frac1i", "-i"},
               {"\\infty", "+\\infty"},
               {"-\\infty", "-\\infty"},
               {"13-8 i", "13-8i"},
               {"\\frac{5+i\\sqrt{215}}{5}", "1+\\frac{i\\sqrt{215}}{5}"}});
  ExpectNotRight({{"3+4i", "3-4i"},
                  {"i", "-i"},
                  {"i", "1"},
                  {"\\infty", "-\\infty"},
                  {"\\infty", "1000000"},
                  {"\\infty", "1/0"},
                  {"3+4i", "5"}});
}

TEST(MathVerdictTest, FindsTheAnswerOfACompletion) {
  ExpectRight({{"5", "The answer is **5**."},
               {"12", "\"12\""},
               {"12", "= 12"},
               {"12", "Hence x = 12."},
               {"\\frac{1}{2}", "Thus the probability is \\frac{1}{2}."},
               {"5", "<think>It is \\boxed{4}.</think> So \\boxed{5}."},
               {"5", "\\boxed{4} no wait, \\boxed{5}"},
               {"5", "The answer is \\boxed{5}. Yes, \\boxed{5} it is."},
               {"5", "\\fbox{5}"},
               {"5", "\\boxed 5"},
               {"5", "\\boxed{\\boxed{5}}"},
               {"5", "#### 5"},
               {"18", "She makes 9 * 2 = $<<9*2=18>>18.\n#### 18"},
               {"5", "**5**"},
               {"5", "The answer is 5."},
               {"5", "Final Answer: 5"},
               {"5", "**Final Answer**\n\\boxed{5}"},
               {"19", "so there are 19 points."},
               {"5", "<think>x</think> <answer> 5 </answer>"},
               {"5", "<answer>\\boxed{5}</answer>"},
               {"x>5", "Therefore $x \\gt 5$ is the solution."},
               {"9", "Answer \\[ \n 9 \n \\]"},
               {"1,2,3", "The solutions are 1, 2, and 3."},
               {"100\\%", "it increases by 100%."},
               {"12", "**Answer:** 12"},
               {"7.78", "pays approximately $7.78 for her fudge. Final Answer: The final answer is 7.78."},
               {"5", "\\boxed{5}<|im_end|>"},
               {"\\frac{1}{2}", "the probability is $\\frac{1}{2}$."},
               {"1000.99", "the number is not 10 which is 1,000.99\xE2\x82\xAC"}});
  ExpectNotRight({{"5", "It could be 5."},
                  {"5", "I think it's either 5 or 6."},
                  {"5", "<think>\\boxed{5}"},
                  {"5", "<think>\\boxed{5}</think>"},
                  {"5", "<think>\\boxed{5}</think> I do not know."},
                  {"5", "\\boxed{5"},
                  {"5", "\\boxed{}"},
                  {"5", "\\boxed{5}\\boxed{}"},
                  {"5", "\\boxed{4} ... \\boxed{5"},
                  {"5", ""},
                  {"5", "   "},
                  {"4", "\\boxed{4} no wait, \\boxed{5}"},
                  {"5", "The answer is not 5."},
                  {"5", "It is more than 5."},
                  {"5", "it cannot be 5"},
                  {"3", "The solutions are 1, 2, and 3."},
                  {"3", "so the result is 5x + 3"},
                  {"3", "the result is x = 5 - 3"},
                  {"5", "\\boxed{5 \\text{ or } 6}"},
                  {"5", "\\boxed{\\neq 5}"},
                  {"5", "\\boxed{5?}"},
                  {"5", "\\boxed{\\text{not }5}"},
                  {"5", "<answer>5"},
                  {"9", "Answer $ \n 9 \n $"}});
  EXPECT_EQ(JudgeMath("5", "").outcome, MathOutcome::kNoAnswer);
  EXPECT_EQ(JudgeMath("5", "<think>5").outcome, MathOutcome::kNoAnswer);
  EXPECT_EQ(ExtractAnswer("so \\boxed{\\{1,2\\}} and").value(), "\\{1,2\\}");
}

TEST(MathVerdictTest, ExplainsItself) {
  const MathVerdict right = JudgeMath("\\frac{3}{4}", "The answer is 0.75.");
  EXPECT_EQ(right.reason, "exact: both are 3/4");
  EXPECT_EQ(right.expected, "3/4");
  EXPECT_EQ(right.answer, "0.75");
  EXPECT_EQ(JudgeMath("(1,2)", "(1,3)").reason, "tuples or intervals, part 2: exact: 2 and 3");
  EXPECT_EQ(JudgeMath("2", "1/0").reason, "a division by zero");
}

TEST(MathVerdictTest, CanBeAsStrictAsPrm800k) {
  const MathOptions strict{.prm800k = true};
  EXPECT_FALSE(JudgeMath("4", "8/2", strict).right());
  EXPECT_TRUE(JudgeMath("4", "4.0", strict).right());
  EXPECT_FALSE(JudgeMath("a+b+c", "c+b+a", strict).right());
  EXPECT_TRUE(JudgeMath("4", "8/2").right());
}

}  // namespace
}  // namespace r1
