// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/CsvReader.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/ByteSource.h"
#include "data/files/CsvFields.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::size_t kCsvBufferSize = std::size_t{1} << 20;
/// A row longer than this is a forgotten quote or no CSV: the limit keeps memory flat.
constexpr std::size_t kLongestRow = std::size_t{16} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Magic {
    std::string_view bytes;
    const char* what;
    const char* advice;
};

/// Files that people take for CSV.
constexpr std::array kMagics = {
    Magic{"PK\x03\x04", "a zip archive or a spreadsheet, not a CSV", "Unpack it, or save the sheet as CSV"},
    Magic{"PAR1", "a Parquet file, not a CSV", "Convert it to CSV first"},
    Magic{"BZh", "compressed with bzip2, which Millrace does not unpack",
          "Unpack it, or compress it with gzip or zstd"},
    Magic{"\xFD"
          "7zXZ",
          "compressed with xz, which Millrace does not unpack", "Unpack it, or compress it with gzip or zstd"},
    Magic{"\xFF\xFE", "UTF-16 text, and was to be read as UTF-8", "Read it with --encoding UTF-16LE"},
    Magic{"\xFE\xFF", "UTF-16 text, and was to be read as UTF-8", "Read it with --encoding UTF-16BE"},
};

/// UTF-32 begins with the mark of UTF-16, or after zeros; read as UTF-16 it would be told to be UTF-16.
constexpr std::array<std::string_view, 2> kUtf32Marks = {std::string_view("\xFF\xFE\0\0", 4),
                                                         std::string_view("\0\0\xFE\xFF", 4)};

