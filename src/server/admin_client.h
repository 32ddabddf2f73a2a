// Asks an installation one request of admin.h, whoever holds it.
#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "server/ending.h"
#include "server/settings.h"

namespace frontrow::server {

// The answer's fields. The error is what the person is told: what the request was refused for, or
// that neither the store could be opened nor a server be reached within some seconds.
Result<boost::json::object, Ending> ask_installation(const Settings& settings,
                                                     const boost::json::object& request);

}  // namespace frontrow::server
