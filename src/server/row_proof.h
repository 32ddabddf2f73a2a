// What is known of all rows of a store after one look at them: how many there are of each kind,
// whether they keep every law, and a digest of every field, by which two stores are compared. Rows
// come in the order of a scan, which is the same for every store.
//
//   RowProof proof;
//   if (auto done = reader.scan(proof); !done) return done.error();
//   const StoreFacts facts = proof.finish();
#pragma once

#include <sodium.h>

#include <array>
#include <string>
#include <string_view>

#include "laws/snapshot.h"
#include "store/journal_codec.h"

namespace frontrow::server {

inline constexpr std::size_t kRowKinds = static_cast<std::size_t>(RowKind::kept_answer) + 1;
std::string_view to_text(RowKind kind);  // "concerts", "shows", …

struct KindFacts {
  std::int64_t rows = 0;
  Digest digest{};
};

struct StoreFacts {
  std::array<KindFacts, kRowKinds> kinds;  // by RowKind
  SnapshotReport report;
};

// A sink whose `each(kind, row)` takes the rows of all kinds.
template <class Derived>
class EachRow : public RowSink {
 public:
  void take(const Concert& row) override { give(RowKind::concert, row); }
  void take(const Show& row) override { give(RowKind::show, row); }
  void take(const ShowVersion& row) override { give(RowKind::show_version, row); }
  void take(const Queue& row) override { give(RowKind::queue, row); }
  void take(const Place& row) override { give(RowKind::place, row); }
  void take(const Entry& row) override { give(RowKind::entry, row); }
  void take(const Order& row) override { give(RowKind::order, row); }
  void take(const Ticket& row) override { give(RowKind::ticket, row); }
  void take(const Wallet& row) override { give(RowKind::wallet, row); }
  void take(const Transfer& row) override { give(RowKind::transfer, row); }
  void take(const User& row) override { give(RowKind::user, row); }
  void take(const Session& row) override { give(RowKind::session, row); }
  void take(const StaffKey& row) override { give(RowKind::staff_key, row); }
  void take(const SigningKeyRow& row) override { give(RowKind::signing_key, row); }
  void take(const AuditEntry& row) override { give(RowKind::audit, row); }
  void take(const KeptAnswer& row) override { give(RowKind::kept_answer, row); }

 private:
  template <class Row>
  void give(RowKind kind, const Row& row) {
    static_cast<Derived*>(this)->each(kind, row);
  }
};

class RowProof final : public EachRow<RowProof> {
 public:
  RowProof();

  template <class Row>
  void each(RowKind kind, const Row& row) {
    bytes_.clear();
    append_fields(bytes_, row);
    add(kind);
    check_.take(row);
  }
  // Requires: every row was taken. To be called once.
  StoreFacts finish();

 private:
  void add(RowKind kind);  // the row whose fields are in `bytes_`

  std::array<std::int64_t, kRowKinds> rows_{};
  std::array<crypto_generichash_state, kRowKinds> digests_;
  SnapshotCheck check_;
  std::string bytes_;
};

}  // namespace frontrow::server
