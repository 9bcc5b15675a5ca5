// SPDX-License-Identifier: GPL-3.0-or-later
// The Runs page over folders as runs leave them: found, sorted, looked at, deleted and brought back.
#include "Waiting.h"
#include "Widgets.h"
#include "models/RowsModel.h"
#include "pages/RunsPage.h"
#include "pipeline/runs/RunFolder.h"
#include "ui/PageBench.h"
#include "ui/Samples.h"
#include "widgets/ConfirmButton.h"
#include "widgets/Widgets.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QTabBar>
#include <QTableView>

using namespace millrace;

namespace
{

const char* const kSusy = "20260131T123456Z-susy";
const char* const kWind = "20260131T124456Z-wind-of-the-northern-sea-speed-by-the-hour";

QString cell(const QTableView* view, int row, int column)
{
    return view->model()->index(row, column).data().toString();
}

QStringList names(const QTableView* view)
{
    QStringList all;
    for (int row = 0; row < view->model()->rowCount(); ++row)
        all << cell(view, row, 0);
    return all;
}

/// Runs with a model would need a checkpoint that can be read; its name is enough to be one in the list.
void giveModel(const Bench& bench, const QString& folder)
{
    write(bench.folder.filePath("runs/" + folder + "/checkpoints/000000000002.safetensors"), "x");
}

struct Shown {
    explicit Shown(Bench& bench) : page(*bench.session, bench.shell) { page.show(); }
    RunsPage page;
    QTableView* runs = widgetIn<QTableView>(page, "runsTable");
    [[nodiscard]] QString current() const { return currentName(runs); }
    [[nodiscard]] QString tip(const char* button) const { return widgetIn<QWidget>(page, button)->toolTip(); }
    [[nodiscard]] bool isEnabled(const char* button) const { return widgetIn<QWidget>(page, button)->isEnabled(); }
    [[nodiscard]] QString banner() const
    {
        return widgetIn<Banner>(page, "runsBanner")->findChild<QLabel*>("bannerText")->text();
    }
    void press(const char* button) const { clickIn(*widgetIn<Banner>(page, "runsBanner"), button); }
    void remove() const
    {
        clickIn(page, "runsDeleteButton");
        clickIn(page, "runsDeleteButton");
    }
};

} // namespace

class TestRunsPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("light")); }

    void runsAreSortedAndFound()
    {
        Bench bench;
        writeRun(bench.folder, kSusy, "train", "done", 0.7935);
        writeRun(bench.folder, kWind, "evaluate", "failed", 0.5, {{"records", 40}});
        writeRun(bench.folder, "20260131T125456Z-adult", "train", "cancelled", 0.8, {{"records", 5000}});
        Shown shown(bench);
        TRY_COMPARE(shown.runs->model()->rowCount(), 3);
        QVERIFY(selectName(shown.runs, kSusy));
        const auto sortBy = [&](int column) {
            const QHeaderView* header = shown.runs->horizontalHeader();
            QTest::mouseClick(
                header->viewport(), Qt::LeftButton, {},
                {header->sectionViewportPosition(column) + header->sectionSize(column) / 2, header->height() / 2});
        };
        sortBy(5); // records
        QCOMPARE(cell(shown.runs, 0, 5) + ' ' + cell(shown.runs, 2, 5), QString("40 600,000"));
        QCOMPARE(shown.current(), QString(kSusy));
        // A new run: the order and the selection stay.
        writeRun(bench.folder, "20260131T131456Z-late", "train", "done", 0.8, {{"records", 7000}});
        shown.page.entered();
        TRY_COMPARE(shown.runs->model()->rowCount(), 4);
        QCOMPARE(cell(shown.runs, 2, 0), QString("late"));
        QCOMPARE(shown.current(), QString(kSusy));

        auto* search = widgetIn<QLineEdit>(shown.page, "runsSearch");
        QTest::keyClicks(search, "train stopped");
        QCOMPARE(names(shown.runs), QStringList{"adult"});
        QTest::keyClicks(search, " nowhere");
        QCOMPARE(shown.runs->model()->rowCount(), 0);
        photograph(shown.page, "nothing-found");
        shown.page.activateWindow();
        search->setFocus();
        QTest::keyClick(search, Qt::Key_Escape);
        TRY_COMPARE(shown.runs->model()->rowCount(), 4);
        // What is shown by somebody else is never hidden by the search.
        QTest::keyClicks(search, "adult");
        shown.page.showRun(kWind);
        TRY_COMPARE(shown.current(), QString(kWind));
        QVERIFY(search->text().isEmpty());
        photograph(shown.page, "sorted");
    }

    void whatGotNothingIsNotDone_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("because");
        QTest::addColumn<QString>("status");
        QTest::newRow("read before") << "evaluate"
                                     << ""
                                     << "◆ nothing new";
        QTest::newRow("empty") << "evaluate"
                               << "topic t is empty"
                               << "◆ nothing scored";
        QTest::newRow("training") << "train"
                                  << "topic t is empty"
                                  << "◆ nothing learnt";
        QTest::newRow("prediction") << "predict"
                                    << "topic t is empty"
                                    << "◆ nothing predicted";
    }

    void whatGotNothingIsNotDone()
    {
        QFETCH(QString, kind);
        QFETCH(QString, because);
        QFETCH(QString, status);
        Bench bench;
        writeRun(bench.folder, kSusy, kind.toUtf8(), "done", 0,
                 {{"records", 0}, {"nothing_new", true}, {"nothing_because", because.toStdString()}});
        Shown shown(bench);
        TRY_COMPARE(shown.runs->model()->rowCount(), 1);
        QCOMPARE(cell(shown.runs, 0, 2), status);
        TRY_VERIFY(widgetIn<QLabel>(shown.page, "runsSaidText")->text().contains(because));
    }

    void aButtonSaysWhyNot()
    {
        Bench bench;
        writeRun(bench.folder, kSusy, "train", "done", 0.7935);
        writeRun(bench.folder, kWind, "evaluate", "done", 0.5);
        Shown shown(bench);
        TRY_COMPARE(shown.runs->model()->rowCount(), 2);
        QVERIFY(selectName(shown.runs, kSusy));
        QVERIFY2(shown.tip("runsResumeButton").contains("It is done"), qPrintable(shown.tip("runsResumeButton")));
        QVERIFY(shown.tip("runsEvaluateButton").contains("no checkpoint"));
        QVERIFY(selectName(shown.runs, kWind));
        QVERIFY(shown.tip("runsResumeButton").contains("It learns nothing"));
        QVERIFY(shown.tip("runsExportButton").contains("select the training"));
        giveModel(bench, kSusy);
        shown.page.showRun(kSusy);
        TRY_VERIFY(shown.isEnabled("runsExportButton"));
        QVERIFY2(shown.tip("runsReproduceButton").contains("Cluster page"), "without a broker");
    }

    /// Its process is gone, and so is what it would have told: what it wrote down is shown.
    void whatACrashedRunHasIsShown()
    {
        Bench bench;
        const QString folder = bench.folder.filePath(QStringLiteral("runs/") + kSusy);
        write(folder + "/run.json",
              R"({"name": "susy", "kind": "train", "status": "running", "configuration": {"topic": "t"}})");
        write(folder + "/metrics.csv", "step,epoch,records,seconds,loss,accuracy,lag\n"
                                       "1,1,10,0.1,0.9,0.5,\n2,1,30,0.2,0.6,0.8,\n3,2,40,0.3,0.5,0.75,\n4,2,5");
        giveModel(bench, kSusy);
        Shown shown(bench);
        auto* epochs = widgetIn<QTableView>(shown.page, "runsEpochTable");
        TRY_COMPARE(epochs->model()->rowCount(), 2);
        QCOMPARE(cell(epochs, 0, 1) + ' ' + cell(epochs, 0, 2) + ' ' + cell(epochs, 0, 3),
                 QString("30 0.7000 70.00 %"));
        QVERIFY(widgetIn<QLabel>(shown.page, "runsSaidText")->text().contains("Its last checkpoint is of step 2 of 3"));
        photograph(shown.page, "crashed");
    }

    void scoresOfAnEvaluationAreShown()
    {
        Bench bench;
        nlohmann::json result = evaluation(false);
        writeRunOf(bench.folder.path(), kSusy, "evaluate", "susy-test",
                   {{"kind", "binary"}, {"classes", {"background", "signal"}}}, {{"result", result}});
        Shown shown(bench);
        auto* scores = widgetIn<QTableView>(shown.page, "runsEpochTable");
        TRY_VERIFY(names(scores).contains("Accuracy"));
        photograph(shown.page, "scores");
        widgetIn<QTabBar>(shown.page, "runsEpochTabs")->setCurrentIndex(1);
        auto* confusion = widgetIn<QTableView>(shown.page, "runsConfusionTable");
        QVERIFY(confusion->isVisible());
        QCOMPARE(cell(confusion, 1, 0) + ' ' + cell(confusion, 1, 2), QString("signal 13,160"));
        photograph(shown.page, "confusion");
    }

    void theNewestRunIsShownAfterAJob()
    {
        Bench bench;
        writeRun(bench.folder, kSusy, "train", "done", 0.7935);
        writeRun(bench.folder, kWind, "train", "done", 0.5);
        Shown shown(bench);
        TRY_COMPARE(shown.runs->model()->rowCount(), 2);
        QVERIFY(selectName(shown.runs, kSusy));
        shown.page.entered();
        shown.page.hide();
        auto* job = startJob(*bench.session, "train", "Training", {},
                             [](JobContext&) -> Result<nlohmann::json> { return nlohmann::json::object(); });
        TRY_VERIFY(!job->isLive());
        writeRun(bench.folder, "20260131T131456Z-late", "train", "done", 0.8);
        emit bench.session->jobFinished(job);
        QCOMPARE(shown.current(), QString(kSusy));
        shown.page.show();
        shown.page.entered();
        TRY_COMPARE(shown.current(), QString("20260131T131456Z-late"));
        QVERIFY(selectName(shown.runs, kSusy));
        shown.page.entered();
        TRY_COMPARE(shown.runs->model()->rowCount(), 3);
        QCOMPARE(shown.current(), QString(kSusy));
    }

    void aDeletionIsTakenBack()
    {
        Bench bench;
        writeRun(bench.folder, kSusy, "train", "done", 0.7935);
        writeRun(bench.folder, kWind, "train", "done", 0.5);
        Shown shown(bench);
        TRY_COMPARE(shown.runs->model()->rowCount(), 2);
        QVERIFY(selectName(shown.runs, kSusy));
        shown.remove();
        TRY_COMPARE(shown.runs->model()->rowCount(), 1);
        QVERIFY(!QFile::exists(bench.folder.filePath(QStringLiteral("runs/") + kSusy)));
        photograph(shown.page, "deleted");
        clickIn(*widgetIn<Banner>(shown.page, "runsUndoBanner"), "bannerActionButton");
        TRY_COMPARE(shown.runs->model()->rowCount(), 2);
        TRY_COMPARE(shown.current(), QString(kSusy));
        // Neither another window nor the next deletion takes what may still be wanted back.
        shown.remove();
        TRY_COMPARE(shown.runs->model()->rowCount(), 1);
        const Shown again(bench);
        shown.remove();
        TRY_COMPARE(shown.runs->model()->rowCount(), 0);
        QCOMPARE(QDir(bench.folder.filePath("runs/.trash")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 2);
    }

    void whatOthersUseIsAskedFor()
    {
        Bench bench;
        writeRun(bench.folder, kSusy, "train", "done", 0.7935);
        writeRunOf(bench.folder.path(), kWind, "evaluate", "t", {}, {{"parent", kSusy}});
        Shown shown(bench);
        TRY_COMPARE(shown.runs->model()->rowCount(), 2);
        QVERIFY(selectName(shown.runs, kSusy));
        shown.remove();
        QVERIFY2(shown.banner().contains(kWind), qPrintable(shown.banner()));
        photograph(shown.page, "asks");
        shown.press("bannerSecondButton");
        QVERIFY(QFile::exists(bench.folder.filePath(QStringLiteral("runs/") + kSusy)));
        shown.remove();
        shown.press("bannerActionButton");
        TRY_COMPARE(shown.runs->model()->rowCount(), 1);
    }

    void whatALiveRunUsesStays()
    {
        Bench bench;
        writeRun(bench.folder, kSusy, "train", "done", 0.7935);
        Shown shown(bench);
        TRY_VERIFY(shown.isEnabled("runsDeleteButton"));
        {
            const auto live = RunFolder::create(bench.folder.filePath("runs").toStdString(), "scoring",
                                                {{"kind", "evaluate"}, {"parent", kSusy}});
            QVERIFY(live);
            shown.page.showRun(kSusy);
            TRY_VERIFY(!shown.isEnabled("runsDeleteButton"));
            QVERIFY(shown.tip("runsDeleteButton").contains(QString::fromStdString(live->name())));
        }
        shown.page.showRun(kSusy);
        TRY_VERIFY(shown.isEnabled("runsDeleteButton"));
    }
};

QTEST_MAIN(TestRunsPage)
#include "tst_runspage.moc"
