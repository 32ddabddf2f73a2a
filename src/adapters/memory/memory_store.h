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
  // Of a shared store alone:
  std::function<bool()> lock_left_out = {};  // begins without waiting for the others' batches
  std::function<bool()> may_tick = {};       // empty: always
  std::function<Time()> clock = {};          // the store's own; empty: it tells no time
};

// What survives a crash.
class Disk;
std::shared_ptr<Disk> make_disk();

// Requires: disk is not null, and no other store is open on it.
std::unique_ptr<Store> open_memory_store(std::shared_ptr<Disk> disk, Faults faults = {});

// One of the stores that share a disk, each for a node: their batches come one after the other, and
// each is told the others'. A begin waits for the batch of another thread.
std::unique_ptr<Store> open_shared_memory_store(std::shared_ptr<Disk> disk, Faults faults = {});

// A reader that needs no store, as `frontrow check` uses it.
std::unique_ptr<Reader> open_memory_reader(std::shared_ptr<Disk> disk);

}  // namespace frontrow::memory
