#include "domain/decide.h"

namespace frontrow {
namespace {
constexpr Duration kSessionLife = seconds(30 * 24 * 3600);
}

Outcome decide(State& state, const CreateUser& command, const DecisionContext& context) {
  const auto known = state.scratch().users_by_email.find(command.email_key);
  if (known != state.scratch().users_by_email.end() && known->second)
    return refuse(RefusalCode::email_taken);
  User user;
  user.id = make_id<UserId>(state.now(), context.random);
  user.email = command.email;
  user.email_key = command.email_key;
  user.name = command.name;
  user.password_hash = command.password_hash;
  user.created_at = state.now();
  state.put(user);
  return Answer(UserAnswer{std::move(user)});
}

Outcome decide(State& state, const CreateSession& command, const DecisionContext&) {
  const Session session{command.token_hash, command.user, state.now() + kSessionLife, false};
  state.put(session, {});
  return Answer(SessionAnswer{session});
}

Outcome decide(State& state, const ProlongSession& command, const DecisionContext&) {
  Session session = command.session;
  session.expires_at = state.now() + kSessionLife;
  state.put(session, command.session);
  return Answer(SessionAnswer{session});
}

Outcome decide(State& state, const EndSession& command, const DecisionContext&) {
  Session session = command.session;
  session.ended = true;
  state.put(session, command.session);
  return Answer(NoAnswer{});
}

Outcome decide(State& state, const ForgetUser& command, const DecisionContext& context) {
  const auto known = state.scratch().users.find(command.user);
  if (known == state.scratch().users.end() || !known->second || known->second->forgotten_at)
    return refuse(RefusalCode::not_found, "no such user");
  User user = *known->second;
  user.email.clear();
  user.email_key.clear();
  user.name.clear();
  user.password_hash.clear();
  user.forgotten_at = state.now();
  state.put(std::move(user));
  audit(state, context.random, command.actor, "user.forget", to_text(command.user), command.reason);
  return Answer(NoAnswer{});
}

Outcome decide(State& state, const CreateStaffKey& command, const DecisionContext& context) {
  for (const auto& [id, known] : state.staff_keys())
    if (known.key_hash == command.key_hash)
      return refuse_field("/key_hash", "is the hash of another key");
  StaffKey key;
  key.id = make_id<StaffKeyId>(state.now(), context.random);
  key.key_hash = command.key_hash;
  key.role = command.role;
  key.name = command.name;
  key.created_at = state.now();
  state.put(key);
  audit(state, context.random, command.actor, "staff_key.create", to_text(key.id), command.reason);
  return Answer(StaffKeyAnswer{std::move(key)});
}

Outcome decide(State& state, const RevokeStaffKey& command, const DecisionContext& context) {
  const StaffKey* known = state.staff_key(command.key);
  if (!known) return refuse(RefusalCode::not_found, "no such staff key");
  StaffKey key = *known;
  if (!key.revoked_at) {
    key.revoked_at = state.now();
    state.put(key);
    audit(state, context.random, command.actor, "staff_key.revoke", to_text(key.id),
          command.reason);
  }
  return Answer(StaffKeyAnswer{std::move(key)});
}

Outcome decide(State& state, const AddSigningKeys& command, const DecisionContext&) {
  for (const SigningKeyRow& key : command.keys) state.put(key);
  return Answer(NoAnswer{});
}

}  // namespace frontrow
