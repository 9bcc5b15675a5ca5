// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/JsonRecords.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::string_view kJsonBlanks = " \t\r\n";

std::string_view withoutBlanks(std::string_view text)
{
    const auto first = text.find_first_not_of(kJsonBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kJsonBlanks) - first + 1);
}

/// By character: whether a scan has to look at it.
constexpr std::array<bool, 256> kMarks = [] {
    std::array<bool, 256> marks{};
    for (const char mark : std::string_view("\"{}[],"))
        marks.at(static_cast<unsigned char>(mark)) = true;
    return marks;
}();

/// Walks over one value: an object, an array, or anything that ends before a comma or a bracket.
class ValueScan
{
public:
    /// Reads on, the text beginning where it did before, perhaps with more behind. True when the value is whole.
    bool scan(std::string_view text)
    {
        while (m_place < text.size()) {
            if (m_inText && !scanText(text))
                return false;
            while (m_place < text.size() && !kMarks[static_cast<unsigned char>(text[m_place])])
                ++m_place;
            if (m_place == text.size())
                return false;
            const char mark = text[m_place];
            if (m_depth == 0 && (mark == ',' || mark == '}' || mark == ']'))
                return true; // behind a bare value
            ++m_place;
            m_inText = mark == '"';
            m_depth += mark == '{' || mark == '[' ? 1 : 0;
            m_depth -= mark == '}' || mark == ']' ? 1 : 0;
            if (m_depth == 0 && (mark == '}' || mark == ']'))
                return true;
        }
        return false;
    }
    [[nodiscard]] std::size_t length() const { return m_place; }
    [[nodiscard]] bool isBare() const { return m_depth == 0 && !m_inText; }

private:
    /// To behind the quote that closes the text.
    bool scanText(std::string_view text)
    {
        while (m_place < text.size()) {
            const auto* quote =
                static_cast<const char*>(std::memchr(text.data() + m_place, '"', text.size() - m_place));
            if (quote == nullptr)
                break;
            const auto at = static_cast<std::size_t>(quote - text.data());
            m_place = at + 1;
            std::size_t backslashes = 0;
            while (backslashes < at && text[at - 1 - backslashes] == '\\')
                ++backslashes;
            if (backslashes % 2 == 0) {
                m_inText = false;
                return true;
            }
        }
        m_place = text.size();
        return false;
    }

    std::size_t m_place = 0;
    std::size_t m_depth = 0;
    bool m_inText = false;
};

std::string_view lineAt(std::string_view text)
{
    return text.substr(0, text.find('\n'));
}

} // namespace

Error JsonRecords::cutAt(std::int64_t line) const
{
    return {ErrorCode::BadData, m_input.place(line) + ": the file ends within the record that begins there",
            "The file was cut, or a brace or quote is missing there: get it again, or take that record out"};
}

void JsonRecords::skip(std::size_t bytes)
{
    const std::string_view passed = m_input.waiting().substr(0, bytes);
    m_input.take(bytes, std::count(passed.begin(), passed.end(), '\n'));
}

/// To the next character that is no blank; how many bytes wait there.
Result<std::size_t> JsonRecords::passBlanks()
{
    for (;;) {
        const std::size_t place = std::min(m_input.waiting().find_first_not_of(kJsonBlanks), m_input.waiting().size());
        skip(place);
        if (!m_input.waiting().empty() || m_input.atEnd())
            return m_input.waiting().size();
        if (auto good = m_input.more(); !good)
            return fail(good.error());
    }
}

/// Lines are records where the first ends as it begins, or the next begins as it does.
Status JsonRecords::findForm()
{
    if (auto left = passBlanks(); !left)
        return fail(left.error());
    const std::string_view text = m_input.waiting();
    if (text.starts_with('[')) {
        m_form = Form::Array;
        m_input.take(1, 0);
        return {};
    }
    const std::string_view first = withoutBlanks(lineAt(text));
    const std::size_t second = text.find_first_not_of(kJsonBlanks, std::min(lineAt(text).size(), text.size()));
    const bool isFollowed = second != std::string_view::npos && text[second] == '{';
    const bool isWhole = first.ends_with('}') || first.ends_with("},");
    m_form = isWhole || isFollowed || lineAt(text).size() == text.size() ? Form::Lines : Form::Sequence;
    return {};
}

