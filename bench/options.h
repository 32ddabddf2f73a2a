// What the load tool is asked to do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace frontrow::bench {

struct Options {
  std::uint16_t port = 0;
  std::string method = "GET";
  std::string path = "/";
  std::vector<std::string> headers;
  std::string body;
  std::string data_file;
  bool spread = false;
  std::string key_file;
  std::int64_t token_expires = 0;
  std::uint64_t first = 0;

  unsigned connections = 64;
  std::uint64_t count = 1000;
  unsigned seconds = 60;
  double rate = 0;  // requests a second, latency counts from when each was due; 0: closed loop
  bool keep_open = false;

  std::vector<int> expect = {200, 201, 204};
  std::vector<std::string> capture;
  std::string out_file;
  std::vector<int> pids;
};

// Reads the command line; ends the process with a message where it is wrong or asks for help.
Options parse_options(int argc, char** argv);

}  // namespace frontrow::bench
