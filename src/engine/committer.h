// The one place where state changes: catch up, decide, prove, append, publish, answer. It has no
// thread and no clock of its own, so that the simulation runs it as the server does.
//
//   Committer committer(store, views, laws, random, options);
//   committer.restore(now);
//   committer.run_batch(submissions, now, tick);   // every `done` is called before it returns
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "domain/decide.h"
#include "engine/metrics.h"
#include "engine/reply.h"
#include "engine/views.h"
#include "laws/law_book.h"
#include "store/store.h"

namespace frontrow {

// What the committer cannot go on after. The server writes the evidence and ends the process.
struct Fatal {
  int exit_code = 70;  // 70: a broken law; 3: the store failed in a commit
  std::string message;
  std::vector<std::string> commands;    // of the batch, by name
  std::vector<std::string> aggregates;  // concerts and shows that a broken law named
};

struct CommitterOptions {
  Renderer render = nullptr;                // for answers kept under an idempotency key
  std::function<void(const Fatal&)> fatal;  // must not return in the server; may in tests
  // Nodes share the store: what others commit is followed, and a commit of unknown outcome is
  // resolved by the next batch. On a store of one node it is fatal: a failed sync is never retried.
  bool shared = false;
  // What another node changed, with the rows before where memory had them.
  std::function<void(const Changes&)> on_news = {};
  // This node's clock, to see how far a shared store's is ahead of it: read after the store's, so
  // that what people see is never ahead of what is decided. None: the time that the batch was
  // given.
  std::function<Time()> clock_now = {};
  // Whether another batch begins right after the one that is about to be committed.
  std::function<bool()> another_follows = {};
  // Commands on concerts that these ids (of concerts or shows) name are refused until the time
  // given: a batch with them broke a law.
  std::map<std::string, Time> quarantine = {};
};

constexpr Duration kKeepAnswers = seconds(24 * 3600);

// Counts in the metrics what the store itself says is overdue at `until`, the time of a batch that
// is committed: that batch has ended all of it, so any finding is a bug. Any thread.
void sweep(Reader& reader, Time until, EngineMetrics& metrics);

class Committer {
 public:
  Committer(Store& store, Views& views, Random& random, EngineMetrics& metrics,
            CommitterOptions options);

  // Reads the state from the store and publishes it. `now` is raised to the greatest time stored.
  Result<Done> restore(Time now);

  // Decides and commits the submissions as one batch, after what time has ended; with `tick` people
  // are called too. Time never goes back: an earlier `now` is taken as the last one. False where
  // the store did not let it begin.
  bool run_batch(std::vector<Submission>& submissions, Time now, bool tick);

  // Follows what other nodes committed, without a batch. Does nothing on a store of one node.
  Result<Done> catch_up(Time now);

  // Whether batches of unknown outcome wait to be resolved: a batch should be run.
  bool has_unresolved() const { return !unresolved_.empty(); }

  // When something ends by time next: a hold, an entry, a claim. Far in the future where nothing
  // does.
  Time next_deadline() const;

  // The next orders to refund of cancelled shows, as submissions for a batch.
  std::vector<Submission> pending_refunds(Reader& reader, int limit);

  // How far the store's clock was ahead of the `now` that was given last, once; 0 where it has
  // none.
  Duration take_store_ahead() { return std::exchange(store_ahead_, Duration{}); }

  State& state() { return state_; }
  Time now() const { return now_; }

 private:
  // A batch whose commit was sent and not answered, and what to answer once it is known.
  struct Unresolved {
    Uuid id;
    bool committed = false;  // the news had it
    std::vector<Submission> submissions;
    std::vector<Reply> replies;
  };
  class Follower;

  Result<Done> begin(Time now);
  void take_time(Time now, std::optional<Time> of_store);
  void follow(const Changes& rows, const BatchMark& mark);
  void drop_uncommitted();
  void answer_unresolved();
  Result<Done> load_needs(const std::vector<Submission>& submissions);
  Reply decide_one(Submission& submission, const DecisionContext& context);
  std::optional<Reply> kept_reply(const Submission& submission) const;
  void begin_quarantine();
  bool quarantined(const Command& command);
  bool prove(const std::vector<Submission>& submissions);
  void commit(std::vector<Submission>& submissions, std::vector<Reply>& replies);
  void uncommitted(std::vector<Submission>& submissions, std::vector<Reply>& replies,
                   CommitFate fate, const BatchMark& mark);
  void answer(std::vector<Submission>& submissions, std::vector<Reply>& replies);
  void fail(std::vector<Submission>& submissions, Failure failure);
  void absorb(Found found, const Needs& asked);

  Store& store_;
  Views& views_;
  Random& random_;
  EngineMetrics& metrics_;
  CommitterOptions options_;
  std::map<Uuid, Time> quarantine_;  // by concert
  LawBook laws_;
  State state_;
  Changes changes_;
  std::vector<Unresolved> unresolved_;
  Time now_;
  Duration store_ahead_;
};

}  // namespace frontrow
