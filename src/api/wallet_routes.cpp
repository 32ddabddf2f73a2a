#include <charconv>

#include "api/body.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"

namespace frontrow::api {
namespace {

constexpr std::int64_t kLargestTopUp = 10'000'000;

void show_wallet(const CallPtr& call) {
  call->read([user = *call->user](Reader& reader) { return reader.wallet(user); },
             [](Call& again, Wallet&& wallet) {
               std::string out;
               JsonWriter json(out);
               json.begin_object().key("balance").number(wallet.balance.amount);
               json.key("currency").string(currency()).end_object();
               again.respond_json(200, std::move(out));
             });
}

void top_up(const CallPtr& call) {
  if (!call->service.options.self_top_ups)
    return call->refuse(RefusalCode::forbidden, "wallets are topped up by staff here");
  BodyReader body(call->request().body());
  const auto amount = body.integer("amount", 1, kLargestTopUp);
  if (const auto refusal = body.finish()) return call->refuse_unless_kept(*refusal);
  call->submit(TopUp{*call->user, Money{*amount}});
}

void list_entries(const CallPtr& call) {
  QueryReader query(*call);
  const int limit = query.limit();
  const auto before = query.integer("cursor", 1, INT64_MAX);
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  const auto before_seq =
      before ? std::optional(static_cast<std::uint64_t>(*before)) : std::nullopt;
  call->read([user = *call->user, before_seq,
              limit](Reader& reader) { return reader.transfers(user, before_seq, limit); },
             [limit](Call& again, std::vector<Transfer>&& transfers) {
               again.respond_json(
                   200, write_page(
                            transfers, limit,
                            [](JsonWriter& json, const Transfer& transfer) {
                              json.begin_object().key("kind").string(to_text(transfer.kind));
                              json.key("amount").number(transfer.amount.amount);
                              json.key("balance_after").number(transfer.balance_after.amount);
                              json.key("currency").string(currency());
                              if (!transfer.order.is_nil()) json.key("order_id").id(transfer.order);
                              json.key("at").time(transfer.at).end_object();
                            },
                            [](const Transfer& transfer) { return std::to_string(transfer.seq); }));
             });
}

}  // namespace

std::vector<Route> wallet_routes() {
  return {
      {http::Method::get, "/v1/wallet", Access::user, show_wallet},
      {http::Method::post, "/v1/wallet/top-ups", Access::user, top_up},
      {http::Method::get, "/v1/wallet/entries", Access::user, list_entries},
  };
}

}  // namespace frontrow::api
