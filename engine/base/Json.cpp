// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Json.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <vector>

namespace millrace
{
namespace
{

constexpr int kDeepestJson = 200;

/// " line 2, column 5" of the character at the place.
std::string jsonPlace(std::string_view text, std::size_t place)
{
    const std::string_view before = text.substr(0, place);
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto lastBreak = before.rfind('\n');
    const std::size_t column = before.size() - (lastBreak == std::string_view::npos ? 0 : lastBreak + 1) + 1;
    return " line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Where an array or object begins that is deeper than allowed. Of what is no JSON any number may come out: the parser,
/// which needs no stack, tells.
std::optional<std::size_t> tooDeepAt(std::string_view text)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString && c == '\\')
            ++i;
        else if (c == '"')
            inString = !inString;
        else if (!inString && (c == '{' || c == '['))
            ++depth;
        else if (!inString && (c == '}' || c == ']'))
            --depth;
        if (depth > kDeepestJson)
            return i;
    }
    return std::nullopt;
}

/// Takes nothing but what the parser says of the first mistake.
class JsonMistake final : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit JsonMistake(std::string_view text) : m_text(text) {}
    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool string(string_t& /*value*/) override { return true; }
    bool binary(binary_t& /*value*/) override { return true; }
    bool start_object(std::size_t /*elements*/) override { return true; }
    bool key(string_t& /*value*/) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t /*elements*/) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) override
    {
        constexpr int kOutOfRange = 406;
        if (error.id == kOutOfRange) { // the position is behind the number
            m_place = position - std::min(position, token.size());
            m_cause = ": the number " + token + " is out of range";
            return false;
        }
        m_place = position - std::min<std::size_t>(position, 1);
        const std::string what = error.what(); // "[json.exception…] parse error at line 2, column 5: …"
        const auto cause = what.find(": ");
        m_cause = " is not JSON: " + (cause == std::string::npos ? what : what.substr(cause + 2));
        return false;
    }

    [[nodiscard]] std::string text() const { return jsonPlace(m_text, m_place) + m_cause; }

private:
    std::string_view m_text;
    std::size_t m_place = 0;
    std::string m_cause;
};

/// Looks for a key that is twice in one object.
class RepeatedKey final : public nlohmann::json_sax<nlohmann::json>
{
public:
    bool null() override { return element(); }
    bool boolean(bool /*value*/) override { return element(); }
    bool number_integer(number_integer_t /*value*/) override { return element(); }
    bool number_unsigned(number_unsigned_t /*value*/) override { return element(); }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return element(); }
    bool string(string_t& /*value*/) override { return element(); }
    bool binary(binary_t& /*value*/) override { return element(); }
    bool start_object(std::size_t /*elements*/) override { return enter(false); }
    bool start_array(std::size_t /*elements*/) override { return enter(true); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }
    bool key(string_t& name) override
    {
        m_around.back().key = name;
        m_found = !m_around.back().keys.insert(name).second;
        return !m_found;
    }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                     const nlohmann::json::exception& /*error*/) override
    {
        return false;
    }

    [[nodiscard]] bool found() const { return m_found; }
    /// "train.epochs", "export[1].out".
    [[nodiscard]] std::string path() const
    {
        std::string text;
        for (const Level& level : m_around)
            if (level.isArray)
                text += "[" + std::to_string(level.index) + "]";
            else
                text += (text.empty() ? "" : ".") + level.key;
        return text;
    }

private:
    /// An object or array around the place where the parser is.
    struct Level {
        bool isArray = false;
        int index = -1;  ///< of the array's element
        std::string key; ///< the object's last one
        std::set<std::string> keys;
    };

    bool element()
    {
        if (!m_around.empty() && m_around.back().isArray)
            ++m_around.back().index;
        return true;
    }
    bool enter(bool isArray)
    {
        element();
        m_around.emplace_back().isArray = isArray;
        return true;
    }
    bool leave()
    {
        m_around.pop_back();
        return true;
    }

    std::vector<Level> m_around;
    bool m_found = false;
};

/// Null where there is none.
const nlohmann::json& childIn(const nlohmann::json& object, std::string_view key)
{
    static const nlohmann::json kNull;
    if (!object.is_object())
        return kNull;
    const auto found = object.find(key);
    return found == object.end() ? kNull : *found;
}

bool fitsInteger(const nlohmann::json& value)
{
    constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= kLargest);
}

} // namespace

Result<nlohmann::json> parseJson(std::string_view text, const std::string& source)
{
    constexpr auto kAdvice = "Mend it at that place";
    if (const auto place = tooDeepAt(text))
        return fail(ErrorCode::Usage,
                    source + jsonPlace(text, *place) + ": the JSON is nested more than " +
                        std::to_string(kDeepestJson) + " levels deep",
                    kAdvice);
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_discarded())
        return json;
    JsonMistake mistake(text);
    nlohmann::json::sax_parse(text, &mistake);
    return fail(ErrorCode::Usage, source + mistake.text(), kAdvice);
}

Status checkKeysOnce(std::string_view text, const std::string& source)
{
    RepeatedKey repeated;
    nlohmann::json::sax_parse(text, &repeated);
    if (!repeated.found())
        return {};
    return fail(ErrorCode::Usage, source + ": " + repeated.path() + " is there twice",
                "Leave out one of them: only the last would count");
}

std::string textIn(const nlohmann::json& object, std::string_view key, std::string otherwise)
{
    const nlohmann::json& value = childIn(object, key);
    return value.is_string() ? value.get<std::string>() : std::move(otherwise);
}

std::int64_t integerIn(const nlohmann::json& object, std::string_view key, std::int64_t otherwise)
{
    const nlohmann::json& value = childIn(object, key);
    return fitsInteger(value) ? value.get<std::int64_t>() : otherwise;
}

bool flagIn(const nlohmann::json& object, std::string_view key, bool otherwise)
{
    const nlohmann::json& value = childIn(object, key);
    return value.is_boolean() ? value.get<bool>() : otherwise;
}

double numberIn(const nlohmann::json& object, std::string_view key, double otherwise)
{
    const nlohmann::json& value = childIn(object, key);
    return value.is_number() ? value.get<double>() : otherwise;
}

const nlohmann::json& objectIn(const nlohmann::json& object, std::string_view key)
{
    static const nlohmann::json kEmpty = nlohmann::json::object();
    const nlohmann::json& value = childIn(object, key);
    return value.is_object() ? value : kEmpty;
}

const nlohmann::json& listIn(const nlohmann::json& object, std::string_view key)
{
    static const nlohmann::json kEmpty = nlohmann::json::array();
    const nlohmann::json& value = childIn(object, key);
    return value.is_array() ? value : kEmpty;
}

} // namespace millrace
