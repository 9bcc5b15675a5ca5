// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/Values.h"

#include "base/Text.h"
#include "data/Rejections.h"
#include "models/TableText.h"
#include "pipeline/reading/OnlyClass.h"
#include "pipeline/reading/RecordSource.h"
#include "session/KeyNames.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QRegularExpression>
#include <cmath>
#include <nlohmann/json.hpp>

namespace millrace
{

namespace
{

constexpr std::size_t kReasonsShown = 3;

QString withFullStop(const std::string& text)
{
    QString sentence = QString::fromStdString(text).trimmed();
    if (sentence.isEmpty() || QStringLiteral(".!?:").contains(sentence.back()))
        return sentence;
    return sentence + '.';
}

QString withRealMinus(const std::string& number)
{
    return QString::fromStdString(number).replace('-', QChar(0x2212));
}

} // namespace

QVariant jsonValue(const nlohmann::json& object, const std::string& key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end())
        return {};
    if (found->is_boolean())
        return found->get<bool>();
    if (found->is_number_integer())
        return static_cast<qint64>(found->get<std::int64_t>());
    if (found->is_number())
        return found->get<double>();
    if (found->is_string())
        return QString::fromStdString(found->get<std::string>());
    return {};
}

const nlohmann::json& jsonChild(const nlohmann::json& object, const char* key)
{
    static const nlohmann::json kEmpty = nlohmann::json::object();
    if (!object.is_object())
        return kEmpty;
    const auto found = object.find(key);
    return found != object.end() && found->is_structured() ? *found : kEmpty;
}

QString jsonText(const nlohmann::json& object, const std::string& key, const QString& fallback)
{
    const QVariant value = jsonValue(object, key);
    return value.isValid() ? value.toString() : fallback;
}

qint64 jsonCount(const nlohmann::json& object, const std::string& key, qint64 fallback)
{
    const QVariant value = jsonValue(object, key);
    return value.canConvert<qint64>() ? value.toLongLong() : fallback;
}

bool jsonFlag(const nlohmann::json& object, const std::string& key)
{
    return jsonValue(object, key).toBool();
}

QStringList jsonTexts(const nlohmann::json& array)
{
    QStringList texts;
    for (const nlohmann::json& text : array) {
        if (text.is_string())
            texts << QString::fromStdString(text.get<std::string>());
    }
    return texts;
}

qint64 jsonItem(const nlohmann::json& array, std::size_t index)
{
    return array.is_array() && index < array.size() && array[index].is_number() ? array[index].get<std::int64_t>() : 0;
}

QString countText(const QVariant& count)
{
    return QString::fromStdString(
        formatCount(count.isValid() ? std::optional<std::int64_t>(count.toLongLong()) : std::nullopt));
}

QString fixedText(const QVariant& value, int decimals)
{
    return withRealMinus(formatFixed(value.isValid() ? value.toDouble() : std::nan(""), decimals));
}

QString percentText(const QVariant& fraction)
{
    return QString::fromStdString(formatPercent(fraction.isValid() ? fraction.toDouble() : std::nan("")));
}

QString durationText(const QVariant& seconds)
{
    return QString::fromStdString(formatDuration(seconds.isValid() ? seconds.toDouble() : std::nan("")));
}

QString secondsText(double seconds)
{
    return std::isfinite(seconds) ? QCoreApplication::translate("Values", "%1 s").arg(fixedText(seconds, 2))
                                  : QStringLiteral("–");
}

QString perSecondText(double perSecond)
{
    return std::isfinite(perSecond) ? QCoreApplication::translate("Values", "%1 / s")
                                          .arg(countText(static_cast<qint64>(std::llround(perSecond))))
                                    : QStringLiteral("–");
}

QString shortText(const QVariant& value)
{
    if (!value.isValid())
        return QStringLiteral("–");
    const double number = value.toDouble();
    if (std::isfinite(number) && number == std::floor(number) && std::abs(number) < 1e6)
        return withRealMinus(formatFixed(number, 0));
    const double size = std::abs(number);
    return size >= 1e6 || size < 1e-3 ? withRealMinus(QString::number(number, 'e', 1).toStdString())
                                      : fixedText(value, size >= 100  ? 1
                                                         : size >= 10 ? 2
                                                                      : 3);
}

