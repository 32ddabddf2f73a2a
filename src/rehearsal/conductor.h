// Conducts one rehearsal: starts the crowd, takes a moment's figures each second, kills the server
// where the profile says so, and afterwards reads what is stored and has it checked. One thread.
#pragma once

#include <filesystem>

#include "rehearsal/aftermath.h"
#include "rehearsal/caller.h"
#include "rehearsal/crowd.h"
#include "rehearsal/interrupts.h"
#include "rehearsal/node_watch.h"
#include "rehearsal/own_server.h"
#include "rehearsal/process_figures.h"
#include "rehearsal/setting_up.h"
#include "rehearsal/story.h"
#include "rehearsal/view.h"

namespace frontrow::rehearsal {

class Conductor {
 public:
  // `own` is null where the server is somebody else's; without `pids` it is not measured.
  Conductor(Plan& plan, const SetUp& up, OwnServer* own, std::vector<int> pids, View& view,
            Story& story, Interrupts& interrupts, std::filesystem::path folder);

  // The run, to its end, to seconds_max or to an interruption, and the proof; an interruption ends
  // the program from the proof on. The story is complete but for the report.
  void conduct();

 private:
  void run();
  void take_moment();
  void note_sold_out();
  void kill_when_due();
  bool is_away();
  void prove();
  double second() const;

  Plan& plan_;
  const SetUp& up_;
  OwnServer* own_;
  Processes server_;
  View& view_;
  Story& story_;
  Interrupts& interrupts_;
  const std::filesystem::path folder_;
  Caller caller_;
  Caller sampler_;  // impatient: a moment is taken each second, also of a server that hangs
  Crowd crowd_;
  std::vector<SaleSample> samples_;
  double last_server_cpu_ = 0, last_crowd_cpu_ = 0, last_second_ = 0;
  double first_server_cpu_ = 0, first_crowd_cpu_ = 0;
  double last_answer_second_ = 0;
  std::uint64_t last_answers_ = 0;
  std::uint32_t unfinished_ = 0;
};

}  // namespace frontrow::rehearsal
