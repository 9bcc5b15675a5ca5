// SPDX-License-Identifier: GPL-3.0-or-later
// The Predict page with a real broker and real clicks: empty, busy, done, nothing new, failed; and a record by hand.
#include "Waiting.h"
#include "Widgets.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pages/EvaluatePage.h"
#include "pages/PredictPage.h"
#include "ui/PageBench.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>

using namespace millrace;

namespace
{

constexpr int kWait = kPatience;
constexpr int kRows = 20000;

} // namespace

class PredictPageTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void saysWhatToDo();
    void predictsWhileOneWatches();
    void saysThatNothingIsNew();
    void saysWhatIsWrong();
    void showsWhatWasRejected();
    void predictsARecordByHand();
    void keepsItsForm();
    void aModelsFileIsInsteadOfARun();
    void aRateLimitIsChangedUnderWay();
    void evaluationsTellTheirPartitions();
    void predictsADroppedFile();

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_page, name);
    }
    void click(const char* name) { QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton); }
    QString tile(const char* name) { return find<QWidget>(name)->findChild<QLabel*>("tileValue")->text(); }
    QString said() { return find<Banner>("predictBanner")->findChild<QLabel*>("bannerText")->text(); }
    void fillForm(const QString& group, const QString& topic = "events")
    {
        find<QComboBox>("predictTopicField")->setCurrentText(topic);
        find<QLineEdit>("predictGroupField")->setText(group);
        find<QComboBox>("predictToField")->setCurrentText("predictions");
    }

    TestCluster m_cluster;
    Bench m_bench;
    std::unique_ptr<PredictPage> m_page;
};

void PredictPageTest::initTestCase()
{
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("light"));
    QVERIFY2(m_cluster.start(), m_cluster.error());
    m_page = std::make_unique<PredictPage>(*m_bench.session, m_bench.shell);
    m_page->show();
}

void PredictPageTest::saysWhatToDo()
{
    m_page->entered();
    photograph(*m_page, "empty");
    QVERIFY(find<QPushButton>("predictStartButton")->isVisible());
    QVERIFY(!find<QPushButton>("predictHandButton")->isEnabled());
    QCOMPARE(tile("predictRecordsTile"), QStringLiteral("–"));
    click("predictStartButton"); // without anything
    TRY_VERIFY(find<QWidget>("predictBanner")->isVisible());
    const QString told = find<QWidget>("predictBanner")->findChild<QLabel*>("bannerText")->text();
    QVERIFY2(told.contains("“From: Topic” is missing, and “File: Rows of” too."), qPrintable(told)); // by fields
}

void PredictPageTest::predictsWhileOneWatches()
{
    Session& session = *m_bench.session;
    session.setExternalBroker(QString::fromStdString(m_cluster.connection().brokers));
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->createTopic("events", 2, false));
    auto producer = Producer::open(m_cluster.connection(), "events", 2);
    QVERIFY(producer);
    for (int i = 0; i < kRows; ++i) {
        const std::string value = std::to_string(i % 7) + "," + std::to_string(i % 5) + ".5";
        QVERIFY(producer->send(i % 3 == 0 ? "1.0" : "0.0", value, i % 2, {}, {}));
    }
    QVERIFY(producer->flush({}));
    auto trained = session.start(
        "train", {{"topic", "events"}, {"partition", 0}, {"epochs", 1}, {"preset", "small"}, {"run", "small"}});
    QVERIFY(trained);
    QTRY_VERIFY_WITH_TIMEOUT((*trained)->state() == Job::State::Done, kWait);
    m_page->entered();
    QTRY_VERIFY_WITH_TIMEOUT(!find<QComboBox>("predictRunField")->currentText().isEmpty(), kWait);
    fillForm("watched");
    find<QComboBox>("predictUntilField")->setCurrentText("never"); // so that it is still there to be paused
    click("predictStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("predictPauseButton")->isVisible(), kWait);
    Job* job = session.latest("predict");
    auto* last = find<QTableView>("predictLastTable");
    const auto moves = [&] {
        m_page->tick();
        return last->model()->rowCount() > 50;
    };
    QTRY_VERIFY_WITH_TIMEOUT(moves(), kWait);
    click("predictPauseButton");
    QCOMPARE(job->state(), Job::State::Paused);
    photograph(*m_page, "busy");
    QVERIFY(!find<QComboBox>("predictRunField")->isEnabled());
    const auto right = last->model()->index(0, 3).data(Qt::TextAlignmentRole).toInt();
    QVERIFY((right & Qt::AlignRight) != 0);
    click("predictPauseButton");
    QTRY_COMPARE_WITH_TIMEOUT(job->progress().records, kRows, kWait);
    click("predictStopButton");
    QTRY_VERIFY_WITH_TIMEOUT(!job->isLive(), kWait);
    QVERIFY2(job->state() == Job::State::Cancelled, describe(job->error()).c_str());
    m_page->tick();
    QCOMPARE(tile("predictRecordsTile"), QStringLiteral("20,000"));
    photograph(*m_page, "done");
}

