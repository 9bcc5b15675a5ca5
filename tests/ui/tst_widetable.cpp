// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of very many columns in the window: what an event costs is printed, that nothing is made a column is asserted.
#include "Waiting.h"
#include "Widgets.h"
#include "session/Session.h"
#include "shell/MainWindow.h"
#include "ui/Samples.h"
#include "widgets/Widgets.h"

#include <QApplication>
#include <QComboBox>
#include <QTableView>
#include <QTemporaryDir>
#include <ctime>

using namespace millrace;

namespace
{

/// Of the GUI thread alone: others may have the cores.
double threadCpuMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Remembers the dearest event.
class MeasuringApplication : public QApplication
{
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_depth > 0)
            return QApplication::notify(receiver, event);
        ++m_depth;
        const std::string what = receiver->metaObject()->className() + std::string(" ") +
                                 receiver->objectName().toStdString() + ", event " + std::to_string(event->type());
        const double before = threadCpuMilliseconds();
        const bool handled = QApplication::notify(receiver, event);
        if (const double cost = threadCpuMilliseconds() - before; cost > m_cost) {
            m_cost = cost;
            m_what = what;
        }
        --m_depth;
        return handled;
    }
    void begin() { m_cost = 0; }
    void tell(const char* what, int columns) const
    {
        qInfo("%d columns, %s: the dearest event took %.1f ms (%s)", columns, what, m_cost, m_what.c_str());
    }

private:
    int m_depth = 0;
    double m_cost = 0;
    std::string m_what;
};

QByteArray wideTable(int columns)
{
    QByteArray csv = "class";
    for (int column = 1; column < columns; ++column)
        csv += ",gene" + QByteArray::number(column);
    for (int row = 0; row < 12; ++row) {
        csv += '\n' + QByteArray::number(row % 2);
        for (int column = 1; column < columns; ++column)
            csv += ',' + QByteArray::number((row * 31 + column * 17) % 101 / 10.0);
    }
    return csv + '\n';
}

} // namespace

class TestWideTable : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void columnsDoNotStopTheWindow_data();
    void columnsDoNotStopTheWindow();
};

void TestWideTable::initTestCase()
{
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("light"));
}

void TestWideTable::columnsDoNotStopTheWindow_data()
{
    QTest::addColumn<int>("columns");
    QTest::newRow("2000") << 2'000;
    QTest::newRow("150000") << 150'000;
}

void TestWideTable::columnsDoNotStopTheWindow()
{
    QFETCH(int, columns);
    QTemporaryDir home;
    SessionOptions options;
    options.home = home.path().toStdString();
    Session session(options);
    MainWindow window(session);
    window.resize(1024, 700);
    window.show();
    window.showPage("data");
    // Pages that are made while nobody waits come first.
    TRY_VERIFY(std::ranges::all_of(window.pageKeys(),
                                   [&](const QString& key) { return window.findChild<QWidget*>(key + "Page"); }));
    write(home.filePath("wide.csv"), wideTable(columns));
    auto& application = *static_cast<MeasuringApplication*>(QApplication::instance());
    auto* table = widgetIn<QTableView>(window, "dataColumnTable");
    application.begin();
    window.openFiles({home.filePath("wide.csv")});
    TRY_COMPARE(table->model()->rowCount(), columns);
    TRY_VERIFY(table->isVisible());
    QTest::qWait(200);
    application.tell("opened", columns);
    // Nothing is made a column of the file but a row of the table: neither columns, nor items of a list.
    QCOMPARE(widgetIn<QTableView>(window, "dataFirstRowsTable")->model()->columnCount(), 1'001);
    QVERIFY(widgetIn<QLabel>(window, "dataFirstRowsSaid")->text().startsWith("The first 1,000 of "));
    QVERIFY(widgetIn<QComboBox>(window, "publishSplitColumnField")->count() < 1'000);
    application.begin();
    // Within an event, as a click is.
    QMetaObject::invokeMethod(
        table, [table] { table->model()->setData(table->model()->index(5, 1), "ignored", Qt::EditRole); },
        Qt::QueuedConnection);
    TRY_COMPARE(table->model()->index(5, 4).data().toString(),
                QStringLiteral("–")); // of what is ignored nothing is told
    QTest::qWait(200);
    application.tell("a role changed", columns);
}

int main(int argc, char** argv)
{
    MeasuringApplication application(argc, argv);
    TestWideTable test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_widetable.moc"
