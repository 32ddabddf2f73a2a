// What `check` and `copy` tell about a snapshot: its counts and the laws that are broken.
#pragma once

#include <span>
#include <string_view>

#include "base/json_writer.h"
#include "laws/snapshot.h"

namespace frontrow::server {

struct SnapshotCount {
  std::string_view name;
  std::int64_t SnapshotCounts::* value;
};
extern const std::span<const SnapshotCount> kSnapshotCounts;  // in the order in which they are told

// The key "violations" with its list, and "violations_total".
void write_violations(JsonWriter& json, const SnapshotReport& report);
void print_violations(const SnapshotReport& report);

}  // namespace frontrow::server
