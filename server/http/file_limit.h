// How many connections the operating system lets this process have.
#pragma once

#include "server/server_options.h"

namespace setpoint::server {

// Raises the process's limit of open files as far as `limits` needs and the system allows. Where that is not enough it
// says so in the log, with what to do, and gives limits that fit.
ConnectionLimits WithinFileLimit(ConnectionLimits limits);

}  // namespace setpoint::server
