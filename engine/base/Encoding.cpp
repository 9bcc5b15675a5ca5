// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Encoding.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>
#include <initializer_list>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD
/// So much of a text is looked at to guess its encoding.
constexpr std::size_t kGuessBytes = std::size_t{256} << 10;

struct KnownEncoding {
    const char* name;
    const char* iconvName;
};

/// Of each family the superset that is met on desktops: Excel says Big5 and writes CP950.
constexpr std::array kKnownEncodings = {
    KnownEncoding{"UTF-8", "UTF-8"},       KnownEncoding{"UTF-16LE", "UTF-16LE"},
    KnownEncoding{"UTF-16BE", "UTF-16BE"}, KnownEncoding{"Windows-1252", "CP1252"},
    KnownEncoding{"Latin-1", "LATIN1"},    KnownEncoding{"Big5", "CP950"},
    KnownEncoding{"GB18030", "GB18030"},   KnownEncoding{"Shift-JIS", "CP932"},
};

std::string upperCase(std::string text)
{
    for (char& character : text)
        if (character >= 'a' && character <= 'z')
            character = static_cast<char>(character - 32);
    return text;
}

std::string iconvNameOf(const std::string& encoding)
{
    for (const KnownEncoding& known : kKnownEncodings)
        if (upperCase(known.name) == upperCase(encoding))
            return known.iconvName;
    return encoding;
}

unsigned byteAt(std::string_view text, std::size_t place)
{
    return place < text.size() ? static_cast<unsigned char>(text[place]) : 0U;
}

bool within(unsigned value, unsigned first, unsigned last)
{
    return value >= first && value <= last;
}

/// Bytes of the UTF-8 character at the place; 0 where there is none, −1 where the text ends inside it.
int utf8Length(std::string_view text, std::size_t place)
{
    const unsigned lead = byteAt(text, place);
    const int length = lead < 0x80                ? 1
                       : within(lead, 0xC2, 0xDF) ? 2
                       : within(lead, 0xE0, 0xEF) ? 3
                       : within(lead, 0xF0, 0xF4) ? 4
                                                  : 0;
    for (std::size_t i = 1; i < static_cast<std::size_t>(std::max(length, 0)); ++i) {
        if (place + i >= text.size())
            return -1;
        const unsigned next = byteAt(text, place + i);
        // The second byte of some leads has a narrower range: no overlong forms, no surrogates, nothing past U+10FFFF.
        const unsigned first = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        const unsigned last = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (!within(next, first, last))
            return 0;
    }
    return length;
}

/// How common what stands at the place is in texts of one encoding, and how many bytes it takes.
struct Commonness {
    double share = 0;
    std::size_t bytes = 1;
};

/// A letter between plain characters, as in "Zürich"; in a language with pairs of bytes they stand close together.
Commonness inWindows1252(std::string_view text, std::size_t place)
{
    const unsigned byte = byteAt(text, place);
    const bool letter = (byte >= 0xC0 && byte != 0xD7 && byte != 0xF7) || byte == 0x8A || byte == 0x9A ||
                        byte == 0x8E || byte == 0x9E || byte == 0x8C || byte == 0x9C;
    const bool sign = byte == 0x80 || within(byte, 0x91, 0x97) || within(byte, 0xA0, 0xBF);
    const bool alone = byteAt(text, place + 1) < 0x80 && (place == 0 || byteAt(text, place - 1) < 0x80);
    return {(letter ? 1.0 : sign ? 0.5 : 0.0) * (alone ? 1.0 : 0.4), 1};
}

/// Lead bytes A4–C6 are Big5's 5,401 frequent characters, A1–A3 its signs.
Commonness inBig5(std::string_view text, std::size_t place)
{
    const unsigned lead = byteAt(text, place), trail = byteAt(text, place + 1);
    const bool pair = within(trail, 0x40, 0x7E) || within(trail, 0xA1, 0xFE);
    // A trail byte below 80 is a third of the trails; a plain letter behind "é" would be one always.
    return {pair && within(lead, 0xA1, 0xC6) ? 0.95 : 0.0, pair ? 2U : 1U};
}

/// Lead bytes B0–D7 are GB 2312's 3,755 frequent characters, A1–A3 its signs; both bytes are high.
Commonness inGb18030(std::string_view text, std::size_t place)
{
    const unsigned lead = byteAt(text, place), trail = byteAt(text, place + 1);
    const bool pair = within(trail, 0xA1, 0xFE);
    const bool common = within(lead, 0xB0, 0xD7) || within(lead, 0xA1, 0xA3);
    return {pair && common ? 1.0 : 0.0, trail >= 0x40 ? 2U : 1U};
}

/// Kana (829F–82F1, 8340–8396), signs (81), the 2,965 frequent kanji (889F–9872); half-width kana take one byte.
Commonness inShiftJis(std::string_view text, std::size_t place)
{
    const unsigned lead = byteAt(text, place), trail = byteAt(text, place + 1);
    if (within(lead, 0xA1, 0xDF))
        return {0.3, 1};
    const bool common = within(lead, 0x81, 0x83) || within(lead, 0x88, 0x98);
    return {trail >= 0x40 && common ? 1.0 : 0.0, 2};
}

using CommonnessAt = Commonness (*)(std::string_view, std::size_t);

double meanCommonness(std::string_view text, CommonnessAt commonnessAt)
{
    double sum = 0;
    double count = 0;
    for (std::size_t place = 0; place < text.size();) {
        if (byteAt(text, place) < 0x80) {
            ++place;
            continue;
        }
        const Commonness found = commonnessAt(text, place);
        sum += found.share;
        count += 1;
        place += found.bytes;
    }
    return count > 0 ? sum / count : 0;
}

