// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <c10/util/Exception.h>
#include <exception>

namespace millrace
{

/// Runs what calls LibTorch and turns its exceptions into errors: none may cross the module's border.
template <class Function>
auto guarded(const char* what, Function function) -> decltype(function())
{
    try {
        return function();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::Failed, std::string(what) + ": not enough memory",
                    "Use a smaller batch or a smaller model");
    } catch (const c10::Error& error) {
        return fail(ErrorCode::Failed, std::string(what) + ": " + error.what_without_backtrace());
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, std::string(what) + ": " + error.what());
    } catch (...) {
        return fail(ErrorCode::Failed, std::string(what) + ": unknown exception");
    }
}

} // namespace millrace
