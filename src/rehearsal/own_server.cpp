#include "rehearsal/own_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "rehearsal/caller.h"
#include "rehearsal/private_file.h"

namespace frontrow::rehearsal {
namespace {

namespace fs = std::filesystem;
constexpr auto kStep = std::chrono::milliseconds(10);
constexpr int kStartSteps = 6000;  // a minute
constexpr int kStopSteps = 3000;
constexpr std::string_view kListening = "listening on http://127.0.0.1:";
constexpr std::int64_t kSpareConnections = 1'000;
constexpr std::string_view kSettingPrefix = "FRONTROW__";

constexpr std::string_view kConfig = R"([http]
drain_seconds = 0

[limits]
connections = {}
join_per_second = 0
sign_up_per_second = 0
sign_in_per_second = 0

[[identity.providers]]
issuer = "rehearsal"
audience = "frontrow"
algorithm = "HS256"
key_file = "provider.key"
)";

// The environment less what would rank above the rehearsal's own settings: its server must never
// open the store that this machine's server is set to.
std::vector<char*> environment_without_settings() {
  std::vector<char*> out;
  for (char** one = environ; one && *one; ++one)
    if (std::strncmp(*one, kSettingPrefix.data(), kSettingPrefix.size()) != 0) out.push_back(*one);
  out.push_back(nullptr);
  return out;
}

// Starts this program once more, with its output in a file. 0 where it could not be started. The
// child ends when the rehearsal does, however that ends, and hears no Ctrl-C of the terminal.
pid_t spawn(std::vector<std::string> arguments, const fs::path& out, int flags) {
  arguments.insert(arguments.begin(), "frontrow");
  std::vector<char*> raw;
  for (std::string& one : arguments) raw.push_back(one.data());
  raw.push_back(nullptr);
  const std::vector<char*> environment = environment_without_settings();
  const int file = open(out.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t pid = fork();
  if (pid == 0) {  // from here on only what is safe after a fork of one thread among many
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);
    dup2(null, 0);
    dup2(file, 1);
    dup2(file, 2);
    execve("/proc/self/exe", raw.data(), environment.data());
    _exit(127);
  }
  close(file);
  close(null);
  return std::max(pid, 0);
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Runs a command to its end.
std::pair<int, std::string> run(std::vector<std::string> arguments, const fs::path& out) {
  const pid_t pid = spawn(std::move(arguments), out, O_TRUNC);
  int status = 0;
  if (pid == 0 || waitpid(pid, &status, 0) != pid) return {-1, "it could not be started"};
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out)};
}

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  return to_hex(raw);
}

}  // namespace

OwnServer::OwnServer(const Profile& profile, fs::path folder)
    : folder_(std::move(folder)),
      threads_(profile.server_threads),
      connections_(std::max<std::int64_t>(16'384, profile.connections + kSpareConnections)) {}

OwnServer::~OwnServer() {
  stop();
}

Result<std::unique_ptr<OwnServer>, std::string> OwnServer::start(const Profile& profile,
                                                                 const fs::path& folder,
                                                                 Target& target) {
  std::unique_ptr<OwnServer> server(new OwnServer(profile, folder));
  target.issuer = "rehearsal";
  target.audience = "frontrow";
  target.provider_key = random_hex(32);
  if (!write_private_file(folder / "provider.key", target.provider_key) ||
      !write_private_file(folder / "frontrow.toml", fmt::format(kConfig, server->connections_)))
    return "the server's settings cannot be written into " + folder.string();
  if (!server->launch(0)) return "the server did not start:\n" + read_text(server->log());
  target.nodes = {{"127.0.0.1", server->port_}};
  const auto [code, text] = run({"staff-key", "create", "--data", server->data().string(), "--role",
                                 "admin", "--name", "rehearsal"},
                                folder / "staff.key");
  if (code != 0) return "no staff key was made: " + text;
  target.staff_key = text.substr(0, text.find('\n'));
  return server;
}

bool OwnServer::launch(std::uint16_t port) {
  const std::string before = read_text(log());
  pid_ = spawn(
      {"serve", "--data", data().string(), "--listen", fmt::format("127.0.0.1:{}", port),
       "--config", (folder_ / "frontrow.toml").string(), "--threads", std::to_string(threads_)},
      log(), O_APPEND);
  if (pid_ == 0) return false;
  for (int step = 0; step < kStartSteps && is_running(); ++step) {
    const std::string text = read_text(log()).substr(before.size());
    const std::size_t at = text.find(kListening);
    if (at != std::string::npos) {
      const char* const digits = text.data() + at + kListening.size();
      std::from_chars(digits, text.data() + text.size(), port_);
      Target here;
      here.nodes = {{"127.0.0.1", port_}};
      const auto reply = Caller(here).call("GET", "/readyz");
      if (reply && reply->status == 200) return true;
    }
    std::this_thread::sleep_for(kStep);
  }
  return false;
}

bool OwnServer::is_running() {
  if (pid_ == 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  pid_ = 0;
  return false;
}

bool OwnServer::kill_and_restart() {
  if (pid_ != 0) {
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  return launch(port_);
}

int OwnServer::stop() {
  if (pid_ == 0) return -1;
  ::kill(pid_, SIGTERM);
  int status = 0;
  for (int step = 0; step < kStopSteps; ++step) {
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = 0;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::this_thread::sleep_for(kStep);
  }
  ::kill(pid_, SIGKILL);
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return -1;
}

std::pair<int, std::string> OwnServer::check() const {
  return run({"check", "--data", data().string()}, folder_ / "check.txt");
}

}  // namespace frontrow::rehearsal
