// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Rng.h"
#include "data/ColumnStats.h"
#include "data/PrivateCells.h"
#include "data/RecordDecoder.h"
#include "data/RoleWishes.h"
#include "data/encoders/AutoEncoders.h"
#include "data/encoders/LabelSketch.h"
#include "data/files/Classes.h"
#include "session/WorkRequest.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <functional>

using namespace millrace;

namespace
{

using Names = std::vector<std::string>;

Schema tableSchema()
{
    Schema schema;
    schema.name = "table";
    schema.columns = {{"y", ColumnType::Number, ColumnRole::Label},
                      {"age", ColumnType::Number, ColumnRole::Feature},
                      {"city", ColumnType::Text, ColumnRole::Feature},
                      {"last, first", ColumnType::Text, ColumnRole::Feature}};
    schema.classesKnown = true;
    schema.labelInKey = false;
    return schema;
}

std::string rolesOf(const Schema& schema)
{
    std::string text;
    for (const Column& column : schema.columns)
        text += (text.empty() ? "" : " ") + roleInfo(column.role).name + (column.isPrivate ? "*" : "");
    return text;
}

/// A number in [0, 1) that looks random, the same for the same i.
double drawn(int i, int of = 0)
{
    return Rng(7, Purpose::SimulatedFeature, static_cast<std::uint64_t>(i) * 8 + static_cast<std::uint64_t>(of))
        .uniform();
}

struct Told {
    std::optional<double> association;
    std::string question;
};

Told toldBy(TaskKind task, int rows, const std::function<std::string(int)>& cell,
            const std::function<double(int)>& target)
{
    LabelSketch sketch(1, task, 1);
    RawRow row;
    for (int i = 0; i < rows; ++i) {
        const std::string text = cell(i);
        row.cells = {{RawCell::Kind::Text, 0, text}};
        sketch.add(row, static_cast<float>(target(i)));
    }
    return {sketch.association(0), sketch.question(0)};
}

void write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
}

} // namespace

/// Roles that are given by name, what is private, and columns that tell the label alone.
class ColumnsTest : public QObject
{
    Q_OBJECT

private slots:
    void namesAreCut()
    {
        QCOMPARE(columnNamesIn("age, city"), (Names{"age", "city"}));
        QCOMPARE(columnNamesIn("\"last, first\",age"), (Names{"last, first", "age"}));
        QCOMPARE(columnNamesIn(""), Names{});
    }

    /// "speed" is "speed [m/s]", where one column is called so.
    void unitsNeedNotBeSaid()
    {
        Schema schema;
        for (const char* name : {"speed [m/s]", "mass [kg]", "mass [t]", "heat", "heat [J]"})
            schema.columns.push_back({name, ColumnType::Number, ColumnRole::Feature});
        QCOMPARE(columnCalled(schema, "speed"), 0);
        QCOMPARE(columnCalled(schema, "mass"), -1);
        QCOMPARE(columnCalled(schema, "mass [t]"), 2);
        QCOMPARE(columnCalled(schema, "heat"), 3);
        QVERIFY(giveRoles(schema, {{{ColumnRole::Weight, {"heat"}}}, {"mass [kg]"}, "speed"}));
        QCOMPARE(schema.labelColumn(), 0);
        QCOMPARE(schema.weightColumn(), 3);
    }

    void rolesAreGiven_data()
    {
        QTest::addColumn<RoleWishes>("wishes");
        QTest::addColumn<QString>("expected"); // the roles, or what the refusal tells
        const auto row = [](const char* name, const RoleWishes& wishes, const char* expected) {
            QTest::newRow(name) << wishes << QString(expected);
        };
        using R = ColumnRole;
        row("none", {}, "label feature feature feature");
        row("ignored", {{{R::Ignored, {"city", "last, first"}}}, {}}, "label feature ignored ignored");
        row("features alone", {{{R::Feature, {"age"}}}, {}}, "label feature ignored ignored");
        row("with a spectator", {{{R::Feature, {"age"}}, {R::Spectator, {"city"}}}, {}},
            "label feature spectator ignored");
        row("weight", {{{R::Weight, {"age"}}}, {}}, "label weight feature feature");
        row("private", {{{R::Spectator, {"city"}}}, {"city", "age"}}, "label feature* spectator* feature");
        row("unknown", {{{R::Ignored, {"ctiy"}}}, {}}, "There is no column 'ctiy' (ignore). Did you mean city?");
        row("unknown private", {{}, {"agee"}}, "There is no column 'agee' (private). Did you mean age?");
        row("weight of texts", {{{R::Weight, {"city"}}}, {}}, "Column city cannot be the weight: it holds texts");
        row("two weights", {{{R::Weight, {"age", "city"}}}, {}}, "--weight names 2 columns");
        row("two roles", {{{R::Ignored, {"city"}}, {R::Spectator, {"city"}}}, {}},
            "Column city is named in --spectator and in --ignore");
        row("the label", {{{R::Ignored, {"y"}}}, {}}, "Column y is the label, and named in --ignore too");
        row("private label", {{}, {"y"}}, "Column y is the label: not private");
        row("nothing left", {{{R::Ignored, {"age", "city", "last, first"}}}, {}}, "No column is left to be a feature");
    }

