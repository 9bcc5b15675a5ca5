// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/TextInput.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/files/ByteSource.h"
#include "data/files/FileKinds.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::size_t kTextBuffer = std::size_t{1} << 20;
/// A row longer than this is a forgotten quote or no row: the limit keeps memory flat.
constexpr std::size_t kLongestRow = std::size_t{16} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Mark {
    std::string_view bytes;
    const char* advice;
};
constexpr std::array kUtf16Marks = {Mark{"\xFF\xFE", "Read it with --encoding UTF-16LE"},
                                    Mark{"\xFE\xFF", "Read it with --encoding UTF-16BE"}};

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
    for (const Mark& mark : kUtf16Marks)
        if (block.starts_with(mark.bytes))
            return fail(ErrorCode::BadData, file.string() + " is UTF-16 text, and was to be read as UTF-8",
                        mark.advice);
    if (auto good = refuseForeignKind(file, block); !good)
        return good;
    if (const std::string utf16 = utf16WithoutMark(block); !utf16.empty())
        return fail(ErrorCode::BadData, file.string() + " seems to be UTF-16 text without a byte order mark",
                    "Read it with --encoding " + utf16 + ", or save it as UTF-8");
    if (const auto place = block.find('\0'); place != std::string_view::npos)
        return fail(ErrorCode::BadData,
                    file.string() + " is a binary file, not a CSV (byte " + std::to_string(place + 1) + " is NUL)",
                    "Choose a text file with one row a line, plain or compressed with gzip or zstd");
    return {};
}

/// Only CR ends lines: there is one, and no LF.
bool onlyCarriageReturns(std::string_view block)
{
    return block.find('\n') == std::string_view::npos && block.find('\r') != std::string_view::npos;
}

} // namespace

struct TextInput::State {
    std::filesystem::path file;
    std::unique_ptr<ByteSource> source;
    bool carriageReturns = false; ///< end lines: they are read as line feeds
    std::int64_t bytesTotal = 0;

    std::vector<char> buffer;
    std::size_t begin = 0; ///< what is not yet taken: [begin, end)
    std::size_t end = 0;
    bool atEnd = false;          ///< nothing more to read
    std::optional<Error> damage; ///< why reading ended early, told when the whole rows before it are taken
    std::int64_t line = 1;       ///< of `begin`

    [[nodiscard]] std::string_view waiting() const { return {buffer.data() + begin, end - begin}; }
    [[nodiscard]] std::size_t room() const { return buffer.size() - kPadding; }
    Status openSource(const std::string& encoding);
    Status begins(const std::string& encoding);
    void makeRoom();
    void readSome();
};

/// Moves what is left to the front; a buffer that is still full grows.
void TextInput::State::makeRoom()
{
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    begin = 0;
    if (end == room())
        buffer.resize(buffer.size() * 2);
}

void TextInput::State::readSome()
{
    if (atEnd)
        return;
    const std::size_t before = end;
    end += source->read(std::span(buffer).subspan(end, room() - end));
    atEnd = end < room();
    if (carriageReturns)
        std::replace(buffer.begin() + static_cast<std::ptrdiff_t>(before),
                     buffer.begin() + static_cast<std::ptrdiff_t>(end), '\r', '\n');
    if (atEnd)
        damage = source->damage();
}

Status TextInput::State::openSource(const std::string& encoding)
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
Status TextInput::State::begins(const std::string& encoding)
{
    buffer.resize(kTextBuffer + kPadding);
    if (auto opened = openSource(std::string(kUtf8)); !opened)
        return opened;
    if (auto good = refuseUtf32(file, waiting(), encoding); !good)
        return good;
    if (encoding != kUtf8)
        if (auto opened = openSource(encoding); !opened)
            return opened;
    if (auto good = checkText(file, waiting()); !good)
        return good;
    // Names and texts are UTF-8 from here on, also where somebody was wrong about the file.
    if (encoding == kUtf8 && !isUtf8(waiting(), true))
        if (auto opened = openSource("UTF8"); !opened)
            return opened;
    while (waiting().starts_with(kByteOrderMark)) // a table that was saved with one twice has two
        begin += kByteOrderMark.size();
    carriageReturns = onlyCarriageReturns(waiting());
    if (carriageReturns)
        std::replace(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(end), '\r', '\n');
    return {};
}

Result<TextInput> TextInput::open(const std::filesystem::path& file, const std::string& encoding)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        return fail(ErrorCode::BadData, file.string() + " is a folder, not a table", "Choose a file in it");
    auto state = std::make_unique<State>();
    state->file = file;
    const auto size = std::filesystem::file_size(file, ignored);
    state->bytesTotal = ignored ? 0 : static_cast<std::int64_t>(size);
    if (auto good = state->begins(encoding); !good)
        return fail(good.error());
    const bool nothing = state->waiting().find_first_not_of(" \t\r\n") == std::string_view::npos && state->atEnd;
    if (nothing && !state->damage)
        return fail(ErrorCode::BadData, file.string() + " is empty", "Choose a file with at least one row");
    return TextInput(std::move(state));
}

TextInput::TextInput(std::unique_ptr<State> state) : m_state(std::move(state)) {}
TextInput::TextInput(TextInput&&) noexcept = default;
TextInput& TextInput::operator=(TextInput&&) noexcept = default;
TextInput::~TextInput() = default;

std::string_view TextInput::waiting() const
{
    return m_state->waiting();
}

bool TextInput::atEnd() const
{
    return m_state->atEnd;
}

Status TextInput::more()
{
    if (isOverlong())
        return fail(ErrorCode::BadData, place(line()) + " is longer than " + formatBytes(kLongestRow),
                    "Is it a table? Look for a missing line end near there");
    m_state->makeRoom();
    m_state->readSome();
    return {};
}

void TextInput::take(std::size_t bytes, std::int64_t lines)
{
    m_state->begin += bytes;
    m_state->line += lines;
}

std::int64_t TextInput::line() const
{
    return m_state->line;
}

std::string TextInput::place(std::int64_t line) const
{
    return m_state->file.string() + " line " + std::to_string(line);
}

const std::filesystem::path& TextInput::file() const
{
    return m_state->file;
}

bool TextInput::isDamaged() const
{
    return m_state->damage.has_value();
}

Result<bool> TextInput::finish() const
{
    const auto& damage = m_state->damage;
    if (!damage)
        return false;
    const std::string where = line() > 1 ? " after line " + std::to_string(line() - 1) : " in line 1";
    return fail(damage->code, file().string() + " cannot be read on" + where + ": " + damage->message, damage->advice);
}

bool TextInput::isOverlong() const
{
    return m_state->end - m_state->begin >= kLongestRow;
}

bool TextInput::endsLinesWithCr() const
{
    return m_state->carriageReturns;
}

std::int64_t TextInput::bytesRead() const
{
    // Of a plain file what is read is what was handed out; of a packed one only its source knows where it stands.
    const auto waitingBytes = static_cast<std::int64_t>(waiting().size());
    return m_state->source->position() - (m_state->source->isPacked() ? 0 : waitingBytes);
}

std::int64_t TextInput::bytesTotal() const
{
    return m_state->bytesTotal;
}

Result<std::string> readHead(const std::filesystem::path& file, const std::optional<std::string>& encoding)
{
    auto source = ByteSource::open(file, encoding.value_or("UTF-8"));
    if (!source)
        return fail(source.error());
    std::string head(kTextBuffer, '\0');
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

} // namespace millrace
