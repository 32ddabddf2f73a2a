#include "rehearsal/history.h"

#include "rehearsal/private_file.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::size_t kBuffered = 16'384;

}  // namespace

History::History(std::filesystem::path file) : file_(std::move(file)) {
  if (file_.empty()) return;
  make_private_file(file_);
  out_.open(file_, std::ios::binary | std::ios::trunc);
}

void History::add(const Call& call) {
  buffer_.push_back(call);
  ++size_;
  if (!file_.empty() && buffer_.size() >= kBuffered) flush();
}

std::uint32_t History::add_order(const OrderFact& fact) {
  orders_.push_back(fact);
  return static_cast<std::uint32_t>(orders_.size() - 1);
}

void History::add_ticket_code(std::string_view code) {
  ticket_codes_.push_back(hash_of(code));
}

bool History::flush() {
  if (file_.empty()) return true;
  out_.write(reinterpret_cast<const char*>(buffer_.data()),
             static_cast<std::streamsize>(buffer_.size() * sizeof(Call)));
  buffer_.clear();
  out_.flush();
  return is_whole();
}

void History::for_each(const std::function<void(const Call&)>& visit) const {
  if (file_.empty()) {
    for (const Call& call : buffer_) visit(call);
    return;
  }
  std::ifstream in(file_, std::ios::binary);
  std::vector<Call> calls(kBuffered);
  const auto bytes = static_cast<std::streamsize>(calls.size() * sizeof(Call));
  while (in.read(reinterpret_cast<char*>(calls.data()), bytes) || in.gcount() > 0) {
    const auto count = static_cast<std::size_t>(in.gcount()) / sizeof(Call);
    for (std::size_t i = 0; i < count; ++i) visit(calls[i]);
  }
}

}  // namespace frontrow::rehearsal
