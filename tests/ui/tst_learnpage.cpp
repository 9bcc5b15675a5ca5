// SPDX-License-Identifier: GPL-3.0-or-later
// A table of one's own through the window by clicks alone, on a real broker: dropped, Learn from it, Learn. Tables of
// each task: two classes with texts, three classes, numbers; each is better than the majority or the mean, no class
// that has a name is called by its number, and the file that is saved says the same.
#include "Waiting.h"
#include "Widgets.h"
#include "base/Text.h"
#include "pages/ProposalPage.h"
#include "session/LearnSentence.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "ui/Pictures.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;

namespace
{

constexpr int kRows = 900;

void drop(QWidget& target, const QStringList& files)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& file : files)
        urls << QUrl::fromLocalFile(file);
    data.setUrls(urls);
    const QPoint middle = target.rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
}

/// A wave that looks random, from −1 to 1.
double wave(int row, double speed)
{
    return std::sin(row * speed) * std::cos(row * speed * 1.7);
}

/// Whether a customer leaves follows from a text and a number; a number of each row is no feature.
QByteArray customers()
{
    QByteArray csv = "customer,plan,minutes,left\n";
    for (int i = 0; i < kRows; ++i) {
        const double minutes = 200 + 150 * wave(i, 0.83);
        const bool isMonthly = i % 3 != 0;
        csv += "c-" + QByteArray::number(100000 + i * 7) + (isMonthly ? ",monthly," : ",yearly,") +
               QByteArray::number(minutes, 'f', 1) + (isMonthly && minutes > 190 ? ",yes\n" : ",no\n");
    }
    return csv;
}

QByteArray flowers()
{
    QByteArray csv = "width,length,species\n";
    const char* names[] = {"setosa", "versicolor", "virginica"};
    for (int i = 0; i < kRows; ++i)
        csv += QByteArray::number(i % 3 + 0.3 * wave(i, 0.7), 'f', 3) + ',' +
               QByteArray::number(5 - i % 3 + 0.4 * wave(i, 1.1), 'f', 3) + ',' + names[i % 3] + '\n';
    return csv;
}

QByteArray flats()
{
    QByteArray csv = "area,district,price [€]\n";
    for (int i = 0; i < kRows; ++i) {
        const double area = 70 + 50 * wave(i, 0.61), district = i % 4;
        csv += QByteArray::number(area, 'f', 1) + ",d" + QByteArray::number(i % 4) + ',' +
               QByteArray::number(2500 * area + 40000 * district + 3000 * wave(i, 3.3), 'f', 2) + '\n';
    }
    return csv;
}

} // namespace

class LearnPageTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void learnsByClicksAlone_data();
    void learnsByClicksAlone();
    void tablesOfOthers();
    void severalFilesByClicksAlone();
    void severalTargetsByClicksAlone();
    void asksBeforeItReplaces();
    void changesAreInTheExperiment();
    void anImpossibleChoiceIsRefused();
    void aTrainingIsStopped();
    void aFileThatIsGoneFails();
    void cleanupTestCase()
    {
        m_window.reset();
        m_session.reset();
    }

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_window, name);
    }
    void click(const char* name) { clickIn(*m_window, name); }
    void shot(const QString& name)
    {
        QTest::qWait(60); // a tick of the window's timer
        savePicture(*m_window, "learn-" + name, m_window->size());
    }
    void photograph(const QString& name) { photographWindow(*m_window, "learn-" + name); }
    ProposalPage& page() { return *static_cast<ProposalPage*>(m_window->page("learn")); }
    /// Drops the table and opens its proposal. Where nothing tells that a column is the label, it is chosen.
    void openProposal(const QString& name, const QByteArray& table, const QString& label)
    {
        openProposal({written(name, table)}, name, label);
    }
    QString written(const QString& name, const QByteArray& table)
    {
        QFile file(m_home.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(table) == table.size() ? file.fileName() : QString();
    }
    void openProposal(const QStringList& files, const QString& name, const QString& label)
    {
        m_window->showPage("start");
        drop(*m_window, files);
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("dataLearnButton")->isVisible() && title().contains(name),
                                 kPatience);
        const Job* before = m_session->latest("propose");
        click("dataLearnButton");
        auto* labels = find<QComboBox>("learnLabelField");
        TRY_VERIFY(m_session->latest("propose") != before && !m_session->latest("propose")->isLive() &&
                   labels->findText(label) >= 0);
        labels->setCurrentText(label);
        TRY_VERIFY(find<QPushButton>("learnButton")->isEnabled());
    }
    QString title() { return find<QLabel>("dataFileChip")->text(); }
    QString text(const char* name) { return find<QLabel>(name)->text(); }
    /// Everything that a person reads on the page.
    QString allTexts()
    {
        QString all;
        for (const QLabel* label : page().findChildren<QLabel*>())
            if (label->isVisible())
                all += label->text() + '\n';
        return all;
    }
    bool waitForTheEnd()
    {
        const ExperimentRun* run = m_window->experimentRun();
        return run != nullptr && QTest::qWaitFor([run] { return !run->isLive(); }, 3 * kPatience);
    }

    QTemporaryDir m_home;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void LearnPageTest::initTestCase()
{
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), "light");
    SessionOptions options;
    options.home = m_home.path().toStdString();
    m_session = std::make_unique<Session>(options);
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->resize(1024, 700);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void LearnPageTest::learnsByClicksAlone_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("table");
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("task");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("two classes") << "customers.csv" << customers() << "left"
                                 << "2 classes: no, yes"
                                 << "accuracy ";
    QTest::newRow("three classes") << "flowers.csv" << flowers() << "species"
                                   << "3 classes: setosa, versicolor, virginica"
                                   << "accuracy ";
    QTest::newRow("numbers") << "flats.csv" << flats() << "price [€]"
                             << "regression"
                             << "R² ";
}

void LearnPageTest::learnsByClicksAlone()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, table);
    QFETCH(QString, label);
    QFETCH(QString, task);
    QFETCH(QString, sentence);
    openProposal(name, table, label);
    QCOMPARE(find<QComboBox>("learnLabelField")->currentText(), label);
    QVERIFY2(text("learnTaskWhat").startsWith(task), qPrintable(text("learnTaskWhat")));
    for (const char* line : {"learnLabel", "learnTask", "learnSplit", "learnModel", "learnBudget"})
        for (const char* part : {"What", "Why"})
            QVERIFY2(text((QByteArray(line) + part).constData()).size() > 2, line);
    shot(name + "-proposed");
    click("learnButton");
    QVERIFY(waitForTheEnd());
    const ExperimentRun* run = m_window->experimentRun();
    QVERIFY2(run->succeeded(), describe(run->error()).c_str());
    const nlohmann::json result = run->result();
    QVERIFY(result["test"]["scored"] > kRows / 5 && result["baseline_test"]["scored"] == result["test"]["scored"]);
    TRY_VERIFY(find<QLabel>("learnSentence")->isVisible());
    const QString told = text("learnSentence");
    QVERIFY2(told.startsWith(sentence) && told.contains("95 %: ") && told.contains("that it had not learnt") &&
                 told.contains("regression, learnt beside it, has "),
             qPrintable(told));
    shot(name + "-learnt");
    const QString all = allTexts();
    QVERIFY2(!all.contains("class 0") && !all.contains("class 1"), qPrintable(all));
    const bool isOfNumbers = result["test"]["task"] == "regression";
    const char* score = isOfNumbers ? "r2" : "accuracy";
    QVERIFY2(result["test"][score] > (isOfNumbers ? 0.9 : result["test"]["majority"].get<double>() + 0.1),
             qPrintable(told));
    QCOMPARE(learnSentence(*run), told.toStdString());
}

