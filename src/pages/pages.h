// The pages for people: which addresses are theirs, and what each answers. They know the rest of
// the program only as the handler of the public contract, which a page that needs data calls as a
// browser would.
//
//   Pages pages(options, [&](auto exchange) { api.handle(std::move(exchange)); });
//   if (!pages.handle(exchange)) api.handle(std::move(exchange));
//
// Addresses: "/", "/staff/…", "/assets/…" and the buyers' (kBuyerPages in pages.cpp); never
// "/v1/…", "/docs" or those of operations. Made once; `handle` on the exchange's io thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/exchange.h"

namespace frontrow::pages {

struct PagesOptions {
  std::string name_en = "Frontrow", name_ko = "Frontrow";
  std::string accent = "#3346b4";  // Requires: no fault_of_accent
  // A picture beside the name: its bytes, empty for none; image/svg+xml, image/png, …
  std::string logo;
  std::string logo_type;
};

class Pages {
 public:
  Pages(PagesOptions options, http::Handler api);
  ~Pages();
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  // Answers a request for a page; false, and nothing done, where the address is none of a page.
  bool handle(const std::shared_ptr<http::Exchange>& exchange);

  // The address of the logo, empty without one.
  std::string logo_address() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace frontrow::pages
