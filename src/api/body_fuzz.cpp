// Fuzzes the reader of JSON bodies: whatever the bytes, it ends with values or a refusal that names
// fields of the input, never with a crash, and the same bytes give the same refusal again.
#include <cstdlib>

#include "api/body.h"

namespace {

std::optional<frontrow::Refusal> read_hold_like(std::string_view text) {
  using frontrow::api::BodyReader;
  BodyReader body(text);
  body.text("show_id", 1, 100);
  body.optional_texts("seats", 1, 100);
  body.nullable_text("message", 500);
  body.nullable_time("closes_at");
  body.integer("amount", 1, 10'000'000);
  body.word("action", {"pause", "resume"});
  body.optional_boolean("together");
  if (const auto* object = body.optional_object("best_available")) {
    BodyReader inner = body.inside(*object, "best_available");
    inner.integer("count", 1, 100);
    inner.refuse_unknown();
  }
  return body.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = read_hold_like(text);
  const auto second = read_hold_like(text);
  if (first.has_value() != second.has_value()) std::abort();
  if (first && first->code == frontrow::RefusalCode::validation_failed && first->errors.empty())
    std::abort();
  return 0;
}
