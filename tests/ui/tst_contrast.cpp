// SPDX-License-Identifier: GPL-3.0-or-later
// Every text can be read on what it stands on, by WCAG 2's contrast, in both themes; and the style sheet has no colour
// that is not the theme's.
#include "style/StyleSheet.h"
#include "style/Theme.h"
#include "ui/Pictures.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTest>
#include <QVBoxLayout>
#include <cmath>

using namespace millrace;

namespace
{

/// https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
double luminance(const QColor& colour)
{
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor& one, const QColor& other)
{
    const double a = luminance(one), b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

/// What is seen where a tint of so much opacity is painted.
QColor tinted(const QColor& background, const QColor& tint, double opacity)
{
    const auto mixed = [opacity](float below, float above) {
        return static_cast<float>(below + (above - below) * opacity);
    };
    return QColor::fromRgbF(mixed(background.redF(), tint.redF()), mixed(background.greenF(), tint.greenF()),
                            mixed(background.blueF(), tint.blueF()));
}

constexpr double kText = 4.5, kShape = 3;

struct Named {
    const char* name;
    QColor colour;
};

} // namespace

class ContrastTest : public QObject
{
    Q_OBJECT
private slots:
    void theFormulaIsWcags();
    void textsAreRead_data() { themes(); }
    void textsAreRead();
    void fieldsAreRead_data() { themes(); }
    void fieldsAreRead();
    void statesAreTold_data() { themes(); }
    void statesAreTold();
    void shapesAreSeen_data() { themes(); }
    void shapesAreSeen();
    void theSheetHasNoOtherColours_data() { themes(); }
    void theSheetHasNoOtherColours();

private:
    static void themes();
    void show();
    void check(double least, const std::vector<Named>& colours, const std::vector<Named>& backgrounds);
    QStringList m_complaints;
};

void ContrastTest::theFormulaIsWcags()
{
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QVERIFY(std::abs(contrast(QColor(0x76, 0x76, 0x76), Qt::white) - 4.54) < 0.005); // the lightest grey for texts
}

void ContrastTest::themes()
{
    QTest::addColumn<QString>("mode");
    QTest::newRow("light") << "light";
    QTest::newRow("dark") << "dark";
}

void ContrastTest::show()
{
    QFETCH(QString, mode);
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), mode);
    m_complaints.clear();
}

void ContrastTest::check(double least, const std::vector<Named>& colours, const std::vector<Named>& backgrounds)
{
    for (const Named& colour : colours)
        for (const Named& background : backgrounds)
            if (const double found = contrast(colour.colour, background.colour); found < least)
                m_complaints << QStringLiteral("%1 on %2: %3").arg(colour.name, background.name).arg(found, 0, 'f', 2);
}

void ContrastTest::textsAreRead()
{
    show();
    const Theme& theme = Theme::current();
    const Named card{"card", theme.card}, background{"background", theme.background},
        soft{"accentSoft", theme.accentSoft}, grid{"grid", theme.grid};
    // Selected rows and checked buttons are soft, pills of roles have the grid's colour.
    check(kText, {{"text", theme.text}, {"dim", theme.dim}, {"accent", theme.accent}}, {card, background, soft, grid});
    check(kText, {{"ok", theme.ok}, {"warn", theme.warn}, {"error", theme.error}}, {card, background, soft});
    check(kText, {{"validation", theme.validation}, {"lag", theme.lag}}, {card, background});
    check(kText, {{"onAccent", theme.onAccent}},
          {{"accent", theme.accent}, {"accentHover", theme.accentHover}, {"ok", theme.ok}, {"error", theme.error}});
    check(kShape, {{"disabled", theme.disabled}}, {card, background, soft});
    check(kText, {{"text", theme.text}},
          {{"a matrix's right cell", tinted(theme.card, theme.accuracy, 0.4)},
           {"a matrix's wrong cell", tinted(theme.card, theme.lag, 0.5)}});
    check(kText, {{"label's pill", theme.dark ? theme.lag.lighter(110) : theme.lag.darker(125)}},
          {{"its fill", tinted(theme.card, theme.lag, theme.dark ? 0.22 : 0.16)},
           {"its fill in a selected row", tinted(theme.accentSoft, theme.lag, theme.dark ? 0.22 : 0.16)}});
    QVERIFY2(m_complaints.isEmpty(), qPrintable(m_complaints.join('\n')));
}

