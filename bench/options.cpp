#include "options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace frontrow::bench {

Options parse_options(int argc, char** argv) {
  Options o;
  CLI::App app{
      "Closed-loop HTTP load on loopback: each connection sends its next request after the answer "
      "of "
      "the last. {n}, {jwt} and {1}…{9} in path, headers and body stand for the row's number, its "
      "user's token and its columns. Prints one JSON object; exit 1 where an answer was "
      "unexpected."};
  app.add_option("--port", o.port)->required();
  app.add_option("--method", o.method);
  app.add_option("--path", o.path);
  app.add_option("--header", o.headers, "a whole header line; may be given more than once")
      ->take_all();
  app.add_option("--body", o.body);
  app.add_option("--data", o.data_file, "rows of columns separated by tabs, used in turn");
  app.add_flag("--spread", o.spread, "take the rows far apart instead of in turn");
  app.add_option("--key", o.key_file, "the identity provider's secret, for {jwt}");
  app.add_option("--token-expires", o.token_expires, "exp of the tokens, seconds since 1970");
  app.add_option("--first", o.first, "number of the first row");
  app.add_option("--connections", o.connections)->check(CLI::Range(1, 19000));
  app.add_option("--count", o.count, "requests in all")->check(CLI::Range(1, 20'000'000));
  app.add_option("--seconds", o.seconds, "stops after this time")->check(CLI::Range(1, 900));
  app.add_option(
      "--rate", o.rate,
      "requests a second, each due at its time: latency counts from then (0: closed loop)");
  app.add_flag("--keep-open", o.keep_open, "after the result, hold connections until input ends");
  app.add_option("--expect", o.expect, "statuses that are not failures")->delimiter(',');
  app.add_option("--capture", o.capture,
                 "JSON fields of the answer, @Headers or :status, to write to --out")
      ->delimiter(',');
  app.add_option("--out", o.out_file,
                 "captured fields, one row a request, in the order of requests");
  app.add_option("--pid", o.pids, "the server's processes, for their CPU time per request")
      ->take_all();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return o;
}

}  // namespace frontrow::bench