QString localTimeText(const QString& isoUtc)
{
    const QDateTime time = QDateTime::fromString(isoUtc, Qt::ISODate);
    return time.isValid() ? time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) : isoUtc;
}

QString thresholdText(double threshold)
{
    constexpr int kDigits = 2, kMostDigits = 6;
    int digits = kDigits;
    while (digits < kMostDigits && std::abs(threshold - fixedText(threshold, digits).toDouble()) > 1e-6 * threshold &&
           std::min(threshold, 1 - threshold) < 0.01)
        ++digits;
    return fixedText(threshold, digits);
}

QString shownName(const std::string& name)
{
    constexpr qsizetype kMost = 48;
    QString shown = QString::fromStdString(name).replace('\n', QStringLiteral(" ⏎ "));
    if (shown.size() > kMost)
        shown = shown.left(kMost / 2) + QChar(0x2026) + shown.right(kMost / 2);
    return shown;
}

QString withoutMnemonic(QString text)
{
    return text.replace('&', QStringLiteral("&&"));
}

QString readingText(const nlohmann::json& result)
{
    if (!result.is_object())
        return {};
    QStringList sentences = {withFullStop(deletedSentence(deletedIn(result)))};
    if (const std::string why = result.value("nothing_because", ""); !why.empty())
        sentences << QCoreApplication::translate("Values", "Nothing was read: %1").arg(withFullStop(why));
    for (const nlohmann::json& note : result.value("notes", nlohmann::json::array()))
        sentences << withFullStop(note.get<std::string>());
    sentences << withFullStop(onlyClassSentence(onlyClassIn(result)));
    if (const QString chance = jsonText(result, "no_better_than_chance"); !chance.isEmpty())
        sentences << withFullStop(chance.toStdString());
    sentences.removeAll(QString());
    return sentences.join(' ');
}

QStringList rejectedLines(const nlohmann::json& result, const std::string& unit)
{
    const RejectionReport rejections = rejectionsIn(result);
    QStringList lines = {QString::fromStdString(rejectionSentence(rejections, unit))};
    for (const std::string& line : rejectionLines(rejections, kReasonsShown))
        lines << QString::fromStdString(line);
    return lines;
}

QString errorText(const Error& error)
{
    return (withFullStop(error.message) + ' ' + withFullStop(error.advice)).trimmed();
}

namespace
{

QString fieldName(const SectionKey& key)
{
    const QString group = tableText(key.group);
    return key.label.empty() ? QCoreApplication::translate("Values", "“%1”").arg(group)
                             : QCoreApplication::translate("Values", "“%1: %2”").arg(group, tableText(key.label));
}

/// "--learning-rate" as the window calls it; a flag that no form has stays.
std::string withFieldsForFlags(const std::string& text)
{
    static const QRegularExpression flag(QStringLiteral("--([a-z][a-z-]*)"));
    QString named = QString::fromStdString(text);
    for (auto match = flag.match(named); match.hasMatch(); match = flag.match(named, match.capturedStart() + 1)) {
        const std::string name = match.captured(1).toStdString();
        for (const Section& section : sections()) {
            const auto key = std::ranges::find(section.keys, name, &SectionKey::name);
            if (key == section.keys.end() || key->group.empty())
                continue;
            named.replace(match.capturedStart(), match.capturedLength(), fieldName(*key));
            break;
        }
    }
    return named.toStdString();
}

} // namespace

Error withFieldNames(const Error& error)
{
    Error named = withKeyNames(error, [](const Section& section, const SectionKey& key) {
        return key.group.empty() ? keyPath(section, key) : fieldName(key).toStdString(); // without one it has no field
    });
    for (std::string* text : {&named.message, &named.advice})
        *text = withFieldsForFlags(*text);
    return named;
}

QString refusalText(const Error& error)
{
    const Error named = withFieldNames(error);
    return error.answers.empty() ? errorText(named) : withFullStop(named.message);
}

} // namespace millrace
