// Problems: the one table from refusal to status, title and words, in English and Korean.
#pragma once

#include <string>
#include <string_view>

#include "domain/refusal.h"
#include "engine/reply.h"
#include "http/response.h"

namespace frontrow::api {

enum class Language : std::uint8_t { en, ko };
// From an Accept-Language header (RFC 9110, 12.5.4): the better liked of the two; English where
// both or neither is named.
Language parse_language(std::string_view accept_language);

struct ProblemKind {
  RefusalCode code;
  std::string_view name;  // the contract's `code`
  int status;
  std::string_view title_en, title_ko;
  std::string_view detail_en, detail_ko;
};
const ProblemKind& problem_kind(RefusalCode code);
// Empty where no code has this name.
const ProblemKind* find_problem_kind(std::string_view name);

RefusalCode code_of(Failure failure);

// application/problem+json (RFC 9457) for a refusal. `instance` is the request's path.
http::Response problem(const Refusal& refusal, Language language, std::string_view instance,
                       std::string_view currency);

}  // namespace frontrow::api
