// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <nlohmann/json.hpp>

namespace millrace
{

/// The files of a table, as the keys "file" and "more" of a section name them.
struct TableChoice {
    QString first, more;

    static TableChoice of(const QStringList& files); ///< the first one is the table's, by which its columns are known
    static TableChoice in(const nlohmann::json& section);
    void putInto(nlohmann::json& section) const;
    [[nodiscard]] bool isEmpty() const { return first.isEmpty(); }
    [[nodiscard]] QString title() const; ///< "jan.csv and 2 more files"
    [[nodiscard]] QString paths() const; ///< one a line
    bool operator==(const TableChoice&) const = default;
};

} // namespace millrace
