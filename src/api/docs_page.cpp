#include "api/docs_page.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "api/problem.h"
#include "base/encoding.h"
#include "identity/access_tokens.h"

namespace frontrow::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1d2129;--soft:#5c6470;--line:#dfe2e7;--paper:#fff;--tint:#f5f6f8;--key:#3a4fc4}
@media(prefers-color-scheme:dark){:root{--ink:#e4e6eb;--soft:#9aa2ae;--line:#343a44;--paper:#16181d;--tint:#1f232a;--key:#9db0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif;display:grid;grid-template-columns:18rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.5rem 1.25rem;border-right:1px solid var(--line);font-size:.875rem}
nav ul{list-style:none;margin:.25rem 0 1rem;padding:0}
nav li{margin:.15rem 0}
main{padding:1.5rem 2.5rem 6rem;max-width:62rem}
a{color:var(--key);text-decoration:none}a:hover{text-decoration:underline}
h1{margin:0 0 .5rem}h2{margin:3.5rem 0 .5rem;border-bottom:1px solid var(--line)}h3{margin:2.5rem 0 .25rem;overflow-wrap:anywhere}h4{margin:1.25rem 0 .25rem;font-size:.9rem;color:var(--soft)}
code,pre,.path{font-family:ui-monospace,monospace;font-size:.9em}
code{background:var(--tint);padding:.1em .3em;border-radius:3px;overflow-wrap:anywhere}
pre{background:var(--tint);padding:1rem;border-radius:6px;overflow:auto}pre code{padding:0;background:none}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:600;color:var(--soft)}
.method{display:inline-block;min-width:4.2em;font-weight:700}
.role{color:var(--soft);font-size:.875rem}
:target{background:var(--tint)}
@media(max-width:52rem){body{display:block}nav{position:static;height:auto;border:0}main{padding:1rem}}
)";

// --- text --------------------------------------------------------------------------------------

std::string code(std::string_view text) {
  return "<code>" + escape_html(text) + "</code>";
}

// A line of prose: what stands between backticks is code.
std::string prose(std::string_view text) {
  std::string out;
  bool in_code = false;
  for (auto tick = text.find('`'); tick != std::string_view::npos; tick = text.find('`')) {
    out += escape_html(text.substr(0, tick)) + (in_code ? "</code>" : "<code>");
    in_code = !in_code;
    text.remove_prefix(tick + 1);
  }
  out += escape_html(text);
  if (in_code) out += "</code>";
  return out;
}

// Paragraphs stand apart by an empty line.
std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    out += "<p>" + prose(text.substr(0, end)) + "</p>\n";
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
  }
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

// --- the document ------------------------------------------------------------------------------

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

const json::value* find(const json::object& object, std::string_view key) {
  return object.if_contains(key);
}

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return value && value->is_string() ? view(value->get_string()) : std::string_view();
}

// An empty one where there is none.
const json::object& object_of(const json::object& object, std::string_view key) {
  static const json::object none;
  const json::value* value = find(object, key);
  return value && value->is_object() ? value->get_object() : none;
}

const json::array& array_of(const json::object& object, std::string_view key) {
  static const json::array none;
  const json::value* value = find(object, key);
  return value && value->is_array() ? value->get_array() : none;
}

std::string_view key_of(const json::key_value_pair& member) {
  return {member.key().data(), member.key().size()};
}

std::string plain(const json::value& value) {
  return value.is_string() ? std::string(view(value.get_string())) : json::serialize(value);
}

bool contains(const json::array& list, std::string_view text) {
  return std::any_of(list.begin(), list.end(), [text](const json::value& item) {
    return item.is_string() && view(item.get_string()) == text;
  });
}

std::string_view last_part(std::string_view reference) {
  return reference.substr(reference.rfind('/') + 1);
}

void write_pretty(std::string& out, const json::value& value, std::size_t depth) {
  const auto line = [&out](std::size_t indent) { out += "\n" + std::string(indent * 2, ' '); };
  const auto* object = value.if_object();
  const auto* array = value.if_array();
  if ((!object || object->empty()) && (!array || array->empty())) {
    out += json::serialize(value);
    return;
  }
  out += object ? '{' : '[';
  std::size_t left = object ? object->size() : array->size();
  const auto item = [&](const json::value& one) {
    write_pretty(out, one, depth + 1);
    if (--left > 0) out += ',';
  };
  if (object) {
    for (const auto& member : *object) {
      line(depth + 1);
      out += json::serialize(json::string(member.key())) + ": ";
      item(member.value());
    }
  } else {
    for (const json::value& one : *array) {
      line(depth + 1);
      item(one);
    }
  }
  line(depth);
  out += object ? '}' : ']';
}