/// Eight tables of different kinds, of which nothing is told but the label, where they are at hand.
void LearnPageTest::tablesOfOthers()
{
    const QString folder =
        qEnvironmentVariable("MILLRACE_SHARED", QStringLiteral(MILLRACE_SOURCE_DIR "/../shared")) + "/data/tables/";
    QFile list(folder + "tables.json");
    if (!list.open(QIODevice::ReadOnly))
        QSKIP("tables.json is not here; set MILLRACE_SHARED to the folder that has data/tables");
    const nlohmann::json tables = nlohmann::json::parse(list.readAll().toStdString());
    for (const auto& [name, table] : tables.items()) {
        const QString file = QString::fromStdString(name);
        QFile rows(folder + file + ".train.csv");
        QVERIFY(rows.open(QIODevice::ReadOnly));
        openProposal(file + ".csv", rows.readAll(), QString::fromStdString(table["target"].get<std::string>()));
        shot("other-" + file + "-proposed");
        click("learnButton");
        QVERIFY(waitForTheEnd());
        const ExperimentRun* run = m_window->experimentRun();
        QVERIFY2(run->succeeded(), describe(run->error()).c_str());
        const nlohmann::json test = run->result()["test"];
        QCOMPARE(test["task"], table["task"]);
        TRY_VERIFY(find<QLabel>("learnSentence")->isVisible());
        shot("other-" + file + "-learnt");
        const QString all = allTexts(), told = text("learnSentence");
        const bool hasNames = name != "susy" && name != "elec"; // whose classes are 0 and 1
        QVERIFY2(!hasNames || (!all.contains("class 0") && !all.contains("class 1")), qPrintable(all));
        const bool isOfNumbers = test["task"] == "regression";
        QVERIFY2(test[isOfNumbers ? "r2" : "accuracy"] > (isOfNumbers ? 0.0 : test["majority"].get<double>()),
                 qPrintable(told));
        qInfo().noquote() << file + ":" << told;
    }
}

/// Dropped together they are one table, whose rows go on where those of the first end; the saved experiment names all.
void LearnPageTest::severalFilesByClicksAlone()
{
    const QByteArray table = flowers();
    const qsizetype middle = table.indexOf('\n', table.size() / 2) + 1;
    const QByteArray heading = table.left(table.indexOf('\n') + 1);
    const QString one = written("year-9.csv", table.left(middle)),
                  other = written("year-10.csv", heading + table.mid(middle));
    openProposal({other, one}, "year-9.csv and 1 more file · 900 rows", "species");
    QCOMPARE(find<QLabel>("learnFileChip")->text(), QString("year-9.csv and 1 more file"));
    shot("two-files-proposed");
    click("learnButton");
    QVERIFY(waitForTheEnd());
    const ExperimentRun* run = m_window->experimentRun();
    QVERIFY2(run->succeeded(), describe(run->error()).c_str());
    const nlohmann::json& sections = run->experiment().sections;
    QCOMPARE(sections["data"]["more"].get<std::string>(), other.toStdString());
    const nlohmann::json test = run->result()["test"];
    QVERIFY2(test["accuracy"] > test["majority"].get<double>() + 0.1, test["accuracy"].dump().c_str());
    shot("two-files-learnt");
    m_window->showPage("predict"); // which answers each file with one of its own
    drop(*m_window->page("predict"), {one, other});
    TRY_VERIFY(text("statusMessage").contains("one file at a time"));
    m_window->openFiles({one, written("a.millrace", "{}")});
    TRY_VERIFY(text("statusMessage").contains("a.millrace is an experiment: open it alone"));
}

