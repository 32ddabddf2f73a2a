#include "request_template.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <numeric>
#include <stdexcept>

namespace frontrow::bench {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> read_rows(const std::string& path) {
  std::vector<std::string> rows;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  for (std::string line; std::getline(file, line);) rows.push_back(line);
  if (rows.empty()) throw std::runtime_error("no rows in " + path);
  return rows;
}

std::string_view column_of(std::string_view row, std::size_t column) {
  while (--column > 0) {
    const std::size_t tab = row.find('\t');
    if (tab == std::string_view::npos) return {};
    row.remove_prefix(tab + 1);
  }
  return row.substr(0, row.find('\t'));
}

std::string head_pattern(const Options& options) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", options.method,
                                 options.path, options.port);
  for (const std::string& header : options.headers) head += header + "\r\n";
  if (!options.body.empty()) head += "Content-Type: application/json\r\n";
  return head;
}

// Steps of about the golden section visit all rows, and rows that follow each other lie far apart.
std::size_t far_stride(std::size_t rows) {
  std::size_t stride = static_cast<std::size_t>(static_cast<double>(rows) * 0.618) | 1;
  while (std::gcd(stride, rows) != 1) stride += 2;
  return stride;
}

}  // namespace

RequestTemplate::RequestTemplate(const Options& options)
    : head_(parse(head_pattern(options))),
      body_(parse(options.body)),
      has_body_(!options.body.empty() || options.method == "POST"),
      bearer_(options.key_file.empty() ? "" : read_file(options.key_file), options.token_expires),
      first_(options.first) {
  if (!options.data_file.empty()) rows_ = read_rows(options.data_file);
  if (options.spread && !rows_.empty()) stride_ = far_stride(rows_.size());
}

std::size_t RequestTemplate::row_of(std::uint64_t number) const {
  return rows_.empty() ? number : number * stride_ % rows_.size();
}

void RequestTemplate::make(std::string& out, std::uint64_t number) const {
  const std::size_t row = row_of(number);
  out.clear();
  expand(out, head_, row);
  if (!has_body_) {
    out += "\r\n";
    return;
  }
  std::string body;
  expand(body, body_, row);
  fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n\r\n{}", body.size(), body);
}

// A brace that does not open a placeholder is text: bodies are JSON.
RequestTemplate::Pattern RequestTemplate::parse(std::string_view pattern) {
  Pattern pieces;
  std::string text;
  const auto add = [&](Piece piece, std::size_t length) {
    pieces.push_back({Piece::kText, text, 0});
    pieces.push_back(std::move(piece));
    text.clear();
    pattern.remove_prefix(length);
  };
  while (!pattern.empty()) {
    if (pattern.starts_with("{n}")) {
      add({Piece::kNumber, {}, 0}, 3);
    } else if (pattern.starts_with("{jwt}")) {
      add({Piece::kToken, {}, 0}, 5);
    } else if (pattern.size() > 2 && pattern[0] == '{' && pattern[2] == '}' && pattern[1] >= '1' &&
               pattern[1] <= '9') {
      add({Piece::kColumn, {}, static_cast<std::size_t>(pattern[1] - '0')}, 3);
    } else {
      text += pattern[0];
      pattern.remove_prefix(1);
    }
  }
  pieces.push_back({Piece::kText, text, 0});
  return pieces;
}

void RequestTemplate::expand(std::string& out, const Pattern& pattern, std::size_t row) const {
  for (const Piece& piece : pattern) {
    switch (piece.kind) {
      case Piece::kText:
        out += piece.text;
        break;
      case Piece::kNumber:
        out += std::to_string(first_ + row);
        break;
      case Piece::kToken:
        bearer_.append_token(out, first_ + row);
        break;
      case Piece::kColumn:
        out += column_of(rows_[row], piece.column);
        break;
    }
  }
}

}  // namespace frontrow::bench
