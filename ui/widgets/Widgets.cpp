// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/Widgets.h"

#include "widgets/Telling.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyle>
#include <QStyleOption>
#include <QToolTip>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

/// As high as its content when there is room, scrolling when there is not.
class FormScroll : public QScrollArea
{
public:
    [[nodiscard]] QSize sizeHint() const override { return widget()->sizeHint() + QSize(0, 2); }
    [[nodiscard]] QSize minimumSizeHint() const override { return {widget()->minimumSizeHint().width(), 80}; }
};

/// Of which the name wraps where the field leaves it little.
QHBoxLayout* formRow(QLabel* name, QWidget* field)
{
    name->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(name);
    row->addWidget(field);
    return row;
}

/// Of a text that is longer than its field, unless somebody is writing it: names differ there first.
void showBeginning(QLineEdit* line)
{
    const auto goBack = [line] {
        if (!line->hasFocus())
            line->setCursorPosition(0);
    };
    QObject::connect(line, &QLineEdit::textChanged, line, goBack);
    QObject::connect(line, &QLineEdit::editingFinished, line, goBack);
    goBack();
}

void lookLikeField(QWidget* field)
{
    const bool isEntry =
        qobject_cast<QLineEdit*>(field) || qobject_cast<QAbstractSpinBox*>(field) || qobject_cast<QComboBox*>(field);
    if (!isEntry)
        return;
    field->setFixedWidth(132);
    const auto* choice = qobject_cast<QComboBox*>(field);
    if (auto* line = choice ? choice->lineEdit() : qobject_cast<QLineEdit*>(field))
        showBeginning(line);
    if (auto* spin = qobject_cast<QAbstractSpinBox*>(field))
        spin->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    if (qobject_cast<QAbstractSpinBox*>(field) || qobject_cast<QComboBox*>(field))
        field->setFocusPolicy(Qt::StrongFocus);
}

} // namespace

Card::Card(const QString& heading, QWidget* parent) : QFrame(parent)
{
    m_content = new QVBoxLayout(this);
    m_content->setContentsMargins(16, 14, 16, 16);
    m_content->setSpacing(8);
    if (!heading.isEmpty())
        m_content->addWidget(styledLabel(heading, "heading"));
}

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : QLabel(text, parent), m_whole(text)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::setWhole(const QString& text)
{
    m_whole = text;
    elide();
}

void ElidedLabel::elide()
{
    setText(wordWrap() ? m_whole : fontMetrics().elidedText(m_whole, Qt::ElideRight, width()));
    setToolTip(text() == m_whole ? QString() : m_whole);
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    elide();
}

Tile::Tile(const QString& name, QWidget* parent) : QFrame(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(1);
    m_name = new ElidedLabel(name);
    m_name->setObjectName("tileName");
    m_value = new QLabel("–");
    m_value->setObjectName("tileValue");
    m_value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_value->setAccessibleName(name);
    for (QLabel* label : {static_cast<QLabel*>(m_name), m_value}) {
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // tiles share the width evenly
        layout->addWidget(label);
    }
    m_note = new ElidedLabel;
    m_note->setObjectName("tileNote");
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_note->hide();
    layout->addStretch(0); // a tile beside one with a note is as high
    layout->addWidget(m_note);
    setMinimumWidth(96);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void Tile::setNote(const QString& note)
{
    if (m_note->whole() == note)
        return;
    m_note->setWhole(note);
    m_note->setVisible(!note.isEmpty());
}

void Tile::setName(const QString& name)
{
    if (m_name->whole() == name)
        return;
    m_name->setWhole(name);
    m_value->setAccessibleName(name);
}

void Tile::setValue(const QString& value)
{
    if (m_value->text() == value)
        return;
    m_value->setText(value);
    m_value->setAccessibleDescription(value); // its name is the tile's
}

Chip::Chip(const QString& text, Tone tone, QWidget* parent) : QLabel(text, parent), m_tone(tone)
{
    QFont chipFont = font();
    chipFont.setPixelSize(12);
    setFont(chipFont);
    setContentsMargins(11, 3, 11, 3);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void Chip::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

/// A tool tip that a page has given it goes first.
bool Chip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || !toolTip().isEmpty() || width() >= sizeHint().width())
        return QLabel::event(event);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
    return true;
}

QSize Chip::minimumSizeHint() const
{
    return {qMin(QLabel::minimumSizeHint().width(), 72), QLabel::minimumSizeHint().height()};
}

void Chip::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.line);
    painter.setBrush(theme.card);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
    painter.setPen(theme.of(m_tone));
    const QRect place = contentsRect();
    painter.drawText(place, Qt::AlignCenter, fontMetrics().elidedText(text(), Qt::ElideRight, place.width() + 1));
}

