#include "http/connection.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "base/check.h"
#include "http/head_writer.h"
#include "http/query.h"

namespace frontrow::http {
namespace {

constexpr std::size_t kIdleBufferBytes = 4096;      // what a connection keeps between messages
constexpr std::size_t kLeastRoom = 1024;            // a read is given at least this
constexpr std::size_t kCopiedBodyBytes = 8 * 1024;  // up to here head and body are one piece
constexpr std::size_t kMostDiscarded = 256 * 1024;  // bytes read and dropped before closing anyway
constexpr std::size_t kMostPieces = 16;             // of one write
constexpr std::size_t kMostDonePieces = 64;         // kept in the queue before it is cleaned
constexpr std::size_t kMostRequestIdBytes = 128;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

bool is_request_id(std::string_view text) {
  if (text.empty() || text.size() > kMostRequestIdBytes) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

class ConnectionStream final : public Stream {
 public:
  explicit ConnectionStream(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  ~ConnectionStream() override {
    IoLoop& loop = connection_->thread().loop();
    loop.post([connection = std::move(connection_)] { connection->end_stream(); });
  }
  void send(std::string_view bytes) override { connection_->send(bytes); }
  void send(std::shared_ptr<const std::string> bytes) override {
    connection_->send(std::move(bytes));
  }
  void close() override { connection_->end_stream(); }
  bool is_open() const override { return connection_->is_streaming(); }
  void on_close(std::function<void()> callback) override {
    connection_->on_stream_close(std::move(callback));
  }
  std::size_t thread_index() const override { return connection_->thread().index(); }

 private:
  std::shared_ptr<Connection> connection_;
};

class ConnectionExchange final : public Exchange {
 public:
  ConnectionExchange(std::shared_ptr<Connection> connection, const Request& request)
      : connection_(std::move(connection)), request_(request) {}
  ~ConnectionExchange() override {
    if (answered_) return;
    IoLoop& loop = connection_->thread().loop();
    loop.post([connection = std::move(connection_)] { connection->fail(); });
  }

  const Request& request() const override { return request_; }
  void respond(Response response) override {
    take_turn();
    connection_->respond(std::move(response));
  }
  void post(std::function<void()> function) override {
    connection_->thread().loop().post(std::move(function));
  }
  bool can_stream() const override { return connection_->can_stream(); }
  std::shared_ptr<Stream> start_stream(Response head) override {
    take_turn();
    connection_->start_stream(std::move(head));
    return std::make_shared<ConnectionStream>(connection_);
  }
  std::size_t thread_index() const override { return connection_->thread().index(); }

 private:
  void take_turn() {
    FRONTROW_CHECK(!answered_, "an exchange is answered twice");
    FRONTROW_CHECK(connection_->thread().is_current(), "answered on a foreign thread");
    answered_ = true;
  }

  std::shared_ptr<Connection> connection_;
  Request request_;
  bool answered_ = false;
};

}  // namespace

Connection::Connection(std::shared_ptr<IoThread> thread, int descriptor, const IpAddress& peer,
                       bool over_limit)
    : thread_(std::move(thread)),
      socket_(thread_->loop(), descriptor),
      peer_(peer),
      over_limit_(over_limit),
      parser_(thread_->options().head_bytes) {}

Connection::~Connection() = default;

void Connection::start(std::size_t slot) {
  slot_ = slot;
  resize(kIdleBufferBytes);
  set_deadline(std::min(thread_->options().head_timeout, idle_time()));
  read_more();
}

// ---- Reading

void Connection::on_read(std::size_t bytes) {
  reading_ = false;
  if (phase_ == Phase::closed) return;
  if (bytes == 0) {
    close();
    return;
  }
  thread_->counters().bytes_in.add(bytes);
  if (phase_ == Phase::streaming || phase_ == Phase::lingering) {
    // A stream's client has nothing more to say, and a refused one is not listened to.
    discarded_ += bytes;
    if (discarded_ > kMostDiscarded) return close();
    return read_more();
  }
  end_ += bytes;
  process();
}

// Goes on with what was received as far as it reaches. Not recursive: a handler that answers at
// once comes back here through after_answer, which leaves the next message to the loop.
void Connection::process() {
  if (processing_) return;
  processing_ = true;
  bool goes_on = true;
  while (goes_on) {
    if (phase_ == Phase::body) {
      goes_on = read_body();
    } else {
      goes_on = (phase_ == Phase::idle || phase_ == Phase::head) && read_head();
    }
  }
  processing_ = false;
  if (phase_ == Phase::idle || phase_ == Phase::head || phase_ == Phase::body) read_more();
}

bool Connection::read_head() {
  if (begin_ == end_) return false;
  switch (parser_.feed(message(), end_ - begin_)) {
    case ParseState::complete:
      return take_head();
    case ParseState::refused:
      refuse(parser_.refusal());
      return false;
    case ParseState::incomplete:
      break;
  }
  if (phase_ == Phase::idle) {
    phase_ = Phase::head;
    set_deadline(thread_->options().head_timeout);
  }
  return false;
}

bool Connection::take_head() {
  const Head& head = parser_.head();
  if (head.path_has_escape) {
    decoded_path_.clear();
    decode_percent(head.path.in(message()), decoded_path_,
                   false);  // decodes: the parser has seen it
  }
  place_path();
  if (over_limit_) return refuse(refusal_of(503, "Too many connections.")), false;
  phase_ = Phase::body;
  body_size_ = 0;
  if (!head.has_body()) return true;

  const auto& limit_of = thread_->shared().body_limit;
  const std::size_t limit = limit_of ? limit_of(head.method, path_) : thread_->options().body_bytes;
  if (head.content_length > limit)
    return refuse(refusal_of(413, "The body of the request is too large.")), false;
  chunks_ = ChunkDecoder(limit);
  set_deadline(thread_->options().body_timeout);
  if (head.expect_continue && begin_ + head.size == end_ &&
      !count_written(socket_.write(kContinue.data(), kContinue.size()))) {
    close();
    return false;
  }
  return true;
}

bool Connection::read_body() {
  const Head& head = parser_.head();
  if (head.chunked) return read_chunks();
  if (end_ - begin_ - head.size < head.content_length) return false;
  body_size_ = head.content_length;
  message_end_ = begin_ + head.size + body_size_;
  dispatch();
  return true;
}

// Decodes in place: the raw bytes always follow the decoded ones without a gap.
bool Connection::read_chunks() {
  const std::size_t raw = begin_ + parser_.head().size + body_size_;
  char* const at = buffer_.get() + raw;
  const ChunkDecoder::Step step = chunks_.feed(at, end_ - raw, at);
  body_size_ += step.produced;
  switch (step.state) {
    case ParseState::complete:
      message_end_ = raw + step.consumed;
      dispatch();
      return true;
    case ParseState::refused:
      refuse(chunks_.refusal());
      return false;
    default:
      end_ = raw + step.produced;
      return false;
  }
}

void Connection::choose_request_id() {
  const Field* field =
      parser_.knows_method() ? find_field(parser_.head(), message(), "x-request-id") : nullptr;
  if (field != nullptr && is_request_id(field->value.in(message()))) {
    request_id_ = field->value.in(message());
    return;
  }
  request_id_ = {made_request_id_.data(), thread_->make_request_id(made_request_id_.data())};
}

IpAddress Connection::client_address(bool is_proxy) const {
  if (!is_proxy) return peer_;
  std::string forwarded_for;
  const Head& head = parser_.head();
  for (std::size_t i = 0; i < head.field_count; ++i) {
    if (!equal_without_case(head.fields[i].name.in(message()), "x-forwarded-for")) continue;
    if (!forwarded_for.empty()) forwarded_for += ',';
    forwarded_for += head.fields[i].value.in(message());
  }
  return client_behind(peer_, forwarded_for, thread_->options().trusted_proxies);
}

void Connection::dispatch() {
  phase_ = Phase::handling;
  set_no_deadline();
  thread_->counters().requests.add();
  choose_request_id();
  call_handler();
}

void Connection::call_handler() {
  const auto& trusted = thread_->options().trusted_proxies;
  const bool is_proxy = !trusted.empty() && contains(trusted, peer_);
  const std::string_view body(message() + parser_.head().size, body_size_);
  const Request request(parser_.head(), message(), path_, body, request_id_,
                        client_address(is_proxy), is_proxy);
  try {
    thread_->shared().handler(std::make_shared<ConnectionExchange>(shared_from_this(), request));
  } catch (const std::exception& error) {
    // The exchange is answered with 500 when its last holder drops it.
    thread_->log(LogCause::handler_failed, std::string("a handler failed: ") + error.what());
  }
}

void Connection::read_more() {
  if (reading_) return;
  if (phase_ == Phase::streaming || phase_ == Phase::lingering) {
    begin_ = end_ = 0;
    if (capacity_ != kIdleBufferBytes) resize(kIdleBufferBytes);
  } else {
    make_room();
  }
  reading_ = true;
  socket_.read(buffer_.get() + end_, capacity_ - end_, shared_from_this());
}

// Room behind end_: by moving the message to the front, then by growing. An idle connection gets
// back to the small buffer.
void Connection::make_room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ != kIdleBufferBytes) resize(kIdleBufferBytes);
    return;
  }
  if (capacity_ - end_ >= kLeastRoom) return;
  if (begin_ > 0) {
    std::memmove(buffer_.get(), message(), end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (capacity_ - end_ < kLeastRoom) resize(capacity_ * 2);
  place_path();
}

void Connection::resize(std::size_t capacity) {
  std::unique_ptr<char[]> other(new char[capacity]);
  if (end_ > 0) std::memcpy(other.get(), buffer_.get(), end_);
  buffer_ = std::move(other);
  capacity_ = capacity;
}

// The path is a view into the buffer (or into its decoded form): it follows the message.
void Connection::place_path() {
  const Head& head = parser_.head();
  path_ = head.path_has_escape ? std::string_view(decoded_path_) : head.path.in(message());
}

// ---- Writing

void Connection::respond(Response response) {
  if (phase_ == Phase::closed) return;
  FRONTROW_CHECK(phase_ == Phase::handling, "an answer without a request");
  const Head& head = parser_.head();
  write_answer(std::move(response), head.keep_alive && !thread_->is_draining(),
               head.method == Method::head);
}

void Connection::fail() {
  if (phase_ != Phase::handling) return;
  refuse(refusal_of(500, "The server failed to answer."));
}

void Connection::refuse(const Refusal& refusal) {
  thread_->count_refused(refusal.status);
  if (phase_ != Phase::handling) choose_request_id();
  const Field* language =
      parser_.knows_method() ? find_field(parser_.head(), message(), "accept-language") : nullptr;
  const bool head_only = parser_.knows_method() && parser_.head().method == Method::head;
  Response response = thread_->shared().error_body(
      refusal.status, refusal.code, refusal.detail, request_id_,
      language == nullptr ? std::string_view() : language->value.in(message()));
  write_answer(std::move(response), false, head_only);
}

void Connection::write_answer(Response response, bool keep_alive, bool head_only) {
  if (!is_writable(response)) {
    thread_->log(LogCause::bad_answer, "an answer had a control character in its head");
    response = {};
    response.status = 500;
  }
  phase_ = Phase::writing;
  close_after_ = !keep_alive;
  using Said = AnswerFraming::Connection;
  AnswerFraming framing;
  framing.date_line = thread_->date_line();
  framing.request_id = request_id_;
  if (close_after_) {
    framing.connection = Said::close;
  } else if (!parser_.head().http_1_1) {
    framing.connection = Said::keep_alive;
  }
  std::string& head = thread_->scratch();
  head.clear();
  append_head(head, response, framing);
  write_parts(head, response, !head_only && !has_no_content(response.status));
}

// Small answers go out as one piece, a large body beside its head without a copy.
void Connection::write_parts(std::string_view head, Response& response, bool with_body) {
  const std::string_view body = with_body ? response.content() : std::string_view();
  ssize_t result = 0;
  if (body.size() <= kCopiedBodyBytes) {
    std::string& whole = thread_->scratch();
    whole.append(body);
    result = socket_.write(whole.data(), whole.size());
    if (!count_written(result)) return close();
    auto written = static_cast<std::size_t>(result);
    if (written == whole.size()) return after_answer();
    keep_rest(whole, written);
  } else {
    const iovec pieces[] = {{const_cast<char*>(head.data()), head.size()},
                            {const_cast<char*>(body.data()), body.size()}};
    result = socket_.write(pieces);
    if (!count_written(result)) return close();
    auto written = static_cast<std::size_t>(result);
    if (written == head.size() + body.size()) return after_answer();
    keep_rest(head, written);
    Piece rest;
    rest.shared = std::move(response.shared_body);
    if (!rest.shared) rest.own = std::move(response.body);
    rest.sent = written;
    out_bytes_ += rest.rest().size();
    out_.push_back(std::move(rest));
  }
  set_deadline(thread_->options().write_progress_timeout);
  flush();
}

// Queues what of `text` was not among the `written` bytes, and takes text's part off them.
void Connection::keep_rest(std::string_view text, std::size_t& written) {
  const std::size_t taken = std::min(written, text.size());
  written -= taken;
  if (taken == text.size()) return;
  Piece rest;
  rest.own = text.substr(taken);
  out_bytes_ += rest.own.size();
  out_.push_back(std::move(rest));
}

// False where the connection is broken.
bool Connection::count_written(ssize_t written) {
  if (written < 0) return false;
  thread_->counters().bytes_out.add(static_cast<std::uint64_t>(written));
  return true;
}

void Connection::after_answer() {
  if (close_after_) {
    // A client that asked for the end, and sent nothing more, needs no wait before it.
    const bool is_clean =
        parser_.knows_method() && !parser_.head().keep_alive && end_ == message_end_;
    return is_clean ? close() : begin_linger();
  }
  begin_ = message_end_;
  parser_.reset();
  phase_ = Phase::idle;
  set_deadline(begin_ == end_ ? idle_time() : thread_->options().head_timeout);
  process();
}

void Connection::on_writable() {
  waiting_ = false;
  if (phase_ != Phase::closed) flush();
}

// Writes what is queued as far as the socket takes it, and goes on when all is written.
void Connection::flush() {
  while (out_first_ < out_.size()) {
    std::array<iovec, kMostPieces> pieces;
    const std::size_t count = std::min(kMostPieces, out_.size() - out_first_);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view rest = out_[out_first_ + i].rest();
      pieces[i] = {const_cast<char*>(rest.data()), rest.size()};
    }
    const ssize_t result = socket_.write(std::span(pieces.data(), count));
    if (!count_written(result)) return close();
    if (result == 0) {
      if (!waiting_) socket_.wait_writable(shared_from_this());
      waiting_ = true;
      return;
    }
    set_deadline(thread_->options().write_progress_timeout);
    auto written = static_cast<std::size_t>(result);
    out_bytes_ -= written;
    while (out_first_ < out_.size() && written >= out_[out_first_].rest().size()) {
      written -= out_[out_first_].rest().size();
      out_[out_first_++] = {};
    }
    if (written > 0) out_[out_first_].sent += written;
    if (out_first_ >= kMostDonePieces) {
      out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(out_first_));
      out_first_ = 0;
    }
  }
  std::vector<Piece>().swap(out_);
  out_first_ = 0;
  if (phase_ == Phase::writing) return after_answer();
  if (phase_ != Phase::streaming) return;
  set_no_deadline();
  if (ending_) begin_linger();
}

