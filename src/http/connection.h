// One client: its messages are read, handed over and answered one after the other.
//
//   idle ──▶ head ──▶ body ──▶ handling ──▶ writing ──▶ idle …        (next message)
//     │        │        │          └──▶ streaming      └──▶ lingering ──▶ closed
//     └────────┴────────┴── refused: writing, then lingering
//
// From every phase a broken connection or a deadline leads to closed. While handling and writing
// nothing is read: who sends ahead is slowed down by TCP. Io thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"
#include "http/io_loop.h"
#include "http/io_thread.h"
#include "http/parser.h"

namespace frontrow::http {

class Connection final : public SocketOwner, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<IoThread> thread, int descriptor, const IpAddress& peer,
             bool over_limit);
  ~Connection() override;

  IoThread& thread() { return *thread_; }
  // For the thread's table.
  void start(std::size_t slot);
  void moved_to(std::size_t slot) { slot_ = slot; }
  void on_deadline();
  void begin_drain();
  void shut();  // closes at once; a stream's on_close is called inside

  void on_read(std::size_t bytes) override;
  void on_writable() override;

  // For the exchange. Requires, unless the connection is closed: handling.
  void respond(Response response);
  void fail();  // the exchange was dropped: 500
  bool can_stream() const;
  void start_stream(Response head);

  // For the stream; they do nothing once it is over.
  void send(std::string_view bytes);
  void send(std::shared_ptr<const std::string> bytes);
  void end_stream();
  bool is_streaming() const { return phase_ == Phase::streaming && !ending_; }
  void on_stream_close(std::function<void()> callback);

 private:
  enum class Phase : std::uint8_t {
    idle,
    head,
    body,
    handling,
    writing,
    streaming,
    lingering,
    closed
  };
  // Bytes that wait for the socket.
  struct Piece {
    std::string own;
    std::shared_ptr<const std::string> shared;
    std::size_t sent = 0;
    std::string_view rest() const {
      return (shared ? std::string_view(*shared) : std::string_view(own)).substr(sent);
    }
  };

  // Reading.
  void process();
  bool read_head();
  bool take_head();
  bool read_body();
  bool read_chunks();
  void dispatch();
  void call_handler();
  void read_more();
  void make_room();
  void resize(std::size_t capacity);
  void place_path();
  void choose_request_id();
  IpAddress client_address(bool is_proxy) const;
  const char* message() const { return buffer_.get() + begin_; }

  // Writing.
  void refuse(const Refusal& refusal);
  void write_answer(Response response, bool keep_alive, bool head_only);
  void write_parts(std::string_view head, Response& response, bool with_body);
  void after_answer();
  void flush();
  void keep_rest(std::string_view text, std::size_t& written);
  bool count_written(ssize_t written);
  bool has_room_for(std::size_t bytes);
  void begin_linger();
  void finish_stream();
  void close();
  Duration idle_time() const;
  void set_deadline(Duration from_now);
  void set_no_deadline();

  std::shared_ptr<IoThread> thread_;  // first: it must outlive the socket
  Socket socket_;
  IpAddress peer_;
  std::size_t slot_ = 0;
  Phase phase_ = Phase::idle;
  bool over_limit_;
  bool reading_ = false;      // a read is under way
  bool waiting_ = false;      // for the socket to take more
  bool processing_ = false;   // inside process(), which goes on with the next message by itself
  bool close_after_ = false;  // the answer being written is the last
  bool ending_ = false;       // the stream ends when all is written

  // The buffer: [begin_, end_) is what was received and not used up. begin_ is where the current
  // message begins; while it is answered, message_end_ is where the next one does.
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t message_end_ = 0;
  std::size_t body_size_ = 0;
  std::size_t discarded_ = 0;

  HeadParser parser_;
  ChunkDecoder chunks_;
  std::string decoded_path_;
  std::string_view path_;
  std::string_view request_id_;
  std::array<char, IoThread::kRequestIdBytes> made_request_id_;

  std::vector<Piece> out_;
  std::size_t out_first_ = 0;
  std::size_t out_bytes_ = 0;
  std::function<void()> on_close_;
};

}  // namespace frontrow::http
