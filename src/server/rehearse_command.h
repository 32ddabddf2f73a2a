// `frontrow rehearse` on the command line: its options and its help.
#pragma once

#include <CLI/CLI.hpp>

#include "rehearsal/rehearse.h"

namespace frontrow::server {

// Adds the options to the subcommand; what is parsed goes into `options`.
void add_rehearse_options(CLI::App& app, rehearsal::RehearseOptions& options);

// Runs it and gives the exit code; what is wrong goes to standard error.
int rehearse_sale(const rehearsal::RehearseOptions& options);

}  // namespace frontrow::server