    void rolesAreGiven()
    {
        QFETCH(RoleWishes, wishes);
        QFETCH(QString, expected);
        Schema schema = tableSchema();
        const auto given = giveRoles(schema, wishes);
        const std::string told = given ? rolesOf(schema) : describe(given.error());
        QVERIFY2(QString::fromStdString(told).startsWith(expected), told.c_str());
        if (!given)
            QCOMPARE(rolesOf(schema), rolesOf(tableSchema())); // as it was
    }

    /// The name of an object of JSON stands for all that is in it, save what is named itself, and the label.
    void objectsAreNamed_data()
    {
        QTest::addColumn<RoleWishes>("wishes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const RoleWishes& wishes, const char* expected) {
            QTest::newRow(name) << wishes << QString(expected);
        };
        using R = ColumnRole;
        row("private", {{}, {"meta"}}, "feature feature* feature* feature label");
        row("an object within", {{}, {"meta.deep"}}, "feature feature feature* feature label");
        row("ignored", {{{R::Ignored, {"meta"}}}, {}}, "feature ignored ignored feature label");
        row("spectator", {{{R::Spectator, {"meta"}}}, {}}, "feature spectator spectator feature label");
        row("one of its own", {{{R::Ignored, {"meta"}}, {R::Spectator, {"meta.user"}}}, {}},
            "feature spectator ignored feature label");
        row("features", {{{R::Feature, {"meta"}}}, {}}, "ignored feature feature ignored label");
        row("two roles", {{{R::Ignored, {"meta"}}, {R::Spectator, {"meta"}}}, {}},
            "Column meta.user is named in --spectator and in --ignore");
        row("the weight is one", {{{R::Weight, {"meta"}}}, {}}, "There is no column 'meta' (weight)");
        row("no object", {{}, {"met"}}, "There is no column 'met' (private)");
        row("the label's", {{{R::Ignored, {"out"}}}, {}}, "There is no column 'out' (ignore)");
    }

    void objectsAreNamed()
    {
        QFETCH(RoleWishes, wishes);
        QFETCH(QString, expected);
        Schema schema;
        for (const char* name : {"x", "meta.user", "meta.deep.q", "metal", "y"})
            schema.columns.push_back({name, ColumnType::Number, ColumnRole::Feature});
        schema.columns.back().role = ColumnRole::Label;
        const auto given = giveRoles(schema, wishes);
        const std::string told = given ? rolesOf(schema) : describe(given.error());
        QVERIFY2(QString::fromStdString(told).startsWith(expected), told.c_str());
        QVERIFY(!given || schema.isPrivate("meta.deep.q.r") == schema.columns[2].isPrivate);
        QVERIFY(!given || schema.isPrivate("meta.deep.late") == schema.columns[2].isPrivate); // came after a look
        QVERIFY(!given || schema.isPrivate("meta") == schema.columns[1].isPrivate);
        QVERIFY(!schema.isPrivate("later"));
    }

    void labelsAreGiven_data()
    {
        QTest::addColumn<QString>("labels");
        QTest::addColumn<QString>("expected"); // the roles, or what the refusal tells
        const auto row = [](const char* labels, const char* expected) {
            QTest::newRow(labels) << QString(labels) << QString(expected);
        };
        row("y", "label feature feature feature feature");
        row("y,age", "label label feature feature feature");
        row(" age , y,age", "label label feature feature feature");
        row("height, m", "feature feature feature feature label"); // one name, which holds a comma
        row("\"height, m\",age", "feature label feature feature label");
        row("none", "feature feature feature feature feature");
        row("y,aeg", "There is no column 'aeg'. Did you mean age?");
        row("y,city", "There cannot be 2 labels: column city holds texts, and several labels are foretold as numbers");
        row(",", "There is no column ','");
    }

