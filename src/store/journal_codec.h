// The bytes of a journal row: what a batch changed. Little-endian, fixed widths; a byte names the
// format's version.
//
//   row  = version (1 byte), then block after block
//   block = kind (1 byte), count (4 bytes), that many rows
//
// Wallets are not in it: a wallet is its newest transfer. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "store/store.h"

namespace frontrow {

// Appends what changes often: all but concerts, shows, accounts, keys and the audit log.
void encode(std::string& out, const Changes& changes);

// Adds the rows, as `after` alone. False where the bytes are not what `encode` writes.
bool decode(std::string_view bytes, Changes& changes);

// The same for what other nodes are told: every kind that memory keeps. Rows with secrets are one
// block that is sealed and bound to the batch.
void encode_news(std::string& out, const Changes& changes, const SecretSealer& sealer,
                 const Uuid& batch);
bool decode_news(std::string_view bytes, Changes& changes, const SecretSealer& sealer,
                 const Uuid& batch);

// Appends all fields of a row, also of kinds that no journal has: two rows are equal where their
// bytes are. Not for storing.
template <class Row>
void append_fields(std::string& out, const Row& row);

// The same fields as blobs in the tables.
void encode(std::string& out, const std::vector<SeatIndex>& seats);
bool decode(std::string_view bytes, std::vector<SeatIndex>& seats);
void encode(std::string& out, const std::vector<IssuedTicket>& tickets);
bool decode(std::string_view bytes, std::vector<IssuedTicket>& tickets);
void encode(std::string& out, const std::vector<Section>& sections);
bool decode(std::string_view bytes, std::vector<Section>& sections);  // numbers the seats too
// A byte a seat.
void encode(std::string& out, const std::vector<bool>& blocked);
bool decode(std::string_view bytes, std::vector<bool>& blocked);

}  // namespace frontrow
