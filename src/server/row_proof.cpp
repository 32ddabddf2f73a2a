#include "server/row_proof.h"

namespace frontrow::server {
namespace {

constexpr std::string_view kNames[kRowKinds] = {
    "concerts",   "shows",        "show_versions", "queues",      "places", "entries",
    "orders",     "tickets",      "wallets",       "transfers",   "users",  "sessions",
    "staff_keys", "signing_keys", "audit",         "kept_answers"};

std::size_t index_of(RowKind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

std::string_view to_text(RowKind kind) {
  return kNames[index_of(kind)];
}

RowProof::RowProof() {
  for (auto& digest : digests_) crypto_generichash_init(&digest, nullptr, 0, sizeof(Digest));
}

// The length first, so that no two lists of rows have the same bytes.
void RowProof::add(RowKind kind) {
  const std::uint64_t size = bytes_.size();
  auto& digest = digests_[index_of(kind)];
  crypto_generichash_update(&digest, reinterpret_cast<const unsigned char*>(&size), sizeof size);
  crypto_generichash_update(&digest, reinterpret_cast<const unsigned char*>(bytes_.data()),
                            bytes_.size());
  ++rows_[index_of(kind)];
}

StoreFacts RowProof::finish() {
  StoreFacts facts;
  for (std::size_t i = 0; i < kRowKinds; ++i) {
    facts.kinds[i].rows = rows_[i];
    crypto_generichash_final(&digests_[i], facts.kinds[i].digest.data(), sizeof(Digest));
  }
  facts.report = check_.finish();
  return facts;
}

}  // namespace frontrow::server