// Tells the client that nothing more comes, and waits a little for it to close: a close at once
// would destroy the answer on its way where unread bytes are left.
void Connection::begin_linger() {
  finish_stream();
  socket_.end_writing();
  phase_ = Phase::lingering;
  discarded_ = 0;
  set_deadline(thread_->options().linger_timeout);
  read_more();
}

// ---- Streams

bool Connection::can_stream() const {
  const ServerShared& shared = thread_->shared();
  return shared.streams.load(std::memory_order_relaxed) < shared.max_streams &&
         !thread_->is_draining();
}

void Connection::start_stream(Response head) {
  if (phase_ == Phase::closed) return;
  FRONTROW_CHECK(phase_ == Phase::handling, "a stream without a request");
  if (parser_.head().method == Method::head || !is_writable(head))
    return write_answer(std::move(head), false, true);
  phase_ = Phase::streaming;
  thread_->shared().streams.fetch_add(1, std::memory_order_relaxed);
  discarded_ = 0;
  AnswerFraming framing;
  framing.date_line = thread_->date_line();
  framing.request_id = request_id_;
  framing.connection = AnswerFraming::Connection::close;
  framing.has_length = false;
  std::string text;
  append_head(text, head, framing);
  text += head.content();
  send(text);
  if (phase_ == Phase::streaming) read_more();  // to notice when the client leaves
}

