#include "server/snapshot_report.h"

#include <fmt/core.h>

namespace frontrow::server {
namespace {

constexpr SnapshotCount kCounts[] = {
    {"orders_paid", &SnapshotCounts::orders_paid},
    {"seats_sold", &SnapshotCounts::seats_sold},
    {"holds", &SnapshotCounts::holds},
    {"wallet_total", &SnapshotCounts::wallet_total},
    {"top_ups_total", &SnapshotCounts::top_ups_total},
    {"sales_total", &SnapshotCounts::sales_total},
    {"transfers", &SnapshotCounts::transfers},
    {"revenue", &SnapshotCounts::revenue},
    {"concerts", &SnapshotCounts::concerts},
    {"shows", &SnapshotCounts::shows},
    {"seats", &SnapshotCounts::seats},
    {"seats_held", &SnapshotCounts::seats_held},
    {"seats_blocked", &SnapshotCounts::seats_blocked},
    {"orders", &SnapshotCounts::orders},
    {"orders_refunded", &SnapshotCounts::orders_refunded},
    {"tickets", &SnapshotCounts::tickets},
    {"places", &SnapshotCounts::places},
    {"entries", &SnapshotCounts::entries},
    {"entries_active", &SnapshotCounts::entries_active},
    {"users", &SnapshotCounts::users},
    {"wallets", &SnapshotCounts::wallets},
};

}  // namespace

const std::span<const SnapshotCount> kSnapshotCounts = kCounts;

void write_violations(JsonWriter& json, const SnapshotReport& report) {
  json.key("violations").begin_array();
  for (const Violation& violation : report.violations) {
    json.begin_object().key("law").string(violation.law).key("text").string(violation.text);
    json.key("aggregates").begin_array();
    for (const std::string& id : violation.aggregates) json.string(id);
    json.end_array().end_object();
  }
  json.end_array().key("violations_total").number(report.violations_total);
}

void print_violations(const SnapshotReport& report) {
  for (const Violation& violation : report.violations)
    fmt::print("BROKEN  {}: {}\n", violation.law, violation.text);
  if (!report.ok()) fmt::print("{} violations\n", report.violations_total);
}

}  // namespace frontrow::server
