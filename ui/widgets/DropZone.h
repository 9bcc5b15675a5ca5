// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QMimeData;

namespace millrace
{

/// The first local file of a drag; empty when it holds none.
QString droppedFile(const QMimeData* data);

/// For a dialog that opens a table: "Tables (*.csv …)".
QString tableFilter();

/// A dashed field that takes one dropped file, with a heading, a hint, and a row for buttons.
class DropZone : public QFrame
{
    Q_OBJECT
public:
    DropZone(const QString& heading, const QString& hint, QWidget* parent = nullptr);
    void addButton(QWidget* button);

signals:
    void fileDropped(const QString& path);

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
