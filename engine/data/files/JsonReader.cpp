// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/JsonReader.h"

#include "base/Hash.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/JsonRecords.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <simdjson.h>
#include <unordered_map>
#include <utility>

namespace millrace
{
namespace
{

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kBlanksOfJson = " \t\r\n";
/// Where identifiers are used as keys there is no end of them.
constexpr std::size_t kMostKeys = 10'000;
constexpr std::size_t kUnknownKeysCounted = 1000, kKeysNamed = 5;
constexpr int kDeepest = 32;

/// Digits, at least one, from the place on; where they end.
const char* passDigits(const char* place, const char* end)
{
    const char* const begin = place;
    while (place != end && *place >= '0' && *place <= '9')
        ++place;
    return place == begin ? nullptr : place;
}

/// As RFC 8259 spells them.
bool isJsonNumber(std::string_view text)
{
    const char* place = text.data();
    const char* const end = place + text.size();
    if (place != end && *place == '-')
        ++place;
    const bool beginsWithZero = place != end && *place == '0';
    const char* const digits = place;
    place = passDigits(place, end);
    if (place == nullptr || (beginsWithZero && place - digits > 1))
        return false;
    if (place != end && *place == '.' && (place = passDigits(place + 1, end)) == nullptr)
        return false;
    if (place != end && (*place == 'e' || *place == 'E')) {
        ++place;
        if (place != end && (*place == '+' || *place == '-'))
            ++place;
        place = passDigits(place, end);
    }
    return place == end;
}

/// NaN and infinity are none of JSON, but Python writes them.
bool isJsonWord(std::string_view text)
{
    constexpr std::array kWords = {"true", "false", "NaN", "Infinity", "-Infinity"};
    return std::ranges::find(kWords, text) != kWords.end();
}

std::string_view withoutBlanksBehind(std::string_view text)
{
    return text.substr(0, text.find_last_not_of(kBlanksOfJson) + 1);
}

} // namespace

bool looksLikeJson(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlanksOfJson);
    if (first == std::string_view::npos)
        return false;
    const std::size_t second = text.find_first_not_of(kBlanksOfJson, first + 1);
    const char next = second == std::string_view::npos ? '\0' : text[second];
    return (text[first] == '{' && (next == '"' || next == '}')) ||
           (text[first] == '[' && (next == '{' || next == '[' || next == ']'));
}

struct JsonReader::State {
    State(TextInput input, const CsvLayout& layout)
        : records(std::move(input)), keys(layout.jsonKeys), learns(layout.jsonKeys.empty())
    {
        for (std::size_t i = 0; i < keys.size(); ++i)
            places.emplace(keys[i], i);
        fields.resize(keys.size());
        met.resize(keys.size(), -1);
    }

    Result<bool> next(CsvRow& out);
    Result<bool> read(const JsonRecords::Record& record);
    bool readObject(ondemand::object object, std::size_t prefix, int depth);
    bool readField(ondemand::field& field, std::size_t prefix, int depth);
    bool readScalar(ondemand::value value, std::string_view token);
    std::optional<std::size_t> placeOf(std::string_view path);
    std::optional<std::size_t> learn(std::string_view path);
    void countUnknown(std::string_view path);
    bool put(std::string_view text);
    [[nodiscard]] bool isKeyExpected(const char* raw, const char* value) const;
    [[nodiscard]] const std::string& key() const { return isExpected ? keys[here] : path; }
    bool refuse(std::string reason, std::string kind);
    bool refuse(simdjson::error_code error);

    JsonRecords records;
    ondemand::parser parser;
    std::vector<std::string> keys;
    bool learns;                                                                    ///< keys that are not known
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> places; ///< by key, among the columns
    std::vector<std::string_view> fields;
    std::vector<std::int64_t> met; ///< by column: the row that had it last
    std::size_t expected = 0;      ///< the column behind the last one: mostly the next
    std::size_t here = 0;          ///< the column of the key that is read,
    bool isExpected = false;       ///< where it is the expected one;
    std::string path;              ///< else the key, with the keys of the objects around it
    std::int64_t row = 0, line = 0;
    std::string problem, kind;    ///< of the row
    std::optional<Error> failure; ///< told; said again at every further call
    bool tooManyKeys = false;
    bool isRead = false; ///< to the end

    struct Unknown {
        std::int64_t records = 0, line = 0;
    };
    std::map<std::string, Unknown, std::less<>> unknown;
    bool moreUnknown = false; ///< than are counted
    std::map<std::string, std::int64_t> arrays;
};

bool JsonReader::State::refuse(std::string reason, std::string what)
{
    problem = std::move(reason);
    kind = std::move(what);
    return false;
}

