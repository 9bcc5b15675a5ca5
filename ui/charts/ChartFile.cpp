// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartFile.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>

namespace millrace
{

QString chartFileName(const QString& file, const QString& filter)
{
    static const QStringList endings = {"png", "svg", "csv"};
    if (endings.contains(QFileInfo(file).suffix().toLower()))
        return file;
    for (const QString& ending : endings)
        if (filter.contains("*." + ending))
            return file + '.' + ending;
    return file + '.' + endings.first();
}

QString askForChartFile(QWidget* parent, const QString& title, const QString& suggestion)
{
    const QStringList filters = {QCoreApplication::translate("ChartFile", "PNG picture (*.png)"),
                                 QCoreApplication::translate("ChartFile", "SVG picture (*.svg)"),
                                 QCoreApplication::translate("ChartFile", "CSV table of the values (*.csv)")};
    QString filter;
    const QString file = QFileDialog::getSaveFileName(parent, title, suggestion, filters.join(";;"), &filter);
    if (file.isEmpty())
        return {};
    const QString named = chartFileName(file, filter);
    // The dialog has asked for the name without its ending.
    const QString question = QCoreApplication::translate("ChartFile", "%1 is there already. Replace it?");
    const bool isKept = named != file && QFileInfo::exists(named) &&
                        QMessageBox::question(parent, title, question.arg(named)) != QMessageBox::Yes;
    return isKept ? QString() : named;
}

} // namespace millrace
