#include "base/planted.h"

#ifdef FRONTROW_PLANTED_BUGS

#include <cstdlib>
#include <iterator>
#include <string_view>

#include "base/check.h"

namespace frontrow {
namespace {

// In the order of the enum.
constexpr std::string_view kNames[] = {"none",
                                       "hold_ignores_held_seat",
                                       "blocked_seat_is_sold",
                                       "limit_ignored",
                                       "used_entry_holds",
                                       "closed_sale_holds",
                                       "extension_again_and_again",
                                       "pay_ignores_deadline",
                                       "pay_without_balance",
                                       "refund_twice",
                                       "refund_keeps_money",
                                       "one_code_for_all_tickets",
                                       "expiry_forgets_seats",
                                       "leaving_keeps_holds",
                                       "leaving_keeps_position",
                                       "second_live_place",
                                       "call_ignores_capacity",
                                       "call_ignores_stock",
                                       "rate_bucket_never_drained",
                                       "watermark_skips_person",
                                       "claim_without_call",
                                       "miss_never_comes",
                                       "draw_by_modulo",
                                       "idempotency_ignored",
                                       "answer_before_commit",
                                       "undo_forgotten",
                                       "time_goes_back",
                                       "views_miss_seats",
                                       "missing_sync",
                                       "position_grows",
                                       "hold_shorter_than_shown",
                                       "lost_payment",
                                       "payment_takes_too_little",
                                       "expired_hold_is_paid",
                                       "forged_entry_taken",
                                       "borrowed_entry_taken",
                                       "forged_place_taken",
                                       "good_place_refused",
                                       "opens_early",
                                       "sold_out_untold",
                                       "house_counts_too_much"};
static_assert(std::size(kNames) == static_cast<std::size_t>(Bug::house_counts_too_much) + 1);

Bug active_bug() {
  const char* wish = std::getenv("FRONTROW_PLANTED_BUG");
  if (!wish) return Bug::none;
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == wish) return static_cast<Bug>(i);
  FRONTROW_CHECK(false, "FRONTROW_PLANTED_BUG={}: no such bug", wish);
}

}  // namespace

bool planted(Bug bug) {
  static const Bug kActive = active_bug();
  return bug == kActive;
}

bool any_planted() {
  return !planted(Bug::none);
}

}  // namespace frontrow

#endif