bool JsonReader::State::refuse(simdjson::error_code error)
{
    const std::string place = isExpected || !path.empty() ? " at the key " + shown(key()) : std::string();
    return refuse("the record is no valid JSON" + place + ": " + simdjson::error_message(error),
                  "the record is no valid JSON");
}

std::optional<std::size_t> JsonReader::State::learn(std::string_view name)
{
    if (keys.size() == kMostKeys) {
        tooManyKeys = true;
        return std::nullopt;
    }
    places.emplace(name, keys.size());
    keys.emplace_back(name);
    fields.emplace_back();
    met.push_back(-1);
    return keys.size() - 1;
}

void JsonReader::State::countUnknown(std::string_view name)
{
    auto found = unknown.find(name);
    if (found == unknown.end()) {
        moreUnknown = moreUnknown || unknown.size() == kUnknownKeysCounted;
        if (unknown.size() == kUnknownKeysCounted)
            return;
        found = unknown.emplace(name, Unknown{0, line}).first;
    }
    ++found->second.records;
}

/// Nullopt where no column has it.
std::optional<std::size_t> JsonReader::State::placeOf(std::string_view name)
{
    if (expected < keys.size() && keys[expected] == name)
        return expected;
    const auto found = places.find(name);
    if (found != places.end())
        return found->second;
    if (learns)
        return learn(name);
    countUnknown(name);
    return std::nullopt;
}

/// The value of the key that is read.
bool JsonReader::State::put(std::string_view text)
{
    const auto place = isExpected ? std::optional(here) : placeOf(path);
    if (!place)
        return true;
    if (std::exchange(met[*place], row) == row)
        return refuse("the record has the key " + shown(keys[*place]) + " twice", "a key stands twice in the record");
    fields[*place] = text;
    expected = *place + 1;
    return true;
}

bool JsonReader::State::readScalar(ondemand::value value, std::string_view token)
{
    if (token.starts_with('"') && token.find('\\') == std::string_view::npos) {
        // It is taken, though its text is known: what is passed over unread is checked less.
        const auto error = value.get_raw_json_string().error();
        return error == simdjson::SUCCESS ? put(token.substr(1, token.size() - 2)) : refuse(error);
    }
    if (token.starts_with('"')) {
        std::string_view text;
        const auto error = value.get_string().get(text);
        return error == simdjson::SUCCESS ? put(text) : refuse(error);
    }
    if (token == "null")
        return put({});
    if (isJsonNumber(token) || isJsonWord(token))
        return put(token);
    return refuse("the value " + shown(token) + " of the key " + shown(key()) + " is no JSON", "a value is no JSON");
}

/// The text behind a key's quote, as it stands there, is the key that the record before it leads to expect. It mostly
/// is; then nobody has to look it up. The value stands behind the key.
bool JsonReader::State::isKeyExpected(const char* raw, const char* value) const
{
    if (expected >= keys.size())
        return false;
    const std::string& key = keys[expected];
    return key.size() < static_cast<std::size_t>(value - raw) && std::memcmp(raw, key.data(), key.size()) == 0 &&
           raw[key.size()] == '"' && key.find('\\') == std::string::npos;
}

bool JsonReader::State::readField(ondemand::field& field, std::size_t prefix, int depth)
{
    ondemand::value value = field.value();
    const std::string_view token = withoutBlanksBehind(value.raw_json_token());
    here = expected;
    isExpected = prefix == 0 && isKeyExpected(field.key().raw(), token.data());
    if (isExpected && !token.starts_with('{') && !token.starts_with('['))
        return readScalar(value, token);
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name); error != simdjson::SUCCESS)
        return refuse(error);
    isExpected = false;
    path.resize(prefix);
    path += name;
    if (token.starts_with('{')) {
        ondemand::object inner;
        if (const auto error = value.get_object().get(inner); error != simdjson::SUCCESS)
            return refuse(error);
        path += '.';
        return readObject(inner, path.size(), depth + 1);
    }
    if (!token.starts_with('['))
        return readScalar(value, token);
    ondemand::array array;
    std::string_view text;
    if (auto error = value.get_array().get(array); error != simdjson::SUCCESS)
        return refuse(error);
    if (auto error = array.raw_json().get(text); error != simdjson::SUCCESS)
        return refuse(error);
    arrays.try_emplace(path, line);
    return put(text);
}

bool JsonReader::State::readObject(ondemand::object object, std::size_t prefix, int depth)
{
    if (depth > kDeepest)
        return refuse("objects stand in each other more than " + std::to_string(kDeepest) + " deep at the key " +
                          shown(path),
                      "objects stand in each other too deep");
    for (auto each : object) {
        ondemand::field field;
        if (const auto error = std::move(each).get(field); error != simdjson::SUCCESS)
            return refuse(error);
        if (!readField(field, prefix, depth))
            return false;
    }
    return true;
}

