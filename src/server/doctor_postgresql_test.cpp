#include "server/doctor_postgresql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace frontrow::server {
namespace {

using postgresql::SchemaState;
using postgresql::ServerFacts;
using testing::HasSubstr;

constexpr std::int64_t kMebibyte = 1024 * 1024;

ServerFacts good_facts() {
  ServerFacts facts;
  facts.version = 150'004;
  facts.version_text = "15.4";
  facts.settings = {{"fsync", "on"},
                    {"full_page_writes", "on"},
                    {"data_sync_retry", "off"},
                    {"autovacuum", "on"},
                    {"data_checksums", "on"},
                    {"synchronous_commit", "on"},
                    {"synchronous_standby_names", "FIRST 1 (standby)"},
                    {"idle_session_timeout", "0"},
                    {"client_connection_check_interval", "1s"},
                    {"max_connections", "200"},
                    {"superuser_reserved_connections", "3"}};
  facts.nodes_synchronous_commit = "on";
  facts.sees_standbys = true;
  facts.standbys = {{"standby", "streaming", "sync", 0}};
  facts.connections = 20;
  facts.clock_ahead = milliseconds(-3);
  facts.schema = SchemaState::current;
  facts.migrations = 1;
  facts.fingerprint = "abc";
  return facts;
}

TEST(DoctorPostgresql, FindsNothingWhereAllIsAsTheNodesNeedIt) {
  ServerFacts quorum = good_facts();
  quorum.standbys = {{"a", "streaming", "quorum", 100}, {"b", "streaming", "quorum", 5000}};
  for (const ServerFacts& facts : {good_facts(), quorum}) {
    for (const Finding& finding : judge(facts))
      EXPECT_EQ(finding.health, Health::good) << finding.subject << ": " << finding.words;
    EXPECT_EQ(judge_master_key(facts, "abc").health, Health::good);
  }
}

TEST(DoctorPostgresql, SaysWhatEachFindingCosts) {
  const struct {
    void (*change)(ServerFacts&);
    Health health;
    const char* subject;
    const char* words;
  } rows[] = {
      {[](ServerFacts& f) { f.version = 140'009; }, Health::warning, "PostgreSQL", "15 and later"},
      {[](ServerFacts& f) { f.settings["fsync"] = "off"; }, Health::warning, "fsync",
       "off: nothing is on the disk when it is acknowledged"},
      {[](ServerFacts& f) { f.settings["full_page_writes"] = "off"; }, Health::warning,
       "full_page_writes", "stays torn"},
      {[](ServerFacts& f) { f.settings["data_sync_retry"] = "on"; }, Health::warning,
       "data_sync_retry", "without the data"},
      {[](ServerFacts& f) { f.settings["autovacuum"] = "off"; }, Health::warning, "autovacuum",
       "slower"},
      {[](ServerFacts& f) { f.settings["data_checksums"] = "off"; }, Health::note, "data_checksums",
       "not noticed"},
      {[](ServerFacts& f) { f.settings["synchronous_commit"] = "off"; }, Health::note,
       "synchronous_commit", "other programs"},
      {[](ServerFacts& f) { f.nodes_synchronous_commit = "off"; }, Health::warning,
       "synchronous_commit", "takes back what was acknowledged"},
      {[](ServerFacts& f) { f.settings["synchronous_standby_names"] = "", f.standbys.clear(); },
       Health::warning, "synchronous_standby_names", "no commit waits for a second copy"},
      {[](ServerFacts& f) { f.standbys.clear(); }, Health::warning, "standbys",
       "every commit waits"},
      {[](ServerFacts& f) { f.sees_standbys = false; }, Health::note, "standbys",
       "GRANT pg_monitor"},
      {[](ServerFacts& f) { f.standbys[0].state = "catchup"; }, Health::warning, "standby standby",
       "catchup"},
      {[](ServerFacts& f) { f.standbys[0].behind_bytes = 20 * kMebibyte; }, Health::warning,
       "standby standby", "20 MiB behind"},
      {[](ServerFacts& f) { f.standbys.push_back({"other", "streaming", "async", 3000}); },
       Health::note, "standby other", "3 KiB behind: no commit waits for it"},
      {[](ServerFacts& f) { f.idle_slots = {{"old", 5 * kMebibyte}}; }, Health::note, "slot old",
       "5 MiB"},
      {[](ServerFacts& f) { f.idle_slots = {{"old", 5000 * kMebibyte}}; }, Health::warning,
       "slot old", "when the disk is full"},
      {[](ServerFacts& f) { f.settings["transaction_timeout"] = "30s"; }, Health::warning,
       "transaction_timeout", "30s"},
      {[](ServerFacts& f) { f.settings["idle_session_timeout"] = "10min"; }, Health::note,
       "idle_session_timeout", "opened anew"},
      {[](ServerFacts& f) { f.settings["client_connection_check_interval"] = "0"; }, Health::note,
       "client_connection_check_interval", "1s is right"},
      {[](ServerFacts& f) { f.connections = 190; }, Health::warning, "connections",
       "190 open of 197"},
      {[](ServerFacts& f) { f.clock_ahead = milliseconds(-700); }, Health::warning, "clocks",
       "700 ms behind this machine's"},
      {[](ServerFacts& f) { f.clock_ahead = milliseconds(900); }, Health::warning, "clocks",
       "900 ms ahead of this machine's"},
      {[](ServerFacts& f) { f.schema = SchemaState::empty; }, Health::note, "schema", "empty"},
      {[](ServerFacts& f) { f.schema = SchemaState::older; }, Health::note, "schema", "up to date"},
      {[](ServerFacts& f) { f.schema = SchemaState::refused, f.schema_fault = "newer"; },
       Health::warning, "schema", "newer: this version does not start"},
  };
  for (const auto& row : rows) {
    ServerFacts facts = good_facts();
    row.change(facts);
    int bad = 0;
    for (const Finding& finding : judge(facts)) {
      if (finding.health == Health::good) continue;
      ++bad;
      EXPECT_EQ(finding.health, row.health) << row.words;
      EXPECT_EQ(finding.subject, row.subject);
      EXPECT_THAT(finding.words, HasSubstr(row.words));
    }
    EXPECT_EQ(bad, 1) << row.subject << ": " << row.words;
  }
}

TEST(DoctorPostgresql, NamesAMasterKeyThatIsNotTheDatabases) {
  const Finding finding = judge_master_key(good_facts(), "xyz");
  EXPECT_EQ(finding.health, Health::warning);
  EXPECT_THAT(finding.words, HasSubstr("sealed with abc: this node does not start"));
  ServerFacts unbound = good_facts();
  unbound.fingerprint.reset();
  EXPECT_EQ(judge_master_key(unbound, "xyz").health, Health::good);
}

}  // namespace
}  // namespace frontrow::server
