// One request as the handler sees it: views into the connection's buffer, valid until the exchange
// is answered. What reaches a handler has passed the strict parser (parser.h): one Host, no
// ambiguous framing, a path without escapes, dot segments or controls, a complete body.
//
// Reading is safe from any thread as long as the exchange is not answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "http/address.h"

namespace frontrow::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

struct Head;  // parser.h

class Request {
 public:
  // Requires: all views and the head outlive the request; `base` is where the head's offsets start.
  Request(const Head& head, const char* base, std::string_view decoded_path, std::string_view body,
          std::string_view request_id, const IpAddress& client, bool from_trusted_proxy)
      : head_(&head),
        base_(base),
        path_(decoded_path),
        body_(body),
        request_id_(request_id),
        client_(client),
        from_trusted_proxy_(from_trusted_proxy) {}

  Method method() const;
  // As sent, for Method::other too.
  std::string_view method_name() const;
  // Path and query as sent, still escaped; of the absolute form too (without a path: "/", or the
  // query with its "?").
  std::string_view target() const;
  // Percent-decoded, UTF-8, begins with "/".
  std::string_view path() const { return path_; }
  // Without the "?", still escaped (see query.h); empty where there is none.
  std::string_view query() const;
  // Empty only for HTTP/1.0 without Host.
  std::string_view host() const;

  // The first field of this name, without surrounding blanks. Names match in any case.
  std::optional<std::string_view> header(std::string_view name) const;
  // How often the field was sent: where two would be read as two things, the caller must refuse
  // > 1.
  std::size_t header_count(std::string_view name) const;
  // All fields in the order sent, as (name, value). Requires: index < headers_size().
  std::size_t headers_size() const;
  std::pair<std::string_view, std::string_view> header_at(std::size_t index) const;

  // Complete and without its transfer coding; empty where none was sent.
  std::string_view body() const { return body_; }

  // The client, after the trusted proxies.
  const IpAddress& client_address() const { return client_; }
  // Whether the peer is a trusted proxy, so that X-Forwarded-Proto and the like may be believed.
  bool from_trusted_proxy() const { return from_trusted_proxy_; }

  // The client's own X-Request-Id where it is 1 to 128 characters of [A-Za-z0-9._-], else ours.
  std::string_view request_id() const { return request_id_; }

 private:
  const Head* head_;
  const char* base_;
  std::string_view path_;
  std::string_view body_;
  std::string_view request_id_;
  IpAddress client_;
  bool from_trusted_proxy_;
};

}  // namespace frontrow::http
