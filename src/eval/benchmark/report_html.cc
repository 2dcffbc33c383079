#include "eval/benchmark/report_table.h"

namespace r1 {
namespace {

// Everything that a model or a data set wrote goes through here. Control characters, which HTML cannot hold, become U+FFFD.
std::string Escape(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      case '\'': html += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
          html += "\xEF\xBF\xBD";
        else
          html += c;
    }
  }
  return html;
}

// No script, nothing from elsewhere, and a policy that would forbid both.
constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid #8886; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
tr:last-child td { font-weight: 600; }
article { border-top: 1px solid #8886; padding: .5rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .25rem 0; }
.thinking { opacity: .75; border-left: 3px solid #8886; padding-left: .75rem; }
summary { cursor: pointer; }
.right > summary::after { content: " right"; color: #1a7f37; }
.wrong > summary::after { content: " wrong"; color: #cf222e; }
.note { opacity: .75; font-size: .9em; }
#only-wrong:checked ~ main .right, #only-wrong:checked ~ main .all-right { display: none; }
</style>)";

std::string Table(const std::vector<std::vector<std::string>>& table) {
  if (table.empty()) return "";
  std::string html = "<table>";
  for (size_t r = 0; r < table.size(); ++r) {
    html += "<tr>";
    for (const std::string& cell : table[r]) html += (r == 0 ? "<th>" : "<td>") + Escape(cell) + (r == 0 ? "</th>" : "</td>");
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

std::string Answer(const JudgedAnswer& a) {
  const BenchmarkCompletion& c = a.completion;
  std::string html = std::string("<details class=\"") + (a.verdict.right ? "right" : "wrong") + "\"><summary>Sample " +
                     std::to_string(c.sample + 1) + ", " + std::to_string(c.tokens) + " tokens</summary>\n";
  if (!c.thinking.empty()) html += "<pre class=\"thinking\">" + Escape(c.thinking) + "</pre>\n";
  html += "<pre>" + Escape(c.reply) + "</pre>\n<p class=\"note\">" + Escape(a.verdict.reason) + "; ended by " + Escape(c.finish) +
          "</p></details>\n";
  return html;
}

}  // namespace

std::string ReportHtml(const BenchmarkReport& report) {
  const std::string title = Escape(std::string(report.benchmark->title) + ": " + report.model);
  std::string html(kHead);
  html += "<title>" + title + "</title></head><body>\n<h1>" + title + "</h1>\n";
  html += Table(ReportTable(report)) + Table(OfficialTable(report));
  html += "<p class=\"note\">" + Escape(report.settings_json) + "</p>\n";
  html += "<input type=\"checkbox\" id=\"only-wrong\"> <label for=\"only-wrong\">only what went wrong</label>\n<main>\n";
  for (size_t q = 0; q < report.items.size(); ++q) {
    const BenchmarkItem& item = report.items[q];
    std::string answers;
    bool all_right = true;
    for (int64_t i = 0; i < report.samples; ++i) {
      const JudgedAnswer& a = report.answers[q * static_cast<size_t>(report.samples) + static_cast<size_t>(i)];
      all_right = all_right && a.verdict.right;
      answers += Answer(a);
    }
    html += std::string("<article") + (all_right ? " class=\"all-right\"" : "") + "><h2>" + Escape(item.id) + "</h2>\n<pre>" +
            Escape(item.question) + "</pre>\n";
    for (size_t i = 0; i < item.choices.size(); ++i)
      html += "<div>" + std::string(1, static_cast<char>('A' + i)) + ") " + Escape(item.choices[i]) + "</div>\n";
    if (!item.answer.empty()) html += "<p class=\"note\">Expected: " + Escape(item.answer) + "</p>\n";
    html += answers + "</article>\n";
  }
  return html + "</main></body></html>\n";
}

}  // namespace r1