    void labelsAreGiven()
    {
        QFETCH(QString, labels);
        QFETCH(QString, expected);
        Schema schema = tableSchema();
        schema.columns.push_back({"height, m", ColumnType::Number, ColumnRole::Feature});
        RoleWishes wishes;
        wishes.label = labels.toStdString();
        const auto given = giveRoles(schema, wishes);
        const std::string told = given ? rolesOf(schema) : describe(given.error());
        QVERIFY2(QString::fromStdString(told).startsWith(expected), told.c_str());
        if (schema.labelColumns().size() <= 1)
            return;
        QCOMPARE(schema.task, TaskKind::Regression);
        QVERIFY(schema.classesKnown); // nothing is to be counted
    }

    /// Classes have one label; a private column is none; and a target that gets another role leaves the others.
    void severalLabels()
    {
        Schema schema = tableSchema();
        schema.columns.push_back({"w", ColumnType::Number, ColumnRole::Feature});
        Schema classes = schema;
        classes.labelUse = LabelUse::Classes;
        const auto refused = giveRoles(classes, {{}, {}, "y,age"});
        QVERIFY(!refused && refused.error().message ==
                                "There cannot be 2 labels: they are to be classes, of which there is one label");
        const auto hidden = giveRoles(schema, {{}, {"age"}, "y,age"});
        QVERIFY(!hidden && hidden.error().message == "Column age is the label: not private");
        const auto twice = giveRoles(schema, {{{ColumnRole::Ignored, {"age"}}}, {}, "y,age"});
        QVERIFY(!twice && twice.error().message == "Column age is the label, and named in --ignore too");
        QVERIFY(giveRoles(schema, {{}, {}, "y,age,w"}));
        giveRole(schema, 1, ColumnRole::Spectator);
        QCOMPARE(rolesOf(schema), std::string("label spectator feature feature label"));
        QCOMPARE(schema.task, TaskKind::Regression);
        giveRole(schema, 4, ColumnRole::Feature);
        QCOMPARE(rolesOf(schema), std::string("label spectator feature feature feature"));
        QVERIFY(!schema.classesKnown); // of one label the values decide
        const std::vector<int> tooMany(kMostLabels + 1);
        QVERIFY(!chooseLabels(schema, tooMany));
    }

    void aRoleOfOneMovesOn()
    {
        Schema schema = tableSchema();
        giveRole(schema, 2, ColumnRole::Key);
        giveRole(schema, 3, ColumnRole::Key);
        QCOMPARE(rolesOf(schema), std::string("label feature feature key"));
        giveRole(schema, 0, ColumnRole::Spectator);
        QCOMPARE(rolesOf(schema), std::string("spectator feature feature key"));
        giveRole(schema, 1, ColumnRole::Label);
        QCOMPARE(rolesOf(schema), std::string("spectator label feature key"));
    }

    void privateCellsAreBlanked()
    {
        Schema schema = tableSchema();
        QCOMPARE(PrivateCells(schema).blanked("1,30,Bonn,x"), std::string("1,30,Bonn,x"));
        schema.columns[1].isPrivate = schema.columns[3].isPrivate = true;
        const PrivateCells cells(schema);
        QCOMPARE(cells.blanked("1,30,Bonn,Doe"), std::string("1,(private),Bonn,(private)"));
        QCOMPARE(cells.blanked("1,30,\"Bonn, Beuel\",\"Doe, Jo\""),
                 std::string("1,(private),\"Bonn, Beuel\",(private)"));
        QVERIFY(cells.blanked("1,30,Bonn,Doe,too much").find("Doe") == std::string::npos);
        QVERIFY(cells.blanked("1,30,Bonn,\"Doe").find("Doe") == std::string::npos); // a quote that is never closed
    }

    /// Neither the reason nor the text of a record tells what is private.
    void recordsAreRejectedInPrivate()
    {
        Schema schema = tableSchema();
        schema.columns[1].isPrivate = true;
        auto decoder = RecordDecoder::make("csv", schema, {{"age"}, {}, {}});
        QVERIFY(decoder.has_value());
        std::vector<float> numbers(1);
        float target = 0;
        DecodeProblem problem;
        QVERIFY(!decoder->decode("k", "1,secret,Bonn,Doe", numbers, target, problem));
        QCOMPARE(problem.reason, std::string("age is not a number"));
        QCOMPARE(decoder->format().shownValue("1,secret,Bonn,Doe"), std::string("1,(private),Bonn,Doe"));
    }

