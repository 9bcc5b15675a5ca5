// SPDX-License-Identifier: GPL-3.0-or-later
// The pages by themselves, without a broker: models, Data with a real file, Model, Runs, Cluster. Each shown state is
// saved as a picture for people to look at.
#include "../unit/LocalHttpServer.h"
#include "FakeFormat.h"
#include "Waiting.h"
#include "base/Text.h"
#include "charts/LineChart.h"
#include "model/ModelSpec.h"
#include "models/RowsModel.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/ClusterPage.h"
#include "pages/DataPage.h"
#include "pages/ModelPage.h"
#include "pages/RejectedBanner.h"
#include "pages/RunsPage.h"
#include "pages/StartPage.h"
#include "pipeline/writing/Publication.h"
#include "session/Experiment.h"
#include "session/Ports.h"
#include "shell/UiSettings.h"
#include "style/Theme.h"
#include "ui/PageBench.h"
#include "ui/Samples.h"
#include "widgets/BinHistogram.h"
#include "widgets/ClassBars.h"
#include "widgets/ConfirmButton.h"
#include "widgets/DropZone.h"
#include "widgets/LayerChain.h"
#include "widgets/PictureDelegate.h"
#include "widgets/SectionForm.h"
#include "widgets/StepRow.h"
#include "widgets/Widgets.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <memory>
#include <numeric>

using namespace millrace;

namespace
{

QTableView* table(QWidget& page, const char* name)
{
    return page.findChild<QTableView*>(QLatin1String(name));
}

QString cell(const QTableView* view, int row, int column)
{
    return view->model()->index(row, column).data().toString();
}

/// What all rows say in a column, as a line.
QString columnTexts(const QTableView* view, int column)
{
    QStringList all;
    for (int row = 0; row < view->model()->rowCount(); ++row)
        all << cell(view, row, column);
    return all.join(' ');
}

/// One row as a line, to look at in a failed comparison.
QString line(const QTableView* view, int row)
{
    QStringList texts;
    for (int column = 0; column < view->model()->columnCount(); ++column)
        texts << cell(view, row, column);
    return texts.join('|');
}

void drop(QWidget* target, const QString& file)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(target->rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPointF(target->rect().center()), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &event);
    QVERIFY(event.isAccepted());
}

/// Once the home says that the publication was not finished, the form offers to send the rest: here nothing.
void publishTheRest(Session& session, DataPage& page)
{
    auto publication = readPublication(session.home(), "small-train");
    QVERIFY(publication && *publication && (*publication)->finished);
    (*publication)->finished = false;
    QVERIFY(writePublication(session.home(), "small-train", **publication));
    auto* check = page.findChild<QCheckBox*>("publishResumeCheck");
    QVERIFY(!check->isVisible());
    QTest::keyClick(page.findChild<QLineEdit*>("publishTopicField"), Qt::Key_Return);
    TRY_VERIFY(check->isVisible() && check->isChecked());
    photograph(page, "unfinished");
    QTest::mouseClick(page.findChild<QWidget*>("dataPublishButton"), Qt::LeftButton);
    TRY_VERIFY(!check->isVisible());
    const Job* job = session.latest("publish");
    QCOMPARE(job->state(), Job::State::Done);
    QCOMPARE(job->result()["sent"].get<int>(), 0);
    QCOMPARE(job->result()["already_there"].get<int>(), 600);
}

/// Of each form every field, with another value than its default; keys without a field stay, too.
std::vector<std::pair<const char*, const char*>> filledSections()
{
    return {{"predict",
             R"({"run": "r", "topic": "a", "group": "g", "to": "b", "partitions": 3, "format": "csv",
                 "from-format": "slashes", "existing": "replace", "interval": 20, "until": "count:5",
                 "on-error": "stop", "max-rate": 2.5})"},
            {"evaluate",
             R"({"run": "r", "topic": "a", "group": "g", "until": "idle:7", "batch": 1000000, "interval": 5000,
                 "format": "slashes", "on-error": "stop", "max-rate": 1e9})"},
            {"publish",
             R"({"rows": 5000000000, "format": "slashes", "order": "file", "key": "name", "seed": 3,
                 "on-error": "stop", "topic": "a", "partitions": 3, "test-topic": "b", "test-partitions": 4, "test-last": 7, "file": "f.csv"})"},
            {"simulate",
             R"({"profile": "p.json", "rows": 5, "drift": "shift:1@10", "seed": 3, "decimals": 4, "out": "f.csv"})"},
            {"download", R"({"url": "http://a/b.csv", "rows": 5, "columns": 0, "retries": 0, "out": "f.csv"})"},
            {"train",
             R"({"topic": "a", "format": "slashes", "partition": 0, "from": "last:5", "until": "never", "epochs": 2,
                 "batch": 1, "shuffle": 0, "threads": 3, "optimizer": {"kind": "sgd", "learning-rate": 0.5},
                 "learning-rate": 0.25, "seed": 9007199254740991, "run": "r", "on-error": "stop", "max-rate": 2.5,
                 "checkpoint-steps": 70, "checkpoint-seconds": 0.5, "keep-mb": 12.5, "continue": true,
                 "preset": "small"})"},
            {"online",
             R"({"topic": "a", "format": "slashes", "group": "g", "from": "latest", "until": "idle:7", "run": "parent",
                 "records": 7, "linger": 1000000000, "epochs": 1, "passes": 2, "batch": 1, "shuffle": 1, "normalise": "running",
                 "optimizer": {"kind": "sgd"}, "learning-rate": 0.25, "detectors": "adwin", "watch": "x",
                 "on-drift": "raise-rate", "drift-factor": 2.5, "drift-records": 5000000000, "label-topic": "l",
                 "label-join": "header:id", "label-horizon": 9, "skip-lag": 3, "max-rate": 5.5, "seed": 3,
                 "checkpoint-steps": 1, "checkpoint-seconds": 0.5, "keep-mb": 1.5, "scores": "none",
                 "on-error": "stop"})"}};
}

} // namespace