// --- schemas -------------------------------------------------------------------------------------

std::string schema_link(std::string_view reference) {
  const std::string name = escape_html(last_part(reference));
  return "<a href=\"#schema-" + name + "\">" + name + "</a>";
}

std::string type_of(const json::object& schema);

std::string types_of(const json::array& schemas, std::string_view between) {
  std::vector<std::string> parts;
  for (const json::value& schema : schemas)
    if (schema.is_object()) parts.push_back(type_of(schema.get_object()));
  return join(parts, between);
}

std::string named_type(const json::object& schema) {
  const json::value* type = find(schema, "type");
  if (!type) return find(schema, "properties") ? "object" : "anything";
  if (const json::array* several = type->if_array()) {
    std::vector<std::string> parts;
    for (const json::value& one : *several) parts.push_back(escape_html(plain(one)));
    return join(parts, " or ");
  }
  if (plain(*type) == "array") return "list of " + type_of(object_of(schema, "items"));
  return escape_html(plain(*type));
}

std::string type_of(const json::object& schema) {
  if (const auto reference = text_of(schema, "$ref"); !reference.empty())
    return schema_link(reference);
  if (const json::value* constant = find(schema, "const")) return code(plain(*constant));
  if (const json::array& words = array_of(schema, "enum"); !words.empty()) {
    std::vector<std::string> parts;
    for (const json::value& word : words) parts.push_back(code(plain(word)));
    return join(parts, " or ");
  }
  if (const json::array& all = array_of(schema, "allOf"); !all.empty())
    return types_of(all, " and ");
  if (const json::array& one = array_of(schema, "oneOf");
      !one.empty() && !find(schema, "properties"))
    return types_of(one, " or ");
  return named_type(schema);
}

// "1 to 100 characters", "at least 1 item".
std::string range(const json::object& schema, std::string_view least, std::string_view most,
                  std::string_view unit) {
  const json::value* low = find(schema, least);
  const json::value* high = find(schema, most);
  if (!low && !high) return {};
  if (low && high) return plain(*low) + " to " + plain(*high) + std::string(unit);
  return (low ? "at least " + plain(*low) : "at most " + plain(*high)) + std::string(unit);
}

std::string rules_of(const json::object& schema) {
  std::vector<std::string> parts;
  if (const auto text = text_of(schema, "description"); !text.empty()) parts.push_back(prose(text));
  for (const std::string& one : {range(schema, "minimum", "maximum", ""),
                                 range(schema, "minLength", "maxLength", " characters"),
                                 range(schema, "minItems", "maxItems", " items")})
    if (!one.empty()) parts.push_back(escape_html(one));
  if (const auto pattern = text_of(schema, "pattern"); !pattern.empty())
    parts.push_back(code(pattern));
  if (const json::value* value = find(schema, "default"))
    parts.push_back("default " + code(json::serialize(*value)));
  return join(parts, "; ");
}

// A row a field; the fields of objects inside follow with their path.
void write_fields(std::string& out, const json::object& schema, const std::string& prefix) {
  const json::array& required = array_of(schema, "required");
  for (const auto& member : object_of(schema, "properties")) {
    const json::object* field = member.value().if_object();
    if (!field) continue;
    const std::string name = prefix + std::string(key_of(member));
    out += "<tr><td>" + code(name) +
           (contains(required, key_of(member)) ? "" : " <em>optional</em>") + "</td><td>" +
           type_of(*field) + "</td><td>" + rules_of(*field) + "</td></tr>\n";
    write_fields(out, *field, name + ".");
    write_fields(out, object_of(*field, "items"), name + "[].");
  }
}

void write_field_table(std::string& out, const json::object& schema) {
  std::string rows;
  write_fields(rows, schema, "");
  if (rows.empty()) return;
  out += "<table><thead><tr><th>Field</th><th>Type</th><th>Rules</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n";
}

void write_variants(std::string& out, const json::object& schema) {
  const json::array& variants = array_of(schema, "oneOf");
  const bool inline_ones =
      std::any_of(variants.begin(), variants.end(), [](const json::value& one) {
        return one.is_object() && find(one.get_object(), "properties");
      });
  if (!inline_ones) return;
  for (const json::value& variant : variants) {
    out += "<h4>One form</h4>\n";
    if (variant.is_object()) write_field_table(out, variant.get_object());
  }
}

void write_example(std::string& out, const json::object& holder) {
  const json::value* example = find(holder, "example");
  if (!example) return;
  std::string text;
  write_pretty(text, *example, 0);
  out += "<pre><code>" + escape_html(text) + "</code></pre>\n";
}

