#include "engine/worker_pool.h"

#include "base/check.h"

namespace frontrow {

WorkerPool::WorkerPool(int threads, std::size_t line) : line_most_(line) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(Job job) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || line_.size() >= line_most_) return false;
    line_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    line_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !line_.empty(); });
    if (stopping_) return;
    Job job = std::move(line_.front());
    line_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds is let go outside the lock
    lock.lock();
  }
}

ReaderPool::ReaderPool(std::vector<std::unique_ptr<Reader>> readers, std::size_t line)
    : idle_(std::move(readers)), pool_(static_cast<int>(idle_.size()), line) {}

ReaderPool::~ReaderPool() {
  stop();
}

bool ReaderPool::submit(Job job) {
  return pool_.submit([this, job = std::move(job)] {
    std::unique_ptr<Reader> reader = take();
    job(*reader);
    give(std::move(reader));
  });
}

std::unique_ptr<Reader> ReaderPool::take() {
  std::lock_guard lock(mutex_);
  FRONTROW_CHECK(!idle_.empty(), "as many readers as workers");
  std::unique_ptr<Reader> reader = std::move(idle_.back());
  idle_.pop_back();
  return reader;
}

void ReaderPool::give(std::unique_ptr<Reader> reader) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
}

}  // namespace frontrow
