// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/CsvFields.h"

#include "data/files/CsvLayout.h"

#include <algorithm>
#include <cstring>

namespace millrace
{
namespace
{

constexpr auto kNone = std::string_view::npos;

bool isBlank(char character)
{
    return character == ' ' || character == '\t';
}

void splitAtBlanks(std::string_view row, std::vector<std::string_view>& fields)
{
    constexpr std::string_view kAll = " \t";
    std::size_t begin = row.find_first_not_of(kAll);
    while (begin != kNone) {
        const std::size_t stop = std::min(row.find_first_of(kAll, begin), row.size());
        fields.push_back(row.substr(begin, stop - begin));
        begin = row.find_first_not_of(kAll, stop);
    }
}

/// Walks over one row, field by field.
class QuotedCutter
{
public:
    QuotedCutter(std::string_view text, char separator, std::string& scratch)
        : m_text(text), m_separator(separator), m_scratch(scratch)
    {
    }

    /// The next field; m_place is then behind it, at the separator, the line end or the end of the text.
    std::string_view field()
    {
        const std::size_t start = m_place;
        while (m_place < m_text.size() && isBlank(m_text[m_place]) && m_text[m_place] != m_separator)
            ++m_place;
        if (m_place < m_text.size() && m_text[m_place] == '"')
            return quoted();
        m_place = fieldEnd(start);
        return m_text.substr(start, valueEnd(start) - start);
    }

    [[nodiscard]] bool atSeparator() const { return m_place < m_text.size() && separates(m_text[m_place]); }
    [[nodiscard]] bool atLineEnd() const { return m_place < m_text.size() && m_text[m_place] == '\n'; }
    [[nodiscard]] bool openQuote() const { return m_openQuote; }
    [[nodiscard]] std::size_t place() const { return m_place; }
    void skip() { ++m_place; }
    void skipBlanks()
    {
        while (m_place < m_text.size() && isBlank(m_text[m_place]))
            ++m_place;
    }
    /// Nothing but the line end, if any, is left of the row.
    [[nodiscard]] bool atRowEnd() const
    {
        return m_place == m_text.size() || atLineEnd() ||
               (m_text[m_place] == '\r' && (m_place + 1 == m_text.size() || m_text[m_place + 1] == '\n'));
    }
    void toLineEnd() { m_place = std::min(m_text.find('\n', m_place), m_text.size()); }

private:
    [[nodiscard]] bool separates(char character) const
    {
        return character == m_separator || (m_separator == kBlanks && character == '\t');
    }

    [[nodiscard]] std::size_t fieldEnd(std::size_t from) const
    {
        while (from < m_text.size() && !separates(m_text[from]) && m_text[from] != '\n')
            ++from;
        return from;
    }

    /// The end of the value: a carriage return before the line end is none of it.
    [[nodiscard]] std::size_t valueEnd(std::size_t start) const
    {
        const bool last = !atSeparator();
        return last && m_place > start && m_text[m_place - 1] == '\r' ? m_place - 1 : m_place;
    }

    std::string_view quoted()
    {
        const std::size_t start = m_place + 1;
        std::size_t close = m_text.find('"', start);
        bool escapes = false;
        while (close != kNone && close + 1 < m_text.size() && m_text[close + 1] == '"') {
            escapes = true;
            close = m_text.find('"', close + 2);
        }
        if (close == kNone) {
            m_openQuote = true;
            return {};
        }
        m_place = fieldEnd(close + 1);
        const std::string_view inside = m_text.substr(start, close - start);
        const std::string_view behind = m_text.substr(close + 1, valueEnd(close + 1) - close - 1);
        return escapes || !behind.empty() ? copied(inside, behind) : inside;
    }

    std::string_view copied(std::string_view inside, std::string_view behind)
    {
        const std::size_t start = m_scratch.size();
        for (std::size_t i = 0; i < inside.size(); ++i) {
            m_scratch.push_back(inside[i]);
            if (inside[i] == '"')
                ++i;
        }
        m_scratch.append(behind);
        return std::string_view(m_scratch).substr(start);
    }

    std::string_view m_text;
    char m_separator;
    std::string& m_scratch;
    std::size_t m_place = 0;
    bool m_openQuote = false;
};

int lineEnds(std::string_view text)
{
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

void splitPlain(std::string_view row, char separator, std::vector<std::string_view>& fields)
{
    fields.clear();
    if (separator == kBlanks)
        return splitAtBlanks(row, fields);
    const char* place = row.data();
    const char* const end = place + row.size();
    while (place != end) {
        const auto* stop =
            static_cast<const char*>(std::memchr(place, separator, static_cast<std::size_t>(end - place)));
        if (stop == nullptr)
            break;
        fields.emplace_back(place, static_cast<std::size_t>(stop - place));
        place = stop + 1;
    }
    fields.emplace_back(place, static_cast<std::size_t>(end - place));
}

QuotedRow splitQuoted(std::string_view text, char separator, std::vector<std::string_view>& fields,
                      std::string& scratch)
{
    fields.clear();
    scratch.clear();
    scratch.reserve(text.size()); // the views must not move
    QuotedCutter cutter(text, separator, scratch);
    QuotedRow row;
    const bool blanks = separator == kBlanks;
    for (;;) {
        if (blanks) {
            cutter.skipBlanks();
            if (cutter.atRowEnd()) {
                cutter.toLineEnd();
                break;
            }
        }
        const std::string_view field = cutter.field();
        if (cutter.openQuote()) {
            row.openQuote = true;
            row.quoteColumn = static_cast<int>(fields.size());
            row.quoteLine = lineEnds(text.substr(0, cutter.place()));
            return row;
        }
        fields.push_back(field);
        if (!cutter.atSeparator())
            break;
        cutter.skip();
    }
    row.ended = cutter.atLineEnd();
    row.length = cutter.place();
    row.consumed = row.length + (row.ended ? 1 : 0);
    row.lines = lineEnds(text.substr(0, row.consumed));
    if (row.length > 0 && text[row.length - 1] == '\r')
        --row.length;
    return row;
}

std::string quotedField(std::string_view text)
{
    if (text.find_first_of(",;\t|\"\r\n") == kNone)
        return std::string(text);
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"')
            result += '"';
        result += character;
    }
    return result + '"';
}

} // namespace millrace
