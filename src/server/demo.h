// `--demo`: something to look at in an empty database. Three concerts (a hall on sale, an arena
// whose lobby is open and whose places will be drawn, a stadium that opens later), two people with
// points, a staff key. What a person needs to know of them is kept in DIR/demo.json (mode 0600), so
// that a later start can print it again.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "server/admin.h"

namespace frontrow::server {

struct DemoFacts {
  std::string staff_key;  // role admin
  std::string hall, hall_show, arena, stadium;
  std::string opens_at;  // of the arena
};

// Creates the demonstration where the database has no concert, else reads what is known of it. The
// answer is what to print; empty where the concerts that are there are not a demonstration's.
Result<std::string> prepare_demo(const std::filesystem::path& data, AdminHost& host,
                                 const std::string& base_url);

// What to do next: commands that can be pasted into a shell.
std::string demo_text(const DemoFacts& facts, const std::string& base_url);

}  // namespace frontrow::server
