// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody hears who does not see the window: everything that can have the focus has a name and a role, and what
// is painted is told in words.
#include "Waiting.h"
#include "charts/ChartAccessible.h"
#include "charts/LineChart.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "ui/Samples.h"
#include "ui/Widgets.h"
#include "ui/WindowBench.h"
#include "widgets/BinHistogram.h"
#include "widgets/ClassBars.h"
#include "widgets/ConfusionMatrix.h"
#include "widgets/DensityMap.h"
#include "widgets/Knob.h"
#include "widgets/LayerChain.h"

#include <qcustomplot.h>

#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QSlider>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QWidget>
#include <atomic>

using namespace millrace;

namespace
{

QString textOf(const QWidget& widget, QAccessible::Text kind)
{
    QAccessibleInterface* read = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(&widget));
    return read == nullptr ? QString() : read->text(kind);
}

QString told(const QWidget& widget)
{
    return textOf(widget, QAccessible::Description);
}

bool isLabelled(QAccessibleInterface& read)
{
    for (const auto& [other, relation] : read.relations(QAccessible::Label))
        if (!other->text(QAccessible::Name).isEmpty())
            return true;
    return false;
}

/// What is wrong with a part of the window and all that is in it, each as "what: which".
void complain(QAccessibleInterface& read, QStringList& complaints)
{
    const auto* widget = qobject_cast<const QWidget*>(read.object());
    if (widget == nullptr || !widget->isVisible())
        return; // cells and headings are of a table that has a name
    const QString which = QStringLiteral("%1 %2 in %3")
                              .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
                                   widget->parentWidget() ? widget->parentWidget()->objectName() : QString());
    if (read.state().focusable) {
        if (read.text(QAccessible::Name).isEmpty() && !isLabelled(read))
            complaints << QStringLiteral("no name: ") + which;
        if (read.role() == QAccessible::NoRole || read.role() == QAccessible::Client)
            complaints << QStringLiteral("no role: ") + which;
    }
    for (int i = 0; i < read.childCount(); ++i)
        if (QAccessibleInterface* child = read.child(i); child != nullptr && child->object() != nullptr)
            complain(*child, complaints);
}

} // namespace

class AccessibleTest : public QObject, private WindowBench
{
    Q_OBJECT
private slots:
    void init();
    void cleanup() { closeWindow(); }
    void whatHasNoNameIsFound();
    void emptyPages();
    void tabsOfTheCluster();
    void aFileThatWasRead();
    void aTraining();
    void anEvaluation();
    void linesTellTheirNewestValues();
    void aChartTellsWhatIsSeen();
    void numbersAreRead();
    void whatIsPaintedIsTold();

private:
    void look(const QString& state);
    void lookAtPage(const QString& key, const QString& state);

    void tellComplaints() const;
    QStringList m_complaints; ///< of the whole test: one reads all at once
};

void AccessibleTest::init()
{
    openWindow();
    m_complaints.clear();
}

void AccessibleTest::look(const QString& state)
{
    QCoreApplication::processEvents();
    QStringList found;
    complain(*QAccessible::queryAccessibleInterface(m_window.get()), found);
    for (const QString& complaint : found)
        if (std::ranges::none_of(m_complaints, [&](const QString& known) { return known.startsWith(complaint); }))
            m_complaints << QStringLiteral("%1 (%2)").arg(complaint, state);
}

/// Qt Test cuts long messages.
void AccessibleTest::tellComplaints() const
{
    for (const QString& complaint : m_complaints)
        qWarning("%s", qPrintable(complaint));
}

void AccessibleTest::lookAtPage(const QString& key, const QString& state)
{
    m_window->showPage(key);
    look(key + ' ' + state);
}

void AccessibleTest::whatHasNoNameIsFound()
{
    QWidget form;
    auto* field = new QLineEdit(&form);
    form.show();
    QStringList complaints;
    complain(*QAccessible::queryAccessibleInterface(&form), complaints);
    QCOMPARE(complaints.size(), 1);
    field->setAccessibleName("Topic");
    complaints.clear();
    complain(*QAccessible::queryAccessibleInterface(&form), complaints);
    QCOMPARE(complaints, QStringList());
    auto* canvas = new QWidget(&form);
    canvas->setFocusPolicy(Qt::TabFocus);
    canvas->show();
    complain(*QAccessible::queryAccessibleInterface(&form), complaints);
    QCOMPARE(complaints.size(), 2); // neither name nor role
}

