// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QMimeData;

namespace millrace
{

/// The local files of a drag by their names, so that what is numbered is in order.
QStringList droppedFiles(const QMimeData* data);

/// For a dialog that opens a table: "Tables (*.csv …)".
QString tableFilter();

/// A dashed field that takes dropped files, with a heading, a hint, and a row for buttons.
class DropZone : public QFrame
{
    Q_OBJECT
public:
    DropZone(const QString& heading, const QString& hint, QWidget* parent = nullptr);
    void addButton(QWidget* button);

signals:
    void filesDropped(const QStringList& paths);

protected:
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void setHovered(bool hovered);

    QHBoxLayout* m_buttons;
    bool m_hovered = false;
};

} // namespace millrace
