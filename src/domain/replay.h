// Puts what another node committed into this node's state: the same rows, through the same puts.
#pragma once

#include "domain/state.h"

namespace frontrow {

// `rows` are one batch's, as `after` alone, kind by kind in the order of their changes. Requires:
// a batch of `state` has begun at the other batch's time, and every earlier batch was replayed.
void replay(State& state, const Changes& rows);

}  // namespace frontrow