    void hiddenLevelsEncodeAlike()
    {
        EncoderSpec shown{"category", {{"levels", {"red", "blue"}}}}, hidden = shown;
        hideLevels(hidden);
        QVERIFY(hidden.parameters.dump().find("red") == std::string::npos);
        const auto one = RowEncoder::make({"x"}, {{"x", shown}}), two = RowEncoder::make({"x"}, {{"x", hidden}});
        QVERIFY(one.has_value() && two.has_value());
        for (const char* text : {"red", " blue ", "green", "", "NA"}) {
            RawRow row;
            row.cells = {{RawCell::Kind::Text, 0, text}};
            std::vector<float> left(4), right(4);
            DecodeProblem problem;
            QVERIFY(one->encode(row, left, problem) && two->encode(row, right, problem));
            QCOMPARE(left, right);
        }
    }

    void privatePlansTellNothing()
    {
        TableSketch sketch({"city", "code"});
        RawRow row;
        for (int i = 0; i < 300; ++i) {
            const std::string city = i % 3 == 0 ? "Bonn" : "Ulm", code = std::to_string(4711 + i % 4);
            row.cells = {{RawCell::Kind::Text, 0, city}, {RawCell::Kind::Text, 0, code}};
            sketch.add(row);
        }
        EncoderOptions options;
        options.privates = {"city", "code"};
        const auto proposal = proposeEncoders(sketch, options);
        QVERIFY(proposal.has_value());
        const ColumnPlan &city = proposal->columns[0], &code = proposal->columns[1];
        QVERIFY(city.encoder && city.encoder->parameters.dump().find("Bonn") == std::string::npos);
        QCOMPARE(city.what, std::string("category"));
        QCOMPARE(code.why, std::string("private: its values are not shown"));
        QVERIFY(code.encoder && !code.encoder->parameters.contains("levels") && code.scales.size() == 1);
    }

    /// Of 2 positives and 3 negatives 6 pairs: 4 wins, a tie, no more: (2 + ½ + 3) / 6.
    void aucByHand()
    {
        const std::vector<double> values = {1, 2, 3, 3, 4};
        QCOMPARE(rankAuc(values, {false, false, false, true, true}), 5.5 / 6);
        QCOMPARE(rankAuc(values, {true, true, true, false, false}), 0.5 / 6);
        QVERIFY(std::isnan(rankAuc(values, std::vector<bool>(5))));
    }

    void columnsThatTellTheLabel_data()
    {
        using Text = std::function<std::string(int)>;
        using Value = std::function<double(int)>;
        QTest::addColumn<int>("task");
        QTest::addColumn<int>("rows");
        QTest::addColumn<Text>("cell");
        QTest::addColumn<Value>("target");
        QTest::addColumn<bool>("tells");
        const auto row = [](const char* name, TaskKind task, int rows, const Text& cell, const Value& target,
                            bool tells) {
            QTest::newRow(name) << static_cast<int>(task) << rows << cell << target << tells;
        };
        const Value coin = [](int i) { return drawn(i) < 0.3 ? 1.0 : 0.0; };
        const Value third = [](int i) { return std::floor(drawn(i) * 3); };
        const Value amount = [](int i) { return drawn(i) * 10 - 5; };
        const auto number = [](double value) { return std::to_string(value); };
        row(
            "a threshold", TaskKind::Binary, 2000, [=](int i) { return number(coin(i) + 0.9 * drawn(i, 1)); }, coin,
            true);
        row(
            "the other way round", TaskKind::Binary, 2000, [=](int i) { return number(-coin(i)); }, coin, true);
        row(
            "every other row", TaskKind::Binary, 400, [](int i) { return i % 2 == 0 ? "paid" : "open"; },
            [](int i) { return i % 2 == 0 ? 1.0 : 0.0; }, true);
        row(
            "a good feature", TaskKind::Binary, 2000, [=](int i) { return number(coin(i) + 2 * drawn(i, 1)); }, coin,
            false);
        row(
            "a word", TaskKind::Binary, 2000, [=](int i) { return coin(i) > 0 ? "paid" : "open"; }, coin, true);
        row(
            "only there afterwards", TaskKind::Binary, 2000,
            [=](int i) { return coin(i) > 0 ? "2024-01-0" + std::to_string(i % 9 + 1) : ""; }, coin, true);
        row(
            "codes in the middle", TaskKind::Binary, 2000,
            [=](int i) { return coin(i) > 0  ? "5"
                                : i % 2 == 0 ? "1"
                                             : "9"; }, coin, true);
        row(
            "a name for each row", TaskKind::Binary, 2000, [](int i) { return "name " + std::to_string(i); }, coin,
            false);
        row(
            "noise", TaskKind::Binary, 2000, [=](int i) { return number(drawn(i, 1)); }, coin, false);
        row(
            "a class's code", TaskKind::MultiClass, 2000, [=](int i) { return "c" + number(third(i)); }, third, true);
        row(
            "no class's code", TaskKind::MultiClass, 2000, [=](int i) { return number(drawn(i, 1)); }, third, false);
        row(
            "the target in another unit", TaskKind::Regression, 2000, [=](int i) { return number(amount(i) * 2.54); },
            amount, true);
        row(
            "the target's square", TaskKind::Regression, 2000,
            [=](int i) { return number((amount(i) + 5) * (amount(i) + 5)); }, amount, true);
        row(
            "the target with noise", TaskKind::Regression, 2000,
            [=](int i) { return number(amount(i) + 2 * drawn(i, 1)); }, amount, false);
        row(
            "too few rows", TaskKind::Binary, 30, [=](int i) { return number(coin(i)); }, coin, false);
        row(
            "one class", TaskKind::Binary, 2000, [=](int i) { return number(drawn(i, 1)); },
            [](int i) { return i < 4 ? 1.0 : 0.0; }, false);
    }

