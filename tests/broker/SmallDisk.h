// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>
#include <QProcess>

namespace millrace
{

/// A file system of the test's own that is soon full. Where mounting is not allowed there is none, and the test skips.
/// Whoever has files open there closes them before it goes.
class SmallDisk
{
public:
    SmallDisk(const QString& folder, const QString& size) : m_folder(folder), m_filler(folder + "/filler")
    {
        QDir().mkpath(folder);
        m_mounted = QProcess::execute("mount", {"-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder}) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            QProcess::execute("umount", {"-l", m_folder});
    }
    Q_DISABLE_COPY_MOVE(SmallDisk)

    [[nodiscard]] bool isMounted() const { return m_mounted; }
    [[nodiscard]] std::string folder() const { return m_folder.toStdString(); }
    /// Takes all the room that is left, until makeRoom().
    [[nodiscard]] bool fill()
    {
        if (!m_filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
            return false;
        const QByteArray block(4096, 'x');
        while (m_filler.write(block) == block.size()) {
        }
        return true;
    }
    [[nodiscard]] bool makeRoom() { return m_filler.remove(); }

private:
    QString m_folder;
    QFile m_filler;
    bool m_mounted = false;
};

} // namespace millrace