void write_schema(std::string& out, std::string_view name, const json::object& schema) {
  out += "<h3 id=\"schema-" + escape_html(name) + "\">" + escape_html(name) + "</h3>\n<p>" +
         type_of(schema);
  const std::string rules = rules_of(schema);
  if (!rules.empty()) out += ": " + rules;
  out += "</p>\n";
  write_field_table(out, schema);
  write_variants(out, schema);
  write_example(out, schema);
}

// --- operations ----------------------------------------------------------------------------------

constexpr std::string_view kMethods[] = {"get", "post", "put", "patch", "delete"};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

class DocsWriter {
 public:
  explicit DocsWriter(const json::object& document) : document_(document) {}

  std::string write() {
    const json::object& info = object_of(document_, "info");
    contents();
    out_ += "<main>\n<h1>" + escape_html(text_of(info, "title")) + " " +
            escape_html(text_of(info, "version")) + "</h1>\n<p>" + prose(text_of(info, "summary")) +
            "</p>\n" + paragraphs(text_of(info, "description"));
    for_each_tag([this](std::string_view name, const json::object& tag) { section(name, tag); });
    codes();
    out_ += "<h2 id=\"schemas\">Shapes</h2>\n";
    for (const auto& member : object_of(object_of(document_, "components"), "schemas"))
      if (member.value().is_object())
        write_schema(out_, key_of(member), member.value().get_object());
    out_ += "</main>\n";
    return std::move(out_);
  }

 private:
  template <class Function>
  void for_each_tag(Function function) {
    for (const json::value& tag : array_of(document_, "tags"))
      if (tag.is_object()) function(text_of(tag.get_object(), "name"), tag.get_object());
  }

  // Calls function(path, method, path item, operation) for each operation of the tag.
  template <class Function>
  void for_each_operation(std::string_view tag, Function function) {
    for (const auto& member : object_of(document_, "paths")) {
      const json::object* item = member.value().if_object();
      if (!item) continue;
      for (const std::string_view method : kMethods)
        if (const json::object& operation = object_of(*item, method);
            contains(array_of(operation, "tags"), tag))
          function(key_of(member), method, *item, operation);
    }
  }

  void contents() {
    out_ += "<nav aria-label=\"Contents\">\n";
    for_each_tag([this](std::string_view name, const json::object&) {
      out_ += "<a href=\"#tag-" + escape_html(name) + "\"><strong>" + escape_html(name) +
              "</strong></a>\n<ul>";
      for_each_operation(name, [this](std::string_view, std::string_view, const json::object&,
                                      const json::object& operation) {
        const std::string id = escape_html(text_of(operation, "operationId"));
        out_ += "<li><a href=\"#" + id + "\">" + id + "</a></li>";
      });
      out_ += "</ul>\n";
    });
    out_ +=
        "<a href=\"#codes\"><strong>Codes</strong></a><br>\n"
        "<a href=\"#schemas\"><strong>Shapes</strong></a>\n</nav>\n";
  }

  void section(std::string_view name, const json::object& tag) {
    out_ += "<h2 id=\"tag-" + escape_html(name) + "\">" + escape_html(name) + "</h2>\n<p>" +
            prose(text_of(tag, "description")) + "</p>\n";
    for_each_operation(
        name, [this](std::string_view path, std::string_view method, const json::object& item,
                     const json::object& operation) { describe(path, method, item, operation); });
  }

  void describe(std::string_view path, std::string_view method, const json::object& item,
                const json::object& operation) {
    out_ += "<h3 id=\"" + escape_html(text_of(operation, "operationId")) +
            "\"><span class=\"method\">" + upper(method) + "</span> <span class=\"path\">" +
            escape_html(path) + "</span></h3>\n<p>" + prose(text_of(operation, "summary")) +
            "</p>\n" + paragraphs(text_of(operation, "description"));
    callers(operation);
    parameters(array_of(item, "parameters"), array_of(operation, "parameters"));
    body(object_of(operation, "requestBody"));
    answers(object_of(operation, "responses"));
    refusals(array_of(operation, "x-codes"));
  }

  void callers(const json::object& operation) {
    std::vector<std::string> choices;
    for (const json::value& choice : array_of(operation, "security")) {
      std::vector<std::string> parts;
      if (choice.is_object())
        for (const auto& scheme : choice.get_object()) parts.emplace_back(key_of(scheme));
      choices.push_back(join(parts, " and "));
    }
    out_ +=
        "<p class=\"role\">" +
        (choices.empty() ? "Open to everybody" : "Needs: " + escape_html(join(choices, " or ")));
    if (const auto role = text_of(operation, "x-role"); !role.empty())
      out_ += ", role " + escape_html(role) + " or stronger";
    out_ += "</p>\n";
  }

