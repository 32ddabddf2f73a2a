// A server of PostgreSQL in a temporary folder, for tests alone: started when the first test asks,
// ended with the test program. Its files are not synced.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "adapters/postgresql/connection.h"

namespace frontrow::postgresql {

class TestServer {
 public:
  static TestServer& instance() {
    static TestServer server;
    return server;
  }

  // An empty database of its own, and how to reach it.
  std::string make_database() {
    const std::string name = fmt::format("test{}", ++databases_);
    admin().script("create database " + name, Milliseconds(20'000));
    return conninfo(name);
  }
  // A copy of all that is there now, on the same port behind a socket of its own. It follows until
  // it is promoted.
  std::unique_ptr<TestServer> make_standby() const {
    return std::unique_ptr<TestServer>(new TestServer(*this));
  }
  void promote() {
    run("select pg_promote()");
    for (int i = 0; i < 200 && in_recovery(); ++i) std::this_thread::sleep_for(Milliseconds(25));
  }
  ~TestServer() {
    admin_.reset();
    ::kill(process_, SIGQUIT);
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  // Where its socket is: a host for an address.
  const std::filesystem::path& folder() const { return folder_; }
  int port() const { return port_; }
  // What an administrator does; nothing is answered.
  void run(const std::string& sql) { admin().script(sql, Milliseconds(20'000)); }
  // What stands in the first column of the first row.
  std::string value(const std::string& database, const std::string& sql) {
    Connection connection(database, Target::standby_or_any, "set client_min_messages = warning");
    const Rows rows = connection.script(sql, Milliseconds(20'000));
    return PQntuples(rows.get()) == 0 ? "" : PQgetvalue(rows.get(), 0, 0);
  }
  // To the server and each of its sessions.
  void signal(int number) {
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process_));
    for (pid_t child; children >> child;) ::kill(child, number);
    ::kill(process_, number);
  }

 private:
  TestServer() : bin_(newest_bin()), port_(free_port()) {
    make_folder();
    run_program({bin_ + "/initdb", "-D", data(), "-A", "trust", "-N", "--locale=C",
                 "--encoding=UTF8", "-U", "tester"},
                true);
    start("127.0.0.1");
  }
  explicit TestServer(const TestServer& primary) : bin_(primary.bin_), port_(primary.port_) {
    make_folder();
    run_program({bin_ + "/pg_basebackup", "-D", data(), "-h", primary.folder_.string(), "-p",
                 std::to_string(port_), "-U", "tester", "-R", "-N", "-c", "fast"},
                true);
    start("");
  }

  void make_folder() {
    char name[] = "/tmp/frontrow-postgresql-XXXXXX";
    folder_ = ::mkdtemp(name);
    if (::geteuid() != 0) return;
    // The server refuses to be root.
    const passwd* other = ::getpwnam("postgres");
    if (!other) other = ::getpwnam("nobody");
    user_ = other->pw_uid, group_ = other->pw_gid;
    (void)!::chown(folder_.c_str(), user_, group_);
  }

  void start(const std::string& address) {
    process_ = run_program(
        {bin_ + "/postgres", "-D", data(), "-p", std::to_string(port_), "-k", folder_.string(),
         "-c", "listen_addresses=" + address, "-c", "fsync=off", "-c", "max_connections=60"},
        false);
    wait_until_ready();
  }
  bool in_recovery() {
    const Rows rows = admin().script("select pg_is_in_recovery()", Milliseconds(20'000));
    return PQgetvalue(rows.get(), 0, 0)[0] == 't';
  }

  static std::string newest_bin() {
    std::string newest;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql"))
      if (std::filesystem::exists(entry.path() / "bin" / "initdb"))
        newest = std::max(newest, (entry.path() / "bin").string());
    return newest;
  }

  static int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(socket);
    return ntohs(address.sin_port);
  }

  std::string data() const { return folder_ / "data"; }
  std::string conninfo(const std::string& database) const {
    return fmt::format("host=127.0.0.1 port={} user=tester dbname={}", port_, database);
  }

  pid_t run_program(const std::vector<std::string>& words, bool to_its_end) const {
    const std::string log = folder_ / "log";
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) become(parent, log.c_str(), arguments.data());
    int status = 0;
    if (to_its_end) ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << words[0] << " failed, see " << log;
    return child;
  }

  [[noreturn]] void become(pid_t parent, const char* log, char** arguments) const {
    if (user_ != 0 && (::setgid(group_) != 0 || ::setuid(user_) != 0)) ::_exit(126);
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent) ::_exit(125);
    if (!::freopen(log, "a", stdout) || !::freopen(log, "a", stderr)) ::_exit(124);
    if (::chdir("/") != 0) ::_exit(123);
    ::execv(arguments[0], arguments);
    ::_exit(127);
  }

  void wait_until_ready() {
    for (int i = 0; i < 200; ++i) {
      try {
        admin();
        return;
      } catch (const Failure&) {
        std::this_thread::sleep_for(Milliseconds(50));
      }
    }
    ADD_FAILURE() << "the server did not start, see " << folder_ / "log";
  }

  Connection& admin() {
    if (!admin_ || !admin_->is_usable())
      admin_ = std::make_unique<Connection>(
          fmt::format("host={} port={} user=tester dbname=postgres", folder_.string(), port_),
          Target::standby_or_any, "set client_min_messages = warning");
    return *admin_;
  }

  std::string bin_;
  int port_;
  std::filesystem::path folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  pid_t process_ = 0;
  int databases_ = 0;
  std::unique_ptr<Connection> admin_;
};

}  // namespace frontrow::postgresql