class TestPages : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        FakeFormat::addToTable(); // a choice of one format could not be changed
        applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("light"));
    }

    /// Each key with a heading has its field, with the table's help; what is written comes out again.
    void formsAreMadeFromTheTable_data()
    {
        QTest::addColumn<QByteArray>("section");
        QTest::addColumn<QByteArray>("filled");
        for (const auto& [section, filled] : filledSections())
            QTest::newRow(section) << QByteArray(section) << QByteArray(filled);
    }

    void formsAreMadeFromTheTable()
    {
        QFETCH(const QByteArray, section);
        QFETCH(const QByteArray, filled);
        SectionForm form(*findSection(section.toStdString()), {"topic"});
        const auto fields = form.findChildren<QWidget*>(QRegularExpression("^" + section + "[A-Z][A-Za-z]*Field$"));
        int expected = 0;
        for (const SectionKey& key : findSection(section.toStdString())->keys) {
            if (key.group.empty())
                continue;
            ++expected;
            QVERIFY2(std::ranges::any_of(fields,
                                         [&](const QWidget* field) {
                                             return field->toolTip().toLower().startsWith(
                                                        QString::fromStdString(key.help).toLower()) &&
                                                    !field->accessibleName().isEmpty();
                                         }),
                     key.name.c_str());
        }
        QCOMPARE(fields.size(), expected);
        QVERIFY2(form.section().empty(), dumpJson(form.section()).c_str()); // defaults alone
        const nlohmann::json given = nlohmann::json::parse(filled.toStdString());
        form.load(given, Fill::Whole);
        QCOMPARE(dumpJson(form.section()), dumpJson(given));
        QVERIFY(resolveSection(section.toStdString(), form.section()));
        const std::string number = given.contains("max-rate") ? "max-rate" : "rows";
        form.setText(number, "fast");
        const auto refused = resolveSection(section.toStdString(), form.section());
        QVERIFY(!refused && refused.error().message.find(section.toStdString() + "." + number) != std::string::npos);
    }

    /// A key that is added to the table has its field, with range, help and place, and is read and filled.
    void aRowOfTheTableIsAField()
    {
        Section section = *findSection("predict");
        SectionKey key = sectionKey("predict", "interval");
        key.name = "spin-rate";
        key.label = "Spin";
        key.help = "how fast it spins";
        key.needs = "run";
        section.keys.push_back(key);
        SectionForm form(section, {});
        auto* field = form.findChild<QSpinBox*>("predictSpinRateField");
        QVERIFY(field != nullptr);
        QCOMPARE(field->accessibleName(), QString("To, Spin"));
        QCOMPARE(field->toolTip(), QString("How fast it spins"));
        QCOMPARE(field->maximum(), 5000);
        QVERIFY(!field->isEnabled()); // without a run it says nothing
        form.load({{"run", "r"}, {"spin-rate", 20}}, Fill::Given);
        QVERIFY(field->isEnabled());
        QVERIFY(form.section() == nlohmann::json({{"run", "r"}, {"spin-rate", 20}}));
        form.setText("run", {});
        QVERIFY(!form.section().contains("spin-rate"));
    }

    /// What is handed over adds to what stands there; an experiment takes its place.
    void whatIsHandedOverAddsToTheForm()
    {
        SectionForm form(*findSection("online"), {"topic"});
        form.load(nlohmann::json::parse(R"({"topic": "a", "group": "g", "until": "never", "preset": "small",
                                            "optimizer": {"kind": "sgd", "momentum": 0.5}})"),
                  Fill::Whole);
        form.load({{"topic", "b"}}, Fill::Given);
        QCOMPARE(dumpJson(form.section()),
                 dumpJson(nlohmann::json::parse(R"({"topic": "b", "group": "g", "until": "never", "preset": "small",
                                                    "optimizer": {"kind": "sgd", "momentum": 0.5}})")));
        form.load({{"until", nullptr}, {"preset", nullptr}, {"optimizer", nullptr}}, Fill::Given);
        QCOMPARE(dumpJson(form.section()), dumpJson({{"group", "g"}, {"topic", "b"}}));
        form.load({{"topic", "c"}}, Fill::Whole);
        QCOMPARE(dumpJson(form.section()), dumpJson({{"topic", "c"}}));
        form.load({{"max-rate", 2.5}, {"seed", 3}}, Fill::Given);
        form.load({{"max-rate", 0}, {"seed", 1}}, Fill::Given); // as a resolved section says it
        QCOMPARE(form.text("max-rate") + form.text("seed"), QString());
    }

    /// Parameters of an optimizer go with it.
    void anotherKindHasNoParametersOfTheFirst()
    {
        SectionForm form(*findSection("train"), {"topic"});
        form.load({{"optimizer", {{"kind", "sgd"}, {"momentum", 0.5}}}}, Fill::Given);
        auto* kind = form.findChild<QComboBox*>("trainOptimizerField");
        QCOMPARE(kind->currentText(), QString("sgd"));
        kind->setCurrentText("adam");
        QVERIFY(form.section()["optimizer"] == nlohmann::json({{"kind", "adam"}}));
        kind->setCurrentText("sgd");
        QVERIFY(form.section()["optimizer"] == nlohmann::json({{"kind", "sgd"}, {"momentum", 0.5}}));
    }

    void rowsAreShownAsPeopleReadThem()
    {
        RowsModel model(
            {textColumn("name"), countColumn("count"), numberColumn("loss", 3), scoreColumn(*findScore("auc"))});
        QAbstractItemModelTester tester(&model);
        model.setRows({{"a", qint64(1234567), 0.12345, scoreCell(scoreRow("auc", 0.87125, true))},
                       {"b", QVariant(), QVariant(), QVariant()}});
        const auto shown = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(shown(0, 1), QStringLiteral("1,234,567"));
        QCOMPARE(shown(0, 2), QStringLiteral("0.123"));
        QCOMPARE(shown(0, 3), QStringLiteral("0.8712 ≈"));
        for (int column = 1; column < 4; ++column)
            QCOMPARE(shown(1, column), QStringLiteral("–"));
        QVERIFY(model.index(0, 1).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
    }

    void rowsAreSortedByValue()
    {
        RowsModel model({textColumn("name"), countColumn("count")});
        SortedRows sorted(&model);
        model.setRows({{"a", qint64(900)}, {"b", QVariant()}, {"c", qint64(10000)}, {"d", qint64(1000)}});
        sorted.sort(1, Qt::DescendingOrder);
        QStringList names;
        for (int row = 0; row < 4; ++row)
            names << sorted.index(row, 0).data().toString();
        QCOMPARE(names, QStringList({"c", "d", "a", "b"}));
    }

    void scoresAreSortedByValue()
    {
        RowsModel model({textColumn("name"), scoreColumn(*findScore("auc"))});
        SortedRows sorted(&model);
        model.setRows({{"a", scoreCell(scoreRow("auc", 0.7))},
                       {"b", scoreCell(scoreRow("auc", 0.9, true))},
                       {"c", scoreCell(scoreRow("auc", kUnknown))},
                       {"d", scoreCell(scoreRow("auc", 0.8))}});
        sorted.sort(1, Qt::DescendingOrder);
        QStringList names;
        for (int row = 0; row < 4; ++row)
            names << sorted.index(row, 0).data().toString();
        QCOMPARE(names, QStringList({"b", "d", "a", "c"}));
    }

    void aRefreshKeepsTheSelection()
    {
        RowsModel model({textColumn("name"), countColumn("count")});
        DataTable view;
        showSorted(&view, &model);
        model.setRows({{"a", qint64(1)}, {"b", qint64(2)}});
        view.selectRow(1);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setRows({{"a", qint64(10)}, {"b", qint64(20)}});
        QCOMPARE(resets.size(), 0);
        QCOMPARE(currentName(&view), QStringLiteral("b"));
        model.setRows({{"z", qint64(0)}, {"a", qint64(10)}, {"b", qint64(20)}});
        QCOMPARE(resets.size(), 1);
        QVERIFY(selectName(&view, "b"));
        QVERIFY(!selectName(&view, "gone"));
    }

    void onlyAPersonsEditIsTold()
    {
        RowsColumn role = textColumn("role");
        role.editable = true;
        RowsModel model({textColumn("name"), role});
        model.setRows({{"a", "feature"}});
        QSignalSpy edits(&model, &RowsModel::edited);
        QVERIFY(!model.setData(model.index(0, 0), "x", Qt::EditRole));
        QVERIFY(model.setData(model.index(0, 1), "feature", Qt::EditRole));
        QCOMPARE(edits.size(), 0);
        QVERIFY(model.setData(model.index(0, 1), "label", Qt::EditRole));
        QCOMPARE(edits.size(), 1);
    }

    void jsonValuesAreForgiving()
    {
        const nlohmann::json json = {{"a", 1}, {"b", nullptr}, {"c", 0.5}, {"d", "text"}, {"e", {{"f", 2}}}};
        QCOMPARE(jsonCount(json, "a"), 1);
        QVERIFY(!jsonValue(json, "b").isValid());
        QVERIFY(!jsonValue(json, "none").isValid());
        QVERIFY(!jsonValue(nlohmann::json(), "a").isValid());
        QCOMPARE(jsonText(json, "d"), QStringLiteral("text"));
        QCOMPARE(jsonCount(jsonChild(json, "e"), "f"), 2);
        QVERIFY(jsonChild(json, "a").empty());
        QCOMPARE(shortText(-2.1034), QStringLiteral("−2.103"));
        QCOMPARE(shortText(0.0), QStringLiteral("0"));
        QCOMPARE(shortText(20.5512), QStringLiteral("20.55"));
    }

    void deletingAsksOnce()
    {
        ConfirmButton button("Delete", "Really delete?", "deleteButton");
        QSignalSpy confirmed(&button, &ConfirmButton::confirmed);
        button.click();
        QCOMPARE(button.text(), QStringLiteral("Really delete?"));
        button.reset();
        QCOMPARE(button.text(), QStringLiteral("Delete"));
        button.click();
        QCOMPARE(confirmed.size(), 0);
        button.click();
        QCOMPARE(confirmed.size(), 1);
        QCOMPARE(button.text(), QStringLiteral("Delete"));
    }

    void dataEmpty()
    {
        Bench bench;
        DataPage page(*bench.session, bench.shell);
        page.show();
        QVERIFY(page.findChild<DropZone*>("dataDropZone")->isVisible());
        QVERIFY(!page.findChild<QWidget*>("dataPublishButton")->isVisible());
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(!sections.contains("data"));
        photograph(page, "empty");
    }

    void dataDropped()
    {
        Bench bench;
        const QString file = bench.folder.filePath("small.csv");
        write(file, smallTable());
        DataPage page(*bench.session, bench.shell);
        page.show();
        drop(page.findChild<DropZone*>("dataDropZone"), file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 4);
        QCOMPARE(cell(columns, 0, 0), QStringLiteral("class"));
        QCOMPARE(cell(columns, 0, 1), QStringLiteral("label"));
        QCOMPARE(cell(columns, 1, 1), QStringLiteral("feature"));
        QCOMPARE(cell(columns, 3, 1), QStringLiteral("feature"));
        const auto histogram = columns->model()->index(1, 2).data(RowsModel::kValueRole).value<ColumnPicture>();
        double counted = 0;
        for (const auto& counts : histogram.counts)
            counted = std::accumulate(counts.begin(), counts.end(), counted);
        QCOMPARE(counted, 600.0);
        const auto texts = columns->model()->index(3, 2).data(RowsModel::kValueRole).value<ColumnPicture>();
        QVERIFY(texts.kind == ColumnPicture::Kind::Levels && texts.counts.size() == 2);
        QVERIFY2(texts.hint.contains("north: "), qPrintable(texts.hint));
        QCOMPARE(cell(columns, 3, 4) + cell(columns, 3, 7), QStringLiteral("–0"));
        QCOMPARE(page.findChild<QLabel*>("dataFileChip")->text(), QStringLiteral("small.csv · 600 rows · 4 columns"));
        QCOMPARE(page.findChild<QLabel*>("dataRejectedChip")->text(), QStringLiteral("2 rejected"));
        const QString problems = page.findChild<Banner*>("dataBanner")->findChild<QLabel*>("bannerText")->text();
        QVERIFY2(problems.contains("line 602") && problems.contains("oops"), qPrintable(problems));
        QCOMPARE(page.findChild<ClassBars*>("dataClassBars")->text(), QStringLiteral("class 0: 360 · class 1: 240"));
        QCOMPARE(table(page, "dataFirstRowsTable")->model()->columnCount(), 5);
        QCOMPARE(page.findChild<QLineEdit*>("publishTopicField")->text(), QStringLiteral("small-train"));
        QVERIFY2(!page.findChild<QWidget*>("dataPublishButton")->isEnabled(), "without a broker");
        photograph(page, "loaded");
    }

    void dataDroppedJson()
    {
        Bench bench;
        const QString file = bench.folder.filePath("events.jsonl");
        QByteArray text;
        for (int i = 0; i < 60; ++i)
            text += "{\"x\":" + QByteArray::number(i % 7) + ",\"at\":{\"place\":\"" + (i % 3 == 0 ? "Oslo" : "Bergen") +
                    "\"},\"tags\":[1,2],\"label\":\"" + (i % 2 == 0 ? "yes" : "no") + "\"}\n";
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.show();
        drop(page.findChild<DropZone*>("dataDropZone"), file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 4);
        QCOMPARE(cell(columns, 1, 0), QStringLiteral("at.place"));
        QCOMPARE(cell(columns, 2, 1), QStringLiteral("ignored"));
        QCOMPARE(cell(columns, 3, 1), QStringLiteral("label"));
        QCOMPARE(page.findChild<QLabel*>("dataFileChip")->text(), QStringLiteral("events.jsonl · 60 rows · 4 columns"));
        QCOMPARE(page.findChild<ClassBars*>("dataClassBars")->text(), QStringLiteral("no: 30 · yes: 30"));
        QVERIFY(!page.findChild<QComboBox*>("readingSeparatorCombo")->isEnabled());
        photograph(page, "json");
    }

    void dataRolesAreEdited()
    {
        Bench bench;
        const QString file = bench.folder.filePath("small.csv");
        write(file, smallTable());
        DataPage page(*bench.session, bench.shell);
        page.resize(1000, 700);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 4);
        // By the mouse, as a person does.
        const QModelIndex role = columns->model()->index(2, 1);
        QTest::mouseClick(columns->viewport(), Qt::LeftButton, {}, columns->visualRect(role).center());
        TRY_VERIFY(columns->findChild<QComboBox*>("dataRoleEditor"));
        auto* combo = columns->findChild<QComboBox*>("dataRoleEditor");
        combo->setCurrentText("ignored");
        emit combo->activated(combo->currentIndex());
        TRY_COMPARE(cell(columns, 2, 4), QStringLiteral("–"));
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(sections["data"]["schema"]["columns"][2]["role"] == "ignored");
        // Another label: the old one becomes a feature.
        columns->model()->setData(columns->model()->index(3, 1), "label", Qt::EditRole);
        TRY_VERIFY(page.findChild<ClassBars*>("dataClassBars")->text().contains("north"));
        QCOMPARE(cell(columns, 0, 1), QStringLiteral("feature"));
    }

    /// Numbers may be labels together: those that are selected, or one more beside the label that there is.
    void dataLabelsOfNumbers()
    {
        Bench bench;
        const QString file = bench.folder.filePath("two.csv");
        QByteArray text = "x,speed [m/s],place,force\n";
        for (int i = 0; i < 300; ++i)
            text += QByteArray::number(i % 7 * 0.5) + "," + QByteArray::number(i % 71) +
                    (i % 3 ? ",north," : ",south,") + QByteArray::number(i % 53 * 0.25) + "\n";
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.resize(1100, 760);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 4);
        const auto roles = [&] { return columnTexts(columns, 1); };
        TRY_COMPARE(roles(), QStringLiteral("feature feature feature feature"));
        const auto at = [&](int row, int column) {
            return columns->visualRect(columns->model()->index(row, column)).center();
        };
        const auto edit = [&](int row, const QString& role) {
            QTest::mouseClick(columns->viewport(), Qt::LeftButton, {}, at(row, 1));
            TRY_VERIFY(columns->findChild<QComboBox*>("dataRoleEditor"));
            auto* combo = columns->findChild<QComboBox*>("dataRoleEditor");
            QVERIFY2(combo->findText(role) >= 0, qPrintable(role));
            combo->setCurrentText(role);
            emit combo->activated(combo->currentIndex());
            TRY_VERIFY(!columns->findChild<QComboBox*>("dataRoleEditor"));
        };
        edit(1, "label");
        TRY_COMPARE(roles(), QStringLiteral("feature label feature feature"));
        edit(3, "also label");
        TRY_COMPARE(roles(), QStringLiteral("feature label feature label"));
        auto* balance = page.findChild<QLabel*>("dataBalanceText");
        TRY_VERIFY(balance->text().contains(
            "The numbers of speed [m/s], force are foretold (regression): there are several labels"));
        photograph(page, "two-labels");
        nlohmann::json sections;
        page.saveTo(sections);
        const auto schema = schemaFromJson(sections["data"]["schema"]);
        QVERIFY(schema && schema->labelNames() == "speed [m/s], force" && schema->task == TaskKind::Regression);

        // Texts are none, and one of two leaves the other.
        edit(2, "also label");
        TRY_VERIFY(page.findChild<QLabel*>("dataColumnSaid")->text().contains("column place holds texts"));
        QVERIFY2(!page.findChild<Banner*>("dataBanner")->isVisible(), "said twice");
        QCOMPARE(roles(), QStringLiteral("feature label feature label"));
        edit(3, "feature");
        TRY_COMPARE(roles(), QStringLiteral("feature label feature feature"));
        // Those that are selected, by the menu.
        QTest::mouseClick(columns->viewport(), Qt::LeftButton, {}, at(0, 0));
        QTest::mouseClick(columns->viewport(), Qt::LeftButton, Qt::ControlModifier, at(3, 0));
        QAction* label = page.findChild<QAction*>("dataRole_label");
        QVERIFY(label->isEnabled());
        label->trigger();
        TRY_COMPARE(roles(), QStringLiteral("label feature feature label"));
    }

    /// Several columns at once by a right click, and back step by step, or to what the file proposes.
    void dataRolesOfManyColumns()
    {
        Bench bench;
        const QString file = bench.folder.filePath("wide.csv");
        QByteArray text = "id,a,b,c,paid,y\n";
        for (int i = 0; i < 300; ++i)
            text += QByteArray::number(1000 + i) + "," + QByteArray::number(i % 7 * 0.5) + "," +
                    QByteArray::number(i % 11) + (i % 3 ? ",north," : ",south,") + (i % 2 ? "yes,1\n" : "no,0\n");
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.resize(1100, 760);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 6);
        const auto roles = [&] { return columnTexts(columns, 1); };
        const QString proposed = "ignored feature feature feature feature label";
        QCOMPARE(roles(), proposed);
        auto* said = page.findChild<QLabel*>("dataColumnSaid");
        QVERIFY2(said->text().contains("paid: known before the outcome?") &&
                     said->text().contains("id is left out: identifier"),
                 qPrintable(said->text()));
        auto* undo = page.findChild<QPushButton*>("dataRoleUndoButton");
        auto* proposal = page.findChild<QPushButton*>("dataRoleProposalButton");
        QVERIFY(!undo->isEnabled() && !proposal->isEnabled());

        const auto at = [&](int row) { return columns->visualRect(columns->model()->index(row, 0)).center(); };
        QTest::mouseClick(columns->viewport(), Qt::LeftButton, {}, at(1));
        QVERIFY2(said->text().startsWith("a: number"), qPrintable(said->text()));
        QTest::mouseClick(columns->viewport(), Qt::LeftButton, Qt::ShiftModifier, at(3));
        QCOMPARE(page.findChild<ElidedLabel*>("dataRoleSelection")->whole(), QStringLiteral("3 column(s) selected"));
        const auto choose = [&](const char* action) {
            QContextMenuEvent event(QContextMenuEvent::Mouse, at(2), columns->viewport()->mapToGlobal(at(2)));
            QApplication::sendEvent(columns->viewport(), &event);
            auto* menu = page.findChild<QMenu*>("dataRoleMenu");
            QVERIFY(menu->isVisible());
            photograph(page, "roles-menu");
            QTest::mouseClick(menu, Qt::LeftButton, {},
                              menu->actionGeometry(menu->findChild<QAction*>(action)).center());
        };
        QVERIFY(!page.findChild<QAction*>("dataRole_label")->isEnabled()); // of three columns
        choose("dataRole_spectator");
        TRY_COMPARE(roles(), QStringLiteral("ignored spectator spectator spectator feature label"));
        choose("dataRole_private");
        TRY_COMPARE(roles(),
                    QStringLiteral("ignored private spectator private spectator private spectator feature label"));
        TRY_COMPARE(cell(table(page, "dataFirstRowsTable"), 0, 2), QStringLiteral("(private)"));
        photograph(page, "roles-private");
        QTest::mouseClick(undo, Qt::LeftButton);
        TRY_COMPARE(roles(), QStringLiteral("ignored spectator spectator spectator feature label"));
        TRY_VERIFY(cell(table(page, "dataFirstRowsTable"), 0, 2) != "(private)");

        // What cannot be is refused, and nothing has changed.
        columns->model()->setData(columns->model()->index(3, 1), "weight", Qt::EditRole);
        TRY_VERIFY(said->text().contains("Column c cannot be the weight: it holds texts"));
        photograph(page, "roles-refused");
        QCOMPARE(cell(columns, 3, 1), QStringLiteral("spectator"));
        QTest::mouseClick(proposal, Qt::LeftButton);
        TRY_COMPARE(roles(), proposed);
        QVERIFY(!proposal->isEnabled() && undo->isEnabled());
        QTest::mouseClick(undo, Qt::LeftButton);
        TRY_COMPARE(roles(), QStringLiteral("ignored spectator spectator spectator feature label"));
        QTest::mouseClick(undo, Qt::LeftButton);
        TRY_COMPARE(roles(), proposed);
        QVERIFY(!undo->isEnabled());
    }

    /// The classes that a label has only far down the file, chosen by its role.
    void dataCountsClasses()
    {
        Bench bench;
        QByteArray text = "kind,x,grade\n";
        for (int i = 0; i < 3000; ++i)
            text += QByteArray(i < 2000 ? "legit," : "fraud,") + QByteArray::number(i * 0.5) + "," +
                    QByteArray::number(i % 3) + "\n";
        const QString file = bench.folder.filePath("late.csv");
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 3);
        auto* verdict = page.findChild<QLabel*>("publishVerdict");
        QVERIFY(page.findChild<QLabel*>("dataBalanceText")->text().contains("No label yet") && !verdict->isVisible());
        columns->model()->setData(columns->model()->index(0, 1), "label", Qt::EditRole);
        const auto* bars = page.findChild<ClassBars*>("dataClassBars");
        TRY_COMPARE(bars->text(), QStringLiteral("legit: 2,000 · fraud: 1,000"));
        QVERIFY2(verdict->text().startsWith("A model can learn to tell fraud from legit by 2 columns"),
                 qPrintable(verdict->text()));
        photograph(page, "classes");
        // The other class is looked for, with one click, and that is what is published.
        auto* positive = page.findChild<QPushButton*>("dataPositiveButton");
        QCOMPARE(positive->text(), QStringLiteral("legit is the positive class: take fraud instead"));
        QTest::mouseClick(positive, Qt::LeftButton);
        TRY_COMPARE(positive->text(), QStringLiteral("fraud is the positive class: take legit instead"));
        QCOMPARE(bars->text(), QStringLiteral("legit: 2,000 · fraud: 1,000"));
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY2(sections["data"]["schema"]["classes"] == nlohmann::json({"legit", "fraud"}),
                 sections["data"].dump().c_str());
        photograph(page, "positive");
    }

    /// Rows that are ordered in time: the newest are proposed as test part, and a random one is warned of.
    void dataProposesASplit()
    {
        Bench bench;
        QByteArray text = "day,x,label\n";
        for (int i = 0; i < 280; ++i)
            text += "2020-" + QByteArray::number(101 + i / 28).mid(1) + "-" + QByteArray::number(101 + i % 28).mid(1) +
                    "," + QByteArray::number(i * 7 % 13) + (i % 3 ? ",a\n" : ",b\n");
        const QString file = bench.folder.filePath("days.csv");
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(file);
        const auto* said = page.findChild<QLabel*>("publishSplit");
        auto* kind = page.findChild<QComboBox*>("publishSplitField");
        auto* column = page.findChild<QComboBox*>("publishSplitColumnField");
        TRY_VERIFY(said->isVisibleTo(&page));
        QVERIFY2(said->text().startsWith("Split by time, since the rows are ordered by column day"),
                 qPrintable(said->text()));
        QCOMPARE(kind->currentText(), QStringLiteral("time"));
        QCOMPARE(column->currentText(), QStringLiteral("day"));
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(sections["publish"]["split"] == "time" && sections["publish"]["split-column"] == "day");
        photograph(page, "split-proposed");
        column->setCurrentText({});
        kind->setCurrentText("random");
        QVERIFY2(said->text().startsWith("◆ A random test part misleads"), qPrintable(said->text()));
        photograph(page, "split-warned");
        emit page.findChild<QLabel*>("publishSplit")->linkActivated("split");
        QCOMPARE(kind->currentText(), QStringLiteral("time"));
        QCOMPARE(column->currentText(), QStringLiteral("day"));
        column->setCurrentText({});
        kind->setCurrentText("group");
        QVERIFY2(said->text().startsWith("◆ A split by group needs a column"), qPrintable(said->text()));
        photograph(page, "split-without-column");
        column->setCurrentText("x"); // a person's own choice is not spoken against
        QVERIFY(!said->isVisibleTo(&page));
    }

    /// Three classes by their numbers, and with one click the number itself; and back.
    void dataLabelIsWhatItIsSaidToBe()
    {
        Bench bench;
        QByteArray text = "grade,x,site\n";
        for (int i = 0; i < 600; ++i)
            text += QByteArray::number(i % 6 < 3   ? 1
                                       : i % 6 < 5 ? 2
                                                   : 3) +
                    "," + QByteArray::number(i * 0.25) + (i % 3 ? ",north\n" : ",south\n");
        const QString file = bench.folder.filePath("grades.csv");
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 3);
        columns->model()->setData(columns->model()->index(0, 1), "label", Qt::EditRole);
        const auto* bars = page.findChild<ClassBars*>("dataClassBars");
        const auto* numbers = page.findChild<BinHistogram*>("dataTargetHistogram");
        auto* said = page.findChild<QLabel*>("dataBalanceText");
        auto* other = page.findChild<QPushButton*>("dataTaskButton");
        auto* verdict = page.findChild<QLabel*>("publishVerdict");
        TRY_COMPARE(bars->text(), QStringLiteral("1: 300 · 2: 200 · 3: 100"));
        QVERIFY2(said->text().contains("grade has 3 classes") && said->text().contains("from 1 to 3"),
                 qPrintable(said->text()));
        QVERIFY2(verdict->text().contains("3 classes apart"), qPrintable(verdict->text()));
        QVERIFY(!page.findChild<Banner*>("dataBanner")->isVisible() && !numbers->isVisible());
        const auto histogram = columns->model()->index(1, 2).data(RowsModel::kValueRole).value<ColumnPicture>();
        QCOMPARE(histogram.counts.size(), std::size_t{3});
        photograph(page, "three-classes");

        QTest::mouseClick(other, Qt::LeftButton);
        TRY_VERIFY(numbers->isVisible());
        QVERIFY2(said->text().contains("foretold (regression)"), qPrintable(said->text()));
        QVERIFY2(verdict->text().contains("foretell grade"), qPrintable(verdict->text()));
        QVERIFY(!bars->isVisible());
        QCOMPARE(std::accumulate(numbers->bins().counts.begin(), numbers->bins().counts.end(), std::int64_t{0}), 600);
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(sections["data"]["task"] == "regression");
        photograph(page, "regression");
        // The form of an experiment says the same.
        DataPage again(*bench.session, bench.shell);
        again.loadFrom(sections, Fill::Whole);
        TRY_VERIFY(!again.findChild<BinHistogram*>("dataTargetHistogram")->isHidden());

        QTest::mouseClick(other, Qt::LeftButton);
        TRY_VERIFY(bars->isVisible());
        QCOMPARE(other->text(), QStringLiteral("Foretell the number instead"));
        // Another label is what its own values are.
        columns->model()->setData(columns->model()->index(1, 1), "label", Qt::EditRole);
        TRY_VERIFY(numbers->isVisible());
        QVERIFY2(said->text().startsWith("The numbers of x"), qPrintable(said->text()));
        sections = nlohmann::json::object();
        page.saveTo(sections);
        QVERIFY(!sections["data"].contains("task"));
    }

    /// Each kind of column beside each kind of label.
    void dataColumnsAreDrawn()
    {
        Bench bench;
        QByteArray text = "day,site,x,id,kind,price\n";
        for (int i = 0; i < 1200; ++i)
            text += "2025-" + QByteArray::number(1 + i / 100).rightJustified(2, '0') + "-1" +
                    QByteArray::number(i % 10) +
                    (i % 7   ? ",north,"
                     : i % 3 ? ",south,"
                             : ",\"the far, far west\",") +
                    QByteArray::number(i % 9 * 10 + i % 40) + ",r" + QByteArray::number(i / 2) + ",k" +
                    QByteArray::number(i % 9) + "," + QByteArray::number(i % 40 * 2.5 + i % 7) + "\n";
        const QString file = bench.folder.filePath("kinds.csv");
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.resize(1196, 770);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 6);
        columns->model()->setData(columns->model()->index(4, 1), "label", Qt::EditRole);
        auto* bars = page.findChild<ClassBars*>("dataClassBars");
        TRY_VERIFY(bars->text().contains("k8"));
        const auto picture = [columns](int row) {
            return columns->model()->index(row, 2).data(RowsModel::kValueRole).value<ColumnPicture>();
        };
        using Kind = ColumnPicture::Kind;
        // Nine classes: six of their own, and three in one.
        QVERIFY(picture(0).kind == Kind::Histogram && picture(0).counts.size() == 7 && picture(0).colours == 6);
        QVERIFY2(picture(0).hint.contains("2025-01-10") && picture(0).hint.contains("3 others"),
                 qPrintable(picture(0).hint));
        QVERIFY(picture(1).kind == Kind::Levels && picture(1).counts.front().size() == 3);
        QVERIFY2(picture(1).hint.startsWith("north: 1,028 · k0"), qPrintable(picture(1).hint));
        QVERIFY(picture(2).kind == Kind::Histogram);
        QVERIFY2(picture(3).hint.contains("592 more levels"), qPrintable(picture(3).hint));
        QVERIFY(picture(4).kind == Kind::Levels && picture(4).counts.size() == 7);
        QVERIFY2(!cell(columns, 2, 3).isEmpty() && cell(columns, 2, 3) > "0.5", qPrintable(cell(columns, 2, 3)));
        QCOMPARE(cell(columns, 4, 3), QStringLiteral("–"));
        photograph(page, "nine-classes");

        columns->model()->setData(columns->model()->index(5, 1), "label", Qt::EditRole);
        TRY_VERIFY(page.findChild<BinHistogram*>("dataTargetHistogram")->isVisible());
        QVERIFY(picture(0).kind == Kind::Histogram && picture(0).colours == 0);
        QVERIFY(picture(1).kind == Kind::Spreads && picture(1).spreads.size() == 3);
        QVERIFY2(picture(1).hint.contains("median of price"), qPrintable(picture(1).hint));
        QVERIFY(picture(2).kind == Kind::Spreads && picture(2).spreads.size() == 24 && picture(2).spreads.front());
        QVERIFY(picture(5).kind == Kind::Histogram);
        photograph(page, "target-by-bin");
    }

    /// Thousands of columns: found, filtered and sorted by clicks, and drawn as they come into sight.
    void dataColumnsAreFound_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("500") << 500;
        QTest::newRow("2000") << 2000;
    }

    void dataColumnsAreFound()
    {
        QFETCH(int, width);
        Bench bench;
        QByteArray text;
        for (int i = 0; i < width; ++i)
            text += "sensor" + QByteArray::number(i) + ",";
        text += "place,kind\n";
        for (int row = 0; row < 60; ++row) {
            for (int i = 0; i < width; ++i) // one tells all, one is constant
                text += QByteArray::number(i == 333 ? row / 2 : i == 444 ? 7 : (row * 37 + i * 11) % 23) + ",";
            text += QByteArray(row % 2 ? "here," : "there,") + (row < 30 ? "a\n" : "b\n");
        }
        const QString file = bench.folder.filePath("wide.csv");
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.resize(1196, 770);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        const int all = width + 2;
        TRY_COMPARE(columns->model()->rowCount(), all);
        QCOMPARE(cell(columns, 0, 0), QStringLiteral("sensor0"));

        auto* header = columns->horizontalHeader();
        const auto clickHeading = [header](int column) {
            QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                              {header->sectionViewportPosition(column) + header->sectionSize(column) / 2, 8});
        };
        clickHeading(3);
        QCOMPARE(cell(columns, 0, 0), QStringLiteral("sensor333"));
        QCOMPARE(cell(columns, 0, 3), QStringLiteral("1.00"));
        photograph(page, QStringLiteral("%1-columns").arg(width));
        // A role that is changed where it stands is the role of that column.
        columns->model()->setData(columns->model()->index(0, 1), "ignored", Qt::EditRole);
        TRY_VERIFY(cell(columns, 0, 0) != QStringLiteral("sensor333"));
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(sections["data"]["schema"]["columns"][333]["role"] == "ignored");

        auto* search = page.findChild<QLineEdit*>("dataColumnSearch");
        QTest::keyClicks(search, "SENSOR33");
        QCOMPARE(columns->model()->rowCount(), 11);
        QCOMPARE(page.findChild<QLabel*>("dataColumnCount")->text(), QStringLiteral("11 of %L1").arg(all));
        auto* roles = page.findChild<QComboBox*>("dataColumnRole");
        const auto choose = [](QComboBox* box, const char* value) {
            box->setCurrentIndex(box->findData(QLatin1String(value)));
            emit box->activated(box->currentIndex());
        };
        choose(roles, "ignored");
        QCOMPARE(columns->model()->rowCount(), 1);
        QCOMPARE(cell(columns, 0, 0), QStringLiteral("sensor333"));
        roles->setCurrentIndex(0);
        emit roles->activated(0);
        search->clear();
        choose(page.findChild<QComboBox*>("dataColumnType"), "text");
        QCOMPARE(columns->model()->rowCount(), 2);
        auto* types = page.findChild<QComboBox*>("dataColumnType");
        types->setCurrentIndex(0);
        emit types->activated(0);
        QTest::mouseClick(page.findChild<QCheckBox*>("dataColumnWarned"), Qt::LeftButton, {}, {8, 8});
        QCOMPARE(columns->model()->rowCount(), 1);
        QCOMPARE(cell(columns, 0, 0), QStringLiteral("sensor444"));
        QVERIFY(columns->model()->index(0, 2).data(Qt::ToolTipRole).toString().contains(QChar(0x25C6)));
    }

    void manyClassesAreOneBarMore()
    {
        ClassBars bars;
        std::vector<QString> names;
        std::vector<std::int64_t> counts;
        for (int i = 0; i < 20; ++i) {
            names.push_back(QStringLiteral("kind %1").arg(i));
            counts.push_back(100 + i);
        }
        bars.setCounts(names, counts, {19, 18, 17, 16, 15, 14});
        QVERIFY2(bars.text().startsWith("kind 19: 119 · kind 18: 118"), qPrintable(bars.text()));
        QVERIFY2(bars.text().endsWith("8 others: 828"), qPrintable(bars.text()));
    }

    void rejectedRecordsAreShown()
    {
        TestShell shell;
        RejectedBanner banner(shell);
        banner.showResult(nullptr);
        QVERIFY(banner.isHidden());
        nlohmann::json result = {{"rejected", 43}, {"rejected_of", 200}, {"rejected_file", "/runs/a/rejected.csv"}};
        result["rejections"] = nlohmann::json::array();
        result["rejections"].push_back({{"reason", "is missing"},
                                        {"column", "Age"},
                                        {"count", 43},
                                        {"share", 0.215},
                                        {"example", {{"place", "events/0 at offset 6"}, {"text", "1,,3"}}}});
        banner.showResult(result);
        QVERIFY(!banner.isHidden());
        const QString said = banner.findChild<QLabel*>("bannerText")->text();
        QVERIFY2(said.contains("43 of 200 records") && said.contains("Age"), qPrintable(said));
        QVERIFY2(said.contains("offset 6") && said.contains("/runs/a/rejected.csv"), qPrintable(said));
        result["rejected"] = 0;
        banner.showResult(result);
        QVERIFY(banner.isHidden());
    }

    /// A button does what stands beside it, not what an earlier message was about.
    void aBannersButtonsAreOfItsMessage()
    {
        Bench bench;
        AskingBanner banner(*bench.session);
        QStringList pressed;
        banner.tell("The broker is gone", true, "To Cluster", [&] { pressed << "cluster"; });
        banner.tell("Three rows were rejected", false, "Dismiss", [&] {
            pressed << "dismiss";
            banner.tell("Which topic?", true);
        });
        auto* button = banner.findChild<QPushButton*>("bannerActionButton");
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(pressed, QStringList{"dismiss"});
        QVERIFY(button->isHidden());
        QVERIFY(banner.findChild<QLabel*>("bannerText")->text().contains("Which topic?"));
    }

    /// Text is shown as it was read, and read anew in the way that a person chooses.
    void dataReadingIsChosen()
    {
        Bench bench;
        const QString file = bench.folder.filePath("big5.csv");
        QByteArray text = "\xAB\xC8\xA4\xE1,class\n"; // 客戶 in Big5
        for (int i = 0; i < 40; ++i)
            text += QByteArray::number(i) + ".5," + QByteArray::number(i % 2) + "\n";
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 2);
        const auto choose = [&page](const char* field, const char* value) {
            auto* combo = page.findChild<QComboBox*>(field);
            combo->setCurrentText(value);
            emit combo->activated(combo->currentIndex());
        };
        choose("readingEncodingCombo", "Windows-1252");
        TRY_COMPARE(cell(columns, 0, 0), QStringLiteral("«È¤á"));
        choose("readingEncodingCombo", "Big5");
        TRY_COMPARE(cell(columns, 0, 0), QStringLiteral("客戶"));
        auto* lines = page.findChild<QPlainTextEdit*>("readingLines");
        QCOMPARE(lines->toPlainText().section('\n', 0, 0), QStringLiteral("客戶,class"));
        QCOMPARE(lines->toPlainText().count('\n'), 2);
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(sections["data"]["schema"]["encoding"] == "Big5");
        photograph(page, "reading");
    }

    /// A file that is refused as it is leaves nothing of the one before, and how it is read can be chosen.
    void dataReadingOfARefusedFile()
    {
        Bench bench;
        const QString good = bench.folder.filePath("good.csv"), odd = bench.folder.filePath("odd.csv");
        QByteArray rows;
        for (int i = 0; i < 40; ++i)
            rows += QByteArray::number(i % 2) + "," + QByteArray::number(i) + "," + QByteArray::number(i % 7) + "\n";
        write(good, "class,x,y\n" + rows);
        write(odd, "made,by,hand,in,May\n" + rows);
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(good);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_VERIFY(columns->isVisible() && columns->model()->rowCount() == 3);
        page.openFile(odd);
        auto* banner = page.findChild<Banner*>("dataBanner");
        TRY_VERIFY(banner->isVisible());
        auto* header = page.findChild<QComboBox*>("readingHeaderCombo");
        QVERIFY(header->isVisible() && !columns->isVisible());
        QVERIFY(!page.findChild<QPushButton*>("dataPublishButton")->isVisible());
        QVERIFY(!page.findChild<QWidget*>("dataFileChip")->isVisible());
        photograph(page, "reading-unread");
        header->setCurrentText("no");
        emit header->activated(header->currentIndex());
        TRY_VERIFY(columns->isVisible() && columns->model()->rowCount() == 3);
        QVERIFY(header->isVisible());
        QVERIFY(page.findChild<QPlainTextEdit*>("readingLines")->isVisible());
    }

    void dataReadingIsFound()
    {
        Bench bench;
        const QString file = bench.folder.filePath("excel.csv");
        QByteArray text = "class;x;y\n";
        for (int i = 0; i < 40; ++i)
            text += QByteArray::number(i % 2) + ";" + QByteArray::number(i + 1) + ",5;0," + QByteArray::number(i + 1) +
                    "\n";
        write(file, text);
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(file);
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 3);
        auto* separator = page.findChild<QComboBox*>("readingSeparatorCombo");
        QCOMPARE(separator->currentText(), QStringLiteral("semicolon"));
        QCOMPARE(page.findChild<QComboBox*>("readingDecimalCombo")->currentText(), QStringLiteral("comma"));
        QCOMPARE(page.findChild<QComboBox*>("readingHeaderCombo")->currentText(), QStringLiteral("1"));
        QCOMPARE(cell(columns, 1, 4), QStringLiteral("1.500"));
        // Another separator does not fit: said, and what was read before is not published in its place.
        separator->setCurrentText("pipe");
        emit separator->activated(separator->currentIndex());
        auto* banner = page.findChild<Banner*>("dataBanner");
        TRY_VERIFY(banner->isVisible());
        photograph(page, "reading-refused");
        separator->setCurrentText("auto");
        emit separator->activated(separator->currentIndex());
        TRY_COMPARE(separator->currentText(), QStringLiteral("semicolon"));
        QVERIFY(!banner->isVisible());
    }

    void dataKeepsItsForm()
    {
        Bench bench;
        const QString file = bench.folder.filePath("small.csv");
        write(file, smallTable());
        DataPage page(*bench.session, bench.shell);
        page.loadFrom({{"data", {{"file", file.toStdString()}, {"schema", "auto"}, {"rows", 100}}},
                       {"topics", {{{"name", "a"}, {"partitions", 3}}, {{"name", "b"}, {"partitions", 4}}}},
                       {"publish",
                        {{"topic", "a"},
                         {"test-topic", "b"},
                         {"test-fraction", 0.25},
                         {"key", "label"},
                         {"existing", "replace"}}}},
                      Fill::Whole);
        TRY_COMPARE(table(page, "dataColumnTable")->model()->rowCount(), 4);
        nlohmann::json sections;
        page.saveTo(sections);
        const nlohmann::json& publish = sections["publish"];
        QVERIFY(sections["data"]["rows"] == 100);
        QVERIFY(publish["topic"] == "a");
        QVERIFY(publish["partitions"] == 3);
        QVERIFY(publish["test-partitions"] == 4);
        QVERIFY(publish["test-fraction"] == 0.25);
        QVERIFY(publish["key"] == "label");
        QVERIFY(publish["existing"] == "replace");
    }

    void dataSaysWhatIsWrong()
    {
        Bench bench;
        const QString file = bench.folder.filePath("empty.csv");
        write(file, "");
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(file);
        auto* banner = page.findChild<Banner*>("dataBanner");
        TRY_VERIFY(banner->isVisible());
        QVERIFY(banner->findChild<QLabel*>("bannerText")->text().contains("empty.csv"));
        photograph(page, "failed");
    }

    /// Of what was in sight nothing is left, and nothing of it can be published in the other's name.
    void dataLeavesNothingOfTheFileBefore_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << "empty.csv";
        QTest::newRow("folder") << "folder";
        QTest::newRow("not there") << "gone.csv";
    }

    void dataLeavesNothingOfTheFileBefore()
    {
        QFETCH(QString, name);
        Bench bench;
        write(bench.folder.filePath("good.csv"), smallTable());
        write(bench.folder.filePath("empty.csv"), "");
        QDir(bench.folder.path()).mkdir("folder");
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(bench.folder.filePath("good.csv"));
        auto* publish = page.findChild<QPushButton*>("dataPublishButton");
        TRY_VERIFY(publish->isVisible());
        page.openFile(bench.folder.filePath(name));
        auto* banner = page.findChild<Banner*>("dataBanner");
        TRY_VERIFY(banner->isVisible());
        QVERIFY2(banner->findChild<QLabel*>("bannerText")->text().contains(name),
                 qPrintable(banner->findChild<QLabel*>("bannerText")->text()));
        QCOMPARE(banner->findChild<QPushButton*>("bannerActionButton")->text(), QStringLiteral("Open another…"));
        for (const char* widget : {"dataPublishButton", "dataLearnButton", "dataFileChip", "dataRejectedChip",
                                   "dataColumnTable", "dataFirstRowsTable", "dataGetButton"})
            QVERIFY2(!page.findChild<QWidget*>(widget)->isVisible(), widget);
        QVERIFY(page.findChild<DropZone*>("dataDropZone")->isVisible());
        photograph(page, "unreadable-" + name.section('.', 0, 0));
    }

    /// Each column that is not learnt from says why, and what would be published is told before it is.
    void dataTellsWhatIsLeftOut()
    {
        Bench bench;
        QByteArray text = "id,nothing,always,x,used by people in the building [kWh]\n";
        for (int i = 0; i < 300; ++i)
            text += "name " + QByteArray::number(i * 7919 % 300) + ",,4," + QByteArray::number(i % 11) + "," +
                    QByteArray::number(i % 71 + i % 11) + ".5\n";
        write(bench.folder.filePath("left.csv"), text);
        DataPage page(*bench.session, bench.shell);
        page.resize(940, 670);
        page.show();
        page.openFile(bench.folder.filePath("left.csv"));
        QTableView* columns = table(page, "dataColumnTable");
        TRY_COMPARE(columns->model()->rowCount(), 5);
        columns->model()->setData(columns->model()->index(4, 1), "label", Qt::EditRole);
        auto* verdict = page.findChild<QLabel*>("publishVerdict");
        TRY_VERIFY(verdict->isVisible());
        const auto why = [&](int row) { return columns->model()->index(row, 1).data(Qt::ToolTipRole).toString(); };
        QVERIFY2(why(0).contains("identifier"), qPrintable(why(0)));
        QVERIFY2(why(1).contains("no value"), qPrintable(why(1)));
        QVERIFY2(why(2).startsWith("Left out: "), qPrintable(why(2)));
        QCOMPARE(cell(columns, 2, 1), QStringLiteral("left out"));
        QVERIFY2(verdict->text().contains("by 1 column"), // what is always 4 teaches nothing
                 qPrintable(verdict->text()));
        QVERIFY2(verdict->text().contains("300 records have a label, 0 have none") &&
                     verdict->text().contains("Ignored: "),
                 qPrintable(verdict->text()));
        photograph(page, "left-out");
    }

    /// Which part of a name that is too long for its field is seen.
    void longNamesShowTheirBeginning()
    {
        Bench bench;
        const QString name = "measurements-of-the-wind-over-the-northern-sea";
        write(bench.folder.filePath(name + ".csv"), smallTable());
        DataPage page(*bench.session, bench.shell);
        page.show();
        page.openFile(bench.folder.filePath(name + ".csv"));
        auto* topic = page.findChild<QLineEdit*>("publishTopicField");
        TRY_COMPARE(topic->text(), name + "-train");
        QCOMPARE(topic->cursorPosition(), 0);
        QVERIFY(!topic->alignment().testFlag(Qt::AlignRight));
        photograph(page, "long-names");
    }

    void dataSimulated()
    {
        Bench bench;
        DataPage page(*bench.session, bench.shell);
        page.show();
        QTest::mouseClick(page.findChild<QWidget*>("simulateButton"), Qt::LeftButton);
        QVERIFY(!page.findChild<QWidget*>("simulateButton")->isEnabled());
        auto* banner = page.findChild<Banner*>("dataBanner");
        auto* chip = page.findChild<QLabel*>("dataSimulatedChip");
        TRY_VERIFY(chip->isVisible() || banner->isVisible());
        QVERIFY2(chip->isVisible(), qPrintable(banner->findChild<QLabel*>("bannerText")->text()));
        QCOMPARE(table(page, "dataColumnTable")->model()->rowCount(), 19);
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(sections["simulate"]["rows"] == 100000);
        photograph(page, "simulated");
    }

    /// The address is kept as a setting; what comes is opened.
    void dataDownloaded()
    {
        Bench bench;
        std::string rows;
        for (int i = 0; i < 500; ++i)
            rows += (i % 2 == 0 ? "1.0" : "0.0") + std::string(",0.25,0.5,0.75,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n");
        LocalHttpServer server;
        const auto head = [](const char* status, std::size_t bytes) {
            return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
        };
        server.answer({[&](const LocalHttpServer::Request&) { return head("404 Not Found", 0); },
                       [&](const LocalHttpServer::Request&) { return head("200 OK", rows.size()) + rows; }});
        DataPage page(*bench.session, bench.shell);
        page.show();
        photograph(page, "download");
        auto* address = page.findChild<QLineEdit*>("downloadUrlField");
        QVERIFY(address->text().startsWith("https://archive.ics.uci.edu/"));
        address->setText(QString::fromStdString(server.url("/SUSY.csv")));
        page.findChild<QLineEdit*>("downloadRowsField")->setText("400");
        auto* button = page.findChild<QPushButton*>("downloadButton");
        QTest::mouseClick(button, Qt::LeftButton);
        auto* banner = page.findChild<Banner*>("dataBanner");
        TRY_VERIFY(banner->isVisible());
        QVERIFY(banner->findChild<QLabel*>("bannerText")->text().contains("answers 404"));
        QVERIFY(UiSettings().exampleAddress() == address->text());
        TRY_VERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        TRY_COMPARE(table(page, "dataColumnTable")->model()->rowCount(), 19);
        QCOMPARE(page.findChild<QLabel*>("dataFileChip")->text(),
                 QStringLiteral("SUSY-400.csv · 400 rows · 19 columns"));
        QVERIFY(!banner->isVisible());
        auto* get = page.findChild<QPushButton*>("dataGetButton");
        QTest::mouseClick(get, Qt::LeftButton);
        QVERIFY(button->isVisible());
        QCOMPARE(get->text(), QStringLiteral("Back to SUSY-400.csv"));
        QTest::mouseClick(get, Qt::LeftButton);
        QVERIFY(!button->isVisible());
        address->clear();
        QVERIFY(address->placeholderText().startsWith("https://archive.ics.uci.edu/"));
    }

    void modelTutorial()
    {
        Bench bench;
        ModelPage page(*bench.session, bench.shell);
        page.show();
        page.entered();
        auto* preset = page.findChild<QComboBox*>("modelPresetCombo");
        QCOMPARE(preset->currentText(), QString::fromStdString(defaultPreset()));
        preset->setCurrentText("tutorial");
        QCOMPARE(page.findChild<QLabel*>("modelParametersValue")->text(), QStringLiteral("68,481"));
        const QTableView* summary = table(page, "modelSummaryTable");
        QCOMPARE(line(summary, summary->model()->rowCount() - 1), QStringLiteral("|Total|–|68,481"));
        QVERIFY(page.findChild<QPlainTextEdit*>("modelSpecText")->toPlainText().contains("dropout"));
        preset->setCurrentText("logistic");
        QCOMPARE(page.findChild<QLabel*>("modelParametersValue")->text(), QStringLiteral("19"));
        nlohmann::json sections;
        page.saveTo(sections);
        QVERIFY(sections["model"]["preset"] == "logistic");
        page.loadFrom({{"model", {{"preset", "tutorial"}}}}, Fill::Given);
        QCOMPARE(preset->currentText(), QStringLiteral("tutorial"));
        photograph(page, "tutorial");
    }

    void runsEmpty()
    {
        Bench bench;
        RunsPage page(*bench.session, bench.shell);
        page.show();
        page.entered();
        QVERIFY(!page.findChild<QWidget*>("runsDeleteButton")->isEnabled());
        photograph(page, "empty");
    }

    void runsListed()
    {
        Bench bench;
        writeRun(bench.folder, "20260131T123456Z-susy", "train", "done", 0.7935);
        writeRun(bench.folder, "20260131T124456Z-susy-eval", "evaluate", "done", 0.7911);
        writeRun(bench.folder, "20260131T125456Z-crash", "train", "running", 0.5); // nobody holds its lock
        writeRun(bench.folder, "20260131T130456Z-again", "evaluate", "done", 0.7911,
                 {{"records", 0}, {"nothing_new", true}, {"auc", 0.8712}, {"approximate", true}});
        RunsPage page(*bench.session, bench.shell);
        page.show();
        const QTableView* runs = table(page, "runsTable");
        TRY_COMPARE(runs->model()->rowCount(), 4);
        QCOMPARE(cell(runs, 0, 0), QStringLiteral("again"));
        QCOMPARE(cell(runs, 0, 2), QStringLiteral("◆ nothing new"));
        QCOMPARE(cell(runs, 0, 5), QStringLiteral("0"));
        QCOMPARE(cell(runs, 0, 8), QStringLiteral("0.8712 ≈"));
        QCOMPARE(cell(runs, 1, 0), QStringLiteral("crash"));
        QCOMPARE(cell(runs, 1, 2), QStringLiteral("◆ interrupted"));
        QCOMPARE(cell(runs, 3, 7), QStringLiteral("79.35 %"));
        QVERIFY(selectName(table(page, "runsTable"), "20260131T123456Z-susy"));
        TRY_COMPARE(table(page, "runsEpochTable")->model()->rowCount(), 10);
        QVERIFY(page.findChild<QPlainTextEdit*>("runsConfigurationText")->toPlainText().contains("susy-train"));
        QVERIFY2(!page.findChild<QWidget*>("runsExportButton")->isEnabled(), "without a checkpoint");
        photograph(page, "listed");
        auto* remove = page.findChild<ConfirmButton*>("runsDeleteButton");
        remove->click();
        remove->click();
        TRY_COMPARE(runs->model()->rowCount(), 3);
        QVERIFY(!QFile::exists(bench.folder.filePath("runs/20260131T123456Z-susy")));
    }

    /// Columns of scores are those that a run of the list has.
    void runsOfTwoTasksListed()
    {
        Bench bench;
        const auto shown = [](const QTableView* runs) {
            QStringList titles;
            for (int column = 6; column < runs->model()->columnCount(); ++column)
                if (!runs->isColumnHidden(column))
                    titles << runs->model()->headerData(column, Qt::Horizontal).toString();
            return titles.join(' ');
        };
        writeRun(bench.folder, "20260131T123456Z-susy", "train", "done", 0.7935);
        {
            RunsPage page(*bench.session, bench.shell);
            page.show();
            const QTableView* runs = table(page, "runsTable");
            TRY_COMPARE(runs->model()->rowCount(), 1);
            QCOMPARE(shown(runs), QStringLiteral("loss accuracy"));
        }
        writeRun(bench.folder, "20260131T124456Z-wind", "evaluate", "done", 0,
                 {{"task", "regression"}, {"rmse", 1.23456}, {"mae", 1}, {"r2", 0.5}, {"unit", "m/s"}});
        RunsPage page(*bench.session, bench.shell);
        page.show();
        const QTableView* runs = table(page, "runsTable");
        TRY_COMPARE(runs->model()->rowCount(), 2);
        QCOMPARE(shown(runs), QStringLiteral("loss accuracy RMSE MAE R²"));
        int rmse = 0;
        while (runs->model()->headerData(rmse, Qt::Horizontal).toString() != QLatin1String("RMSE"))
            ++rmse;
        QCOMPARE(cell(runs, 0, rmse), QStringLiteral("1.2346 m/s"));
    }

    void clusterStopped()
    {
        Bench bench;
        ClusterPage page(*bench.session, bench.shell);
        page.show();
        page.entered();
        QCOMPARE(page.findChild<QLabel*>("clusterStateChip")->text(), QStringLiteral("○ stopped"));
        QVERIFY(page.findChild<QWidget*>("clusterStartButton")->isEnabled());
        QVERIFY(!page.findChild<QWidget*>("clusterStopButton")->isEnabled());
        photograph(page, "stopped");
    }

    /// Each step of a connection that fails, and one that is cancelled, in the page.
    void connectionIsTested()
    {
        Bench bench;
        ClusterPage page(*bench.session, bench.shell);
        page.show();
        auto* button = page.findChild<QPushButton*>("clusterTestButton");
        QVERIFY(!button->isEnabled()); // no cluster is known
        auto* brokers = page.findChild<QLineEdit*>("clusterBrokersField");
        brokers->setText(QStringLiteral("127.0.0.1:%1").arg(anyFreePort()));
        QTest::mouseClick(button, Qt::LeftButton);
        auto* said = page.findChild<QLabel*>("connectionTitle");
        TRY_VERIFY(said->text().endsWith("cannot be used as it is set up"));
        using State = StepRow::State;
        const auto rows = page.findChildren<StepRow*>();
        const auto is = [&](const QList<State>& states) {
            return std::ranges::equal(rows, states, {}, &StepRow::state);
        };
        QVERIFY(is({State::Done, State::Failed, State::Skipped, State::Skipped, State::Skipped, State::Skipped,
                    State::Skipped}));
        QVERIFY(rows[1]->findChild<QLabel*>("stepText")->text().contains("the port is closed"));
        QVERIFY(page.findChild<QLabel*>("connectionAdvice")->text().startsWith("Check host and port"));
        QCOMPARE(button->text(), QStringLiteral("Test connection"));
        QVERIFY(!page.findChild<Banner*>("clusterBanner")->isVisible());
        photograph(page, "connection-fails");

        const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); // takes connections, never says a word
        sockaddr_in address{};
        socklen_t size = sizeof address;
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        QVERIFY(::bind(silent, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(silent, 8) == 0);
        QCOMPARE(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size), 0);
        brokers->setText(QStringLiteral("127.0.0.1:%1").arg(ntohs(address.sin_port)));
        QTest::mouseClick(button, Qt::LeftButton);
        // The port is open, but only an answer tells that it is the right one.
        TRY_VERIFY(is({State::Done, State::Running, State::Waiting, State::Waiting, State::Waiting, State::Waiting,
                       State::Waiting}));
        QCOMPARE(button->text(), QStringLiteral("Cancel the test"));
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(said->text().endsWith(": cancelled"));
        QCOMPARE(button->text(), QStringLiteral("Test connection"));
        QVERIFY(is({State::Done, State::Waiting, State::Waiting, State::Waiting, State::Waiting, State::Waiting,
                    State::Waiting}));
        photograph(page, "connection-cancelled");
        ::close(silent);
    }

    void clusterRuns()
    {
        if (!findJava() || !findKafkaJars({}))
            QSKIP("no Java or no Kafka here: see millrace doctor");
        Bench bench;
        ClusterPage cluster(*bench.session, bench.shell);
        cluster.show();
        cluster.findChild<QSpinBox*>("clusterPortField")->setValue(anyFreePort());
        QTest::mouseClick(cluster.findChild<QWidget*>("clusterStartButton"), Qt::LeftButton);
        auto* chip = cluster.findChild<QLabel*>("clusterStateChip");
        QCOMPARE(chip->text(), QStringLiteral("◐ starting"));
        photograph(cluster, "starting");
        TRY_COMPARE(chip->text(), QStringLiteral("● running"));

        // A topic by the form, in sight at once; the same name again is refused and said.
        const auto create = [&](const QString& name, int partitions) {
            cluster.findChild<QLineEdit*>("topicNameField")->setText(name);
            cluster.findChild<QSpinBox*>("topicPartitionsField")->setValue(partitions);
            QTest::mouseClick(cluster.findChild<QWidget*>("topicCreateButton"), Qt::LeftButton);
        };
        create("orders", 3);
        QTableView* topics = table(cluster, "topicTable");
        TRY_VERIFY(selectName(topics, "orders"));
        QCOMPARE(line(topics, 0), QStringLiteral("orders|3|0|"));
        TRY_COMPARE(table(cluster, "topicPartitionTable")->model()->rowCount(), 3);
        TRY_VERIFY(table(cluster, "topicConfigTable")->model()->rowCount() > 10);
        create("orders", 2);
        auto* banner = cluster.findChild<Banner*>("clusterBanner");
        TRY_VERIFY(banner->isVisible());
        photograph(cluster, "refused");
        QTest::mouseClick(banner->findChild<QWidget*>("bannerActionButton"), Qt::LeftButton);
        QVERIFY(!banner->isVisible());

        // A file through the Data page: what was published is what the topics hold.
        DataPage data(*bench.session, bench.shell);
        data.show();
        write(bench.folder.filePath("small.csv"), smallTable());
        data.openFile(bench.folder.filePath("small.csv"));
        TRY_VERIFY(data.findChild<QWidget*>("dataPublishButton")->isEnabled());
        QTest::mouseClick(data.findChild<QWidget*>("dataPublishButton"), Qt::LeftButton);
        QTableView* parts = table(data, "dataPublishedTable");
        TRY_COMPARE(parts->model()->rowCount(), 3);
        QCOMPARE(line(parts, 0), QStringLiteral("small-train|0|360|") + cell(parts, 0, 3) + '|' + cell(parts, 0, 4));
        photograph(data, "published");
        publishTheRest(*bench.session, data);
        cluster.entered();
        TRY_VERIFY(selectName(topics, "small-train"));
        QCOMPARE(topics->currentIndex().siblingAtColumn(2).data().toString(), QStringLiteral("\u2264 360"));
        TRY_COMPARE(table(cluster, "topicPartitionTable")->model()->rowCount(), 1);
        photograph(cluster, "running");

        auto* remove = cluster.findChild<ConfirmButton*>("topicDeleteButton");
        QVERIFY(selectName(topics, "orders"));
        TRY_VERIFY(remove->isEnabled());
        remove->click();
        remove->click();
        TRY_VERIFY(!selectName(topics, "orders"));

        auto* tabs = cluster.findChild<QTabBar*>("clusterTabs");
        tabs->setCurrentIndex(1);
        photograph(cluster, "groups");
        tabs->setCurrentIndex(3);
        QVERIFY(!cluster.findChild<QPlainTextEdit*>("clusterLogView")->toPlainText().isEmpty());
        photograph(cluster, "log");
        QTest::mouseClick(cluster.findChild<QWidget*>("clusterTestButton"), Qt::LeftButton);
        auto* said = cluster.findChild<QLabel*>("connectionTitle");
        TRY_VERIFY(said->text().endsWith("is fine"));
        QVERIFY(said->isVisible());
        for (const StepRow* row : cluster.findChildren<StepRow*>())
            QVERIFY(row->state() == StepRow::State::Done || row->state() == StepRow::State::Skipped);
        photograph(cluster, "connection");
        QTest::mouseClick(cluster.findChild<QWidget*>("clusterStopButton"), Qt::LeftButton);
        TRY_COMPARE(chip->text(), QStringLiteral("○ stopped"));
    }
};

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
