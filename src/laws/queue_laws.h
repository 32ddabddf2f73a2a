// The laws of the queue: places, calls and entries.
#pragma once

#include "laws/law.h"

namespace frontrow {

// Keeps the live place of every user of every sale, and whether the user is inside.
class OnePlaceAPerson final : public Law {
 public:
  using Law::learn;
  std::string_view name() const override {
    return "A person has at most one live place and one active entry in a concert";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
  void learn(const Place& place) override;
  void learn(const Entry& entry) override;

 private:
  struct Live {
    PlaceNumber number : 31 = 0;
    PlaceNumber inside : 1 = 0;
  };
  struct People {
    LargeMap<UserId, Live> live;  // 20 bytes a person who waits: millions may
    PlaceNumber last_number = 0;
    std::int64_t inside = 0;
  };
  struct Person {
    SaleNo sale_no;
    UserId user;
    bool operator==(const Person&) const = default;
  };
  struct PersonHash {
    using is_avalanching = void;
    std::size_t operator()(const Person& person) const {
      return UuidHash()(person.user) ^ (person.sale_no * 0x9E3779B97F4A7C15ULL);
    }
  };
  struct Count {
    std::int64_t places = 0, entries = 0;
  };

  People& people(SaleNo sale);
  Count& count_in_batch(SaleNo sale, UserId user);
  std::optional<Breach> compare(const State& after);
  void drop(People& sale, UserId user, PlaceNumber number);

  std::vector<People> sales_;                                      // index: sale_no − 1
  boost::unordered_flat_map<Person, Count, PersonHash> batch_;     // empty between batches
  boost::unordered_flat_map<SaleNo, std::int64_t> inside_change_;  // likewise
};

class CapacityHolds final : public Law {
 public:
  std::string_view name() const override { return "Nobody is called beyond the sale's capacity"; }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
};

class OnlyTheCalledEnter final : public Law {
 public:
  std::string_view name() const override { return "Only who was called gets an entry"; }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
};

class QueueCountersMatch final : public Law {
 public:
  std::string_view name() const override {
    return "The watermark never shrinks, and a queue's counters count its rows";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;

 private:
  struct Added {
    std::int64_t places = 0, missed = 0, entries = 0;
    PlaceNumber first = 0;
  };
  boost::unordered_flat_map<SaleNo, Added> batch_;  // empty between batches
};

class VersionsGrow final : public Law {
 public:
  std::string_view name() const override { return "Versions only grow"; }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
};

}  // namespace frontrow
