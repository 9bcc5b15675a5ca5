// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Error.h"

namespace millrace
{

std::string describe(const Error& error)
{
    return error.advice.empty() ? error.message : error.message + ". " + error.advice;
}

} // namespace millrace