/// Two numbers are foretold together: the second is a label by a click on its role.
void LearnPageTest::severalTargetsByClicksAlone()
{
    QByteArray csv = "area,district,price [€],heat\n";
    for (int i = 0; i < kRows; ++i) {
        const double area = 70 + 50 * wave(i, 0.61), district = i % 4;
        csv += QByteArray::number(area, 'f', 1) + ",d" + QByteArray::number(i % 4) + ',' +
               QByteArray::number(2500 * area + 40000 * district + 3000 * wave(i, 3.3), 'f', 2) + ',' +
               QByteArray::number(0.001 * area + 0.02 * (i % 4 == 2) + 0.002 * wave(i, 2.1), 'f', 6) + '\n';
    }
    openProposal("houses.csv", csv, "price [€]");
    auto* columns = find<QTableView>("learnColumnTable");
    const QModelIndex role = columns->model()->index(3, 1);
    columns->scrollTo(role);
    QTest::mouseClick(columns->viewport(), Qt::LeftButton, {}, columns->visualRect(role).center());
    TRY_VERIFY(columns->findChild<QComboBox*>("dataRoleEditor"));
    auto* combo = columns->findChild<QComboBox*>("dataRoleEditor");
    combo->setCurrentText("also label");
    emit combo->activated(combo->currentIndex());
    TRY_COMPARE(text("learnLabelWhat"), QString("price [€], heat"));
    TRY_VERIFY(find<QPushButton>("learnButton")->isEnabled());
    QCOMPARE(find<QComboBox>("learnLabelField")->currentText(), QString("price [€], heat"));
    QCOMPARE(text("learnTaskWhat"), QString("regression: 2 numbers are foretold"));
    shot("two-targets-proposed");
    click("learnButton");
    QVERIFY(waitForTheEnd());
    const ExperimentRun* run = m_window->experimentRun();
    QVERIFY2(run->succeeded(), describe(run->error()).c_str());
    const nlohmann::json test = run->result()["test"];
    QCOMPARE(test["targets"].size(), std::size_t{2});
    for (const nlohmann::json& target : test["targets"])
        QVERIFY2(target["r2"] > 0.8, target.dump().substr(0, 200).c_str());
    TRY_VERIFY(find<QLabel>("learnSentence")->isVisible());
    const QString told = text("learnSentence");
    QVERIFY2(told.contains(" on average: price ") && told.contains(" €), heat "), qPrintable(told));
    shot("two-targets-learnt");

    m_window->showPage("evaluate");
    auto* target = find<QComboBox>("evaluateTargetField");
    TRY_VERIFY(target->isVisible() && target->count() == 2);
    QCOMPARE(target->currentText(), QString("price"));
    QVERIFY(text("evaluateTargetScores").contains("RMSE ") && text("evaluateTargetScores").contains(" €"));
    const QString ofPrice = text("evaluateTargetScores");
    shot("two-targets-price");
    target->setCurrentText("heat");
    QVERIFY(text("evaluateTargetScores") != ofPrice && !text("evaluateTargetScores").contains("€"));
    shot("two-targets-heat");
}

/// The topics hold records now: the same click asks, and Replace publishes anew.
void LearnPageTest::asksBeforeItReplaces()
{
    openProposal("flowers.csv", flowers(), "species");
    click("learnButton");
    QVERIFY(waitForTheEnd());
    QVERIFY(!m_window->experimentRun()->succeeded());
    auto* banner = find<Banner>("learnBanner");
    TRY_VERIFY(banner->isVisible());
    shot("asks");
    QPushButton* replace = nullptr;
    for (QPushButton* button : banner->findChildren<QPushButton*>())
        if (button->text().contains("Replace"))
            replace = button;
    QVERIFY(replace != nullptr);
    QTest::mouseClick(replace, Qt::LeftButton);
    QVERIFY(waitForTheEnd());
    const ExperimentRun* run = m_window->experimentRun();
    QVERIFY2(run->succeeded(), describe(run->error()).c_str());
    QVERIFY(run->result()["test"]["scored"] > kRows / 5);
}

