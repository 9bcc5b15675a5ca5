// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "data/files/TextInput.h"

#include <string_view>

namespace millrace
{

/// Cuts a text into JSON records without reading what is in them. Not thread-safe.
class JsonRecords
{
public:
    struct Record {
        std::string_view text; ///< lives until the next call
        std::int64_t line = 0;
    };

    explicit JsonRecords(TextInput input) : m_input(std::move(input)) {}

    /// False at the end. An error where the file ends within a record or an array, or the array is none.
    Result<bool> next(Record& record);
    [[nodiscard]] const TextInput& input() const { return m_input; }
    /// What stands in a file that ends there.
    [[nodiscard]] Error cutAt(std::int64_t line) const;

private:
    /// How the records of a file stand behind each other.
    enum class Form { Unknown, Lines, Sequence, Array, ArrayEnded };

    Status findForm();
    Result<bool> nextLine(Record& record);
    Result<bool> nextElement(Record& record);
    Result<bool> passToElement();
    Result<std::size_t> passBlanks();
    Result<std::size_t> elementLength();
    void skip(std::size_t bytes);

    TextInput m_input;
    Form m_form = Form::Unknown;
    bool m_isFirst = true; ///< of an array: no comma stands before it
};

} // namespace millrace
