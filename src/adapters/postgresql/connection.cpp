#include "adapters/postgresql/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

namespace frontrow::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Milliseconds kSettingsBound{2000};

std::string_view first_line(const char* message) {
  const std::string_view text(message ? message : "");
  return text.substr(0, text.find('\n'));
}

// Only the primary message: its detail may show values.
Failure refusal_of(const PGresult* result, std::size_t statement) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string_view code = state ? state : "";
  return {code.empty() ? Failure::Kind::lost : Failure::Kind::refused,
          fmt::format("postgresql: {} ({})",
                      first_line(primary ? primary : PQresultErrorMessage(result)), code),
          std::string(code), statement};
}

bool is_error(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

PGconn* connect(const std::string& conninfo, Target target) {
  // A later name wins over the same in the first text; the keepalives find a peer that is gone.
  const char* names[] = {"dbname",           "target_session_attrs",
                         "application_name", "connect_timeout",
                         "keepalives_idle",  "keepalives_interval",
                         "keepalives_count", "tcp_user_timeout",
                         "client_encoding",  nullptr};
  const char* values[] = {conninfo.c_str(),
                          target == Target::primary ? "primary" : "prefer-standby",
                          "frontrow",
                          "2",
                          "1",
                          "1",
                          "2",
                          "2000",
                          "UTF8",
                          nullptr};
  return PQconnectdbParams(names, values, 1);
}

}  // namespace

Outage to_outage(const Failure& failure) {
  return {failure.what, failure.kind != Failure::Kind::broken};
}

Connection::Connection(const std::string& conninfo, Target target, const std::string& settings)
    : connection_(connect(conninfo, target)) {
  if (PQstatus(handle()) != CONNECTION_OK) fail_to_connect();
  PQsetnonblocking(handle(), 1);
  PQsetNoticeReceiver(handle(), &Connection::note_warning, this);
  script(settings, kSettingsBound);
}

void Connection::note_warning(void* self, const PGresult*) {
  static_cast<Connection*>(self)->warned_ = true;
}

// A line for each server that was tried.
void Connection::fail_to_connect() const {
  std::string what = PQerrorMessage(handle());
  while (!what.empty() && what.back() == '\n') what.pop_back();
  for (std::size_t at; (at = what.find('\n')) != what.npos;) what.replace(at, 1, "; ");
  throw Failure{Failure::Kind::lost, "postgresql: " + what};
}

void Connection::fail_lost() const {
  throw Failure{Failure::Kind::lost,
                fmt::format("postgresql: {}", first_line(PQerrorMessage(handle())))};
}

void Connection::wait(Deadline deadline) {
  const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
  if (left.count() <= 0)
    throw Failure{Failure::Kind::timed_out, "postgresql: the server does not answer"};
  pollfd socket{PQsocket(handle()), POLLIN, 0};
  if (PQflush(handle()) > 0) socket.events |= POLLOUT;
  ::poll(&socket, 1, static_cast<int>(left.count()));
  if ((socket.revents & ~POLLOUT) != 0 && PQconsumeInput(handle()) == 0 &&
      PQstatus(handle()) != CONNECTION_OK && PQisBusy(handle()))
    fail_lost();
}

void Connection::flush(Deadline deadline) {
  for (;;) {
    const int left = PQflush(handle());
    if (left == 0) return;
    // What the server said before it hung up is read as a result.
    if (left < 0) return;
    wait(deadline);
  }
}

Rows Connection::next_result(Deadline deadline) {
  while (PQisBusy(handle())) wait(deadline);
  return Rows(PQgetResult(handle()));
}

Rows Connection::script(const std::string& sql, Milliseconds bound) {
  const Deadline deadline = Clock::now() + bound;
  if (!PQsendQuery(handle(), sql.c_str())) fail_lost();
  flush(deadline);
  Rows last;
  while (Rows result = next_result(deadline)) last = std::move(result);
  if (!last) fail_lost();
  if (is_error(last.get())) throw refusal_of(last.get(), 0);
  return last;
}