/// Also what stands in an empty one, and in one that is disabled.
void ContrastTest::fieldsAreRead()
{
    show();
    const Theme& theme = Theme::current();
    QLineEdit line;
    QComboBox choice;
    QSpinBox count;
    QPlainTextEdit text;
    choice.setEditable(true);
    for (QWidget* field : {static_cast<QWidget*>(&line), static_cast<QWidget*>(&choice), static_cast<QWidget*>(&count),
                           static_cast<QWidget*>(&text)}) {
        field->ensurePolished();
        const auto colourOf = [field](QPalette::ColorGroup group, QPalette::ColorRole role) {
            const QColor colour = field->palette().color(group, role);
            return tinted(Theme::current().background, colour, colour.alphaF());
        };
        const Named background{"background", theme.background};
        check(kText,
              {{"text", colourOf(QPalette::Active, QPalette::Text)},
               {"placeholder", colourOf(QPalette::Active, QPalette::PlaceholderText)}},
              {background});
        check(kShape, {{"disabled text", colourOf(QPalette::Disabled, QPalette::Text)}}, {background});
    }
    QVERIFY2(m_complaints.isEmpty(), qPrintable(m_complaints.join('\n')));
}

/// By a border's shape, not by colour alone: whole, twice as thick with the focus, dashed where nothing can be entered,
/// only below what can only be read.
void ContrastTest::statesAreTold()
{
    show();
    QWidget form;
    form.setObjectName("fields");
    auto* down = new QVBoxLayout(&form);
    const auto field = [&](const QString& text) {
        auto* line = new QLineEdit(text);
        line->setFixedWidth(200);
        down->addWidget(line);
        return line;
    };
    QLineEdit *plain = field("susy-train"), *focused = field("has the focus"), *disabled = field("cannot be changed"),
              *readOnly = field("can only be read");
    disabled->setEnabled(false);
    readOnly->setReadOnly(true);
    for (const bool enabled : {true, false})
        for (const bool checked : {true, false}) {
            auto* box = new QCheckBox(enabled ? "a choice" : "no choice");
            auto* button = new QPushButton(enabled ? "Publish" : "Publishing");
            button->setProperty("primary", checked);
            for (QAbstractButton* made : {static_cast<QAbstractButton*>(box), static_cast<QAbstractButton*>(button)}) {
                made->setCheckable(true);
                made->setChecked(checked && made == box);
                made->setEnabled(enabled);
                down->addWidget(made);
            }
        }
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    form.activateWindow();
    focused->setFocus();
    QTRY_VERIFY(focused->hasFocus());
    savePicture(form, "fields", form.size());
    const auto drawnAt = [](QLineEdit* line, int row) { // share of a row's pixels that stand out
        const QImage image = line->grab().toImage();
        const QColor background = image.pixelColor(image.width() - 8, 4);
        int drawn = 0;
        for (int x = 8; x < image.width() - 8; ++x)
            drawn += contrast(image.pixelColor(x, row), background) > 2;
        return static_cast<double>(drawn) / (image.width() - 16);
    };
    QVERIFY(drawnAt(plain, 0) > 0.95 && drawnAt(plain, 1) < 0.05);
    QVERIFY(drawnAt(focused, 0) > 0.95 && drawnAt(focused, 1) > 0.95);
    QVERIFY(drawnAt(disabled, 0) > 0.2 && drawnAt(disabled, 0) < 0.8);
    QVERIFY(drawnAt(readOnly, 0) < 0.05 && drawnAt(readOnly, readOnly->height() - 1) > 0.95);
}

void ContrastTest::shapesAreSeen()
{
    show();
    const Theme& theme = Theme::current();
    const std::vector<Named> places = {{"card", theme.card}, {"background", theme.background}};
    check(kShape,
          {{"border", theme.border},
           {"focus", theme.accent},
           {"focus of the primary button", theme.text},
           {"loss", theme.loss},
           {"accuracy", theme.accuracy},
           {"lag", theme.lag},
           {"validation", theme.validation},
           {"best", theme.best}},
          places);
    check(kShape, {{"a check mark", theme.onAccent}}, {{"accent", theme.accent}});
    QVERIFY2(m_complaints.isEmpty(), qPrintable(m_complaints.join('\n')));
}

void ContrastTest::theSheetHasNoOtherColours()
{
    show();
    const Theme& theme = Theme::current();
    QStringList known;
    for (const QColor& colour : {theme.background, theme.card, theme.line, theme.border, theme.text, theme.dim,
                                 theme.disabled, theme.accent, theme.accentHover, theme.accentSoft, theme.onAccent,
                                 theme.ok, theme.warn, theme.error, theme.validation, theme.grid})
        known << colour.name();
    const QString sheet = styleSheet(theme);
    static const QRegularExpression colour(QStringLiteral("#[0-9a-fA-F]{3,8}\\b|rgba?\\([^)]*\\)|@\\w+"));
    QStringList others;
    for (const auto& match : colour.globalMatch(sheet))
        if (!known.contains(match.captured()))
            others << match.captured();
    QVERIFY2(others.isEmpty(), qPrintable(others.join('\n')));
}

QTEST_MAIN(ContrastTest)
#include "tst_contrast.moc"
