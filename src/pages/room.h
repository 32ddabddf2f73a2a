// The waiting room's page: it shows a place, joins and leaves, and works by being loaded again
// where there is no script. Everything it does is a call of the contract (inner_call.h), so the
// rules of cookies and foreign pages are the contract's own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/exchange.h"
#include "pages/template.h"

namespace frontrow::pages {

class Room {
 public:
  // Called with what every page has (theme, name, files); answers with 404 where there is no such
  // concert.
  using CommonValues = std::function<Values(const http::Request&)>;
  using NotFound = std::function<http::Response(const http::Request&)>;

  Room(http::Handler api, CommonValues common_values, NotFound not_found);

  // GET, HEAD: the page. POST (a form with `do`): `join` or `leave`, then back to the page.
  // Requires: `concert` is one segment of the path "/concerts/{concert}/queue". On the exchange's
  // io thread.
  void handle(std::shared_ptr<http::Exchange> exchange, std::string_view concert) const;

 private:
  struct Visit;
  using VisitPtr = std::shared_ptr<Visit>;
  void ask_concert(VisitPtr visit) const;
  void ask_status(VisitPtr visit) const;
  void ask_queue(VisitPtr visit) const;
  void show(const Visit& visit) const;
  void join(VisitPtr visit) const;
  void leave(VisitPtr visit) const;
  void leave_this_queue(VisitPtr visit) const;

  http::Handler api_;
  CommonValues common_values_;
  NotFound not_found_;
  Template english_, korean_;
};

}  // namespace frontrow::pages
