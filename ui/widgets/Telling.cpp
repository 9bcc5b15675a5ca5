// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/Telling.h"

#include <QAccessibleWidget>
#include <QComboBox>
#include <QHash>
#include <QLineEdit>
#include <utility>

namespace millrace
{

namespace
{

struct Told {
    QAccessible::Role role = QAccessible::NoRole;
    std::function<QString()> tell;
};

/// By widget, while it lives.
QHash<const QObject*, Told>& toldWidgets()
{
    static QHash<const QObject*, Told> widgets;
    return widgets;
}

class TellingWidget : public QAccessibleWidget
{
public:
    TellingWidget(QWidget* widget, const Told& told) : QAccessibleWidget(widget, told.role), m_tell(told.tell) {}
    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        if (kind != QAccessible::Description)
            return QAccessibleWidget::text(kind);
        const QString own = widget()->accessibleDescription();
        return own.isEmpty() ? m_tell() : m_tell() + '\n' + own;
    }

private:
    std::function<QString()> m_tell;
};

QAccessibleInterface* makeTelling(const QString& /*className*/, QObject* object)
{
    const auto told = toldWidgets().constFind(object);
    return told == toldWidgets().cend() ? nullptr : new TellingWidget(qobject_cast<QWidget*>(object), *told);
}

} // namespace

void tellWhenAsked(QWidget& widget, QAccessible::Role role, std::function<QString()> tell)
{
    QAccessible::installFactory(makeTelling); // a second time does nothing
    toldWidgets().insert(&widget, {role, std::move(tell)});
    QObject::connect(&widget, &QObject::destroyed, [](const QObject* gone) { toldWidgets().remove(gone); });
}

void setFieldName(QWidget& field, const QString& name)
{
    field.setAccessibleName(name);
    if (const auto* choice = qobject_cast<QComboBox*>(&field); choice != nullptr && choice->lineEdit() != nullptr)
        choice->lineEdit()->setAccessibleName(name);
}

} // namespace millrace