    void columnsThatTellTheLabel()
    {
        QFETCH(int, task);
        QFETCH(int, rows);
        QFETCH(std::function<std::string(int)>, cell);
        QFETCH(std::function<double(int)>, target);
        QFETCH(bool, tells);
        const Told told = toldBy(static_cast<TaskKind>(task), rows, cell, target);
        QVERIFY2(told.question.empty() != tells,
                 qPrintable(QString::number(told.association.value_or(-1)) + QString::fromStdString(told.question)));
        if (tells)
            QVERIFY(told.question.starts_with("known before the outcome? Alone it tells the label with an "));
    }

    /// What the Data page and "summarize" show of a file.
    void filesAreLookedThrough()
    {
        QTemporaryDir folder;
        QByteArray text = "id,paid,x,secret,y\n";
        for (int i = 0; i < 400; ++i)
            text += QByteArray::number(i) + (drawn(i) < 0.4 ? ",yes," : ",no,") + QByteArray::number(drawn(i, 1)) +
                    ",s" + QByteArray::number(i % 5) + (drawn(i) < 0.4 ? ",1\n" : ",0\n");
        const QString file = folder.filePath("loans.csv");
        write(file, text + "400,yes,oops,s3,1\n");
        auto schema = inferSchema(file.toStdString());
        QVERIFY(schema.has_value());
        QVERIFY(giveRoles(*schema, {{}, {"secret"}}).has_value());
        const auto summary = summarizeWithClasses(file.toStdString(), *schema, -1, {}, {});
        QVERIFY(summary.has_value());
        QVERIFY(summary->columns[0].plan->isIdentifier);
        QVERIFY(!summary->columns[1].plan->question.empty());
        QVERIFY(summary->columns[2].plan->question.empty());
        QCOMPARE(summary->columns[3].plan->why, std::string("private: its values are not shown"));
        QVERIFY(!summary->columns[4].plan);
        QCOMPARE(summary->firstRows.front()[3], std::string(kHiddenCell));
        QCOMPARE(summary->rejections.report(400).groups.front().text, std::string("400,yes,oops,(private),1"));
        Names kinds;
        for (const FileNote& note : summary->notes)
            kinds.push_back(note.kind);
        QCOMPARE(kinds, (Names{"identifier", "question"}));
    }

    /// What rejected rows hold is no value of a column.
    void noGoodRowNoRange()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("few.csv");
        QByteArray text = "x,only,y\n";
        for (int i = 0; i < 40; ++i)
            text += QByteArray::number(i) + (i % 2 == 0 ? ",,0\n" : ",,1\n");
        write(file, text + "oops,5,1\noops,7,0\n");
        auto schema = inferSchema(file.toStdString());
        QVERIFY(schema.has_value());
        const auto summary = summarizeWithClasses(file.toStdString(), *schema, -1, {}, {});
        QVERIFY(summary.has_value());
        QCOMPARE(summary->rows, 40);
        const ColumnSummary& only = summary->columns[1];
        QVERIFY(std::isnan(only.minimum) && std::isnan(only.maximum) && std::isnan(only.mean));
        for (const FileNote& note : summary->notes)
            QVERIFY2(note.kind != "constant", note.text.c_str());
        const nlohmann::json told = work::summaryJson(*summary, *schema)["columns"][1];
        QVERIFY2(told["min"].is_null() && told["max"].is_null() && told["mean"].is_null(), told.dump().c_str());
    }
};

QTEST_GUILESS_MAIN(ColumnsTest)
#include "tst_columns.moc"
