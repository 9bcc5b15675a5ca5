// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace millrace
{

/// What went wrong, by what the caller can do about it. The values are the process's exit codes.
enum class ErrorCode {
    Failed = 1,      ///< anything that is none of the below
    Usage = 2,       ///< a flag or an experiment file that makes no sense
    Unreachable = 3, ///< no broker answers, or the cluster refuses us: then not retriable
    BadData = 4,     ///< a file or a message that cannot be read as what it should be
    Cancelled = 130, ///< the user asked for the end
};

/// What a caller may answer to a refusal: the same section again with this key set. The command line's flags are named
/// like the keys.
struct ErrorAnswer {
    std::string key, value, text; ///< text: of a button
};

/// An error as a value: a message that names the file, line, topic or offset, and an advice that says what to do.
struct Error {
    ErrorCode code = ErrorCode::Failed;
    std::string message;
    std::string advice;
    bool retriable = false; ///< the same call may work later
    std::vector<ErrorAnswer> answers{};
};

/// Either a value or an Error; never ignored.
template <class T>
struct [[nodiscard]] Result : tl::expected<T, Error> {
    using tl::expected<T, Error>::expected;
    /// Where there is a value there is no error to read: debug builds stop.
    [[nodiscard]] const Error& error() const
    {
        assert(!this->has_value());
        return tl::expected<T, Error>::error();
    }
    [[nodiscard]] Error& error()
    {
        assert(!this->has_value());
        return tl::expected<T, Error>::error();
    }
};

using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string advice = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(advice)});
}

inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

/// "message (advice)" on one line, for logs and the command line.
std::string describe(const Error& error);
/// Empty where nothing went wrong.
template <class T>
std::string describe(const Result<T>& result)
{
    return result ? std::string() : describe(result.error());
}

} // namespace millrace
