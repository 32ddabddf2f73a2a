// What an operator can set, with its defaults. How a setting is read, checked and explained stands
// in one table (setting_table.h); where its value came from does not matter any more here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace frontrow::server {

// [[identity.providers]]: an identity provider whose JWTs are taken as access tokens.
struct ProviderSettings {
  std::string issuer;
  std::string audience;
  std::string algorithm;  // HS256, RS256 or EdDSA
  std::string key_file;
  std::int64_t leeway_seconds = 0;
};

struct Settings {
  // [server]
  std::string data;  // empty: must be given
  std::string listen = "127.0.0.1:8080";
  std::int64_t threads = 0;  // of the HTTP server; 0: one a core
  bool demo = false;
  bool demo_public = false;
  // [store]
  std::string store_url;  // empty: SQLite in the data folder
  // [http]
  std::string operations = "public";  // public, staff, or an address of its own
  std::vector<std::string> trusted_proxies;
  std::int64_t drain_seconds = 3;
  // [limits]
  std::int64_t connections = 16'384;
  std::int64_t sign_up_per_second = 20;
  std::int64_t sign_in_per_second = 20;
  std::int64_t join_per_second = 5'000;
  // [wallet]
  std::string top_ups = "self";
  std::string currency = "KRW";
  // [pages]
  bool pages = true;
  std::string name_en = "Frontrow";
  std::string name_ko = "Frontrow";
  std::string welcome_en;
  std::string welcome_ko;
  std::string accent = "#3346b4";
  std::string logo_file;  // empty: none
  std::string help;       // an address; empty: none
  // [identity]
  std::string master_key_file;  // empty: master.key in the data folder
  std::vector<ProviderSettings> providers;
  // [engine]
  std::int64_t queue = 16'384;
  std::int64_t batch = 512;
  // [log]
  std::string log_level = "info";
  std::string log_format = "json";
  bool log_requests = false;
};

}  // namespace frontrow::server
