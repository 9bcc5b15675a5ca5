// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/TableText.h"

#include <QCoreApplication>

namespace millrace
{

QString tableText(const std::string& text)
{
    return text.empty() ? QString() : QCoreApplication::translate("Tables", text.c_str());
}

QString tableSentence(const std::string& help)
{
    const QString text = tableText(help);
    return text.left(1).toUpper() + text.mid(1);
}

} // namespace millrace
