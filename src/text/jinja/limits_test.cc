// Hostile templates end soon, with an error that names what they hit.
#include <gtest/gtest.h>

#include <chrono>

#include "text/jinja/template.h"

namespace r1::jinja {
namespace {

std::string Render(const std::string& source, const Limits& limits = Limits()) {
  Runtime runtime(limits);
  runtime.format_time = [](const std::string& format) { return format; };
  return Template(source).Render(runtime, {}).bytes();
}

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(JinjaLimitsTest, HostileTemplatesFailSoonAndSayWhy) {
  const std::pair<std::string, std::string> cases[] = {
      {"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps"},
      {"{{ range(10 ** 9) }}", "MAX_RANGE"},
      {"{{ range(-(2 ** 62), 2 ** 62, 1) }}", "MAX_RANGE"},
      {"{{ 'x' * 10 ** 12 }}", "bytes of memory"},
      {"{{ [0] * 10 ** 15 }}", "memory"},
      {"{{ 'x' * 2 ** 62 * 16 }}", "memory"},
      {"{{ 2 ** 64 }}", "64 bits"},
      {"{{ 9223372036854775807 + 1 }}", "64 bits"},
      {"{{ -(-9223372036854775807 - 1) }}", "64 bits"},
      {"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "deeper than"},
      {"{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "deeper than"},
      {"{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "memory"},
      {"{% set ns = namespace(a=[]) %}{% for i in range(1000) %}{% set ns.a = [ns.a] %}{% endfor %}", "values deeper"},
      {"{% set ns = namespace(a=[1]) %}{% for i in range(50) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}", "steps"},
      {"{% set ns = namespace(a=(1,)) %}{% for i in range(50) %}{% set ns.a = (ns.a, ns.a) %}{% endfor %}{{ {ns.a: 1} }}", "steps"},
      {"{% set ns = namespace(a=(1,)) %}{% for i in range(50) %}{% set ns.a = (ns.a, ns.a) %}{% endfor %}{{ {}[ns.a] }}", "steps"},
      {"{% set ns = namespace() %}{% set ns.a = [ns] %}{{ ns }}", "contains itself"},
      {"{% for i in range(100000) %}{{ 'x' * 100000 }}{% endfor %}", "bytes"},
      {"{{ '%999999999d' % 1 }}", "wider than"},
      {"{{ '{:999999999}'.format(1) }}", "wider than"},
      {"{{ 'x'.center(10 ** 12) }}", "memory"},
      {"{{ 'x'|indent(10 ** 12) }}", "memory"},
      {"{{ [1]|batch(10 ** 12, 0)|list }}", "memory"},
      {"{{ [[1]]|tojson(indent=10 ** 12) }}", "memory"},
      {"{{ " + Repeat("(", 5000) + "1" + Repeat(")", 5000) + " }}", "levels"},
      {"{{ 1" + Repeat(" + 1", 5000) + " }}", "levels"},
      {"{{ " + Repeat("not ", 5000) + "1 }}", "levels"},
      {"{{ " + Repeat("-", 5000) + "1 }}", "levels"},
      {"{{ x" + Repeat("|upper", 5000) + " }}", "levels"},
      {"{{ 1" + Repeat(" if 1 else 1", 5000) + " }}", "levels"},
      {Repeat("{% if 1 %}", 5000) + Repeat("{% endif %}", 5000), "levels"},
      {"{{ strftime_now('%c' * 100000) }}", "date"},
  };
  for (const auto& [source, complaint] : cases) {
    const auto start = std::chrono::steady_clock::now();
    try {
      Render(source);
      ADD_FAILURE() << source.substr(0, 80);
    } catch (const TemplateError& error) {
      EXPECT_NE(std::string(error.what()).find(complaint), std::string::npos) << source.substr(0, 80) << "\n" << error.what();
      EXPECT_NE(std::string(error.what()).find("line"), std::string::npos) << error.what();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << source.substr(0, 80);
  }
}

TEST(JinjaLimitsTest, ObjectsThatReferToEachOtherAreFreed) {
  // AddressSanitizer's leak check is the judge; deep chains must not overflow the stack when they go.
  EXPECT_EQ(Render("{% set ns = namespace() %}{% set ns.self = ns %}{% macro m() %}{{ m }}{% endmacro %}{% set ns.m = m %}ok"),
            "ok");
  EXPECT_EQ(Render("{% set ns = namespace(c=none) %}{% for i in range(20000) %}{% set ns.c = namespace(p=ns.c) %}{% endfor %}ok"),
            "ok");
  EXPECT_EQ(
      Render(
          "{% set ns = namespace() %}{% for i in range(9) %}{% set ns.loop = loop %}{% set ns.cycle = loop.cycle %}{% endfor %}ok"),
      "ok");
}

TEST(JinjaLimitsTest, SearchesAreLinear) {
  EXPECT_EQ(
      Render("{% set a = 'a' * 2000000 %}{% set b = 'a' * 1000000 ~ 'b' %}{{ b in a }}{{ a.rfind(b) }}{{ a.split(b)|length }}"),
      "False-11");
}

}  // namespace
}  // namespace r1::jinja
