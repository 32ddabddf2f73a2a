// Which stored rows a command's decision reads that memory may not hold. Asked again after each
// load, until nothing is missing: a refund names its order, and the order names its wallet.
#pragma once

#include "domain/commands.h"
#include "domain/state.h"

namespace frontrow {

class NeedSink {
 public:
  virtual ~NeedSink() = default;
  virtual void wallet(UserId) = 0;
  virtual void order(OrderId) = 0;
  virtual void ticket(const TicketCode&) = 0;
  virtual void email(const std::string& email_key) = 0;
  virtual void user(UserId) = 0;
};

void name_needs(const State& state, const Command& command, NeedSink& sink);

}  // namespace frontrow
