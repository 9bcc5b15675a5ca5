// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/Theme.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QTableView>

class QFormLayout;
class QVBoxLayout;

namespace millrace
{

/// A rounded panel with an optional heading; add content to layout().
class Card : public QFrame
{
    Q_OBJECT
public:
    explicit Card(const QString& heading = {}, QWidget* parent = nullptr);
    [[nodiscard]] QVBoxLayout* content() const { return m_content; }

private:
    QVBoxLayout* m_content;
};

/// One line that asks for no width: it shows as much of its text as fits, and has the whole as tool tip where that is
/// not all. With word wrap it shows all.
class ElidedLabel : public QLabel
{
    Q_OBJECT
public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);
    void setWhole(const QString& text);
    [[nodiscard]] QString whole() const { return m_whole; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void elide();

    QString m_whole;
};

/// A number with its name above: "Accuracy / 79.35 %". The value can be selected and copied.
class Tile : public QFrame
{
    Q_OBJECT
public:
    explicit Tile(const QString& name, QWidget* parent = nullptr);
    void setName(const QString& name);
    void setValue(const QString& value); ///< "–" when unknown
    /// A line below: the same of the validation part, or what else belongs to the value; none when empty.
    void setNote(const QString& note);

private:
    ElidedLabel* m_name;
    QLabel* m_value;
    ElidedLabel* m_note;
};

/// A small rounded fact beside a page's title.
class Chip : public QLabel
{
    Q_OBJECT
public:
    using Tone = millrace::Tone;
    explicit Chip(const QString& text = {}, Tone tone = Tone::Neutral, QWidget* parent = nullptr);
    void setTone(Tone tone);
    /// Small: a long text is cut with "…" when space is short, and is the tool tip then.
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    Tone m_tone;
};

/// A form in a side panel: dim label left, field right, 28 px rows, small capitals as section headings. Scrolls when it
/// is higher than its place. The wheel turns a field's value only when the field has the focus.
class FormPanel : public QFrame
{
    Q_OBJECT
public:
    enum class Place {
        Own,    ///< a card of its own that scrolls
        Inside, ///< a part of another form
    };
    explicit FormPanel(QWidget* parent = nullptr, Place place = Place::Own);
    void addHeading(const QString& text);
    void addField(const QString& label, QWidget* field); ///< the field gets the label as accessible name and buddy
    QLabel* addValue(const QString& label);              ///< a read-only number, right-aligned, "–"
    void addWide(QWidget* widget);
    void addStretch();
    void setFieldVisible(QWidget* field, bool visible); ///< with its label

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void scroll();

    QVBoxLayout* m_layout;
};

/// A table as all pages have it: numbers right, no grid, copy with Ctrl+C, a message where it is empty.
class DataTable : public QTableView
{
    Q_OBJECT
public:
    explicit DataTable(QWidget* parent = nullptr);
    void setEmptyText(const QString& text);
    /// Columns are as wide as what they hold; this one takes what they leave, and is never left nothing.
    void stretch(int column);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QString m_emptyText;
};

/// A notice inside a page: what is wrong and what to do; hidden while there is nothing to say.
class Banner : public QFrame
{
    Q_OBJECT
public:
    explicit Banner(QWidget* parent = nullptr);
    void showMessage(const QString& text, bool isError, const QString& actionText = {}, const QString& secondText = {},
                     const QString& thirdText = {});
    void clear();

signals:
    void actionTriggered();
    void secondTriggered();
    void thirdTriggered();

private:
    QLabel* m_text;
    QPushButton *m_action, *m_second, *m_third;
};

/// The accent button, and the plain one.
QPushButton* primaryButton(const QString& text, const QString& objectName);
QPushButton* plainButton(const QString& text, const QString& objectName);
/// Looks like a link, is a button.
QPushButton* linkButton(const QString& text, const QString& objectName);
/// A label with a look of the style sheet: "dim", "small", "heading", "strong", "caps", "ok", "warn", "error".
QLabel* styledLabel(const QString& text, const char* role);
/// Gives a widget another value of a property that the style sheet looks at.
void setStyleProperty(QWidget* widget, const char* name, const QVariant& value);

} // namespace millrace