FormPanel::FormPanel(QWidget* parent, Place place) : QFrame(parent), m_layout(new QVBoxLayout)
{
    m_layout->setSpacing(4);
    if (place == Place::Own) {
        m_layout->setContentsMargins(14, 12, 14, 12);
        scroll();
    } else {
        m_layout->setContentsMargins(0, 0, 0, 0);
        setLayout(m_layout);
    }
}

void FormPanel::scroll()
{
    auto* content = new QWidget;
    content->setObjectName("scrollContent");
    content->setLayout(m_layout);
    auto* scroll = new FormScroll;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(content);
    content->setAutoFillBackground(false);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(1, 1, 1, 1);
    outer->addWidget(scroll);
    setMinimumWidth(264);
}

void FormPanel::addHeading(const QString& text)
{
    if (m_layout->count() > 0)
        m_layout->addSpacing(8);
    auto* label = styledLabel(text.toUpper(), "caps");
    QFont spaced = label->font();
    spaced.setLetterSpacing(QFont::PercentageSpacing, 104);
    label->setFont(spaced);
    m_layout->addWidget(label);
}

void FormPanel::addField(const QString& label, QWidget* field)
{
    auto* name = styledLabel(label, "dim");
    name->setBuddy(field);
    if (!field->toolTip().isEmpty())
        name->setToolTip(field->toolTip());
    setFieldName(*field, label);
    lookLikeField(field);
    field->installEventFilter(this);
    auto* row = formRow(name, field);
    row->setStretch(0, 1);
    m_layout->addLayout(row);
}

QLabel* FormPanel::addValue(const QString& label)
{
    auto* value = new QLabel("–");
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setMinimumHeight(24);
    value->setWordWrap(true);
    auto* name = styledLabel(label, "dim");
    name->setBuddy(value); // a name of its own would be read instead of the number
    auto* row = formRow(name, value);
    row->setStretch(1, 1); // a number that grows has its room already
    m_layout->addLayout(row);
    return value;
}

void FormPanel::addWide(QWidget* widget)
{
    if (auto* line = qobject_cast<QLineEdit*>(widget))
        showBeginning(line);
    m_layout->addWidget(widget);
}

void FormPanel::addStretch()
{
    m_layout->addStretch(1);
}

void FormPanel::setFieldVisible(QWidget* field, bool visible)
{
    field->setVisible(visible);
    for (QLabel* label : findChildren<QLabel*>())
        if (label->buddy() == field)
            label->setVisible(visible);
}

bool FormPanel::eventFilter(QObject* watched, QEvent* event)
{
    auto* field = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::Wheel && field && !field->hasFocus()) {
        event->ignore();
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

Banner::Banner(QWidget* parent) : QFrame(parent)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 8, 8);
    layout->setSpacing(12);
    m_text = new QLabel;
    m_text->setObjectName("bannerText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_action = plainButton({}, "bannerActionButton");
    layout->addWidget(m_text, 1);
    m_second = plainButton({}, "bannerSecondButton");
    m_third = plainButton({}, "bannerThirdButton");
    for (QPushButton* button : {m_action, m_second, m_third})
        layout->addWidget(button, 0, Qt::AlignVCenter);
    connect(m_third, &QPushButton::clicked, this, &Banner::thirdTriggered);
    connect(m_second, &QPushButton::clicked, this, &Banner::secondTriggered);
    connect(m_action, &QPushButton::clicked, this, &Banner::actionTriggered);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

void Banner::showMessage(const QString& text, bool isError, const QString& actionText, const QString& secondText,
                         const QString& thirdText)
{
    setStyleProperty(this, "error", isError);
    setStyleProperty(m_text, "role", isError ? "error" : "");
    m_text->setText((isError ? "■ " : "◆ ") + text);
    const auto offer = [](QPushButton* button, const QString& what) {
        button->setText(what);
        button->setVisible(!what.isEmpty());
    };
    offer(m_action, actionText);
    offer(m_second, secondText);
    offer(m_third, thirdText);
    show();
}

void Banner::clear()
{
    m_text->clear();
    hide();
}

QPushButton* plainButton(const QString& text, const QString& objectName)
{
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    button->setAutoDefault(false);
    return button;
}

QPushButton* primaryButton(const QString& text, const QString& objectName)
{
    auto* button = plainButton(text, objectName);
    button->setProperty("primary", true);
    return button;
}

QPushButton* linkButton(const QString& text, const QString& objectName)
{
    auto* button = plainButton(text, objectName);
    button->setProperty("link", true);
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

QLabel* styledLabel(const QString& text, const char* role)
{
    auto* label = new QLabel(text);
    label->setProperty("role", role);
    return label;
}

void setStyleProperty(QWidget* widget, const char* name, const QVariant& value)
{
    if (widget->property(name) == value)
        return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

} // namespace millrace
