#include "domain/decide.h"

namespace frontrow {

Outcome decide(State& state, const Command& command, const DecisionContext& context) {
  return std::visit([&](const auto& c) { return decide(state, c, context); }, command);
}

}  // namespace frontrow