  // Follows a reference into the document.
  const json::object& resolve(const json::object& node) const {  // NOLINT: nodes outlive us
    std::string_view reference = text_of(node, "$ref");
    if (!reference.starts_with("#/")) return node;
    reference.remove_prefix(2);
    const json::object* at = &document_;
    for (;;) {
      const auto slash = reference.find('/');
      at = &object_of(*at, reference.substr(0, slash));
      if (slash == std::string_view::npos) return *at;
      reference.remove_prefix(slash + 1);
    }
  }

  void parameters(const json::array& of_path, const json::array& of_operation) {
    std::string rows;
    for (const json::array* list : {&of_path, &of_operation})
      for (const json::value& value : *list)
        if (value.is_object()) rows += parameter_row(resolve(value.get_object()));
    if (rows.empty()) return;
    out_ += "<h4>Parameters</h4>\n<table><tbody>\n" + rows + "</tbody></table>\n";
  }

  static std::string parameter_row(const json::object& parameter) {
    const json::object& schema = object_of(parameter, "schema");
    std::vector<std::string> rules;
    if (const auto text = text_of(parameter, "description"); !text.empty())
      rules.push_back(prose(text));
    if (std::string more = rules_of(schema); !more.empty()) rules.push_back(std::move(more));
    return "<tr><td>" + code(text_of(parameter, "name")) + "</td><td>" +
           escape_html(text_of(parameter, "in")) + "</td><td>" + type_of(schema) + "</td><td>" +
           join(rules, "; ") + "</td></tr>\n";
  }

  void body(const json::object& request) {
    const json::object& content = object_of(request, "content");
    for (const auto& member : content)
      if (member.value().is_object())
        out_ += "<h4>Body</h4>\n<p>" + type_of(object_of(member.value().get_object(), "schema")) +
                " as " + code(key_of(member)) + "</p>\n";
  }

  void answers(const json::object& responses) {
    out_ += "<h4>Answers</h4>\n<table><tbody>\n";
    for (const auto& member : responses) {
      const std::string_view status = key_of(member);
      if (!member.value().is_object() || status == "default" || status >= "400") continue;
      const json::object& response = resolve(member.value().get_object());
      std::vector<std::string> contents;
      for (const auto& one : object_of(response, "content"))
        if (one.value().is_object())
          contents.push_back(type_of(object_of(one.value().get_object(), "schema")) + " as " +
                             code(key_of(one)));
      out_ += "<tr><td>" + code(status) + "</td><td>" + prose(text_of(response, "description")) +
              "</td><td>" + join(contents, " or ") + "</td></tr>\n";
    }
    out_ += "</tbody></table>\n";
  }

  void refusals(const json::array& names) {
    std::vector<std::string> links;
    for (const json::value& name : names)
      links.push_back("<a href=\"#" + escape_html(plain(name)) + "\">" + escape_html(plain(name)) +
                      "</a>");
    if (!links.empty()) out_ += "<p class=\"role\">Refusals: " + join(links, ", ") + "</p>\n";
  }

  void codes() {
    out_ +=
        "<h2 id=\"codes\">Codes</h2>\n<table><thead><tr><th>Status</th><th>Code</th>"
        "<th>Meaning</th></tr></thead><tbody>\n";
    for (const auto& member : object_of(document_, "x-statuses")) {
      if (!member.value().is_array()) continue;
      for (const json::value& name : member.value().get_array()) {
        const ProblemKind* kind = find_problem_kind(plain(name));
        out_ += "<tr id=\"" + escape_html(plain(name)) + "\"><td>" + escape_html(key_of(member)) +
                "</td><td>" + code(plain(name)) + "</td><td>" +
                (kind ? escape_html(kind->title_en) + ". " + escape_html(kind->detail_en) : "") +
                "</td></tr>\n";
      }
    }
    out_ += "</tbody></table>\n";
  }

  const json::object& document_;
  std::string out_;
};

// The source expression of CSP level 2: a hash in plain base64.
std::string style_hash() {
  std::string hash = to_base64url(view_of(identity::token_hash(kStyle)));
  for (char& c : hash) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return "'sha256-" + hash + "='";
}

}  // namespace

DocsPage make_docs_page(std::string_view openapi_json) {
  json::error_code error;
  const json::value document = json::parse(openapi_json, error);
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<title>Frontrow: reference</title>\n<style>";
  html.append(kStyle).append("</style>\n</head>\n<body>\n");
  if (!error && document.is_object())
    html += DocsWriter(document.get_object()).write();
  else
    html += "<main><h1>Frontrow</h1><p>This program was built without its reference.</p></main>\n";
  html += "</body>\n</html>\n";
  return {std::make_shared<const std::string>(std::move(html)),
          "default-src 'none'; style-src " + style_hash() +
              "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"};
}

}  // namespace frontrow::api