void PredictPageTest::saysThatNothingIsNew()
{
    Job* before = m_bench.session->latest("predict");
    find<QComboBox>("predictUntilField")->setCurrentText("end");
    click("predictStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(
        m_bench.session->latest("predict") != before && !m_bench.session->latest("predict")->isLive(), kWait);
    TRY_VERIFY2(said().contains("watched"), qPrintable(said()));
    photograph(*m_page, "nothing-new");
    QTest::mouseClick(find<Banner>("predictBanner")->findChild<QPushButton*>(), Qt::LeftButton);
    QCOMPARE(find<QLineEdit>("predictGroupField")->text(), QStringLiteral("watched-2"));
    QTRY_VERIFY_WITH_TIMEOUT(m_bench.session->latest("predict")->state() == Job::State::Done, kWait);
    QCOMPARE(m_bench.session->latest("predict")->result()["records"].get<int>(), kRows);
}

void PredictPageTest::saysWhatIsWrong()
{
    fillForm("wrong", "evnts");
    click("predictStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(m_bench.session->latest("predict")->state() == Job::State::Failed, kWait);
    TRY_VERIFY2(said().contains("evnts") && said().contains("events"), qPrintable(said()));
    photograph(*m_page, "failed");
}

void PredictPageTest::showsWhatWasRejected()
{
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->createTopic("mixed", 1, false));
    auto producer = Producer::open(m_cluster.connection(), "mixed", 1);
    QVERIFY(producer);
    for (int i = 0; i < 40; ++i)
        QVERIFY(producer->send("1.0", i % 4 == 0 ? "3,often" : "3,2.5", 0, {}, {}));
    QVERIFY(producer->flush({}));
    fillForm("mixed", "mixed");
    click("predictStartButton");
    auto* banner = find<Banner>("rejectedBanner");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), kWait);
    const QString text = banner->findChild<QLabel*>("bannerText")->text();
    QVERIFY2(text.contains("10 of 40 records") && text.contains("often"), qPrintable(text));
    QCOMPARE(m_bench.session->latest("predict")->result()["rejected"].get<int>(), 10);
    photograph(*m_page, "rejected");
}

void PredictPageTest::predictsARecordByHand()
{
    auto* table = find<QTableView>("predictFeatureTable");
    auto* line = find<QLineEdit>("predictLineField");
    auto* text = find<QLabel>("predictHandText");
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, kWait);
    QTest::keyClicks(line, "3,2.5");
    QCOMPARE(table->model()->index(1, 1).data().toString(), QStringLiteral("2.5"));
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_VERIFY2_WITH_TIMEOUT(text->text().contains("class 1: 0."), qPrintable(text->text()), kWait);
    const QString first = text->text();
    QVERIFY(table->model()->setData(table->model()->index(0, 1), "-4", Qt::EditRole));
    QCOMPARE(line->text(), QStringLiteral("-4,2.5"));
    click("predictHandButton");
    QTRY_VERIFY_WITH_TIMEOUT(text->text().contains("class 1: 0.") && text->text() != first, kWait);
    photograph(*m_page, "hand");
    line->setText("3,abc");
    click("predictHandButton");
    QTRY_VERIFY2_WITH_TIMEOUT(text->text().contains("abc"), qPrintable(text->text()), kWait);
}

void PredictPageTest::keepsItsForm()
{
    const nlohmann::json sections = {
        {"predict",
         {{"topic", "a"}, {"group", "g"}, {"to", "b"}, {"format", "csv"}, {"interval", 500}, {"until", "never"}}}};
    m_page->loadFrom(sections, Fill::Whole);
    nlohmann::json saved;
    m_page->saveTo(saved);
    QCOMPARE(saved.dump(), sections.dump());
}

/// An experiment's model, which has no field, and a run exclude each other.
void PredictPageTest::aModelsFileIsInsteadOfARun()
{
    PredictPage page(*m_bench.session, m_bench.shell);
    page.loadFrom({{"predict", {{"topic", "a"}, {"group", "g"}, {"to", "b"}, {"model", "m.safetensors"}}}},
                  Fill::Whole);
    auto* run = widgetIn<QComboBox>(page, "predictRunField");
    const auto model = [&] {
        nlohmann::json saved;
        page.saveTo(saved);
        return saved["predict"].value("model", "");
    };
    page.entered();
    QTRY_VERIFY_WITH_TIMEOUT(run->count() > 0, kWait);
    QCOMPARE(run->currentText(), QString());
    QCOMPARE(model(), std::string("m.safetensors"));
    run->setCurrentText(run->itemText(0));
    QCOMPARE(model(), std::string());
}

