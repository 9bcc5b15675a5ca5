// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace millrace
{

/// What the window remembers between two starts; the only user of QSettings.
class UiSettings
{
public:
    [[nodiscard]] QString theme() const; ///< "light", "dark" or "system"
    void setTheme(const QString& mode);
    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);
    [[nodiscard]] QString folder() const; ///< of the last file dialog
    void setFolder(const QString& folder);
    [[nodiscard]] QString exampleAddress() const; ///< where the example is downloaded from; its own unless changed
    void setExampleAddress(const QString& url);   ///< empty: its own again
};

} // namespace millrace
