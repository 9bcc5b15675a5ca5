// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <QStringList>
#include <QVariant>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace millrace
{

/// The value of a key as a plain variant (qint64, double, bool, QString); invalid when it is absent, null, or no
/// scalar.
QVariant jsonValue(const nlohmann::json& object, const std::string& key);
/// The object or array of a key; an empty object when there is none.
const nlohmann::json& jsonChild(const nlohmann::json& object, const char* key);
/// The value as text, or the fallback when it is absent.
QString jsonText(const nlohmann::json& object, const std::string& key, const QString& fallback = {});
qint64 jsonCount(const nlohmann::json& object, const std::string& key, qint64 fallback = 0);
bool jsonFlag(const nlohmann::json& object, const std::string& key);
QStringList jsonTexts(const nlohmann::json& array);              ///< those items that are texts
qint64 jsonItem(const nlohmann::json& array, std::size_t index); ///< 0 when there is no such number

/// Numbers as people read them; an invalid variant is "–".
QString countText(const QVariant& count);
QString fixedText(const QVariant& value, int decimals);
QString percentText(const QVariant& fraction);
QString durationText(const QVariant& seconds); ///< "0.4 s", "1 min 15 s"
QString secondsText(double seconds);           ///< "0.41 s"; "–" when it is no number
QString perSecondText(double perSecond);       ///< "118,400 / s"; "–" when it is no number
/// A few significant digits, as a column summary wants them: 20.55, 1.2e−04, −2.103.
QString shortText(const QVariant& value);
/// "2026-01-31 13:34:56" in local time, of an ISO time in UTC; the text itself when it is none.
QString localTimeText(const QString& isoUtc);
/// What a job's numbers do not tell of what it read, each a sentence: offsets that were deleted unread, its notes, and
/// that all labels were of one class.
/// A name that is somebody's data, in a sentence or beside a field: in one line, its middle left out where it is long.
/// A probability in two digits, or as many as it needs where it is nearly 0 or 1.
QString thresholdText(double threshold);
QString shownName(const std::string& name);
/// For a button, or a label that belongs to a field: an ampersand is one.
QString withoutMnemonic(QString text);
QString readingText(const nlohmann::json& result);
/// How many records or rows, as the unit is called, could not be used, and the first reasons with an example each.
QStringList rejectedLines(const nlohmann::json& result, const std::string& unit);
/// Message and advice, each a sentence.
QString errorText(const Error& error);
/// The error of a form's job: keys are called as their fields are.
Error withFieldNames(const Error& error);
/// Of the window: with its fields' names; of one that has answers its advice is their buttons.
QString refusalText(const Error& error);

} // namespace millrace
