#include "domain/needs.h"

namespace frontrow {
namespace {

struct Visitor {
  const State& state;
  NeedSink& sink;

  void wallet(UserId user) const {
    if (!user.is_nil() && !state.wallet(user)) sink.wallet(user);
  }
  // True where the order is at hand, or known to be absent.
  bool order(OrderId id) const {
    if (state.order(id) || state.scratch().orders.contains(id)) return true;
    sink.order(id);
    return false;
  }

  void operator()(const CancelOrder& c) const { order(c.order); }
  void operator()(const ExtendHold& c) const { order(c.order); }
  void operator()(const PayOrder& c) const {
    order(c.order);
    wallet(c.user);
  }
  void operator()(const TopUp& c) const { wallet(c.user); }
  void operator()(const CreateUser& c) const {
    if (!state.scratch().users_by_email.contains(c.email_key)) sink.email(c.email_key);
  }
  void operator()(const ForgetUser& c) const {
    if (!state.scratch().users.contains(c.user)) sink.user(c.user);
  }
  void operator()(const RefundOrder& c) const {
    if (!order(c.order)) return;
    const Order* found = state.order(c.order);
    if (!found) return;
    wallet(found->user);
    for (const IssuedTicket& ticket : found->tickets)
      if (!state.scratch().tickets.contains(ticket.code)) sink.ticket(ticket.code);
  }
  void operator()(const CheckIn& c) const {
    const auto found = state.scratch().tickets.find(c.code);
    if (found == state.scratch().tickets.end())
      sink.ticket(c.code);
    else if (found->second)
      order(found->second->order);
  }
  template <class Other>
  void operator()(const Other&) const {}
};

}  // namespace

void name_needs(const State& state, const Command& command, NeedSink& sink) {
  std::visit(Visitor{state, sink}, command);
}

}  // namespace frontrow
