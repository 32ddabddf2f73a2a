#include "pages/negotiation.h"

#include <string>

#include "http/parser.h"

namespace frontrow::pages {
namespace {

TEST(Negotiation, TheBestCodingThatIsTaken) {
  const struct {
    std::string_view header;
    Coding coding;
  } kRows[] = {
      {"", Coding::plain},
      {"gzip, deflate, br", Coding::brotli},
      {"gzip, deflate", Coding::gzip},
      {"GZIP", Coding::gzip},
      {"br;q=0, gzip", Coding::gzip},
      {"br;q=0.2, gzip;q=0.8", Coding::gzip},
      {"br;q=0.8,gzip;q=0.8", Coding::brotli},
      {"*", Coding::brotli},
      {"*;q=0", Coding::plain},
      {"br;q=0, *", Coding::gzip},
      {"identity", Coding::plain},
      {"br;q=x", Coding::plain},
      {",,;q=1,", Coding::plain},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(parse_accept_encoding(row.header), row.coding) << row.header;
}

struct Asked {
  explicit Asked(const std::string& fields)
      : text("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"), parser(16'000) {
    EXPECT_EQ(parser.feed(text.data(), text.size()), http::ParseState::complete);
  }
  http::Request request() const {
    return {parser.head(), text.data(), "/", "", "id", http::IpAddress(), false};
  }
  std::string text;
  http::HeadParser parser;
};

TEST(Negotiation, TheSwitchGoesBeforeTheBrowser) {
  const struct {
    const char* fields;
    std::string_view language, theme;
  } kRows[] = {
      {"", "en", "system"},
      {"Accept-Language: ko-KR,ko;q=0.9,en;q=0.8\r\n", "ko", "system"},
      {"Accept-Language: en-GB,ko;q=0.9\r\n", "en", "system"},
      {"Accept-Language: fr\r\n", "en", "system"},
      {"Accept-Language: ko\r\nCookie: frontrow-language=en; frontrow-theme=dark\r\n", "en",
       "dark"},
      {"Cookie: a=b; frontrow-language=ko;frontrow-theme=light\r\n", "ko", "light"},
      {"Cookie: frontrow-language=xx; frontrow-theme=\"><script>\r\n", "en", "system"},
  };
  for (const auto& row : kRows) {
    const Asked asked(row.fields);
    EXPECT_EQ(language_of(asked.request()), row.language) << row.fields;
    EXPECT_EQ(theme_of(asked.request()), row.theme) << row.fields;
  }
}

}  // namespace
}  // namespace frontrow::pages
