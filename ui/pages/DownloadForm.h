// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/Widgets.h"

#include <nlohmann/json.hpp>

class QLineEdit;
class QSpinBox;

namespace millrace
{

/// UCI's SUSY, its first rows or all of it, from an address that is remembered.
class DownloadForm : public Card
{
    Q_OBJECT
public:
    explicit DownloadForm(QWidget* parent = nullptr);

    [[nodiscard]] nlohmann::json section() const; ///< "download"
    void setLive(bool live);                      ///< one at a time

signals:
    void wanted();

private:
    void keepAddress();

    QSpinBox* m_rows;
    QLineEdit* m_address;
    QPushButton* m_download;
};

} // namespace millrace
