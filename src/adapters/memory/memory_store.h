// A store in memory with faults on demand, for tests and the simulation.
//
//   auto disk = memory::make_disk();
//   auto store = memory::open_memory_store(disk);
//   ... crash: store.reset(); store = memory::open_memory_store(disk); ...
//
// Readers may be used on other threads; faults are asked on the thread of the call.
#pragma once

#include <functional>
#include <memory>

#include "store/store.h"

namespace frontrow::memory {

// How a batch ends.
enum class AppendFate {
  committed,
  not_committed,
  unknown_committed,      // the caller hears `unknown`, the rows are there
  unknown_not_committed,  // the caller hears `unknown`, the rows are not there
};

// Empty functions mean: no fault.
struct Faults {
  std::function<AppendFate(const Changes&, const BatchMark&)> append = {};
  std::function<bool()> begin_fails = {};
  std::function<bool()> find_fails = {};
  std::function<bool()> read_fails = {};  // every call of a Reader, and opening one
};

// What survives a crash.
class Disk;
std::shared_ptr<Disk> make_disk();

// Requires: disk is not null, and no other store is open on it.
std::unique_ptr<Store> open_memory_store(std::shared_ptr<Disk> disk, Faults faults = {});

// A reader that needs no store, as `frontrow check` uses it.
std::unique_ptr<Reader> open_memory_reader(std::shared_ptr<Disk> disk);

}  // namespace frontrow::memory