void AccessibleTest::emptyPages()
{
    for (const QString& key : m_window->pageKeys())
        lookAtPage(key, "empty");
    widgetIn<QComboBox>(*m_window, "trainModeField")->setCurrentIndex(1);
    lookAtPage("train", "online");
    QTest::keyClick(m_window.get(), Qt::Key_F1);
    look("help");
    tellComplaints();
    QVERIFY(m_complaints.isEmpty());
}

void AccessibleTest::tabsOfTheCluster()
{
    auto* tabs = widgetIn<QTabBar>(*m_window->page("cluster"), "clusterTabs");
    for (int i = 0; i < tabs->count(); ++i) {
        tabs->setCurrentIndex(i);
        lookAtPage("cluster", QString("tab %1").arg(i));
    }
    tellComplaints();
    QVERIFY(m_complaints.isEmpty());
}

void AccessibleTest::aFileThatWasRead()
{
    write(m_home->filePath("small.csv"), smallTable());
    m_window->openFiles({m_home->filePath("small.csv")});
    auto* columns = widgetIn<QTableView>(*m_window, "dataColumnTable");
    TRY_COMPARE(columns->model()->rowCount(), 4);
    QStringList cells; // also the small pictures
    QAccessibleInterface* table = QAccessible::queryAccessibleInterface(columns);
    for (int row = 0; row < 4; ++row)
        cells << table->tableInterface()->cellAt(row, 2)->text(QAccessible::Description);
    QVERIFY2(cells[0].contains("0: ") && cells[1].startsWith("From "), qPrintable(cells.join('\n')));
    lookAtPage("data", "loaded");
    lookAtPage("start", "with a file");
    tellComplaints();
    QVERIFY(m_complaints.isEmpty());
}

void AccessibleTest::aTraining()
{
    std::atomic<bool> goOn = false;
    m_window->showPage("train");
    const Job* job = startJob(*m_session, "train", "Training on susy-train", {{"topic", "susy-train"}},
                              [&](JobContext& context) -> Result<nlohmann::json> {
                                  for (int step = 0; step < kSteps; ++step)
                                      context.metrics.add(pointAt(step));
                                  context.report(progressAt(kSteps));
                                  goOn.wait(false);
                                  return nlohmann::json{{"seconds", 1.6}};
                              });
    TRY_COMPARE(widgetIn<LineChart>(*m_window, "trainLossChart")->pointCount(0), kSteps);
    lookAtPage("train", "live");
    lookAtPage("start", "live");
    lookAtPage("runs", "live");
    goOn = true;
    goOn.notify_all();
    TRY_VERIFY(!job->isLive());
    lookAtPage("train", "done");
    tellComplaints();
    QVERIFY(m_complaints.isEmpty());
}

void AccessibleTest::anEvaluation()
{
    for (const nlohmann::json& result : {evaluation(false), evaluationOfClasses(3), evaluationOfNumbers()}) {
        const Job* job = startJob(*m_session, "evaluate", "Evaluating", {{"topic", "t"}, {"group", "g"}},
                                  [result](JobContext&) -> Result<nlohmann::json> { return result; });
        TRY_VERIFY(!job->isLive());
        lookAtPage("evaluate", QString::fromStdString(result.value("task", "two classes")));
    }
    tellComplaints();
    QVERIFY(m_complaints.isEmpty());
}

void AccessibleTest::linesTellTheirNewestValues()
{
    QCustomPlot plot;
    ChartLines lines(plot);
    const int loss = lines.add({"loss", Qt::blue}), validation = lines.add({"validation", Qt::red}),
              noise = lines.add({"noise", Qt::gray});
    lines.add({"nothing", Qt::gray});
    QCOMPARE(newestOf(lines, ChartFormat::Number, "records"), QString("Nothing is drawn yet."));
    for (int i = 1; i <= 128; ++i) {
        lines.append(loss, {100.0 * i, 1.0 / i}, 1);
        lines.append(validation, {100.0 * i, 0.45 - 1.0 / i}, 1);
        lines.append(noise, {100.0 * i, i % 2 ? 1.0 : 0.0}, 1);
    }
    QCOMPARE(newestOf(lines, ChartFormat::Number, "records"),
             QString("loss: 0.0078, falling; validation: 0.4422, rising; noise: 0.0000, steady; 12,800 records"));
}