// Cuts off a reader that leaves too much unread.
bool Connection::has_room_for(std::size_t bytes) {
  if (out_bytes_ + bytes <= thread_->options().stream_buffer_bytes) return true;
  thread_->counters().streams_cut.add();
  close();
  return false;
}

void Connection::send(std::string_view bytes) {
  if (!is_streaming() || bytes.empty()) return;
  std::size_t written = 0;
  if (out_.empty()) {
    const ssize_t result = socket_.write(bytes.data(), bytes.size());
    if (!count_written(result)) return close();
    written = static_cast<std::size_t>(result);
    if (written == bytes.size()) return;
    set_deadline(thread_->options().write_progress_timeout);
  }
  bytes.remove_prefix(written);
  if (!has_room_for(bytes.size())) return;
  if (!out_.empty() && !out_.back().shared) {
    out_.back().own += bytes;
    out_bytes_ += bytes.size();
  } else {
    written = 0;
    keep_rest(bytes, written);
  }
  if (!waiting_) flush();
}

void Connection::send(std::shared_ptr<const std::string> bytes) {
  if (!is_streaming() || bytes->empty()) return;
  Piece piece;
  if (out_.empty()) {
    const ssize_t result = socket_.write(bytes->data(), bytes->size());
    if (!count_written(result)) return close();
    piece.sent = static_cast<std::size_t>(result);
    if (piece.sent == bytes->size()) return;
    set_deadline(thread_->options().write_progress_timeout);
  }
  piece.shared = std::move(bytes);
  const std::size_t rest = piece.rest().size();
  if (!has_room_for(rest)) return;
  out_bytes_ += rest;
  out_.push_back(std::move(piece));
  if (!waiting_) flush();
}

