// The cookies in which browsers keep their tokens: read where no header was sent, set where the
// answer is asked to. Tokens of a queue and of an entry have a cookie for each concert that a call
// names, so that two tabs can be in two queues. On the call's io thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"

namespace frontrow::api {

inline constexpr std::string_view kSessionCookie = "session";
inline constexpr std::string_view kQueueCookie = "queue";
inline constexpr std::string_view kEntryCookie = "entry";

// The access token; empty where there is none.
std::optional<std::string> session_cookie(const Call& call);

// The queue's or entry's token: of the call's concert where there is one, else of whichever concert
// came last without being named.
std::optional<std::string> token_cookie(const Call& call, std::string_view kind);

// Nothing where the caller wants no cookies.
void set_session_cookie(const Call& call, http::Response& response, std::string_view token);
void renew_session_cookie(const Call& call, http::Response& response);  // call.renewed_session
void set_token_cookie(const Call& call, http::Response& response, std::string_view kind,
                      std::string_view token);

// Takes away what a person has who leaves this browser.
void clear_cookies(const Call& call, http::Response& response);

// Takes away the tokens of whoever was here before `user`.
void clear_cookies_of_others(const Call& call, http::Response& response, UserId user);

}  // namespace frontrow::api
