#include "store/journal_codec.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "store/contract_rows.h"

namespace frontrow {
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
  Changes changes;
  ASSERT_TRUE(decode(some_journal_row(), changes));
  EXPECT_EQ(changes.orders.size(), 2U);
  EXPECT_EQ(changes.transfers.size(), 1U);
  std::string again;
  encode(again, changes);
  EXPECT_EQ(again, some_journal_row());
}

class MarkingSealer final : public SecretSealer {
 public:
  std::string seal(std::string_view plain, std::string_view context) const override {
    std::string out = std::string(context) + "/";
    for (const char byte : plain) out += static_cast<char>(byte ^ 0x55);
    return out;
  }
  std::optional<std::string> open(std::string_view sealed,
                                  std::string_view context) const override {
    const std::string prefix = std::string(context) + "/";
    if (!sealed.starts_with(prefix)) return {};
    std::string out;
    for (const char byte : sealed.substr(prefix.size())) out += static_cast<char>(byte ^ 0x55);
    return out;
  }
};

Changes rows_of_many_kinds(contract::RowMaker& make, SaleNo sale_no) {
  Changes changes;
  changes.concerts.push_back({{}, make.concert(sale_no)});
  changes.shows.push_back({{}, make.show(changes.concerts[0].after)});
  changes.queues.push_back({{}, make.queue(sale_no)});
  changes.orders.push_back({{}, make.held_order(changes.shows[0].after, make.id<UserId>())});
  changes.users.push_back({{}, make.user("kim@example.com")});
  changes.sessions.push_back({{}, make.session(make.id<UserId>())});
  changes.staff_keys.push_back({{}, make.staff_key()});
  changes.signing_keys.push_back({{}, make.signing_key("key")});
  changes.audit.push_back(make.audit_entry());
  changes.kept_answers.push_back(make.kept_answer("key"));
  return changes;
}

template <class Row>
void expect_same(const std::vector<Change<Row>>& news, const std::vector<Change<Row>>& told) {
  ASSERT_EQ(news.size(), 1U);
  EXPECT_FALSE(news[0].before);
  EXPECT_EQ(contract::text(news[0].after), contract::text(told[0].after));
}

TEST(JournalCodec, NewsHaveEveryRowThatMemoryKeepsAndSecretsAreSealed) {
  const MarkingSealer sealer;
  contract::RowMaker make(3);
  for (SaleNo sale_no = 1; sale_no <= 8; ++sale_no) {
    const Changes told = rows_of_many_kinds(make, sale_no);
    const Uuid batch = make.uuid();
    std::string bytes;
    encode_news(bytes, told, sealer, batch);
    EXPECT_EQ(bytes.find(told.signing_keys[0].after.secret), std::string::npos);
    EXPECT_EQ(bytes.find(view_of(told.concerts[0].after.member_key)), std::string::npos);
    Changes news;
    ASSERT_TRUE(decode_news(bytes, news, sealer, batch));
    expect_same(news.concerts, told.concerts);
    expect_same(news.shows, told.shows);
    expect_same(news.queues, told.queues);
    expect_same(news.orders, told.orders);
    expect_same(news.sessions, told.sessions);
    expect_same(news.staff_keys, told.staff_keys);
    expect_same(news.signing_keys, told.signing_keys);
    for (const auto& change : news.users)
      EXPECT_TRUE(change.after.forgotten_at && change.after.email.empty() &&
                  change.after.password_hash.empty());
    EXPECT_TRUE(news.kept_answers.empty() && news.audit.empty());
    EXPECT_FALSE(decode_news(bytes, news, sealer, make.uuid())) << "another batch's secrets";
    EXPECT_FALSE(decode(bytes, news)) << "without a key";
  }
}

// A cut may fall between two blocks; every other cut is noticed.
TEST(JournalCodec, ACutRowIsNoticed) {
  const std::string bytes = some_journal_row();
  int read = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Changes changes;
    read += decode(std::string_view(bytes).substr(0, size), changes);
  }
  EXPECT_EQ(read, 7);
}

TEST(JournalCodec, ForeignBytesAreRefused) {
  Changes changes;
  EXPECT_FALSE(decode("", changes));
  EXPECT_FALSE(decode(std::string_view("\2\3\0\0\0\0", 6), changes)) << "another version";
  EXPECT_FALSE(decode(std::string_view("\1\77\0\0\0\0", 6), changes)) << "an unknown kind";
  EXPECT_FALSE(decode(std::string_view("\1\3\377\377\377\377", 6), changes)) << "too many rows";
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
}  // namespace frontrow
