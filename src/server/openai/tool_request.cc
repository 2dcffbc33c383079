#include "server/openai/tool_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/api_error.h"

namespace r1 {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Calls = OutputForm::Calls;

constexpr size_t kMostTools = 128;
constexpr size_t kLongestName = 64;

bool IsFunctionName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

std::string NameOf(const JsonObject& function) {
  const auto name = function.String("name");
  if (!name) throw InvalidRequest(function.Path("name") + " is missing", function.Path("name"), "missing_required_parameter");
  return *name;
}

// The object that a tool's name and parameters are in.
JsonObject FunctionOf(const JsonObject& tool, ToolShape shape) {
  const std::string type = tool.String("type").value_or("function");
  if (type != "function")
    throw InvalidRequest(StrCat(tool.Path("type"), " must be function: this server calls no ", type), tool.Path("type"),
                         "unsupported_parameter");
  if (shape == ToolShape::kFlat && tool.Any("function") == nullptr) return tool;
  const auto function = tool.Object("function");
  if (!function) throw InvalidRequest(tool.Path("function") + " is missing", tool.Path("function"), "missing_required_parameter");
  return *function;
}

// `ordered`: the same function with its members in the order in which they came.
ToolFunction ParseFunction(const JsonObject& object, const ordered_json& ordered) {
  ToolFunction function;
  function.name = NameOf(object);
  if (!IsFunctionName(function.name))
    throw InvalidRequest(StrCat(object.Path("name"), " must be 1 to ", kLongestName, " letters, digits, _, - and ."),
                         object.Path("name"));
  object.String("description");
  function.strict = object.Bool("strict").value_or(false);
  if (const auto parameters = object.Object("parameters")) {
    const json* type = parameters->Any("type");
    if (type != nullptr && *type != "object")
      throw InvalidRequest(parameters->Path("type") + " must be object: that is what arguments are", parameters->Path("type"));
    if (!parameters->value().empty()) function.parameters = ordered.at("parameters").dump();
  }
  return function;
}

// Leaves only functions of these names. `path`: where they were asked for.
void Keep(std::vector<ToolFunction>* functions, const std::vector<std::string>& names, const std::string& path) {
  for (const std::string& name : names)
    if (std::none_of(functions->begin(), functions->end(), [&](const ToolFunction& f) { return f.name == name; }))
      throw InvalidRequest(StrCat("tools has no function ", name), path);
  std::erase_if(*functions, [&](const ToolFunction& f) { return std::find(names.begin(), names.end(), f.name) == names.end(); });
}

Calls ParseMode(const std::string& mode, const std::string& path) {
  if (mode == "none") return Calls::kNone;
  if (mode == "auto") return Calls::kAllowed;
  if (mode == "required" || mode == "any") return Calls::kRequired;
  throw InvalidRequest(StrCat(path, " must be none, auto, required or a function, got ", mode), path);
}

void ParseChoice(const JsonObject& body, ToolShape shape, ToolRequest* request) {
  const json* choice = body.Any("tool_choice");
  request->calls = request->functions.empty() ? Calls::kNone : Calls::kAllowed;
  if (choice == nullptr) return;
  const Calls mode = choice->is_string() ? ParseMode(choice->get<std::string>(), "tool_choice") : Calls::kRequired;
  if (request->functions.empty()) {
    if (mode == Calls::kRequired) throw InvalidRequest("tool_choice asks for a call, and there are no tools", "tool_choice");
    return;
  }
  request->calls = mode;
  if (choice->is_string()) return;
  const JsonObject object(*choice, "tool_choice");
  const std::string type = object.String("type").value_or("function");
  if (type == "function") {
    const JsonObject function = FunctionOf(object, shape);
    Keep(&request->functions, {NameOf(function)}, function.Path("name"));
    request->parallel = false;  // one call was asked for
  } else if (type == "allowed_tools") {
    const JsonObject allowed = object.Any("allowed_tools") != nullptr ? *object.Object("allowed_tools") : object;
    request->calls = ParseMode(allowed.String("mode").value_or("auto"), allowed.Path("mode"));
    std::vector<std::string> names;
    if (const json* tools = allowed.Array("tools"))
      for (size_t i = 0; i < tools->size(); ++i)
        names.push_back(NameOf(FunctionOf(JsonObject((*tools)[i], StrCat(allowed.Path("tools"), "[", i, "]")), shape)));
    Keep(&request->functions, names, allowed.Path("tools"));
    if (request->functions.empty()) throw InvalidRequest(allowed.Path("tools") + " names no function", allowed.Path("tools"));
  } else {
    throw InvalidRequest(StrCat("tool_choice.type must be function or allowed_tools, got ", type), "tool_choice.type");
  }
}

}  // namespace

ToolRequest ParseTools(const JsonObject& body, std::string_view text, ToolShape shape) {
  ToolRequest request;
  if (const json* tools = body.Array("tools"); tools != nullptr && !tools->empty()) {
    if (tools->size() > kMostTools)
      throw InvalidRequest(StrCat("tools may have ", kMostTools, " entries, got ", tools->size()), "tools");
    const ordered_json ordered = ordered_json::parse(text).at("tools");
    ordered_json shown = ordered_json::array();
    for (size_t i = 0; i < tools->size(); ++i) {
      const JsonObject tool((*tools)[i], StrCat("tools[", i, "]"));
      const JsonObject object = FunctionOf(tool, shape);
      const bool flat = object.path() == tool.path();
      ordered_json function = flat ? ordered[i] : ordered[i].at("function");
      request.functions.push_back(ParseFunction(object, function));
      for (size_t j = 0; j < i; ++j)
        if (request.functions[j].name == request.functions[i].name)
          throw InvalidRequest(StrCat(object.Path("name"), ": ", request.functions[i].name, " stands twice"), object.Path("name"));
      if (flat) function.erase("type");
      shown.push_back({{"type", "function"}, {"function", std::move(function)}});
    }
    request.tools_json = shown.dump();
  }
  request.parallel = body.Bool("parallel_tool_calls").value_or(true);
  ParseChoice(body, shape, &request);
  if (request.calls == Calls::kNone) {
    request.tools_json.clear();
    request.functions.clear();
  }
  return request;
}

}  // namespace r1
