#include "rehearsal/rehearse.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "base/encoding.h"
#include "rehearsal/conductor.h"
#include "rehearsal/private_file.h"
#include "rehearsal/report.h"

namespace frontrow::rehearsal {
namespace {

namespace fs = std::filesystem;

// The folder of one rehearsal; a temporary one goes away with it unless it is to be kept.
class Folder {
 public:
  Folder(fs::path wish, bool keep) : path_(std::move(wish)), removes_(path_.empty() && !keep) {
    if (path_.empty()) {
      std::string pattern = (fs::temp_directory_path() / "frontrow-rehearsal-XXXXXX").string();
      if (mkdtemp(pattern.data())) path_ = pattern;
    } else if (!make_private_folder(path_)) {
      path_.clear();
    }
  }
  ~Folder() {
    std::error_code error;
    if (removes_ && !path_.empty()) fs::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }
  void keep() { removes_ = false; }

 private:
  fs::path path_;
  bool removes_;
};

// Adds the node, or says what is wrong.
std::string add_node(const std::string& text, Target& target) {
  std::string_view rest = text;
  if (rest.starts_with("http://")) rest.remove_prefix(7);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  in_addr ignored{};
  if (colon != std::string_view::npos) {
    NodeAddress node{std::string(rest.substr(0, colon))};
    if (node.host == "localhost") node.host = "127.0.0.1";
    const char* const end = rest.data() + rest.size();
    const auto [stopped, error] = std::from_chars(rest.data() + colon + 1, end, node.port);
    target.nodes.push_back(node);
    if (error == std::errc() && stopped == end && node.port != 0 &&
        inet_pton(AF_INET, node.host.c_str(), &ignored) == 1)
      return {};
  }
  return fmt::format("--server: \"{}\" is not ADDRESS:PORT (an IPv4 address)", text);
}

std::string fill_target(const RehearseOptions& options, Target& target) {
  target.nodes.clear();
  for (const std::string& server : options.servers)
    if (std::string fault = add_node(server, target); !fault.empty()) return fault;
  if (target.nodes.size() > kNodesMax) return fmt::format("--server: at most {} nodes", kNodesMax);
  std::ifstream file(options.provider_key_file, std::ios::binary);
  target.provider_key = {std::istreambuf_iterator<char>(file), {}};
  if (target.provider_key.empty())
    return fmt::format("--provider-key: \"{}\" cannot be read, or is empty",
                       options.provider_key_file.string());
  target.issuer = options.issuer;
  target.audience = options.audience;
  target.staff_key = options.staff_key;
  const char* const from_environment = std::getenv("FRONTROW_STAFF_KEY");
  if (target.staff_key.empty() && from_environment) target.staff_key = from_environment;
  return {};
}

// An open sale has no lobby any more: who would have come to it comes in the rush.
Profile without_lobby(Profile profile) {
  profile.spike_permille += profile.lobby_permille;
  profile.lobby_permille = 0;
  profile.lobby_seconds = profile.top_up_seconds = 0;
  return profile;
}

// As many open files as the connections need.
void raise_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

ViewKind view_kind(const RehearseOptions& options) {
  if (options.json) return ViewKind::json;
  if (options.quiet) return ViewKind::silent;
  return isatty(STDOUT_FILENO) ? ViewKind::screen : ViewKind::lines;
}

RehearseEnd end_of(const Story& story) {
  if (story.verdict == Verdict::broken) return RehearseEnd::broken;
  return story.verdict == Verdict::outage ? RehearseEnd::outage : RehearseEnd::kept;
}

// Ends the rehearsal's own server and has its data checked from inside too.
void finish_own_server(OwnServer& server, Story& story) {
  const int code = server.stop();
  story.store_check = server.check().first;
  if (story.verdict == Verdict::kept && (code != 0 || story.store_check != 0)) {
    story.verdict = story.store_check == 1 ? Verdict::broken : Verdict::outage;
    story.outage =
        fmt::format("the server ended with {}, `frontrow check` with {}", code, story.store_check);
  }
}

class Rehearsal {
 public:
  Rehearsal(const RehearseOptions& options, Profile profile, std::string& error)
      : options_(options),
        profile_(std::move(profile)),
        error_(error),
        folder_(options.folder, options.keep),
        view_(view_kind(options)) {}