/// The names that iconv has for it.
bool isUtf32(std::string encoding)
{
    std::ranges::transform(encoding, encoding.begin(),
                           [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
    constexpr std::array kNames = {"UTF-32", "UTF32", "UCS-4", "UCS4"};
    return std::ranges::any_of(kNames, [&](const char* name) { return encoding.starts_with(name); });
}

Status refuseUtf32(const std::filesystem::path& file, std::string_view bytes, const std::string& encoding)
{
    if (isUtf32(encoding) ||
        std::ranges::none_of(kUtf32Marks, [&](std::string_view mark) { return bytes.starts_with(mark); }))
        return {};
    return fail(ErrorCode::BadData, file.string() + " is UTF-32 text, and was to be read as " + encoding,
                "Read it with --encoding UTF-32, or convert it: iconv -f UTF-32 -t UTF-8 FILE > NEW");
}

/// An error when the first block shows that this is no text.
Status checkText(const std::filesystem::path& file, std::string_view block)
{
    for (const Magic& magic : kMagics)
        if (block.starts_with(magic.bytes))
            return fail(ErrorCode::BadData, file.string() + " is " + magic.what, magic.advice);
    if (const std::string utf16 = utf16WithoutMark(block); !utf16.empty())
        return fail(ErrorCode::BadData, file.string() + " seems to be UTF-16 text without a byte order mark",
                    "Read it with --encoding " + utf16 + ", or save it as UTF-8");
    if (const auto place = block.find('\0'); place != std::string_view::npos)
        return fail(ErrorCode::BadData,
                    file.string() + " is a binary file, not a CSV (byte " + std::to_string(place + 1) + " is NUL)",
                    "Choose a text file with one row a line, plain or compressed with gzip or zstd");
    return {};
}

bool blank(std::string_view text)
{
    return text.find_first_not_of(' ') == std::string_view::npos;
}

/// Only CR ends lines: there is one, and no LF.
bool onlyCarriageReturns(std::string_view block)
{
    return block.find('\n') == std::string_view::npos && block.find('\r') != std::string_view::npos;
}

} // namespace

struct CsvReader::State {
    std::filesystem::path file;
    std::unique_ptr<ByteSource> source;
    CsvLayout layout;
    bool carriageReturns = false; ///< end lines: they are read as line feeds
    std::int64_t bytesTotal = 0;
    std::vector<std::string> header;

    std::vector<char> buffer;
    std::size_t begin = 0; ///< what is not yet handed out: [begin, end)
    std::size_t end = 0;
    bool atEnd = false;           ///< nothing more to read
    std::optional<Error> damage;  ///< why reading ended early, told when the whole rows before it are handed out
    std::optional<Error> failure; ///< told; said again at every further call

    std::int64_t line = 1; ///< of `begin`
    std::int64_t row = 0;
    std::vector<std::string_view> fields;
    std::string scratch;

    [[nodiscard]] std::string_view waiting() const { return {buffer.data() + begin, end - begin}; }
    Status fill();
    Result<bool> next(CsvRow& out);
    Result<bool> nextQuoted(CsvRow& out);
    Status passOver(std::int64_t lines);
    [[nodiscard]] bool isComment(std::string_view text) const
    {
        return !layout.comment.empty() && trimmed(text).starts_with(layout.comment);
    }
    Status openSource(const std::string& encoding);
    Status begins();
    Result<bool> finish();
    Result<bool> unclosed(const QuotedRow& quoted);
    Result<bool> handOut(CsvRow& out, std::string_view text);
    [[nodiscard]] std::string place(std::int64_t number) const
    {
        return file.string() + " line " + std::to_string(number);
    }
    void makeRoom();
    void readSome();
};

/// Moves what is left to the front; a buffer that is still full grows.
void CsvReader::State::makeRoom()
{
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    begin = 0;
    if (end == buffer.size())
        buffer.resize(buffer.size() * 2);
}

void CsvReader::State::readSome()
{
    if (atEnd)
        return;
    const std::size_t before = end;
    end += source->read(std::span(buffer).subspan(end));
    atEnd = end < buffer.size();
    if (carriageReturns)
        std::replace(buffer.begin() + static_cast<std::ptrdiff_t>(before),
                     buffer.begin() + static_cast<std::ptrdiff_t>(end), '\r', '\n');
    if (atEnd)
        damage = source->damage();
}

Status CsvReader::State::fill()
{
    if (end - begin >= kLongestRow)
        return fail(ErrorCode::BadData, place(line) + " is longer than " + formatBytes(kLongestRow),
                    "Is it a CSV? Look for a missing line end near there");
    makeRoom();
    readSome();
    return {};
}

Result<bool> CsvReader::State::finish()
{
    if (!damage)
        return false;
    const std::string where = line > 1 ? " after line " + std::to_string(line - 1) : " in line 1";
    return fail(damage->code, file.string() + " cannot be read on" + where + ": " + damage->message, damage->advice);
}

Result<bool> CsvReader::State::unclosed(const QuotedRow& quoted)
{
    return fail(ErrorCode::BadData,
                place(line + quoted.quoteLine) + ": the quote that opens column " +
                    std::to_string(quoted.quoteColumn + 1) + " is never closed",
                "Close it there, or write a quote inside a field as \"\"");
}

Result<bool> CsvReader::State::handOut(CsvRow& out, std::string_view text)
{
    out.row = row++;
    out.line = line;
    out.text = text;
    out.fields = fields;
    return true;
}

Result<bool> CsvReader::State::nextQuoted(CsvRow& out)
{
    for (;;) {
        const std::string_view text = waiting();
        const QuotedRow quoted = splitQuoted(text, layout.separator, fields, scratch);
        if (!quoted.ended && !atEnd) {
            // The message of a row without end is the quote's, not the length's.
            if (quoted.openQuote && text.size() >= kLongestRow)
                return unclosed(quoted);
            if (auto good = fill(); !good)
                return fail(good.error());
            continue;
        }
        if (!quoted.ended && damage)
            return finish();
        if (quoted.openQuote)
            return unclosed(quoted);
        auto result = handOut(out, text.substr(0, quoted.length));
        begin += quoted.consumed;
        line += quoted.lines;
        return result;
    }
}

Result<bool> CsvReader::State::next(CsvRow& out)
{
    std::size_t searched = 0;
    for (;;) {
        std::string_view text = waiting();
        const auto* newline =
            static_cast<const char*>(std::memchr(text.data() + searched, '\n', text.size() - searched));
        if (newline == nullptr && !atEnd) {
            searched = text.size();
            if (auto good = fill(); !good)
                return fail(good.error());
            continue;
        }
        if (newline == nullptr && (text.empty() || damage))
            return finish();
        if (newline != nullptr)
            text = text.substr(0, static_cast<std::size_t>(newline - text.data()));
        const bool comment = isComment(text);
        if (!comment && text.find('"') != std::string_view::npos)
            return nextQuoted(out);
        const std::size_t consumed = text.size() + (newline != nullptr ? 1 : 0);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        begin += consumed;
        if (!comment && !blank(text)) {
            splitPlain(text, layout.separator, fields);
            auto result = handOut(out, text);
            ++line;
            return result;
        }
        ++line;
        searched = 0;
    }
}

Status CsvReader::State::passOver(std::int64_t lines)
{
    while (lines > 0) {
        const std::string_view text = waiting();
        const std::size_t newline = text.find('\n');
        if (newline == std::string_view::npos && atEnd)
            return fail(ErrorCode::BadData,
                        file.string() + " has no line " + std::to_string(line + lines) +
                            ", where its table was to begin",
                        "Give the line of the header with --header");
        if (newline == std::string_view::npos) {
            if (auto good = fill(); !good)
                return good;
            continue;
        }
        begin += newline + 1;
        ++line;
        --lines;
    }
    return {};
}

Status CsvReader::State::openSource(const std::string& encoding)
{
    auto opened = ByteSource::open(file, encoding);
    if (!opened)
        return fail(opened.error());
    source = std::move(*opened);
    begin = end = 0;
    atEnd = false;
    damage.reset();
    readSome();
    return {};
}

/// Opens the file and looks at the first block: what it begins with, and how lines end.
Status CsvReader::State::begins()
{
    buffer.resize(kCsvBufferSize);
    if (auto opened = openSource(std::string(kUtf8)); !opened)
        return opened;
    if (auto good = refuseUtf32(file, waiting(), layout.encoding); !good)
        return good;
    if (layout.encoding != kUtf8)
        if (auto opened = openSource(layout.encoding); !opened)
            return opened;
    if (auto good = checkText(file, waiting()); !good)
        return good;
    // Names and texts are UTF-8 from here on, also where somebody was wrong about the file.
    if (layout.encoding == kUtf8 && !isUtf8(waiting(), true))
        if (auto opened = openSource("UTF8"); !opened)
            return opened;
    while (waiting().starts_with(kByteOrderMark)) // a table that was saved with one twice has two
        begin += kByteOrderMark.size();
    carriageReturns = onlyCarriageReturns(waiting());
    if (carriageReturns)
        std::replace(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(end), '\r', '\n');
    return {};
}

Result<CsvReader> CsvReader::open(const std::filesystem::path& file, const CsvLayout& layout)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        return fail(ErrorCode::BadData, file.string() + " is a folder, not a CSV", "Choose a file in it");
    auto state = std::make_unique<State>();
    state->file = file;
    state->layout = layout;
    const auto size = std::filesystem::file_size(file, ignored);
    state->bytesTotal = ignored ? 0 : static_cast<std::int64_t>(size);
    if (auto good = state->begins(); !good)
        return fail(good.error());
    const bool nothing = state->waiting().find_first_not_of(" \t\r\n") == std::string_view::npos && state->atEnd;
    if (nothing && !state->damage)
        return fail(ErrorCode::BadData, file.string() + " is empty", "Choose a file with at least one row");
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

Result<std::string> readHead(const std::filesystem::path& file, const std::optional<std::string>& encoding)
{
    auto source = ByteSource::open(file, encoding.value_or("UTF-8"));
    if (!source)
        return fail(source.error());
    std::string head(kCsvBufferSize, '\0');
    head.resize((*source)->read(head));
    if (!encoding || *encoding == kUtf8) // the bytes as they are
        if (auto good = refuseUtf32(file, head, std::string(kUtf8)); !good)
            return fail(good.error());
    // Marks of UTF-16 say what it is; a guess is only wanted where nothing was said.
    if (!encoding && !head.starts_with("\xFF\xFE") && !head.starts_with("\xFE\xFF"))
        if (auto good = checkText(file, head); !good)
            return fail(good.error());
    return head;
}

Result<std::vector<std::string>> firstLines(const std::filesystem::path& file, const std::string& encoding,
                                            std::size_t most)
{
    auto head = readHead(file, encoding);
    if (!head)
        return fail(head.error());
    std::string_view text = *head;
    while (text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    const char lineEnd = onlyCarriageReturns(text) ? '\r' : '\n';
    std::vector<std::string> lines;
    while (!text.empty() && lines.size() < most) {
        const std::size_t end = std::min(text.find(lineEnd), text.size());
        const std::string_view line = text.substr(0, end);
        lines.push_back(repairedUtf8(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
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

bool CsvReader::endsLinesWithCr() const
{
    return m_state->carriageReturns;
}

std::int64_t CsvReader::bytesRead() const
{
    // Of a plain file what is read is what was handed out; of a packed one only its source knows where it stands.
    const auto waiting = static_cast<std::int64_t>(m_state->waiting().size());
    return m_state->source->position() - (m_state->source->isPacked() ? 0 : waiting);
}

std::int64_t CsvReader::bytesTotal() const
{
    return m_state->bytesTotal;
}

} // namespace millrace
