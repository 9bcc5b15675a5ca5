// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/CsvReader.h"

#include "data/Cell.h"
#include "data/files/CsvFields.h"
#include "data/files/TextInput.h"

#include <cstring>
#include <optional>
#include <utility>

namespace millrace
{
namespace
{

bool blank(std::string_view text)
{
    return text.find_first_not_of(' ') == std::string_view::npos;
}

} // namespace

struct CsvReader::State {
    State(TextInput text, CsvLayout cut) : input(std::move(text)), layout(std::move(cut)) {}

    TextInput input;
    CsvLayout layout;
    std::vector<std::string> header;
    std::optional<Error> failure; ///< told; said again at every further call
    std::int64_t row = 0;
    std::vector<std::string_view> fields;
    std::string scratch;

    Result<bool> next(CsvRow& out);
    Result<bool> nextQuoted(CsvRow& out);
    Status passOver(std::int64_t lines);
    [[nodiscard]] bool isComment(std::string_view text) const
    {
        return !layout.comment.empty() && trimmed(text).starts_with(layout.comment);
    }
    Result<bool> unclosed(const QuotedRow& quoted);
};

Result<bool> CsvReader::State::unclosed(const QuotedRow& quoted)
{
    return fail(ErrorCode::BadData,
                input.place(input.line() + quoted.quoteLine) + ": the quote that opens column " +
                    std::to_string(quoted.quoteColumn + 1) + " is never closed",
                "Close it there, or write a quote inside a field as \"\"");
}

Result<bool> CsvReader::State::nextQuoted(CsvRow& out)
{
    for (;;) {
        const std::string_view text = input.waiting();
        const QuotedRow quoted = splitQuoted(text, layout.separator, fields, scratch);
        if (!quoted.ended && !input.atEnd()) {
            // The message of a row without end is the quote's, not the length's.
            if (quoted.openQuote && input.isOverlong())
                return unclosed(quoted);
            if (auto good = input.more(); !good)
                return fail(good.error());
            continue;
        }
        if (!quoted.ended && input.isDamaged())
            return input.finish();
        if (quoted.openQuote)
            return unclosed(quoted);
        out = {row++, input.line(), text.substr(0, quoted.length), fields, {}, {}};
        input.take(quoted.consumed, quoted.lines);
        return true;
    }
}

Result<bool> CsvReader::State::next(CsvRow& out)
{
    std::size_t searched = 0;
    for (;;) {
        std::string_view text = input.waiting();
        const auto* newline =
            static_cast<const char*>(std::memchr(text.data() + searched, '\n', text.size() - searched));
        if (newline == nullptr && !input.atEnd()) {
            searched = text.size();
            if (auto good = input.more(); !good)
                return fail(good.error());
            continue;
        }
        if (newline == nullptr && (text.empty() || input.isDamaged()))
            return input.finish();
        if (newline != nullptr)
            text = text.substr(0, static_cast<std::size_t>(newline - text.data()));
        const bool comment = isComment(text);
        if (!comment && text.find('"') != std::string_view::npos)
            return nextQuoted(out);
        const std::size_t consumed = text.size() + (newline != nullptr ? 1 : 0);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        const bool isRow = !comment && !blank(text);
        if (isRow) {
            splitPlain(text, layout.separator, fields);
            out = {row++, input.line(), text, fields, {}, {}};
        }
        input.take(consumed, 1);
        if (isRow)
            return true;
        searched = 0;
    }
}

Status CsvReader::State::passOver(std::int64_t lines)
{
    while (lines > 0) {
        const std::string_view text = input.waiting();
        const std::size_t newline = text.find('\n');
        if (newline == std::string_view::npos && input.atEnd())
            return fail(ErrorCode::BadData,
                        input.file().string() + " has no line " + std::to_string(input.line() + lines) +
                            ", where its table was to begin",
                        "Give the line of the header with --header");
        if (newline == std::string_view::npos) {
            if (auto good = input.more(); !good)
                return good;
            continue;
        }
        input.take(newline + 1, 1);
        --lines;
    }
    return {};
}

Result<CsvReader> CsvReader::open(const std::filesystem::path& file, const CsvLayout& layout)
{
    auto input = TextInput::open(file, layout.encoding);
    if (!input)
        return fail(input.error());
    auto state = std::make_unique<State>(std::move(*input), layout);
    if (auto passed = state->passOver(layout.skip); !passed)
        return fail(passed.error());
    CsvReader reader(std::move(state));
    if (layout.header) {
        CsvRow row;
        auto found = reader.next(row);
        if (!found)
            return fail(found.error());
        reader.m_state->header.assign(row.fields.begin(), row.fields.end());
        reader.m_state->row = 0;
    }
    return reader;
}

CsvReader::CsvReader(std::unique_ptr<State> state) : m_state(std::move(state)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Result<bool> CsvReader::next(CsvRow& row)
{
    if (m_state->failure)
        return fail(*m_state->failure);
    auto result = m_state->next(row);
    if (!result)
        m_state->failure = result.error();
    return result;
}

std::vector<std::string> CsvReader::header() const
{
    return m_state->header;
}

std::vector<FileNote> CsvReader::notes() const
{
    if (!m_state->input.endsLinesWithCr())
        return {};
    return {{"line ends", -1, "lines end with a carriage return alone"}};
}

std::int64_t CsvReader::bytesRead() const
{
    return m_state->input.bytesRead();
}

std::int64_t CsvReader::bytesTotal() const
{
    return m_state->input.bytesTotal();
}

} // namespace millrace
