#include "server/admin_client.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "identity/system_random.h"
#include "server/admin.h"
#include "server/control_socket.h"
#include "server/installation.h"
#include "server/system_clock.h"

namespace frontrow::server {
namespace {

// How long a server that is just starting or ending is waited for.
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kPause = std::chrono::milliseconds(50);

// Decides and commits on an installation that no server serves, or as one more node of it.
class OfflineHost final : public AdminHost {
 public:
  OfflineHost(Store& store, Random& random, bool shared)
      : random_(random), committer_(store, views_, random, metrics_, options(shared)) {}

  Result<Done> restore() { return committer_.restore(clock_.now()); }

  Reply run(Command command) override {
    Reply answer = Failure::overloaded;
    std::vector<Submission> batch;
    batch.push_back(
        {std::move(command), {}, [&answer](Reply&& reply) { answer = std::move(reply); }});
    committer_.run_batch(batch, clock_.now(), false);
    return answer;
  }
  const Views& views() const override { return views_; }
  Time now() const override { return std::max(clock_.now(), committer_.now()); }
  Random& random() override { return random_; }

 private:
  static CommitterOptions options(bool shared) {
    CommitterOptions options;
    options.shared = shared;
    options.fatal = [](const Fatal& fatal) {
      tell({static_cast<ExitCode>(fatal.exit_code), fatal.message});
      ::_exit(fatal.exit_code);
    };
    return options;
  }

  SystemClock clock_;
  Random& random_;
  Views views_;
  EngineMetrics metrics_;
  Committer committer_;
};

Result<std::string, Ending> answer_offline(const Settings& settings, Installation& installation,
                                           Random& random, const std::string& line) {
  OfflineHost host(*installation.store, random, is_shared(settings));
  if (const auto restored = host.restore(); !restored)
    return Ending{kOutage, restored.error().what};
  return answer_admin(line, host);
}

Result<std::string, Ending> ask_somebody(const Settings& settings, const std::string& line) {
  identity::SystemRandom random;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    auto installation = open_installation(settings, random);
    if (installation) return answer_offline(settings, **installation, random, line);
    if (!installation.error().in_use) return installation.error().ending;
    auto answer = ask_control_socket(control_socket_path(settings.data), line);
    if (answer) return std::move(*answer);
    const Outage& outage = answer.error();
    if (!outage.retryable || std::chrono::steady_clock::now() > deadline)
      return Ending{kOutage,
                    fmt::format("{}, and {}", installation.error().ending.message, outage.what)};
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<boost::json::object, Ending> ask_installation(const Settings& settings,
                                                     const boost::json::object& request) {
  const auto line = ask_somebody(settings, boost::json::serialize(request));
  if (!line) return line.error();
  boost::system::error_code fault;
  boost::json::value answer = boost::json::parse(*line, fault);
  if (fault || !answer.is_object()) return Ending{kOutage, "the server's answer cannot be read"};
  boost::json::object& fields = answer.as_object();
  if (fields["ok"].is_bool() && fields["ok"].as_bool()) return std::move(fields);
  const auto* code = fields["exit_code"].if_int64();
  const auto* error = fields["error"].if_string();
  return Ending{code ? static_cast<ExitCode>(*code) : kOutage,
                error ? std::string(*error) : "the command was refused"};
}

}  // namespace frontrow::server
