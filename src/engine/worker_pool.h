// A few threads with a bounded line of jobs, for work that would hold up an io thread: password
// hashes, reads from the store.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/store.h"

namespace frontrow {

class WorkerPool {
 public:
  using Job = std::function<void()>;
  WorkerPool(int threads, std::size_t line);
  ~WorkerPool();  // what waits is dropped, what runs is finished
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False where the line is full; the job is then not run.
  bool submit(Job job);
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> line_;
  const std::size_t line_most_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Reads from the store, each worker with a reader of its own.
class ReaderPool {
 public:
  using Job = std::function<void(Reader&)>;
  ReaderPool(std::vector<std::unique_ptr<Reader>> readers, std::size_t line);
  ~ReaderPool();

  // False where the line is full; the job is then not run.
  bool submit(Job job);
  void stop() { pool_.stop(); }

 private:
  std::unique_ptr<Reader> take();
  void give(std::unique_ptr<Reader> reader);

  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
  WorkerPool pool_;
};

}  // namespace frontrow
