// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/RowsModel.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace millrace
{

/// Above a table of columns: which of them are shown, by name, type, role, and whether something is to be known of
/// them. Its model sorts, too.
class ColumnFilter : public QWidget
{
    Q_OBJECT
public:
    /// Where a row holds what is filtered by; the name is its first value.
    struct Places {
        int role = 0, type = 0, warning = 0;
    };
    ColumnFilter(RowsModel* rows, Places places, QWidget* parent = nullptr);
    [[nodiscard]] QSortFilterProxyModel* model() const;
    void clear(); ///< all are shown

private:
    void offerWhatIsThere();
    void apply();

    class Shown;
    RowsModel* m_rows;
    Places m_places;
    Shown* m_shown;
    QLineEdit* m_name;
    QComboBox *m_type, *m_role;
    QCheckBox* m_warned;
    QLabel* m_count;
};

} // namespace millrace
