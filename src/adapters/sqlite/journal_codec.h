// The bytes of a journal row: what a batch changed, apart from the rows that go to their tables at
// once. Little-endian, fixed widths; a byte names the format's version.
//
//   row  = version (1 byte), then block after block
//   block = kind (1 byte), count (4 bytes), that many rows
#pragma once

#include <string>
#include <string_view>

#include "adapters/sqlite/pending.h"

namespace frontrow::sqlite {

// Appends to `out`.
void encode(std::string& out, const Changes& changes);

// Puts the rows into `pending`. False where the bytes are not what `encode` writes.
bool decode(std::string_view bytes, Pending& pending);

// The same fields as blobs in the tables.
void encode(std::string& out, const std::vector<SeatIndex>& seats);
bool decode(std::string_view bytes, std::vector<SeatIndex>& seats);
void encode(std::string& out, const std::vector<IssuedTicket>& tickets);
bool decode(std::string_view bytes, std::vector<IssuedTicket>& tickets);
void encode(std::string& out, const std::vector<Section>& sections);
bool decode(std::string_view bytes, std::vector<Section>& sections);  // numbers the seats too

}  // namespace frontrow::sqlite
