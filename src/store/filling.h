// Fills an empty store with all the rows of another one, all or nothing: until `keep` succeeded no
// node can be started on anything of it. What was not kept is gone, or lies in a file that nothing
// but the next copy looks at.
//
//   for (...) if (auto added = filling->add(rows); !added) return added.error();
//   if (auto read = filling->scan(proof); !read) return read.error();
//   if (proof.good()) return filling->keep(greatest_now);
//
// One thread.
#pragma once

#include "store/store.h"

namespace frontrow {

class Filling {
 public:
  virtual ~Filling() = default;
  // Rows as `after` alone, each once, shows in the order in which they were made.
  virtual Result<Done> add(const Changes& rows) = 0;
  // What was added until now, as Reader::scan gives it.
  virtual Result<Done> scan(RowSink& sink) = 0;
  // No batch of the store will be before `now`. To be called once, last. After an error that is
  // retryable it is not known whether everything is there or nothing.
  virtual Result<Done> keep(Time now) = 0;
};

}  // namespace frontrow