Result<bool> JsonRecords::next(Record& record)
{
    if (m_form == Form::Unknown)
        if (auto good = findForm(); !good)
            return fail(good.error());
    return m_form == Form::Lines ? nextLine(record) : nextElement(record);
}

Result<bool> JsonRecords::nextLine(Record& record)
{
    std::size_t searched = 0;
    for (;;) {
        const std::string_view text = m_input.waiting();
        const auto* newline =
            static_cast<const char*>(std::memchr(text.data() + searched, '\n', text.size() - searched));
        if (newline == nullptr && !m_input.atEnd()) {
            searched = text.size();
            if (auto good = m_input.more(); !good)
                return fail(good.error());
            continue;
        }
        if (newline == nullptr && (text.empty() || m_input.isDamaged()))
            return m_input.finish();
        const std::size_t end = newline == nullptr ? text.size() : static_cast<std::size_t>(newline - text.data());
        record = {withoutBlanks(text.substr(0, end)), m_input.line()};
        m_input.take(end + (newline == nullptr ? 0 : 1), newline == nullptr ? 0 : 1);
        if (!record.text.empty())
            return true;
        searched = 0;
    }
}

/// To the first character of the next record. False at the end of the file, or of its array.
Result<bool> JsonRecords::passToElement()
{
    for (;;) {
        const auto left = passBlanks();
        if (!left)
            return fail(left.error());
        if (*left == 0 && m_input.isDamaged())
            return m_input.finish();
        if (*left == 0 && m_form == Form::Array)
            return fail(ErrorCode::BadData,
                        m_input.place(m_input.line()) + ": the file ends before its array does: a ] is missing",
                        "The file was cut: get it again, or close the array there");
        if (*left == 0)
            return false;
        const char mark = m_input.waiting().front();
        if (m_form == Form::ArrayEnded)
            return fail(ErrorCode::BadData,
                        m_input.place(m_input.line()) + ": something stands behind the end of the array",
                        "Give one array, or one record a line");
        if (m_form == Form::Sequence)
            return true;
        if (mark == ']') {
            m_form = Form::ArrayEnded;
            m_input.take(1, 0);
            continue;
        }
        if (!m_isFirst && mark != ',')
            return fail(ErrorCode::BadData, m_input.place(m_input.line()) + ": no comma stands before the record",
                        "Write a comma between the records of an array");
        if (std::exchange(m_isFirst, false))
            return true;
        m_input.take(1, 0);
        const auto behind = passBlanks();
        if (!behind)
            return fail(behind.error());
        if (*behind > 0)
            return true;
    }
}

/// Of the value that begins here.
Result<std::size_t> JsonRecords::elementLength()
{
    ValueScan scan;
    while (!scan.scan(m_input.waiting())) {
        if (m_input.atEnd() && m_input.isDamaged())
            return fail(m_input.finish().error());
        if (m_input.atEnd() && (m_form == Form::Array || !scan.isBare()))
            return fail(cutAt(m_input.line()));
        if (m_input.atEnd())
            break;
        if (m_input.isOverlong())
            return fail(ErrorCode::BadData,
                        m_input.place(m_input.line()) + ": the record that begins there does not end within 16 MB",
                        "Look for a missing brace or quote near there");
        if (auto good = m_input.more(); !good)
            return fail(good.error());
    }
    return scan.length();
}

Result<bool> JsonRecords::nextElement(Record& record)
{
    auto found = passToElement();
    if (!found || !*found)
        return found;
    const auto length = elementLength();
    if (!length)
        return fail(length.error());
    record = {withoutBlanks(m_input.waiting().substr(0, *length)), m_input.line()};
    // Where nothing stands, as between two commas, the mark behind it ends the record; a stray one is passed over.
    const bool isStray = *length == 0 && (m_form == Form::Sequence || m_input.waiting().front() == '}');
    skip(isStray ? 1 : *length);
    return true;
}

} // namespace millrace