Rows Connection::run(const Statement& statement, const Params& params) {
  Pipeline pipeline(*this);
  pipeline.add(statement, params);
  return std::move(pipeline.run().front());
}

Rows Connection::run_once(const std::string& sql, const Params& params) {
  Pipeline pipeline(*this);
  pipeline.add_once(sql.c_str(), params);
  return std::move(pipeline.run().front());
}

Pipeline::Pipeline(Connection& connection) : connection_(connection) {
  connection_.warned_ = false;
  if (!PQenterPipelineMode(connection_.handle())) connection_.fail_lost();
}

namespace {

struct Wire {
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
};

Wire to_wire(const std::vector<std::string>& values) {
  Wire wire;
  for (const std::string& value : values) {
    wire.values.push_back(value.data());
    wire.lengths.push_back(static_cast<int>(value.size()));
    wire.formats.push_back(1);
  }
  return wire;
}

}  // namespace

void Pipeline::add(const Statement& statement, const Params& params) {
  PGconn* handle = connection_.handle();
  const auto count = static_cast<int>(params.values_.size());
  const bool is_sent = std::any_of(sent_.begin(), sent_.end(),
                                   [&](const Sent& sent) { return sent.statement == &statement; });
  if (!is_sent && !connection_.prepared_.contains(statement.name)) {
    if (!PQsendPrepare(handle, statement.name.c_str(), statement.sql.c_str(), count,
                       params.types_.data()))
      connection_.fail_lost();
    sent_.push_back({&statement, true});
  }
  const Wire wire = to_wire(params.values_);
  if (!PQsendQueryPrepared(handle, statement.name.c_str(), count, wire.values.data(),
                           wire.lengths.data(), wire.formats.data(), 1))
    connection_.fail_lost();
  sent_.push_back({&statement, false});
  ++size_;
}

void Pipeline::add_once(const char* sql, const Params& params) {
  const Wire wire = to_wire(params.values_);
  if (!PQsendQueryParams(connection_.handle(), sql, static_cast<int>(params.values_.size()),
                         params.types_.data(), wire.values.data(), wire.lengths.data(),
                         wire.formats.data(), 1))
    connection_.fail_lost();
  sent_.push_back({nullptr, false});
  ++size_;
}

std::vector<Rows> Pipeline::run(Milliseconds bound) {
  const auto begin = Clock::now();
  send(bound);
  const auto taken = std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
  return receive(bound - taken);
}

void Pipeline::send(Milliseconds bound) {
  if (!PQpipelineSync(connection_.handle())) connection_.fail_lost();
  connection_.flush(Clock::now() + bound);
  ++connection_.under_way_;
}

// Each statement gives its result and a null, and the end of the pipeline a result of its own.
std::vector<Rows> Pipeline::receive(Milliseconds bound) {
  const Connection::Deadline deadline = Clock::now() + bound;
  std::vector<Rows> rows;
  std::optional<Failure> failure;
  for (const Sent& sent : sent_) {
    Rows result;
    try {
      result = connection_.next_result(deadline);
      if (!result) connection_.fail_lost();
      while (connection_.next_result(deadline)) {
      }
    } catch (Failure& lost) {
      if (failure) throw *failure;  // the server's last word says more
      lost.statement = rows.size();
      throw;
    }
    if (is_error(result.get()) && !failure) failure = refusal_of(result.get(), rows.size());
    if (failure) continue;
    if (sent.is_preparing)
      connection_.prepared_.insert(sent.statement->name);
    else
      rows.push_back(std::move(result));
  }
  if (failure && PQstatus(connection_.handle()) != CONNECTION_OK) throw *failure;
  while (Rows end = connection_.next_result(deadline))
    if (PQresultStatus(end.get()) == PGRES_PIPELINE_SYNC) break;
  if (--connection_.under_way_ == 0) PQexitPipelineMode(connection_.handle());
  if (failure) throw *failure;
  return rows;
}

}  // namespace frontrow::postgresql
