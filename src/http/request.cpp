#include "http/request.h"

#include "base/check.h"
#include "http/parser.h"

namespace frontrow::http {

Method Request::method() const {
  return head_->method;
}

std::string_view Request::method_name() const {
  return head_->method_name.in(base_);
}

std::string_view Request::target() const {
  return head_->target.in(base_);
}

std::string_view Request::query() const {
  return head_->query.in(base_);
}

std::string_view Request::host() const {
  return head_->host.in(base_);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  const Field* field = find_field(*head_, base_, name);
  if (field == nullptr) return {};
  return field->value.in(base_);
}

std::size_t Request::header_count(std::string_view name) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < head_->field_count; ++i)
    count += equal_without_case(head_->fields[i].name.in(base_), name) ? 1 : 0;
  return count;
}

std::size_t Request::headers_size() const {
  return head_->field_count;
}

std::pair<std::string_view, std::string_view> Request::header_at(std::size_t index) const {
  FRONTROW_CHECK(index < head_->field_count, "header {} of {}", index, head_->field_count);
  const Field& field = head_->fields[index];
  return {field.name.in(base_), field.value.in(base_)};
}

}  // namespace frontrow::http
