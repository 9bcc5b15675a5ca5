// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

namespace millrace
{

class RowsModel;
class Shell;

/// What came of a publication: records by topic, partition and class, warnings, the rows that could not be used, and
/// the way to training. Hidden before the first.
class PublishedCard : public Card
{
    Q_OBJECT
public:
    explicit PublishedCard(Shell& shell, QWidget* parent = nullptr);
    /// schema: names the classes.
    void showResult(const Schema& schema, const nlohmann::json& result);

signals:
    void trainWanted();

private:
    void showParts(const Schema& schema, const nlohmann::json& parts);
    void openRejected();

    Shell& m_shell;
    RowsModel* m_parts;
    QLabel *m_text, *m_warning;
    QPushButton* m_showRejected;
    QString m_rejectedFile;
};

} // namespace millrace