/// False where the record cannot be used.
Result<bool> JsonReader::State::read(const JsonRecords::Record& record)
{
    path.clear();
    isExpected = false;
    expected = 0;
    std::ranges::fill(fields, std::string_view());
    if (!record.text.starts_with('{'))
        return refuse(record.text.empty() ? "no record stands between the commas"
                                          : shown(record.text) + " is no record: it is no object in braces",
                      "is no object in braces");
    ondemand::document document;
    const simdjson::padded_string_view padded(record.text.data(), record.text.size(),
                                              record.text.size() + simdjson::SIMDJSON_PADDING);
    if (const auto error = parser.iterate(padded).get(document); error != simdjson::SUCCESS)
        return refuse(error);
    ondemand::object object;
    if (const auto error = document.get_object().get(object); error != simdjson::SUCCESS)
        return refuse(error);
    if (!readObject(object, 0, 0))
        return false;
    if (tooManyKeys)
        return fail(ErrorCode::BadData,
                    records.input().place(record.line) + ": the records have more than " +
                        formatCount(static_cast<std::int64_t>(kMostKeys)) + " different keys up to there",
                    "Are identifiers used as keys? Give each record the same keys");
    if (document.current_location().error() == simdjson::SUCCESS) // it is an error at the end
        return refuse("something stands behind the record in its line", "something stands behind the record");
    return true;
}

Result<bool> JsonReader::State::next(CsvRow& out)
{
    JsonRecords::Record record;
    auto found = records.next(record);
    isRead = isRead || (found && !*found);
    if (!found || !*found)
        return found;
    line = record.line;
    auto good = read(record);
    if (!good)
        return good;
    // The last line, which has no end: what is wrong with it is most likely that.
    const TextInput& input = records.input();
    if (!*good && input.atEnd() && input.waiting().empty() && input.line() == record.line &&
        !record.text.ends_with('}'))
        return fail(records.cutAt(record.line));
    out = {row++, record.line, record.text, fields, {}, {}};
    if (!*good) {
        out.problem = problem;
        out.problemKind = kind;
    }
    return true;
}

Result<JsonReader> JsonReader::open(const std::filesystem::path& file, const CsvLayout& layout)
{
    auto input = TextInput::open(file, layout.encoding);
    if (!input)
        return fail(input.error());
    return JsonReader(std::make_unique<State>(std::move(*input), layout));
}

JsonReader::JsonReader(std::unique_ptr<State> state) : m_state(std::move(state)) {}
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;
JsonReader::~JsonReader() = default;

Result<bool> JsonReader::next(CsvRow& row)
{
    if (m_state->failure)
        return fail(*m_state->failure);
    auto result = m_state->next(row);
    if (!result)
        m_state->failure = result.error();
    return result;
}

std::vector<FileNote> JsonReader::notes() const
{
    std::vector<FileNote> notes;
    for (std::size_t i = 0; i < m_state->keys.size(); ++i)
        if (const auto found = m_state->arrays.find(m_state->keys[i]); found != m_state->arrays.end())
            notes.push_back({"array", static_cast<int>(i),
                             "it holds arrays, first in line " + formatCount(found->second) +
                                 ", which are read as the text that stands there"});
    for (std::size_t i = 0; i < m_state->keys.size() && m_state->isRead && m_state->row > 0; ++i)
        if (m_state->met[i] < 0)
            notes.push_back({kAbsentColumn, static_cast<int>(i), "no record has it"});
    if (m_state->unknown.empty())
        return notes;
    std::string named;
    for (auto each = m_state->unknown.begin(); each != m_state->unknown.end(); ++each) {
        if (std::distance(m_state->unknown.begin(), each) == kKeysNamed) {
            named += ", …";
            break;
        }
        named += (named.empty() ? "" : ", ") + shown(each->first) + " (in " + countOf(each->second.records, "record") +
                 ", first in line " + formatCount(each->second.line) + ")";
    }
    const auto count = static_cast<std::int64_t>(m_state->unknown.size());
    notes.push_back({"unknown keys", -1,
                     (m_state->moreUnknown ? "more than " : "") + countOf(count, "key") +
                         (count == 1 && !m_state->moreUnknown ? " that is no column was" : " that are no column were") +
                         " passed over: " + named});
    return notes;
}

std::int64_t JsonReader::bytesRead() const
{
    return m_state->records.input().bytesRead();
}

std::int64_t JsonReader::bytesTotal() const
{
    return m_state->records.input().bytesTotal();
}

const std::vector<std::string>& JsonReader::keys() const
{
    return m_state->keys;
}

const std::map<std::string, std::int64_t>& JsonReader::arrays() const
{
    return m_state->arrays;
}

} // namespace millrace
