// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <filesystem>

namespace millrace
{

/// What the window remembers between two starts, in a file of the home: two homes know nothing of each other. The only
/// user of QSettings.
class UiSettings
{
public:
    /// Of all from now on. Before, nothing is kept beyond the process.
    static void keepIn(const std::filesystem::path& home);
    [[nodiscard]] static QString file(); ///< empty before

    [[nodiscard]] QString theme() const; ///< "light", "dark" or "system"
    void setTheme(const QString& mode);
    [[nodiscard]] QString language() const; ///< a code of languages(), or "system"
    bool setLanguage(const QString& mode);  ///< false: it cannot be kept
    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);
    [[nodiscard]] QString folder() const; ///< of the last file dialog
    void setFolder(const QString& folder);
    [[nodiscard]] QString exampleAddress() const; ///< where the example is downloaded from; its own unless changed
    void setExampleAddress(const QString& url);   ///< empty: its own again
};

} // namespace millrace