/// Whether all of the text but a character that its end cuts is text in the encoding.
bool decodes(std::string_view text, const std::string& encoding)
{
    auto transcoder = Transcoder::open(encoding);
    if (!transcoder)
        return false;
    std::string ignored;
    transcoder->feed(text, false, ignored);
    return transcoder->replaced() == 0;
}

} // namespace

const std::vector<std::string>& offeredEncodings()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const KnownEncoding& known : kKnownEncodings)
            all.emplace_back(known.name);
        return all;
    }();
    return names;
}

Result<Transcoder> Transcoder::open(const std::string& encoding)
{
    const std::string name = iconvNameOf(encoding);
    iconv_t descriptor = iconv_open("UTF-8", name.c_str());
    if (descriptor == reinterpret_cast<iconv_t>(-1))
        return fail(ErrorCode::Usage, "There is no encoding '" + encoding + "'",
                    "Use UTF-8, UTF-16LE, UTF-16BE, Windows-1252, Latin-1, Big5, GB18030, Shift-JIS, or a name of "
                    "iconv --list");
    const std::string upper = upperCase(name);
    const auto startsWithAny = [&](std::initializer_list<const char*> beginnings) {
        return std::ranges::any_of(beginnings, [&](const char* beginning) { return upper.starts_with(beginning); });
    };
    const std::size_t unit = startsWithAny({"UTF-16", "UTF16", "UCS-2", "UCS2"})   ? 2
                             : startsWithAny({"UTF-32", "UTF32", "UCS-4", "UCS4"}) ? 4
                                                                                   : 1;
    return Transcoder(descriptor, unit);
}

Transcoder::Transcoder(Transcoder&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, nullptr)), m_unit(other.m_unit), m_cut(std::move(other.m_cut)),
      m_replaced(other.m_replaced)
{
}

Transcoder& Transcoder::operator=(Transcoder&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_unit, other.m_unit);
    std::swap(m_cut, other.m_cut);
    std::swap(m_replaced, other.m_replaced);
    return *this;
}

Transcoder::~Transcoder()
{
    if (m_descriptor != nullptr)
        iconv_close(m_descriptor);
}

void Transcoder::feed(std::string_view bytes, bool last, std::string& text)
{
    std::string joined;
    if (!m_cut.empty()) {
        joined = std::exchange(m_cut, {}) + std::string(bytes);
        bytes = joined;
    }
    std::array<char, 16384> room{};
    char* in = const_cast<char*>(bytes.data()); // iconv's signature; it does not write there
    std::size_t left = bytes.size();
    while (left > 0) {
        char* out = room.data();
        std::size_t free = room.size();
        const auto code = iconv(m_descriptor, &in, &left, &out, &free);
        const int reason = code == static_cast<std::size_t>(-1) ? errno : 0;
        text.append(room.data(), room.size() - free);
        if (reason == EINVAL && !last) {
            m_cut.assign(in, left);
            return;
        }
        if (reason != EILSEQ && reason != EINVAL)
            continue; // done, or the room was full
        text += kReplacement;
        ++m_replaced;
        const std::size_t passed = std::min(m_unit, left);
        in += passed;
        left -= passed;
    }
}

bool isUtf8(std::string_view text, bool mayBeCut)
{
    for (std::size_t place = 0; place < text.size();) {
        const int length = utf8Length(text, place);
        if (length <= 0)
            return length < 0 && mayBeCut;
        place += static_cast<std::size_t>(length);
    }
    return true;
}

std::string guessEncoding(std::string_view head)
{
    if (head.starts_with("\xFF\xFE"))
        return "UTF-16LE";
    if (head.starts_with("\xFE\xFF"))
        return "UTF-16BE";
    head = head.substr(0, kGuessBytes);
    if (isUtf8(head, true))
        return std::string(kUtf8);
    struct Candidate {
        const char* name;
        CommonnessAt commonnessAt;
    };
    constexpr std::array kCandidates = {Candidate{"Big5", inBig5}, Candidate{"GB18030", inGb18030},
                                        Candidate{"Shift-JIS", inShiftJis}};
    std::string best = "Windows-1252";
    double most = meanCommonness(head, inWindows1252);
    for (const Candidate& candidate : kCandidates) {
        const double commonness = meanCommonness(head, candidate.commonnessAt);
        if (commonness > most && decodes(head, candidate.name)) {
            best = candidate.name;
            most = commonness;
        }
    }
    return best;
}

std::string utf16WithoutMark(std::string_view head)
{
    head = head.substr(0, kGuessBytes);
    std::array<std::size_t, 2> zeros{};
    for (std::size_t place = 0; place < head.size(); ++place)
        zeros.at(place % 2) += head[place] == '\0' ? 1 : 0;
    const auto [even, odd] = zeros;
    if (even + odd < head.size() / 10 || (even > 0 && odd > 0))
        return {};
    return odd > 0 ? "UTF-16LE" : even > 0 ? "UTF-16BE" : "";
}

std::string repairedUtf8(std::string_view text)
{
    std::string result;
    for (std::size_t place = 0; place < text.size();) {
        const int length = utf8Length(text, place);
        if (length <= 0)
            result += kReplacement;
        else
            result += text.substr(place, static_cast<std::size_t>(length));
        place += static_cast<std::size_t>(std::max(length, 1));
    }
    return result;
}

} // namespace millrace