/// What a click changes is told at once, saved, and read again.
void LearnPageTest::changesAreInTheExperiment()
{
    openProposal("customers.csv", customers(), "left");
    const QString before = text("learnBudgetWhat");
    click("learnTrainingButton");
    auto* epochs = find<QSpinBox>("learnTrainEpochsField");
    TRY_VERIFY(epochs->isVisible());
    epochs->setFocus();
    epochs->setValue(7);
    QVERIFY2(text("learnBudgetWhat").contains("at most 7 epochs") && before != text("learnBudgetWhat"),
             qPrintable(text("learnBudgetWhat")));
    shot("training");
    click("learnTrainDoneButton");
    click("learnSplitButton");
    shot("split");
    click("learnPublishDoneButton");
    find<QComboBox>("learnPresetField")->setCurrentText("small");
    QVERIFY2(text("learnModelWhat").startsWith("small: "), qPrintable(text("learnModelWhat")));
    const QString file = m_home.filePath("saved.millrace");
    page().writeTo(file);
    const auto read = readExperiment(file.toStdString());
    QVERIFY2(read, describe(read).c_str());
    QVERIFY(read->sections["train"]["epochs"] == 7 && read->sections["train"]["preset"] == "small");
    QVERIFY(read->sections["publish"]["test-fraction"] == 0.25 && read->sections["train"]["keep-mb"].is_number());
    // A look at the data takes nothing away that was chosen.
    m_window->showPage("data");
    const Job* proposedBefore = m_session->latest("propose");
    click("dataLearnButton");
    TRY_VERIFY(m_session->latest("propose") != proposedBefore && !m_session->latest("propose")->isLive());
    find<QComboBox>("learnLabelField")->setCurrentText("left");
    TRY_VERIFY(find<QPushButton>("learnButton")->isEnabled());
    QVERIFY2(text("learnBudgetWhat").contains("at most 7 epochs"), qPrintable(text("learnBudgetWhat")));
}

/// Texts are no numbers to foretell.
void LearnPageTest::anImpossibleChoiceIsRefused()
{
    openProposal("flowers.csv", flowers(), "species");
    find<QComboBox>("learnTaskField")->setCurrentText("regression");
    auto* banner = find<Banner>("learnBanner");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kPatience);
    QVERIFY(!find<QPushButton>("learnButton")->isEnabled());
    shot("impossible");
    find<QComboBox>("learnTaskField")->setCurrentText("auto");
    QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("learnButton")->isEnabled(), kPatience);
    QVERIFY(!banner->isVisible());
}

/// While it trains the page tells how far it is; stopped, that it was.
void LearnPageTest::aTrainingIsStopped()
{
    openProposal("customers-again.csv", customers(), "left");
    click("learnTrainingButton");
    auto* epochs = find<QSpinBox>("learnTrainEpochsField");
    TRY_VERIFY(epochs->isVisible());
    epochs->setValue(epochs->maximum());
    photograph("editor");
    click("learnTrainDoneButton");
    photograph("proposed");
    click("learnButton");
    const ExperimentRun* run = m_window->experimentRun();
    const auto learns = [run] {
        const Job* job = run->currentJob();
        return job != nullptr && job->kind() == QLatin1String("train") && job->progress().records > 5 * kRows;
    };
    TRY_VERIFY(learns());
    QVERIFY(!find<QPushButton>("learnButton")->isEnabled() && find<QPushButton>("learnStopButton")->isVisible());
    photograph("busy");
    click("learnStopButton");
    QVERIFY(waitForTheEnd());
    QVERIFY(!run->succeeded());
    TRY_VERIFY(find<Banner>("learnBanner")->isVisible());
    photograph("stopped");
    QVERIFY(!find<QLabel>("learnSentence")->isVisible()); // nothing was scored
}

/// What cannot be read any more ends the run; the page names it and stays.
void LearnPageTest::aFileThatIsGoneFails()
{
    openProposal("gone.csv", flats(), "price [€]");
    QVERIFY(QFile::remove(m_home.filePath("gone.csv")));
    click("learnButton");
    QVERIFY(waitForTheEnd());
    QVERIFY(!m_window->experimentRun()->succeeded());
    auto* banner = find<Banner>("learnBanner");
    TRY_VERIFY(banner->isVisible());
    QVERIFY(banner->findChild<QLabel*>("bannerText")->text().contains("gone.csv"));
    photograph("failed");
}

QTEST_MAIN(LearnPageTest)
#include "tst_learnpage.moc"
