// The figures of sales, as staff see them, and what is remembered of them.
#pragma once

namespace frontrow::api {

struct Service;

// Once a second, on one io thread: adds a point to the history of each sale that is not over.
void take_samples(Service& service);

}  // namespace frontrow::api