void Connection::end_stream() {
  if (!is_streaming()) return;
  ending_ = true;
  if (out_.empty()) begin_linger();
}

void Connection::on_stream_close(std::function<void()> callback) {
  on_close_ = std::move(callback);
  if (phase_ == Phase::streaming || !on_close_) return;
  thread_->loop().post([callback = std::move(on_close_)] { callback(); });
  on_close_ = nullptr;
}

// Leaves the phase streaming; the owner is told afterwards, never inside its own call.
void Connection::finish_stream() {
  if (phase_ != Phase::streaming) return;
  thread_->shared().streams.fetch_sub(1, std::memory_order_relaxed);
  phase_ = Phase::lingering;
  if (!on_close_) return;
  thread_->loop().post([callback = std::move(on_close_)] { callback(); });
  on_close_ = nullptr;
}

// ---- Ending

void Connection::on_deadline() {
  switch (phase_) {
    case Phase::head:
      return refuse(refusal_of(408, "The head of the request took too long."));
    case Phase::body:
      return refuse(refusal_of(408, "The body of the request took too long."));
    case Phase::streaming:
      thread_->counters().streams_cut.add();
      return close();
    default:
      return close();
  }
}

void Connection::begin_drain() {
  if (phase_ == Phase::idle) set_deadline(thread_->options().drain_idle_timeout);
}

void Connection::shut() {
  const std::function<void()> callback = std::move(on_close_);
  on_close_ = nullptr;
  close();
  if (callback) callback();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  finish_stream();
  phase_ = Phase::closed;
  out_.clear();
  socket_.close();
  thread_->release(slot_);
}

Duration Connection::idle_time() const {
  return thread_->is_draining() ? thread_->options().drain_idle_timeout
                                : thread_->options().idle_timeout;
}

void Connection::set_deadline(Duration from_now) {
  thread_->set_deadline(slot_, IoThread::now() + from_now.ms);
}

void Connection::set_no_deadline() {
  thread_->set_deadline(slot_, IoThread::kNever);
}

}  // namespace frontrow::http
