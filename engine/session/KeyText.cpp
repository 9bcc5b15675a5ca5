// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/KeyText.h"

#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"

namespace millrace
{
namespace
{

using nlohmann::json;
using Type = SectionKey::Type;

Result<json> numberFromText(const SectionKey& key, const std::string& text, const std::string& title)
{
    if (key.type == Type::Integer)
        if (const auto value = parseInteger(text))
            return json(*value);
    if (key.type == Type::Number)
        if (const auto value = parseNumber(text))
            return json(*value);
    return fail(ErrorCode::Usage, title + " " + text + " is no number", "It is " + key.help);
}

Result<json> objectFromText(const SectionKey& key, const std::string& text, const std::string& title)
{
    if (text.starts_with('{')) {
        auto object = parseJson(text, title);
        if (!object)
            return fail(ErrorCode::Usage, object.error().message, "It is " + key.help);
        return object;
    }
    if (!text.ends_with(".json"))
        return json(text);
    auto content = readJson(text);
    if (content && !content->is_object())
        return fail(ErrorCode::Usage, title + ": " + text + " holds no JSON object", "It is " + key.help);
    return content;
}

} // namespace

Result<json> valueFromText(const SectionKey& key, const std::string& text, const std::string& title)
{
    switch (key.type) {
    case Type::Integer:
    case Type::Number:
        return numberFromText(key, text, title);
    case Type::Object:
        return objectFromText(key, text, title);
    case Type::Flag:
        if (text != "true" && text != "false")
            return fail(ErrorCode::Usage, title + " " + text + " is neither true nor false", "It is " + key.help);
        return json(text == "true");
    case Type::Text:
        break;
    }
    return json(text);
}

} // namespace millrace
