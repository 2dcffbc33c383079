// What is written short: dots for the numbers between, one relation for several values, a letter for a count. Each beside the near
// misses that a careless reading would let pass.
#include "judge/math/math_verdict_test_util.h"

namespace r1 {
namespace {

TEST(MathShorthandTest, FillsInTheNumbersThatDotsStandForOnlyWhereTheyAreClear) {
  ExpectRight({{R"(\{1,2,\ldots,10\})", R"(\{1,2,3,\dots,10\})"},
               {R"(\{1,\ldots,5\})", "1,2,3,4,5"},
               {R"(1,3,\ldots,9)", "1, 3, 5, 7, 9"},
               {R"(1,2,4,\ldots,64)", R"(1,2,4,\dots,64)"}});
  ExpectNotRight({{R"(\{1,2,\ldots,10\})", R"(\{1,2,\ldots,11\})"},
                  {R"(1,3,\ldots,9)", "1,3,5,9"},
                  {R"(1,3,\ldots,8)", "1,3,5,7,8"},
                  {R"(1,2,4,\ldots,64)", R"(1,2,3,4,\ldots,64)"},
                  {R"(1,2,\ldots,n)", "1,2,n"}});
}

TEST(MathShorthandTest, LetsDotsRepeatDigitsThatStandThereOftenEnough) {
  ExpectRight({{"\\frac13", "0.333..."}, {"\\frac16", R"(0.1666\ldots)"}, {"\\frac{3}{11}", "0.2727..."}, {"1", "0.999..."}});
  ExpectNotRight({{"\\frac13", "0.33..."}, {"\\frac13", "0.333"}, {"\\pi", "3.1415..."}, {"\\sqrt2", "1.414..."}});
}

TEST(MathShorthandTest, ExcludesEveryValueBehindOneSign) {
  ExpectRight({{R"(x\neq 1,2)", R"(x\ne 1, x\ne 2)"},
               {R"(x\neq\pm1)", R"(x\neq 1,-1)"},
               {R"(x\neq\pm1)", R"((-\infty,-1)\cup(-1,1)\cup(1,\infty))"},
               {R"(x>2, x\ne 3)", R"((2,3)\cup(3,\infty))"}});
  ExpectNotRight({{R"(x\neq 1,2)", R"(x\neq 1)"},
                  {R"(x\neq\pm1)", R"(x\neq 1)"},
                  {R"(x\neq 1, x\neq 2)", R"(\mathbb{R})"},
                  {R"(x\neq 1,2)", R"(x\neq 2,3)"},
                  {R"(x>2, x\ne 3)", "x>2"}});
}

TEST(MathShorthandTest, KnowsHalfOfTheRealNumbers) {
  ExpectRight({{R"((0,\infty))", R"(\mathbb{R}^+)"},
               {"x>0", R"(x\in\mathbb{R}_{+})"},
               {R"([0,\infty))", R"(\mathbb{R}_{\ge 0})"},
               {R"((-\infty,0))", R"(\mathbb{R}^{-})"}});
  ExpectNotRight({{R"(\mathbb{R}^+)", R"(\mathbb{R})"},
                  {R"(\mathbb{R}^+)", R"([0,\infty))"},
                  {R"(\mathbb{R}^+)", R"(\mathbb{R}^-)"},
                  {R"(\mathbb{R}_{>0})", R"(\mathbb{R}_{\ge 0})"},
                  {R"(\mathbb{R}^2)", R"(\mathbb{R})"}});
}

TEST(MathShorthandTest, ComparesDefinitionsByCasesCaseByCase) {
  const char* const kAbs = R"(f(x) = \begin{cases} x & x \ge 0 \\ -x & x < 0 \end{cases})";
  ExpectRight({{kAbs, R"(f(x) = \begin{cases} -x, & \text{if } x < 0 \\ x, & \text{if } x \geq 0 \end{cases})"},
               {kAbs, R"(f(t) = \begin{cases} t & t \ge 0 \\ -t & 0 > t \end{cases})"},
               {R"(\begin{cases} 1 & x = 0 \\ 2 & \text{otherwise} \end{cases})",
                R"(\begin{cases} 1 & \text{if } x=0 \\ 2 & \text{else} \end{cases})"}});
  ExpectNotRight({{kAbs, R"(f(x) = \begin{cases} x & x > 0 \\ -x & x < 0 \end{cases})"},
                  {kAbs, R"(f(x) = \begin{cases} -x & x \ge 0 \\ x & x < 0 \end{cases})"},
                  {kAbs, R"(f(x) = \begin{cases} x & x \ge 0 \end{cases})"},
                  {kAbs, "f(x) = x, f(x) = -x"},
                  {R"(\begin{cases} 1 & \text{if $x \ge 0$} \\ 2 & \text{if $x < 0$} \end{cases})",
                   R"(\begin{cases} 1 & \text{if $x \le 0$} \\ 2 & \text{if $x > 0$} \end{cases})"}});
}

TEST(MathShorthandTest, CalculatesSmallDeterminantsAndCombinations) {
  ExpectRight({{"-2", R"(\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix})"},
               {"-3", R"(\begin{vmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \\ 7 & 8 & 10 \end{vmatrix})"},
               {"ad-bc", R"(\begin{vmatrix} a & b \\ c & d \end{vmatrix})"},
               {"120", "C_{10}^{3}"},
               {"10", "C_5^2"}});
  ExpectNotRight({{"2", R"(\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix})"},
                  {R"(\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix})", R"(\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix})"},
                  {"ad+bc", R"(\begin{vmatrix} a & b \\ c & d \end{vmatrix})"},
                  {"120", "C_{10}^{4}"},
                  {"0", "C_1^2"},
                  {"C_1^2", "C_2^2"}});
}

TEST(MathShorthandTest, TakesTheValueOfWhatAQuestionMayAskFor) {
  ExpectRight({{R"(\frac{AB}{BC}=\frac23)", "\\frac23"},
               {R"(\det A=5)", "5"},
               {R"(A\cap B=\{1\})", R"(\{1\})"},
               {R"(\sum_{k=1}^n k=\frac{n(n+1)}{2})", R"(\frac{n(n+1)}{2})"},
               {R"(f^{\prime}(x)=2x)", "2x"},
               {"7", R"(\max\{3,7\})"}});
  ExpectNotRight({{R"(\frac{AB}{BC}=\frac23)", R"(\frac{BC}{AB}=\frac23)"},
                  {R"(\det A=5)", R"(\det B=5)"},
                  {R"(A\cap B=\{1\})", R"(A\cup B=\{1\})"},
                  {"2x+z=1", "1"},
                  {"3", R"(\max\{3,7\})"},
                  {"7", R"(\max\{\})"}});
}

TEST(MathShorthandTest, ReadsChainsAndSignsInTuples) {
  ExpectRight({{"(1,1,1)", "x=y=z=1"},
               {"x=y=z=1", "x=1, y=1, z=1"},
               {"(\\pm 2, 0)", "(2,0), (-2,0)"},
               {"(0,\\sqrt3) \\text{ and } (0,-\\sqrt3)", "(0,\\pm\\sqrt3)"},
               {"C(2,5)", "(2,5)"},
               {"x\\neq 3", "x\\not= 3"}});
  ExpectNotRight({{"(1,1,1)", "x=y=1"},
                  {"(1,1,2)", "x=y=z=1"},
                  {"(\\pm 2, 0)", "(2,0)"},
                  {"(\\pm 2, 0)", "(0,2), (0,-2)"},
                  {"(\\pm 1,\\pm 2)", "(1,2),(-1,-2)"},
                  {"C(2,5)", "(5,2)"},
                  {"x\\neq 3", "x=3"}});
}

TEST(MathShorthandTest, KeepsPowersFractionsAndConditionsApartThatShareTheirLetters) {
  ExpectRight({{"(a^b)^2", "(a^b)(a^b)"},
               {R"(\left(\frac{x}{y}\right)^2)", R"(\frac{x^2}{y^2})"},
               {R"(\frac{2^x}{3})", R"(2^x/3)"},
               {R"(f^{-1}(x)=\frac{x-1}{2})", R"(\frac{x-1}{2})"},
               {R"(x>1 \text{ and } x<2)", "x>1, x<2"},
               {R"(x>1 \text{ and } x<2)", "(1,2)"},
               {R"(x<1 \text{ or } x>2)", "x<1, x>2"}});
  ExpectNotRight({{"e^{x^2}", "(e^x)^2"},
                  {"2^{3^2}", "(2^3)^2"},
                  {R"(\left(\frac{x}{y}\right)^2)", R"(\frac{x}{y^2})"},
                  {R"(2^{x/3})", R"(\frac{2^x}{3})"},
                  {R"(\frac{\frac{a}{b}}{c})", R"(\frac{a}{\frac{b}{c}})"},
                  {R"(|\ln 2y|)", R"(\ln|2y|)"},
                  {R"(|x+\ln y|)", R"(|x|+\ln y)"},
                  {R"(x>1 \text{ and } x<2)", R"(x>1 \text{ or } x<2)"},
                  {R"(x>1 \text{ and } x>2)", R"(x>1 \text{ or } x>2)"}});
}

TEST(MathShorthandTest, TakesNoAnswerFromASentenceThatDoubtsIt) {
  ExpectRight({{"8", "If we add these, the answer is 8."},
               {"8", "This is not 7, so the answer is 8."},
               {"8", "It does not divide evenly. The answer is 8."},
               {"8", "The perimeter of the square is 8."},
               {"8", "Half of the pupils are girls, that is 8."},
               {"8 \\text{ cm squared}", "8"},
               {"8", "The total is not 20 but 8."},
               {"8", "Rs. 8"}});
  ExpectNotRight({{"8", "It is not true that the answer is 8."},
                  {"8", "I don't think the answer is 8."},
                  {"8", "Let me check whether the answer is 8"},
                  {"8", "I doubt that the answer is 8."},
                  {"8", "No one would say the answer is 8"},
                  {"8", "The opposite of 8"},
                  {"8", "Anything but 8"},
                  {"8", "Assume the answer is 8"},
                  {"8", "The answer is half of 8"},
                  {"8", "The answer is over 8"},
                  {"8", "The answer is minus 8"},
                  {"8", "The answer is 8 squared"},
                  {"8", "$8$ is wrong"},
                  {"8", "If x = 1 the answer is 8"}});
}

TEST(MathShorthandTest, TakesTheValueOfATrigonometricFunctionAskedFor) {
  ExpectRight({{"\\frac35", R"(\sin A = 0.6)"}, {R"(\tan\theta = 2)", "2"}, {R"(\sin x = \frac12)", R"(2\sin x = 1)"}});
  ExpectNotRight({{R"(\sin A = \frac12)", R"(\sin B = \frac12)"},
                  {R"(\sin x = \frac12)", R"(\cos x = \frac12)"},
                  {R"(\tan\theta = 2)", "\\theta = 2"},
                  {"2", R"(2\tan\theta = 2)"}});
}

TEST(MathShorthandTest, ReadsSeveralAnswersAndCompoundUnitsInUprightType) {
  ExpectRight({{"6, 8", R"(\text{6 and 8})"},
               {"5", R"(\text{x = 5})"},
               {R"(\$12.5\text{ million})", R"(12.5\text{ million dollars})"},
               {"120", "120^\\circ C"},
               {R"(120^\circ C)", "120"},
               {R"(2\text{ hours and }30\text{ minutes})", R"(2\text{ hours }30\text{ minutes})"}});
  ExpectNotRight({{"6, 8", R"(\text{6 and 9})"},
                  {"6", R"(\text{6 and 8})"},
                  {"5", R"(\text{5, but not 6})"},
                  {"12.5", R"(12.5\text{ million dollars})"},
                  {R"(2\text{ hours and }30\text{ minutes})", R"(2\text{ hours }31\text{ minutes})"},
                  {R"(2\text{ hours and }30\text{ minutes})", "32"}});
}

}  // namespace
}  // namespace r1