void AccessibleTest::aChartTellsWhatIsSeen()
{
    LineChart chart("Loss", "records", LineChart::Format::Number);
    const int loss = chart.addSeries({"loss", Theme::current().loss});
    const int validation = chart.addSeries({"validation", Theme::current().validation});
    for (int i = 1; i <= 128; ++i) {
        chart.add(loss, 100 * i, 1.0 / i);
        chart.add(validation, 100 * i, 0.45 - 1.0 / i);
    }
    QCOMPARE(textOf(chart, QAccessible::Name), QString("Loss"));
    QCOMPARE(QAccessible::queryAccessibleInterface(&chart)->role(), QAccessible::Chart);
    QVERIFY2(told(chart).startsWith("loss: 0.0078, falling; validation: 0.4422, rising; 12,800 records"),
             qPrintable(told(chart)));
    chart.setHidden(loss, true); // by a click on its name in the legend
    QVERIFY2(told(chart).startsWith("validation: 0.4422, rising; 12,800"), qPrintable(told(chart)));
}

/// Fields and tiles: a name, and the number that a name of its own would hide.
void AccessibleTest::numbersAreRead()
{
    Tile tile("Accuracy");
    tile.setValue("79.35 %");
    const auto* value = widgetIn<QLabel>(tile, "tileValue");
    QCOMPARE(textOf(*value, QAccessible::Name), QString("Accuracy"));
    QCOMPARE(told(*value), QString("79.35 %"));
    FormPanel form;
    QLabel* read = form.addValue("Read");
    read->setText("12,800");
    QCOMPARE(textOf(*read, QAccessible::Name), QString("12,800"));
    QVERIFY(isLabelled(*QAccessible::queryAccessibleInterface(read)));
    Knob knob("Rotation", "rotationSlider", {0, 90, 18}, [](double degrees) { return QString("%1°").arg(degrees); });
    knob.setValue(45);
    QCOMPARE(told(*widgetIn<QSlider>(knob, "rotationSlider")), QString("45°"));
}

void AccessibleTest::whatIsPaintedIsTold()
{
    BinHistogram bins;
    bins.setName("residual");
    bins.setBins({{1, 5, 2, 0}, -2, 2, 0, 3});
    QCOMPARE(told(bins), QString("8 from −2 to 2, most of them from −1 to 0: 5 · 3 outside"));

    ClassBars bars;
    bars.setCounts({"legit", "fraud"}, {2000, 1000}, {0, 1});
    QCOMPARE(told(bars), QString("legit: 2,000 · fraud: 1,000"));

    ConfusionMatrix matrix;
    matrix.setNames({"no", "yes"});
    matrix.setCounts(ConfusionMatrix::Counts{{90, 10}, {20, 80}});
    QVERIFY2(told(matrix).startsWith("actual no, predicted no: 90 (90.00 % of the row); actual no, predicted yes: 10"),
             qPrintable(told(matrix)));
    QStringList names;
    ConfusionMatrix::Counts counts(8, std::vector<std::int64_t>(8));
    for (int i = 0; i < 8; ++i) {
        names << QString(QChar('a' + i));
        counts[i][i] = 100;
    }
    counts[2][5] = 7;
    matrix.setNames(names);
    matrix.setCounts(counts);
    QVERIFY2(told(matrix).startsWith("800 of 807 records are predicted as they are; actual c, predicted f: 7 ("),
             qPrintable(told(matrix)));

    DensityMap map;
    std::vector<std::vector<std::int64_t>> cells(12, std::vector<std::int64_t>(12));
    for (int i = 1; i < 11; ++i)
        cells[i][i] = 10;
    cells[1][10] = 100;
    map.setCells({cells, 0, 10});
    QCOMPARE(told(map),
             QString("200 records, actual and predicted from 0 to 10; of 50.00 % both differ by less than 2"));

    LayerChain chain;
    chain.setBlocks({{"18 features", {}}, {"Dense 128 relu", "2,432 parameters", true}});
    QCOMPARE(told(chain), QString("18 features; Dense 128 relu: 2,432 parameters"));
    for (const QWidget* painted :
         {static_cast<QWidget*>(&bins), static_cast<QWidget*>(&bars), static_cast<QWidget*>(&matrix),
          static_cast<QWidget*>(&map), static_cast<QWidget*>(&chain)}) {
        QVERIFY(!textOf(*painted, QAccessible::Name).isEmpty());
    }
}

QTEST_MAIN(AccessibleTest)
#include "tst_accessible.moc"
