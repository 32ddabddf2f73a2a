// Who the staff are, and what was written down of what they did.
#include <algorithm>

#include "api/body.h"
#include "api/catalogue.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "api/staff_bodies.h"
#include "store/store.h"

namespace frontrow::api {
namespace {

// --- keys ----------------------------------------------------------------------------------------

void list_keys(const CallPtr& call) {
  QueryReader query(*call);
  const auto limit = static_cast<std::size_t>(query.limit());
  const auto before = query.id<StaffKeyId>("cursor");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  std::vector<StaffKey> keys = call->service.views().staff_keys();
  std::erase_if(keys, [&](const StaffKey& key) { return before && key.id >= *before; });
  std::sort(keys.begin(), keys.end(),
            [](const StaffKey& a, const StaffKey& b) { return a.id > b.id; });
  if (keys.size() > limit) keys.resize(limit);
  call->respond_json(200, write_page(keys, static_cast<int>(limit), write_staff_key,
                                     [](const StaffKey& key) { return to_text(key.id); }));
}

void show_own_key(const CallPtr& call) {
  const auto key = call->service.views().staff_key(call->staff->key);
  if (!key) return call->refuse(RefusalCode::unauthenticated);
  std::string out;
  JsonWriter json(out);
  write_staff_key(json, *key);
  call->respond_json(200, std::move(out));
}

// Whoever makes a key makes its secret too and sends the hash alone, so that no answer, no kept
// answer and no log ever holds one.
void create_key(const CallPtr& call) {
  auto command = read_staff_key(call->request().body());
  if (!command) return call->refuse_unless_kept(command.error());
  command->actor = {call->staff->key};
  call->submit(std::move(*command));
}

void revoke_key(const CallPtr& call) {
  const auto id = parse_id<StaffKeyId>(call->path[0]);
  if (!id || !call->service.views().staff_key(*id))
    return call->refuse(RefusalCode::not_found, "no such staff key");
  auto reason = read_reason(call->request().body());
  if (!reason) return call->refuse(reason.error());
  call->submit(RevokeStaffKey{*id, {call->staff->key}, std::move(*reason)},
               [](Call& again, Answer&&) {
                 http::Response response;
                 response.status = 204;
                 again.respond(std::move(response));
               });
}

// --- the audit log -------------------------------------------------------------------------------

void write_audit(JsonWriter& json, Service& service, const AuditEntry& entry) {
  json.begin_object().key("audit_id").id(entry.id).key("at").time(entry.at).key("staff_key_id");
  if (entry.staff_key.is_nil())
    json.null();
  else
    json.id(entry.staff_key);
  const auto key = service.views().staff_key(entry.staff_key);
  json.key("staff_name").string(key ? key->name : std::string());
  json.key("action").string(entry.action).key("target").string(entry.target);
  json.key("reason").string(entry.reason);
  json.key("detail").raw(entry.detail.empty() ? "{}" : entry.detail).end_object();
}

void respond_audit(Call& call, const std::vector<AuditEntry>& entries, int limit) {
  call.respond_json(200, write_page(
                             entries, limit,
                             [&](JsonWriter& json, const AuditEntry& one) {
                               write_audit(json, call.service, one);
                             },
                             [](const AuditEntry& entry) { return to_text(entry.id); }));
}

void list_audit(const CallPtr& call) {
  QueryReader query(*call);
  const int limit = query.limit();
  const auto before = query.id<AuditId>("cursor");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  call->read([before, limit](Reader& reader) { return reader.audit(before, limit); },
             [limit](Call& again, std::vector<AuditEntry>&& entries) {
               respond_audit(again, entries, limit);
             });
}

// The newest alone, so there is no next page.
void list_audit_of_concert(const CallPtr& call) {
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse(RefusalCode::not_found, "no such concert");
  QueryReader query(*call);
  const int limit = query.limit();
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  call->read([target = to_text(sale->concert()->id),
              limit](Reader& reader) { return reader.audit_of(target, limit); },
             [](Call& again, std::vector<AuditEntry>&& entries) {
               respond_audit(again, entries, static_cast<int>(entries.size()) + 1);
             });
}

}  // namespace

std::vector<Route> staff_key_routes() {
  return {
      {http::Method::get, "/v1/staff/keys", Access::admin, list_keys},
      {http::Method::post, "/v1/staff/keys", Access::admin, create_key},
      {http::Method::get, "/v1/staff/keys/current", Access::any, show_own_key},
      {http::Method::delete_, "/v1/staff/keys/{staff_key_id}", Access::admin, revoke_key},
      {http::Method::get, "/v1/staff/audit", Access::admin, list_audit},
      {http::Method::get, "/v1/staff/concerts/{concert_id}/audit", Access::viewer,
       list_audit_of_concert},
  };
}

}  // namespace frontrow::api