void PredictPageTest::aRateLimitIsChangedUnderWay()
{
    m_page->entered();
    QTRY_VERIFY_WITH_TIMEOUT(!find<QComboBox>("predictRunField")->currentText().isEmpty(), kWait);
    fillForm("limited");
    find<QComboBox>("predictUntilField")->setCurrentText("end");
    auto* rate = find<QLineEdit>("predictMaxRateField");
    rate->setText("10");
    click("predictStartButton");
    Job* job = m_bench.session->latest("predict");
    QTRY_VERIFY_WITH_TIMEOUT(job->progress().records > 0, kWait);
    QVERIFY(rate->isEnabled() && job->isLive());
    rate->setText("0");
    QTest::keyClick(rate, Qt::Key_Return);
    QVERIFY2(m_bench.shell.said.contains("fast"), qPrintable(m_bench.shell.said));
    QTRY_VERIFY_WITH_TIMEOUT(!job->isLive(), kWait); // at ten a second it would take half an hour
    QCOMPARE(job->result()["records"].get<int>(), kRows);
}

void PredictPageTest::evaluationsTellTheirPartitions()
{
    EvaluatePage page(*m_bench.session, m_bench.shell);
    page.show();
    auto job = m_bench.session->start("evaluate", {{"run", "small"}, {"topic", "events"}, {"group", "told"}});
    QVERIFY(job);
    QTRY_VERIFY_WITH_TIMEOUT((*job)->state() == Job::State::Done, kWait);
    QCOMPARE(widgetIn<QComboBox>(page, "evaluateRunField")->currentText(), QStringLiteral("small"));
    QCOMPARE(widgetIn<QComboBox>(page, "evaluateTopicField")->currentText(), QStringLiteral("events"));
    QCOMPARE(widgetIn<QLineEdit>(page, "evaluateGroupField")->text(), QStringLiteral("told"));
    auto* shared = page.findChild<QTableView*>("evaluateSharedTable");
    QCOMPARE(shared->model()->rowCount(), 2);
    page.findChild<QTabBar*>("evaluateTables")->setCurrentIndex(1);
    QVERIFY(shared->isVisible());
    photograph(page, "partitions");
}

/// Without a topic: what those fields hold is of no matter then.
void PredictPageTest::predictsADroppedFile()
{
    const QString file = m_bench.folder.filePath("new.jsonl");
    QFile records(file);
    QVERIFY(records.open(QIODevice::WriteOnly));
    for (int i = 0; i < 300; ++i)
        records.write("{\"x2\":" + QByteArray::number(i % 5) + ".5,\"x1\":" + QByteArray::number(i % 7) + "}\n");
    records.close();
    const auto drop = [&file](QWidget& page) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(page.rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&page, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(page.rect().center()), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&page, &event);
        QVERIFY(event.isAccepted());
    };
    find<QComboBox>("predictRunField")->setCurrentText("small");
    fillForm("beside", "events");
    drop(*m_page);
    QCOMPARE(find<QLineEdit>("predictDataField")->text(), file);
    QVERIFY(!find<QComboBox>("predictTopicField")->isEnabled());
    QVERIFY(find<QLineEdit>("predictOutField")->isEnabled());
    Job* before = m_bench.session->latest("predict");
    click("predictStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(m_bench.session->latest("predict") != before, kWait);
    Job* job = m_bench.session->latest("predict");
    QTRY_VERIFY_WITH_TIMEOUT(!job->isLive(), kWait);
    QVERIFY2(job->state() == Job::State::Done, describe(job->error()).c_str());
    m_page->tick();
    QCOMPARE(tile("predictRecordsTile"), QStringLiteral("300"));
    QCOMPARE(find<QLabel>("predictWrittenTo")->text(), QStringLiteral("new-predicted.csv"));
    QVERIFY(QFile::exists(m_bench.folder.filePath("new-predicted.csv")));
    QCOMPARE(find<QTableView>("predictLastTable")->model()->rowCount(), 50);
    photograph(*m_page, "file");
    // What is there already is replaced by who says so.
    click("predictStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(m_bench.session->latest("predict") != job, kWait);
    Job* refused = m_bench.session->latest("predict");
    QTRY_VERIFY_WITH_TIMEOUT(!refused->isLive(), kWait);
    auto* replace = find<QWidget>("predictBanner")->findChild<QPushButton*>("bannerActionButton");
    TRY_VERIFY(replace->isVisible() && replace->text() == "Replace");
    QTest::mouseClick(replace, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(m_bench.session->latest("predict") != refused, kWait);
    job = m_bench.session->latest("predict");
    QTRY_VERIFY_WITH_TIMEOUT(!job->isLive(), kWait);
    QVERIFY2(job->state() == Job::State::Done, describe(job->error()).c_str());

    EvaluatePage evaluate(*m_bench.session, m_bench.shell);
    evaluate.show();
    drop(evaluate);
    QCOMPARE(evaluate.findChild<QLineEdit*>("evaluateDataField")->text(), file);
    QVERIFY(!evaluate.findChild<QLineEdit*>("evaluateGroupField")->isEnabled());
    photograph(evaluate, "file");
}

QTEST_MAIN(PredictPageTest)
#include "tst_predictpage.moc"