  RehearseEnd run() {
    if (folder_.path().empty()) return fail(RehearseEnd::outage, "no folder can be made");
    if (!options_.report.empty() && !can_write_report(options_.report))
      return fail(RehearseEnd::usage, "--report: cannot be written: " + options_.report.string());
    const std::int64_t begin = steady_us();
    std::array<unsigned char, 4> run;
    randombytes_buf(run.data(), run.size());
    target_.run = to_hex({reinterpret_cast<const char*>(run.data()), run.size()});
    const auto found = find_server();
    if (interrupts_.came()) return fail_interrupted();
    if (found) return *found;

    const bool shares = std::ranges::any_of(
        target_.nodes, [](const NodeAddress& node) { return node.host.starts_with("127."); });
    profile_.threads = crowd_threads(profile_, std::thread::hardware_concurrency(), shares);
    std::optional<People> people(std::in_place, profile_);
    Caller caller(target_);
    auto up = set_up(caller, target_, profile_, *people, options_.concert);
    if (up && up->was_open) {
      profile_ = without_lobby(profile_);
      people.emplace(profile_);
      up = set_up(caller, target_, profile_, *people, up->venue.concert);
    }
    if (interrupts_.came()) return fail_interrupted();
    if (!up)
      return fail(up.error().fault == SetUpFault::outage ? RehearseEnd::outage : RehearseEnd::usage,
                  up.error().what);
    story_.set_up_seconds = static_cast<double>(steady_us() - begin) / 1e6;
    return conduct(*up, *people);
  }

 private:
  RehearseEnd fail(RehearseEnd end, std::string what) {
    error_ = std::move(what);
    return end;
  }

  RehearseEnd fail_interrupted() { return fail(RehearseEnd::outage, std::string(kInterrupted)); }

  std::optional<RehearseEnd> find_server() {
    if (!options_.servers.empty()) {
      if (std::string fault = fill_target(options_, target_); !fault.empty())
        return fail(RehearseEnd::usage, std::move(fault));
      return {};
    }
    auto started = OwnServer::start(profile_, folder_.path(), target_);
    if (!started) return fail(RehearseEnd::outage, started.error());
    own_ = std::move(*started);
    return {};
  }

  RehearseEnd conduct(const SetUp& up, const People& people) {
    SeatNames seats;
    Plan plan{profile_, people, up.venue, target_, seats, up.start_us};
    story_.profile = profile_;
    story_.venue = up.venue;
    story_.server = to_text(target_.nodes);
    story_.nodes = target_.nodes.size();
    story_.own_server = own_ != nullptr;
    story_.created_concert = up.created;
    story_.accounts = people.accounts();
    story_.devices = people.actors() - people.accounts();
    Conductor(plan, up, own_.get(), options_.server_pids, view_, story_, interrupts_,
              folder_.path())
        .conduct();
    if (own_) finish_own_server(*own_, story_);
    view_.end(story_);
    if (story_.verdict != Verdict::kept) {
      folder_.keep();
      view_.note(fmt::format("{} in {}",
                             own_ ? "The server's data, its log and the history of calls are"
                                  : "The history of calls is",
                             folder_.path().string()));
    }
    const RehearseEnd end = end_of(story_);
    if (options_.report.empty() || write_report(story_, options_.report)) return end;
    // A broken promise is the greater news.
    return fail(end == RehearseEnd::broken ? end : RehearseEnd::outage,
                "the report cannot be written: " + options_.report.string());
  }

  const RehearseOptions& options_;
  Profile profile_;
  std::string& error_;
  Interrupts interrupts_;  // before there is anything to put away
  Folder folder_;
  View view_;
  Target target_;
  std::unique_ptr<OwnServer> own_;
  Story story_;
};

}  // namespace

RehearseEnd rehearse(const RehearseOptions& options, std::string& error) {
  auto profile = read_profile(options.profile, options.flags);
  if (!profile) {
    error = profile.error();
    return RehearseEnd::usage;
  }
  if (sodium_init() < 0) {
    error = "the cryptographic library does not start";
    return RehearseEnd::outage;
  }
  raise_file_limit();
  return Rehearsal(options, std::move(*profile), error).run();
}

}  // namespace frontrow::rehearsal
