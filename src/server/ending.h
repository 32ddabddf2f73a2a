// How a command ends: the exit code that scripts look at, and a sentence for the person.
#pragma once

#include <string>

namespace frontrow::server {

enum ExitCode : int {
  kDone = 0,
  kNo = 1,          // the answer is no: a law is broken, a draw is wrong, nothing by that id
  kUsage = 2,       // wrong usage or configuration
  kOutage = 3,      // store, network or disk
  kBrokenLaw = 70,  // the engine stopped before a commit that would have broken a law
};

struct Ending {
  ExitCode code = kDone;
  std::string message = {};  // for standard error; empty: nothing to say
};

// Prints the message, if there is one, and gives the code.
int tell(const Ending& ending);

}  // namespace frontrow::server
