// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/TopicName.h"

#include "base/Hash.h"

#include <QString>
#include <algorithm>

namespace millrace
{
namespace
{

constexpr qsizetype kHashDigits = 8;
/// Kafka takes 249 characters; the parts of a table get endings.
constexpr qsizetype kLongestName = 200;

bool isPlain(QChar character)
{
    return (character.isLetterOrNumber() && character.unicode() < 128) || character == '_' || character == '-';
}

/// Letters without their marks; what has no plain letter becomes one dash.
QString plainPart(const QString& name)
{
    QString plain;
    for (const QChar character : name.normalized(QString::NormalizationForm_KD)) {
        if (isPlain(character))
            plain += character;
        else if (character.category() != QChar::Mark_NonSpacing && !plain.endsWith('-') && !plain.isEmpty())
            plain += '-';
    }
    while (plain.endsWith('-'))
        plain.chop(1);
    return plain.left(kLongestName);
}

/// As if it had a hash already: then it gets one too, or it could be another name's.
bool endsLikeHash(const QString& name)
{
    const QString ending = name.section('-', -1);
    return ending.size() == kHashDigits && std::all_of(ending.begin(), ending.end(), [](QChar c) {
               return QStringLiteral("0123456789abcdef").contains(c);
           });
}

} // namespace

std::string topicNameFrom(const std::string& table)
{
    const QString name = QString::fromStdString(table);
    const bool plain = !name.isEmpty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), isPlain);
    if (plain && !endsLikeHash(name))
        return table;
    const QString part = plainPart(name);
    const std::uint64_t hash = hashOf(table);
    const auto digits =
        QString::number(static_cast<quint32>(hash ^ (hash >> 32U)), 16).rightJustified(kHashDigits, '0');
    return ((part.isEmpty() ? QStringLiteral("table") : part) + '-' + digits).toStdString();
}

} // namespace millrace
