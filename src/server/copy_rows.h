// Moves rows from a store into an empty one and compares the two: what `frontrow copy` does between
// its two ends, whatever they are.
#pragma once

#include <functional>
#include <string>

#include "server/row_proof.h"
#include "store/filling.h"

namespace frontrow::server {

struct Comparison {
  StoreFacts source, target;
  Time greatest_now;            // of the source
  std::string difference = {};  // the kinds whose rows are not the same; empty: they are equal

  bool ok() const { return difference.empty() && source.report.ok() && target.report.ok(); }
};

// As Reader::scan does; the answer is the greatest batch time.
using Scan = std::function<Result<Time>(RowSink&)>;

// Sends what `scan` gives to the target and proves it on the way, then proves the target as it will
// be. It is not kept yet. Shows on a terminal how far it is.
Result<Comparison> fill(const Scan& scan, Filling& target);

std::string as_json(const Comparison& both);
void print(const Comparison& both);

}  // namespace frontrow::server
