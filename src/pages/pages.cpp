#include "pages/pages.h"

#include <array>
#include <utility>
#include <vector>

#include "pages/answers.h"
#include "pages/assets.h"
#include "pages/brand.h"
#include "pages/negotiation.h"
#include "pages/own_asset.h"
#include "pages/room.h"
#include "pages/template.h"

namespace frontrow::pages {
namespace {

constexpr std::string_view kAssetFolder = "/assets/";
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
// Below /staff/, so that it may answer for those addresses and no others.
constexpr std::string_view kStaffWorker = "/staff/worker.js";

// The addresses of the buyers' pages; "*" stands for one segment. Which page it is the script
// decides.
constexpr std::array<std::string_view, 10> kBuyerPages = {
    "/",        "/concerts/*", "/concerts/*/dates", "/concerts/*/shows/*",
    "/orders",  "/orders/*",   "/tickets",          "/wallet",
    "/sign-in", "/sign-up"};

// What belongs to the contract and to operations: never a page, not even one that says "not found".
constexpr std::array<std::string_view, 7> kNotPages = {
    "/v1/", "/docs", "/openapi.json", "/metrics", "/livez", "/readyz", "/.well-known/"};

bool fits(std::string_view pattern, std::string_view path) {
  while (true) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == path;
    if (path.substr(0, star) != pattern.substr(0, star)) return false;
    path.remove_prefix(std::min(star, path.size()));
    const auto end = std::min(path.find('/'), path.size());
    if (end == 0) return false;
    path.remove_prefix(end);
    pattern.remove_prefix(star + 1);
  }
}

bool is_buyer_page(std::string_view path) {
  for (const std::string_view pattern : kBuyerPages)
    if (fits(pattern, path)) return true;
  return false;
}

// The concert of "/concerts/{concert}/queue"; empty for any other path.
std::string_view concert_of_room(std::string_view path) {
  constexpr std::string_view kStart = "/concerts/", kEnd = "/queue";
  if (!fits("/concerts/*/queue", path)) return {};
  return path.substr(kStart.size(), path.size() - kStart.size() - kEnd.size());
}

bool is_staff_page(std::string_view path) {
  return path == "/staff" || path.starts_with("/staff/");
}

bool is_contract(std::string_view path) {
  for (const std::string_view start : kNotPages)
    if (path.starts_with(start)) return true;
  return false;
}

// A person with a browser, and not a program, asks.
bool wants_html(const http::Request& request) {
  return request.header("Accept").value_or("").find("text/html") != std::string_view::npos;
}

http::Response method_not_allowed(std::string_view allowed) {
  http::Response response;
  response.status = 405;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "This address takes " + std::string(allowed) + ".\n";
  response.headers.emplace_back("Allow", allowed);
  return response;
}

http::Response redirect(int status, std::string to) {
  http::Response response;
  response.status = status;
  response.headers.emplace_back("Location", std::move(to));
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

void add_asset_headers(http::Response& response, std::string_view type, std::string_view kept) {
  response.content_type = type;
  response.headers.emplace_back("Cache-Control", kept);
  add_security_headers(response);
}

http::Response asset_answer(const http::Request& request, const Asset& asset,
                            std::string_view kept = kForEver) {
  http::Response response;
  add_asset_headers(response, asset.content_type, kept);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  switch (parse_accept_encoding(request.header("Accept-Encoding").value_or(""))) {
    case Coding::brotli:
      response.headers.emplace_back("Content-Encoding", "br");
      response.body = asset.brotli;
      break;
    case Coding::gzip:
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.body = asset.gzip;
      break;
    case Coding::plain:
      response.body = asset.plain;
  }
  return response;
}

http::Response own_asset_answer(const OwnAsset& asset) {
  http::Response response;
  add_asset_headers(response, asset.content_type, kForEver);
  response.shared_body = asset.bytes;
  return response;
}

http::Response no_such_asset() {
  http::Response response;
  response.status = 404;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "No such file.\n";
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::string suffix_of(std::string_view type) {
  if (type == "image/svg+xml") return ".svg";
  return type == "image/png" ? ".png" : ".webp";
}

}  // namespace

struct Pages::Parts {
  Parts(PagesOptions given, http::Handler api)
      : options(std::move(given)),
        shell_en(template_text("shell", "en")),
        shell_ko(template_text("shell", "ko")),
        room(
            std::move(api),
            [this](const http::Request& request) { return common_values(request, "room"); },
            [this](const http::Request& request) { return shell(request, "buyer", 404); }) {
    own.push_back(
        make_own_asset("brand", ".css", "text/css; charset=utf-8", brand_css(options.accent)));
    if (!options.logo.empty())
      own.push_back(
          make_own_asset("logo", suffix_of(options.logo_type), options.logo_type, options.logo));
  }

  PagesOptions options;
  Template shell_en, shell_ko;
  Room room;
  std::vector<OwnAsset> own;  // the brand's style, then the logo where there is one

  http::Response asset(const http::Request& request) const {
    const std::string_view name = request.path().substr(kAssetFolder.size());
    for (const OwnAsset& one : own)
      if (one.name == name) return own_asset_answer(one);
    const Asset* const found = find_asset(name);
    return found ? asset_answer(request, *found) : no_such_asset();
  }

  // Under the name that does not change: browsers ask for it again, and notice another build.
  static http::Response staff_worker(const http::Request& request) {
    return asset_answer(request, *find_asset(entry_point("worker").script), "no-cache");
  }

  Values common_values(const http::Request& request, std::string_view entry) const {
    const EntryPoint& files = entry_point(entry);
    const bool korean = language_of(request) == "ko";
    const std::string folder(kAssetFolder);
    return {{"theme", std::string(theme_of(request))},
            {"name", korean ? options.name_ko : options.name_en},
            {"icon", folder + std::string(kIcon)},
            {"brand", folder + own.front().name},
            {"style", folder + std::string(files.style)},
            {"script", folder + std::string(files.script)}};
  }

  http::Response shell(const http::Request& request, std::string_view entry, int status) const {
    const Template& page = language_of(request) == "ko" ? shell_ko : shell_en;
    return html_page(request, status, page.fill(common_values(request, entry), {}));
  }

  // Empty where no page or file has this address.
  std::optional<http::Response> answer(const http::Request& request) const {
    const std::string_view path = request.path();
    if (path.starts_with(kAssetFolder)) return asset(request);
    if (path == "/staff") return redirect(308, "/staff/");
    if (path == kStaffWorker) return staff_worker(request);
    if (is_staff_page(path)) return shell(request, "staff", 200);
    if (is_buyer_page(path)) return shell(request, "buyer", 200);
    return {};
  }
};

Pages::Pages(PagesOptions options, http::Handler api)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(api))) {}

Pages::~Pages() = default;

bool Pages::handle(const std::shared_ptr<http::Exchange>& exchange) {
  const http::Request& request = exchange->request();
  const bool reads =
      request.method() == http::Method::get || request.method() == http::Method::head;
  if (const auto concert = concert_of_room(request.path()); !concert.empty()) {
    if (reads || request.method() == http::Method::post)
      parts_->room.handle(exchange, concert);
    else
      exchange->respond(method_not_allowed("GET, HEAD, POST"));
    return true;
  }
  if (auto response = parts_->answer(request)) {
    exchange->respond(reads ? std::move(*response) : method_not_allowed("GET, HEAD"));
    return true;
  }
  if (is_contract(request.path()) || !wants_html(request)) return false;
  exchange->respond(parts_->shell(request, "buyer", 404));
  return true;
}

std::string Pages::logo_address() const {
  return parts_->own.size() > 1 ? std::string(kAssetFolder) + parts_->own[1].name : "";
}

}  // namespace frontrow::pages
