// A connection to the server: statements in pipelines, one round trip each, and no wait without a
// bound. Every call that fails throws a Failure, which never leaves this folder: the port's
// functions turn it into an Outage.
//
//   const Statement kFind{"find", "select balance from wallet where user_id = $1"};
//   Pipeline pipeline(connection);
//   pipeline.add(kFind, Params().id(user));
//   const std::vector<Rows> found = pipeline.run();
//
// One thread at a time.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgresql/params.h"
#include "base/result.h"

namespace frontrow::postgresql {

using Milliseconds = std::chrono::milliseconds;

struct Failure {
  enum class Kind {
    refused,    // the server says no, and the connection lives
    lost,       // the connection is gone
    timed_out,  // no answer in time; the connection is given up
    broken,     // what is stored is not what may be stored: trying again is no use
  };
  Kind kind;
  std::string what;           // holds no value of a row
  std::string state = {};     // SQLSTATE, where the server gave one
  std::size_t statement = 0;  // of the pipeline, from 0
};
Outage to_outage(const Failure& failure);

// Runs `work` and turns a Failure into an Outage.
template <class Work>
auto guarded(Work work) -> Result<decltype(work())> {
  try {
    return work();
  } catch (const Failure& failure) {
    return to_outage(failure);
  }
}

// Prepared when a connection first meets it. The name is its identity.
struct Statement {
  std::string name;
  std::string sql;
};

struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Rows = std::unique_ptr<PGresult, FreeResult>;

enum class Target { primary, standby_or_any };

class Connection {
 public:
  // Waits 2 s a host at most. `settings` are run first: "set …; set …".
  Connection(const std::string& conninfo, Target target, const std::string& settings);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Statements without arguments, several at once; the answer is the last one's.
  Rows script(const std::string& sql, Milliseconds bound);
  // One statement, in a round trip of its own.
  Rows run(const Statement& statement, const Params& params = {});
  // The same for texts that are made for the occasion.
  Rows run_once(const std::string& sql, const Params& params);

  bool is_usable() const {
    return PQstatus(handle()) == CONNECTION_OK && PQpipelineStatus(handle()) == PQ_PIPELINE_OFF;
  }
  bool is_idle() const { return PQtransactionStatus(handle()) == PQTRANS_IDLE; }
  bool was_warned() const { return warned_; }  // since the last pipeline began
  PGconn* handle() const { return connection_.get(); }
  // Of the primary, counted by its promotions; 0 until somebody asked (timeline.h).
  std::int64_t timeline() const { return timeline_; }
  void set_timeline(std::int64_t timeline) { timeline_ = timeline; }

 private:
  friend class Pipeline;
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  using Deadline = std::chrono::steady_clock::time_point;

  Rows next_result(Deadline deadline);
  void wait(Deadline deadline);
  void flush(Deadline deadline);
  [[noreturn]] void fail_lost() const;
  [[noreturn]] void fail_to_connect() const;
  static void note_warning(void* self, const PGresult* notice);

  std::unique_ptr<PGconn, Finish> connection_;
  std::set<std::string> prepared_;
  int under_way_ = 0;  // pipelines that were sent and not received
  bool warned_ = false;
  std::int64_t timeline_ = 0;
};

// Statements that travel together. What fails stops those after it. A second pipeline may be sent
// before the first is received; both are received in the order of their sending.
class Pipeline {
 public:
  explicit Pipeline(Connection& connection);
  void add(const Statement& statement, const Params& params = {});
  std::size_t size() const { return size_; }  // of statements that were added
  // The rows of each statement. A Failure says which one it was; after a refusal the connection can
  // be used again, with its transaction as the server left it, once nothing else is under way.
  std::vector<Rows> run(Milliseconds bound = kReadBound);
  // The two halves of it.
  void send(Milliseconds bound = kReadBound);
  std::vector<Rows> receive(Milliseconds bound = kReadBound);

  static constexpr Milliseconds kReadBound{2500};

 private:
  struct Sent {
    const Statement* statement;
    bool is_preparing;
  };
  void add_once(const char* sql, const Params& params);
  friend class Connection;

  Connection& connection_;
  std::vector<Sent> sent_;
  std::size_t size_ = 0;
};

}  // namespace frontrow::postgresql
