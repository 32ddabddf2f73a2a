#include "adapters/sqlite/journal_codec.h"

#include <gtest/gtest.h>

#include "store/contract_rows.h"

namespace frontrow::sqlite {
namespace {

std::string some_journal_row() {
  contract::RowMaker make(9);
  const Concert concert = make.concert(1);
  const Show show = make.show(concert);
  Order held = make.held_order(show, make.id<UserId>());
  Order paid = make.held_order(show, make.id<UserId>());
  make.pay(paid);
  Changes changes;
  changes.queues.push_back({{}, make.queue(1)});
  changes.places.push_back({{}, make.place(1, 1)});
  changes.entries.push_back({{}, make.entry(1, 1)});
  changes.orders = {{{}, held}, {{}, paid}};
  changes.tickets.push_back({{}, {paid.tickets[0].code, paid.id, 0, Time{5}}});
  contract::add(changes, make.transfer(held.user, 1));
  changes.kept_answers.push_back(make.kept_answer("key"));
  std::string bytes;
  encode(bytes, changes);
  return bytes;
}

TEST(JournalCodec, WhatIsWrittenIsRead) {
  Pending pending;
  ASSERT_TRUE(decode(some_journal_row(), pending));
  EXPECT_EQ(pending.row_count(), 8U);
  for (const Order& order : pending.orders) {
    std::size_t count = 0;
    pending.each_order_of(order.user, [&](const Order& row) { count += row.id == order.id; });
    EXPECT_EQ(count, 1U);
  }
}

// A cut may fall between two blocks; every other cut is noticed.
TEST(JournalCodec, ACutRowIsNoticed) {
  const std::string bytes = some_journal_row();
  int read = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Pending pending;
    read += decode(std::string_view(bytes).substr(0, size), pending);
  }
  EXPECT_EQ(read, 7);
}

TEST(JournalCodec, ForeignBytesAreRefused) {
  Pending pending;
  EXPECT_FALSE(decode("", pending));
  EXPECT_FALSE(decode(std::string_view("\2\3\0\0\0\0", 6), pending)) << "another version";
  EXPECT_FALSE(decode(std::string_view("\1\77\0\0\0\0", 6), pending)) << "an unknown kind";
  EXPECT_FALSE(decode(std::string_view("\1\3\377\377\377\377", 6), pending)) << "too many rows";
}

TEST(JournalCodec, SeatsTicketsAndSectionsComeBack) {
  const std::vector<SeatIndex> seats = {7, 0, UINT32_MAX};
  std::string bytes;
  encode(bytes, seats);
  EXPECT_EQ(bytes.size(), 12U);
  std::vector<SeatIndex> seats_again = {1};
  ASSERT_TRUE(decode(bytes, seats_again));
  EXPECT_EQ(seats_again, seats);
  EXPECT_FALSE(decode(std::string_view(bytes).substr(1), seats_again));

  std::vector<Section> sections = {{"A", {5}, 2, 3}, {"나", {7}, 1, 1}};
  number_seats(sections);
  bytes.clear();
  encode(bytes, sections);
  std::vector<Section> sections_again;
  ASSERT_TRUE(decode(bytes, sections_again));
  ASSERT_EQ(sections_again.size(), 2U);
  EXPECT_EQ(sections_again[1].name, "나");
  EXPECT_EQ(sections_again[1].first_seat, 6U);
}

}  // namespace
}  // namespace frontrow::sqlite
