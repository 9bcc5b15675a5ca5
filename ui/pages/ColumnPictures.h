// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/PictureDelegate.h"

#include <QCoreApplication>
#include <QHash>
#include <nlohmann/json.hpp>

namespace millrace
{

struct Schema;

/// Makes the pictures of the columns of a summary (session/README.md), which must outlive it.
class ColumnPictures
{
    Q_DECLARE_TR_FUNCTIONS(ColumnPictures)
public:
    ColumnPictures(const Schema& schema, const nlohmann::json& result);
    [[nodiscard]] ColumnPicture of(const nlohmann::json& column) const;
    /// "number", "text" or "date".
    [[nodiscard]] static QString typeOf(const nlohmann::json& column);
    /// What a person should know of the column, a line each; empty of most.
    [[nodiscard]] QString warningsOf(const nlohmann::json& column) const;
    [[nodiscard]] QStringList notesOf(const nlohmann::json& column) const;

private:
    [[nodiscard]] ColumnPicture ofClasses() const;
    void drawHistogram(const nlohmann::json& histogram, const QString& from, const QString& to,
                       ColumnPicture& picture) const;
    void drawLevels(const nlohmann::json& column, ColumnPicture& picture) const;
    void drawTargets(const nlohmann::json& column, ColumnPicture& picture) const;

    const nlohmann::json& m_result;
    QHash<QString, QStringList> m_notes; ///< by column
    bool m_isRegression, m_isLabelled;
    QString m_label;
    std::vector<QString> m_classes; ///< as they are drawn; the last one may stand for all others
    int m_colours = 0;
};

} // namespace millrace
