// The control protocol: from a line of JSON to committed commands and back, and the socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <functional>

#include "identity/system_random.h"
#include "server/admin.h"
#include "server/control_socket.h"

namespace frontrow::server {
namespace {

using testing::HasSubstr;

constexpr Time kNow{1'795'258'800'000};

// Keeps the commands and answers as it is told.
class FakeHost final : public AdminHost {
 public:
  Reply run(Command command) override {
    commands.push_back(std::move(command));
    return make_reply();
  }
  const Views& views() const override { return views_; }
  Time now() const override { return kNow; }
  Random& random() override { return random_; }

  static constexpr StaffKeyId kKey{{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}};
  std::vector<Command> commands;
  std::function<Reply()> make_reply = [] {
    StaffKey key;
    key.id = kKey;
    return Reply(Answer(StaffKeyAnswer{key}));
  };

 private:
  Views views_;
  SeededRandom random_{1};
};

boost::json::object ask(AdminHost& host, std::string_view line) {
  const std::string answer = answer_admin(line, host);
  EXPECT_EQ(answer.find('\n'), std::string::npos);
  return boost::json::parse(answer).as_object();
}

const std::string kHash(64, 'a');

TEST(Admin, AStaffKeyIsCreatedFromItsHash) {
  FakeHost host;
  const auto answer = ask(host, R"({"command":"staff-key create","role":"gate","name":"door",)"
                                R"("key_hash":")" +
                                    kHash + "\"}");
  EXPECT_TRUE(answer.at("ok").as_bool());
  EXPECT_EQ(answer.at("id").as_string(), to_text(FakeHost::kKey));
  ASSERT_EQ(host.commands.size(), 1u);
  const auto& command = std::get<CreateStaffKey>(host.commands[0]);
  EXPECT_EQ(command.role, "gate");
  EXPECT_EQ(command.name, "door");
  EXPECT_TRUE(
      std::ranges::all_of(command.key_hash, [](std::uint8_t byte) { return byte == 0xaa; }));
}

TEST(Admin, AStaffKeyIsRevokedByItsId) {
  FakeHost host;
  const auto answer =
      ask(host, R"({"command":"staff-key revoke","id":")" + to_text(FakeHost::kKey) + "\"}");
  EXPECT_TRUE(answer.at("ok").as_bool());
  EXPECT_EQ(std::get<RevokeStaffKey>(host.commands.at(0)).key, FakeHost::kKey);
}

TEST(Admin, WhatIsWrongIsRefusedAndChangesNothing) {
  const struct {
    std::string line;
    std::int64_t exit_code;
    const char* word;
  } rows[] = {
      {"", 2, "JSON"},
      {"{", 2, "JSON"},
      {"[]", 2, "object"},
      {"{}", 2, "command"},
      {R"({"command":"dance"})", 2, "command"},
      {R"({"command":5})", 2, "command"},
      {R"({"command":"staff-key create","role":"gate"})", 2, "key_hash"},
      {R"({"command":"staff-key create","role":"king","key_hash":")" + kHash + "\"}", 2, "role"},
      {R"({"command":"staff-key create","role":"gate","key_hash":"abcd"})", 2, "key_hash"},
      {R"({"command":"staff-key create","role":"gate","key_hash":")" + kHash + R"(","name":")" +
           std::string(101, 'x') + "\"}",
       2, "name"},
      {R"({"command":"staff-key revoke","id":"staffkey_x"})", 2, "id"},
      {R"({"command":"staff-key revoke"})", 2, "id"},
  };
  for (const auto& row : rows) {
    FakeHost host;
    const auto answer = ask(host, row.line);
    EXPECT_FALSE(answer.at("ok").as_bool()) << row.line;
    EXPECT_EQ(answer.at("exit_code").as_int64(), row.exit_code) << row.line;
    EXPECT_THAT(std::string(answer.at("error").as_string()), HasSubstr(row.word)) << row.line;
    EXPECT_TRUE(host.commands.empty()) << row.line;
  }
}

TEST(Admin, ARefusalIsANoAndAFailureAnOutage) {
  const std::string line =
      R"({"command":"staff-key revoke","id":")" + to_text(FakeHost::kKey) + "\"}";
  FakeHost host;
  host.make_reply = [] { return Reply(refuse(RefusalCode::not_found, "no such staff key")); };
  EXPECT_EQ(ask(host, line).at("exit_code").as_int64(), 1);
  for (const Failure failure :
       {Failure::overloaded, Failure::shutting_down, Failure::outcome_unknown}) {
    host.make_reply = [failure] { return Reply(failure); };
    EXPECT_EQ(ask(host, line).at("exit_code").as_int64(), 3);
  }
}

TEST(Admin, TheFirstSigningKeysAreOneAPurpose) {
  FakeHost host;
  host.make_reply = [] { return Reply(Answer(NoAnswer{})); };
  EXPECT_EQ(fault_of(add_first_signing_keys(host)), "");
  const auto& keys = std::get<AddSigningKeys>(host.commands.at(0)).keys;
  ASSERT_EQ(keys.size(), 3u);
  for (const SigningKeyRow& key : keys) {
    EXPECT_EQ(key.secret.size(), 32u);
    EXPECT_EQ(key.signs_from, kNow);
  }
}

class Socket : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(file_.parent_path()); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  // A name of more than the 107 bytes that a socket's address holds.
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("control_" + std::to_string(::getpid()));
  const std::filesystem::path file_ = folder_ / std::string(120, 'd') / "control.sock";
};

TEST_F(Socket, CarriesALineThereAndBackHoweverLongThePath) {
  auto socket =
      ControlSocket::open(file_, [](std::string_view line) { return "to " + std::string(line); });
  ASSERT_TRUE(socket.ok()) << socket.error().what;
  for (const char* line : {"one", "two"}) {
    const auto answer = ask_control_socket(file_, line);
    ASSERT_TRUE(answer.ok()) << answer.error().what;
    EXPECT_EQ(*answer, std::string("to ") + line);
  }
}

TEST_F(Socket, IsForItsUserAloneAndGoneAfterwards) {
  {
    auto socket = ControlSocket::open(file_, [](std::string_view) { return std::string(); });
    ASSERT_TRUE(socket.ok()) << socket.error().what;
    struct stat status{};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
  }
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(Socket, ReplacesWhatAKilledServerLeft) {
  auto first = ControlSocket::open(file_, [](std::string_view) { return std::string("first"); });
  auto second = ControlSocket::open(file_, [](std::string_view) { return std::string("second"); });
  ASSERT_TRUE(second.ok()) << second.error().what;
  const auto answer = ask_control_socket(file_, "who");
  ASSERT_TRUE(answer.ok()) << answer.error().what;
  EXPECT_EQ(*answer, "second");
}

TEST_F(Socket, NobodyThereIsAnOutageThatMayPass) {
  const auto answer = ask_control_socket(file_, "x");
  ASSERT_FALSE(answer.ok());
  EXPECT_TRUE(answer.error().retryable);
}

TEST_F(Socket, ALineThatIsTooLongIsNotAnswered) {
  auto socket = ControlSocket::open(file_, [](std::string_view) { return std::string("yes"); });
  ASSERT_TRUE(socket.ok());
  EXPECT_FALSE(ask_control_socket(file_, std::string(10 * kControlLineBytes, 'x')).ok());
  EXPECT_TRUE(ask_control_socket(file_, "x").ok()) << "the next one is";
}

}  // namespace
}  // namespace frontrow::server
