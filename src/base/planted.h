// Bugs that are built in on purpose, to show that the tests would find them. Only a build with
// -DFRONTROW_PLANTED_BUGS=ON has them; there the environment's FRONTROW_PLANTED_BUG names the one
// that is active. In every other build `planted` is a constant, and nothing of this is left.
//
//   if (balance < price && !planted(Bug::pay_without_balance)) return refuse(…);
//
// Where a bug is active the laws are silent: tests have to find it from outside.
#pragma once

namespace frontrow {

// tests/planted/check.py says which test finds which.
enum class Bug {
  none,
  hold_ignores_held_seat,
  blocked_seat_is_sold,
  limit_ignored,
  used_entry_holds,
  closed_sale_holds,
  extension_again_and_again,
  pay_ignores_deadline,
  pay_without_balance,
  refund_twice,
  refund_keeps_money,
  one_code_for_all_tickets,
  expiry_forgets_seats,
  leaving_keeps_holds,
  leaving_keeps_position,
  second_live_place,
  call_ignores_capacity,
  call_ignores_stock,
  rate_bucket_never_drained,
  watermark_skips_person,
  claim_without_call,
  miss_never_comes,
  draw_by_modulo,
  idempotency_ignored,
  answer_before_commit,
  undo_forgotten,
  time_goes_back,
  views_miss_seats,
  missing_sync,
  position_grows,
  hold_shorter_than_shown,
  lost_payment,
  payment_takes_too_little,
  expired_hold_is_paid,
  forged_entry_taken,
  borrowed_entry_taken,
  forged_place_taken,
  good_place_refused,
  opens_early,
  sold_out_untold,
  house_counts_too_much,
};

#ifdef FRONTROW_PLANTED_BUGS
bool planted(Bug bug);
bool any_planted();
#else
constexpr bool planted(Bug) {
  return false;
}
constexpr bool any_planted() {
  return false;
}
#endif

}  // namespace frontrow
