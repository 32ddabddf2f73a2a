// What the program counts, as Prometheus reads it (text exposition format 0.0.4). Any thread.
#pragma once

#include <string>

namespace frontrow::api {

struct Service;

// Sales that are closed are left out, and so are routes that nobody has asked yet.
std::string metrics_text(Service& service);

}  // namespace frontrow::api
