// Finding concerts and shows in the views.
#pragma once

#include <memory>
#include <vector>

#include "api/call.h"
#include "engine/views.h"

namespace frontrow::api {

std::vector<std::shared_ptr<const Show>> shows_of(Service& service, const SaleView& sale);
std::vector<SaleView*> published_by_opening(Service& service);
// The concert that the path names, published or not; null where there is none.
SaleView* find_any_concert(const Call& call);
// The published concert that the path names, or null after a 404.
SaleView* find_published(Call& call);

}  // namespace frontrow::api
