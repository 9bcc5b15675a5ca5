// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "data/Cell.h"
#include "data/splits/SplitAdvice.h"
#include "data/splits/SplitRule.h"
#include "pipeline/reading/ValidationPart.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace millrace;

namespace
{

/// A row of a small table: its cells, of which one is what the split goes by, and its label.
struct Row {
    std::vector<std::string> cells;
    std::string by;
    float target = 0;
};

SplitRow seen(const Row& row)
{
    RowContent content;
    for (const std::string& cell : row.cells)
        content.add(cell);
    return {content.hash(), row.by, row.target};
}

SplitSpec spec(SplitKind kind, double share, std::uint64_t seed = 1)
{
    SplitSpec spec;
    spec.kind = kind;
    spec.share = share;
    spec.seed = seed;
    if (infoOf(kind).needsColumn)
        spec.column = "by";
    return spec;
}

Result<SplitRule> ruleOf(const std::vector<Row>& rows, const SplitSpec& spec, TaskKind task = TaskKind::Binary)
{
    SplitSketch sketch(spec, task, '.');
    for (const Row& row : rows)
        if (auto added = sketch.add(seen(row)); !added)
            return fail(added.error());
    return sketch.rule();
}

std::vector<bool> testRows(const std::vector<Row>& rows, const SplitRule& rule)
{
    std::vector<bool> test;
    for (const Row& row : rows)
        test.push_back(rule.partOf(seen(row)) == SplitPart::Test);
    return test;
}

std::int64_t countOfTrue(const std::vector<bool>& values)
{
    return std::ranges::count(values, true);
}

/// n rows that all differ, of classes of which the last one is rare.
std::vector<Row> differentRows(int n)
{
    std::vector<Row> rows;
    for (int i = 0; i < n; ++i)
        rows.push_back({{std::to_string(i), std::to_string(i % 7)},
                        std::to_string(1000 + i),
                        static_cast<float>(i % 20 == 0 ? 2 : i % 2)});
    return rows;
}

Schema schemaOf(const std::vector<std::pair<std::string, ColumnType>>& columns)
{
    Schema schema;
    for (const auto& [name, type] : columns)
        schema.columns.push_back({name, type, name == "label" ? ColumnRole::Label : ColumnRole::Feature});
    return schema;
}

} // namespace

class TestSplits : public QObject
{
    Q_OBJECT

private slots:
    void theTableIsWhole();
    void drawnSharesAreExact_data();
    void drawnSharesAreExact();
    void equalRowsStayTogether_data();
    void equalRowsStayTogether();
    void fewDifferentRowsAreSaid_data();
    void fewDifferentRowsAreSaid();
    void cellsAreNotRunTogether();
    void valuesAreEqualHoweverTheyAreSpelled();
    void recordsAreEqualHoweverTheyAreSpelled();
    void eachClassHasItsShare();
    void eachTenthHasItsShare();
    void theNewestAreTheTestPart_data();
    void theNewestAreTheTestPart();
    void rowsOfOneTimeStayTogether();
    void rowsWithoutTimeAreLearnt();
    void badTimesAreNamed_data();
    void badTimesAreNamed();
    void noGroupIsOnBothSides_data();
    void noGroupIsOnBothSides();
    void aGroupThatIsTooLargeIsLearnt();
    void aColumnSays_data();
    void aColumnSays();
    void oneSidedSplitsAreRefused_data();
    void oneSidedSplitsAreRefused();
    void aRuleIsKept_data();
    void aRuleIsKept();
    void brokenRulesAreRefused_data();
    void brokenRulesAreRefused();
    void theFittingSplitIsProposed_data();
    void theFittingSplitIsProposed();
};

void TestSplits::theTableIsWhole()
{
    std::set<std::string> names;
    for (const SplitKindInfo& info : splitKinds()) {
        QVERIFY(names.insert(info.name).second);
        QCOMPARE(splitKind(info.name)->kind, info.kind);
        QCOMPARE(infoOf(info.kind).name, info.name);
        SplitSpec given = spec(info.kind, 0.25, 7);
        given.last = info.kind == SplitKind::Last ? 12 : -1;
        const auto read = splitFromJson(toJson(given));
        QVERIFY(read);
        QVERIFY(toJson(*read) == toJson(given));
        QVERIFY(!describe(given).empty());
    }
    QVERIFY(splitKind("sideways") == nullptr);
}

void TestSplits::drawnSharesAreExact_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("share");
    for (const int rows : {0, 1, 2, 10, 1000, 1001})
        for (const double share : {0.0, 0.1, 0.25, 0.4, 1.0})
            QTest::addRow("%d rows, %.2f", rows, share) << rows << share;
}

void TestSplits::drawnSharesAreExact()
{
    QFETCH(int, rows);
    QFETCH(double, share);
    const auto table = differentRows(rows);
    const auto rule = ruleOf(table, spec(SplitKind::Random, share));
    QVERIFY(rule);
    const auto test = testRows(table, *rule);
    QCOMPARE(countOfTrue(test), std::llround(rows * share));
    QCOMPARE(testRows(table, *ruleOf(table, spec(SplitKind::Random, share))), test);
    if (rows >= 1000 && share > 0 && share < 1) {
        QVERIFY(testRows(table, *ruleOf(table, spec(SplitKind::Random, share, 2))) != test);
        const std::int64_t early = countOfTrue({test.begin(), test.begin() + rows / 2});
        QVERIFY(std::abs(static_cast<double>(early) - rows * share / 2) < 60); // four deviations
    }
}

void TestSplits::equalRowsStayTogether_data()
{
    QTest::addColumn<int>("kind");
    for (const SplitKind kind : {SplitKind::Random, SplitKind::Stratified})
        QTest::addRow("%s", infoOf(kind).name.c_str()) << static_cast<int>(kind);
}

void TestSplits::equalRowsStayTogether()
{
    QFETCH(int, kind);
    auto rows = differentRows(600);
    const auto once = rows;
    for (int copy = 0; copy < 3; ++copy) // those whose number is divisible by 2, 4, 6
        for (std::size_t i = 0; i < once.size(); i += 2 * static_cast<std::size_t>(copy + 1))
            rows.push_back(once[i]);
    const auto rule = ruleOf(rows, spec(static_cast<SplitKind>(kind), 0.3), TaskKind::MultiClass);
    QVERIFY(rule);
    const auto test = testRows(rows, *rule);
    std::map<std::vector<std::string>, bool> side;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto [found, isNew] = side.emplace(rows[i].cells, test[i]);
        QCOMPARE(found->second, test[i]);
    }
    const double wanted = 0.3 * static_cast<double>(rows.size());
    QVERIFY(std::abs(static_cast<double>(countOfTrue(test)) - wanted) <= 6); // by half of four copies, in each class
}

void TestSplits::fewDifferentRowsAreSaid_data()
{
    QTest::addColumn<int>("different");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("isSaid");
    QTest::addRow("all") << 1000 << static_cast<int>(SplitKind::Random) << false;
    QTest::addRow("ten of each") << 100 << static_cast<int>(SplitKind::Random) << false;
    QTest::addRow("eleven of each") << 90 << static_cast<int>(SplitKind::Random) << true;
    QTest::addRow("in a class") << 18 << static_cast<int>(SplitKind::Stratified) << true;
    QTest::addRow("groups") << 18 << static_cast<int>(SplitKind::Group) << false;
}

void TestSplits::fewDifferentRowsAreSaid()
{
    QFETCH(int, different);
    QFETCH(int, kind);
    QFETCH(bool, isSaid);
    SplitSketch sketch(spec(static_cast<SplitKind>(kind), 0.25), TaskKind::Binary, '.');
    for (int i = 0; i < 1000; ++i)
        QVERIFY(sketch.add(seen({{std::to_string(i % different)}, std::to_string(i % different), 0})));
    QVERIFY(sketch.rule());
    QCOMPARE(sketch.different(), different);
    QCOMPARE(sketch.isMostlyCopies(), isSaid);
}

void TestSplits::cellsAreNotRunTogether()
{
    const auto hash = [](const std::vector<std::string>& cells) { return seen({cells, {}, 0}).content; };
    QVERIFY(hash({"a", "bc"}) != hash({"ab", "c"}));
    QVERIFY(hash({"a", ""}) != hash({"", "a"}));
    QVERIFY(hash({"1"}) != hash({"1", ""}));
    QCOMPARE(hash({"1", "x"}), hash({"1", "x"}));
}

void TestSplits::valuesAreEqualHoweverTheyAreSpelled()
{
    const auto hash = [](ColumnType type, const char* cell, char decimal = '.') {
        RowContent content;
        content.addCell(type, cell, decimal);
        return content.hash();
    };
    constexpr auto kNumber = ColumnType::Number, kText = ColumnType::Text;
    for (const char* seven : {"7.0", "7e0", " 7", "+7", "0.7E1", "7.00000001"})
        QCOMPARE(hash(kNumber, seven), hash(kNumber, "7"));
    QCOMPARE(hash(kNumber, "7,50", ','), hash(kNumber, "7.5"));
    QCOMPARE(hash(kNumber, "-0.0"), hash(kNumber, "0"));
    for (const ColumnType type : {kNumber, kText})
        for (const char* missing : {" ", "NA", "null", "?"})
            QCOMPARE(hash(type, missing), hash(type, ""));
    QVERIFY(hash(kNumber, "") != hash(kNumber, "0"));
    QVERIFY(hash(kNumber, "7") != hash(kNumber, "8"));
    QCOMPARE(hash(kText, " a "), hash(kText, "a"));
    QVERIFY(hash(kText, "7") != hash(kText, "7.0"));
    // A group that is a number is one, however it is spelled.
    std::vector<Row> rows;
    for (int i = 0; i < 200; ++i)
        rows.push_back({{}, std::to_string(i % 20) + (i % 2 == 0 ? "" : ".0"), 0});
    const auto rule = ruleOf(rows, spec(SplitKind::Group, 0.25));
    QVERIFY(rule);
    for (int group = 0; group < 20; ++group)
        QCOMPARE(rule->partOf({0, std::to_string(group), 0}), rule->partOf({0, std::to_string(group) + "e0", 0}));
}

/// What is published and what is learnt of it see rows alike, whatever the file was.
void TestSplits::recordsAreEqualHoweverTheyAreSpelled()
{
    Schema schema = schemaOf({{"x", ColumnType::Number}, {"city", ColumnType::Text}, {"label", ColumnType::Text}});
    schema.classes = {"a", "b"};
    schema.labelInKey = false;
    auto whole = RecordSplit::make(spec(SplitKind::Random, 0.25), "csv", schema);
    schema.columns[0].role = ColumnRole::Spectator;
    auto part = RecordSplit::make(spec(SplitKind::Random, 0.25), "csv", schema);
    const auto numbers = schemaOf({{"x", ColumnType::Number}, {"y", ColumnType::Number}});
    auto plain = RecordSplit::make(spec(SplitKind::Random, 0.25), "csv", numbers);
    QVERIFY(whole && part && plain);
    const auto contentOf = [](RecordSplit& split, const char* value) {
        MessageView message;
        message.value = value;
        return split.rowOf(message, 0)->content;
    };
    for (const char* same : {"7.0,Oslo,a", " 7,\"Oslo\",a", "7e0,Oslo,a"})
        QCOMPARE(contentOf(*whole, same), contentOf(*whole, "7,Oslo,a"));
    QVERIFY(contentOf(*whole, "8,Oslo,a") != contentOf(*whole, "7,Oslo,a"));
    QCOMPARE(contentOf(*part, "8,Oslo,a"), contentOf(*part, "7,Oslo,a")); // a spectator tells no rows apart
    QVERIFY(contentOf(*part, "7,Bonn,a") != contentOf(*part, "7,Oslo,a"));
    QCOMPARE(contentOf(*plain, "7.0,1e1"), contentOf(*plain, "\"7\", 10")); // the short way, and the long one
    RowContent ofFile;
    ofFile.addCell(ColumnType::Number, "7.00", '.');
    ofFile.addCell(ColumnType::Text, "Oslo", '.');
    ofFile.addCell(ColumnType::Text, "a", '.');
    QCOMPARE(contentOf(*whole, "7,Oslo,a"), ofFile.hash());
}

void TestSplits::eachClassHasItsShare()
{
    const auto rows = differentRows(2000); // 950 + 950 + 100
    const auto rule = ruleOf(rows, spec(SplitKind::Stratified, 0.25), TaskKind::MultiClass);
    QVERIFY(rule);
    const auto test = testRows(rows, *rule);
    std::map<float, std::pair<std::int64_t, std::int64_t>> byClass; // of all, of the test part
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ++byClass[rows[i].target].first;
        byClass[rows[i].target].second += test[i] ? 1 : 0;
    }
    QCOMPARE(byClass.size(), std::size_t{3});
    for (const auto& [target, counts] : byClass)
        QCOMPARE(counts.second, std::llround(0.25 * static_cast<double>(counts.first)));
}

void TestSplits::eachTenthHasItsShare()
{
    std::vector<Row> rows;
    for (int i = 0; i < 1000; ++i)
        rows.push_back({{std::to_string(i)}, {}, static_cast<float>(i) * 0.5F});
    const auto rule = ruleOf(rows, spec(SplitKind::Stratified, 0.2), TaskKind::Regression);
    QVERIFY(rule);
    const auto test = testRows(rows, *rule);
    for (std::size_t tenth = 0; tenth < 10; ++tenth)
        QCOMPARE(std::count(test.begin() + static_cast<std::ptrdiff_t>(100 * tenth),
                            test.begin() + static_cast<std::ptrdiff_t>(100 * (tenth + 1)), true),
                 20);
}

void TestSplits::theNewestAreTheTestPart_data()
{
    QTest::addColumn<QStringList>("times"); // from the oldest to the newest
    QTest::addRow("numbers, by value") << QStringList{"-3", "2", "9", "10", "11.5", "100", "200", "1e3", "2e3", "3e3"};
    QTest::addRow("ISO") << QStringList{"2019-12-31", "2020-01-01", "2020-01-02",       "2020-02-01", "2020-03-01",
                                        "2020-10-01", "2021-01-01", "2021-01-01T10:00", "2021-01-02", "2022-01-01"};
    QTest::addRow("D/M/Y") << QStringList{"31/12/2019", "01/01/2020", "02/01/2020", "01/02/2020", "01/03/2020",
                                          "01/10/2020", "01/01/2021", "02/01/2021", "03/01/2021", "01/01/2022"};
    QTest::addRow("M/D/Y, told by a later cell")
        << QStringList{"01/02/2020", "02/01/2020", "02/03/2020", "03/01/2020", "04/01/2020",
                       "05/01/2020", "06/01/2020", "07/01/2020", "07/31/2020", "08/01/2020"};
}

void TestSplits::theNewestAreTheTestPart()
{
    QFETCH(QStringList, times);
    std::vector<Row> rows;
    for (qsizetype i = 0; i < times.size(); ++i) { // not in their order
        const qsizetype place = (i * 7 + 3) % times.size();
        rows.push_back({{std::to_string(place)}, times[place].toStdString(), 0});
    }
    const auto rule = ruleOf(rows, spec(SplitKind::Time, 0.3));
    QVERIFY2(rule, rule ? "" : rule.error().message.c_str());
    for (const Row& row : rows)
        QCOMPARE(rule->partOf(seen(row)) == SplitPart::Test, std::stoi(row.cells[0]) >= 7);
}

void TestSplits::rowsOfOneTimeStayTogether()
{
    for (const double share : {0.01, 0.1, 0.35, 0.5, 0.65, 0.99}) {
        std::vector<Row> rows;
        for (int i = 0; i < 100; ++i)
            rows.push_back({{std::to_string(i)}, std::to_string(i / 30), 0}); // 30, 30, 30, 10
        const auto rule = ruleOf(rows, spec(SplitKind::Time, share));
        QVERIFY(rule);
        const auto test = testRows(rows, *rule);
        std::map<std::string, std::set<bool>> sides;
        for (std::size_t i = 0; i < rows.size(); ++i)
            sides[rows[i].by].insert(test[i]);
        for (const auto& [time, both] : sides)
            QCOMPARE(both.size(), std::size_t{1});
        QVERIFY(!*sides["0"].begin() && *sides["3"].begin()); // neither side is empty
        QVERIFY(std::abs(static_cast<double>(countOfTrue(test)) - 100 * share) <= 30);
    }
}

void TestSplits::rowsWithoutTimeAreLearnt()
{
    std::vector<Row> rows;
    for (int i = 0; i < 20; ++i)
        rows.push_back({{std::to_string(i)}, i % 4 == 0 ? "" : std::to_string(i), 0});
    SplitSketch sketch(spec(SplitKind::Time, 0.25), TaskKind::Binary, '.');
    for (const Row& row : rows)
        QVERIFY(sketch.add(seen(row)));
    QCOMPARE(sketch.withoutTime(), 5);
    const auto rule = sketch.rule();
    QVERIFY(rule);
    const auto test = testRows(rows, *rule);
    QCOMPARE(countOfTrue(test), 5);
    for (std::size_t i = 0; i < rows.size(); ++i)
        QVERIFY(!test[i] || !rows[i].by.empty());
}

void TestSplits::badTimesAreNamed_data()
{
    QTest::addColumn<QStringList>("times");
    QTest::addColumn<QString>("error");
    QTest::addRow("a word") << QStringList{"soon"} << "'soon' is neither a date nor a number";
    QTest::addRow("a word among dates") << QStringList{"2020-01-01", "soon"} << "'soon' is no date";
    QTest::addRow("a date among numbers") << QStringList{"20", "2020-01-01"} << "'2020-01-01' is no number";
    QTest::addRow("another spelling") << QStringList{"2020-01-01", "01/02/2020"} << "'01/02/2020' is no date";
}

void TestSplits::badTimesAreNamed()
{
    QFETCH(QStringList, times);
    QFETCH(QString, error);
    std::vector<Row> rows;
    for (const QString& time : times)
        rows.push_back({{"1"}, time.toStdString(), 0});
    const auto rule = ruleOf(rows, spec(SplitKind::Time, 0.25));
    QVERIFY(!rule);
    QVERIFY2(rule.error().message.starts_with(error.toStdString()), rule.error().message.c_str());
}

void TestSplits::noGroupIsOnBothSides_data()
{
    QTest::addColumn<int>("groups");
    QTest::addColumn<double>("share");
    for (const int groups : {2, 3, 10, 100})
        for (const double share : {0.05, 0.25, 0.5})
            QTest::addRow("%d groups, %.2f", groups, share) << groups << share;
}

void TestSplits::noGroupIsOnBothSides()
{
    QFETCH(int, groups);
    QFETCH(double, share);
    std::vector<Row> rows;
    for (int i = 0; i < 1000; ++i)
        rows.push_back({{std::to_string(i)}, (i % 3 == 0 ? " user " : "user ") + std::to_string(i % groups) + " ", 0});
    const auto rule = ruleOf(rows, spec(SplitKind::Group, share));
    QVERIFY(rule);
    const auto test = testRows(rows, *rule);
    std::map<std::string, bool> side;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto [found, isNew] = side.emplace(std::string(trimmed(rows[i].by)), test[i]);
        QCOMPARE(found->second, test[i]);
    }
    const std::int64_t tested = countOfTrue(test);
    QVERIFY(tested > 0 && tested < 1000);
    QVERIFY(std::abs(static_cast<double>(tested) - 1000 * share) <= 1000.0 / groups); // by one group
}

void TestSplits::aGroupThatIsTooLargeIsLearnt()
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::vector<Row> rows;
        for (int i = 0; i < 1000; ++i)
            rows.push_back({{std::to_string(i)}, i < 700 ? "everybody" : std::to_string(i / 10), 0});
        const auto rule = ruleOf(rows, spec(SplitKind::Group, 0.2, seed));
        QVERIFY(rule);
        const auto test = testRows(rows, *rule);
        QVERIFY(!test[0]);
        QCOMPARE(countOfTrue(test), 200);
    }
}

void TestSplits::aColumnSays_data()
{
    QTest::addColumn<QString>("cell");
    QTest::addColumn<int>("part"); // −1: none
    const auto row = [](const char* cell, int part) { QTest::addRow("%s", cell) << cell << part; };
    for (const char* cell : {"train", "Train", "TRAINING", " learn "})
        row(cell, static_cast<int>(SplitPart::Train));
    for (const char* cell : {"validation", "Valid", "val", "dev"})
        row(cell, static_cast<int>(SplitPart::Validation));
    for (const char* cell : {"test", "Testing", "holdout"})
        row(cell, static_cast<int>(SplitPart::Test));
    for (const char* cell : {"", "0", "tes", "tests!", "NA"})
        row(cell, -1);
}

void TestSplits::aColumnSays()
{
    QFETCH(QString, cell);
    QFETCH(int, part);
    const auto named = partNamed(cell.toStdString());
    QCOMPARE(named ? static_cast<int>(*named) : -1, part);
    const std::vector<Row> rows = {{{"1"}, "train", 0}, {{"2"}, "test", 0}, {{"3"}, cell.toStdString(), 0}};
    const auto rule = ruleOf(rows, spec(SplitKind::Column, 0));
    QCOMPARE(rule.has_value(), part >= 0);
    if (rule)
        QCOMPARE(static_cast<int>(rule->partOf(seen(rows[2]))), part);
}

void TestSplits::oneSidedSplitsAreRefused_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("error");
    const auto row = [](const char* name, SplitKind kind, const char* cell, const char* error) {
        QTest::addRow("%s", name) << static_cast<int>(kind) << cell << error;
    };
    row("one time", SplitKind::Time, "2020-01-01", "Column by has one time only");
    row("no time", SplitKind::Time, "", "Column by has no times");
    row("one group", SplitKind::Group, "a", "Column by has one value only");
    row("all train", SplitKind::Column, "train", "No row says in column by that it is for testing");
    row("all test", SplitKind::Column, "test", "No row says in column by that it is for training");
}

void TestSplits::oneSidedSplitsAreRefused()
{
    QFETCH(int, kind);
    QFETCH(QString, cell);
    QFETCH(QString, error);
    const std::vector<Row> rows(10, {{"1"}, cell.toStdString(), 0});
    const auto rule = ruleOf(rows, spec(static_cast<SplitKind>(kind), 0.3));
    QVERIFY(!rule);
    QVERIFY2(rule.error().message.starts_with(error.toStdString()), rule.error().message.c_str());
}

void TestSplits::aRuleIsKept_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("task");
    for (const SplitKindInfo& info : splitKinds())
        if (info.ofRecords)
            for (const TaskKind task : {TaskKind::MultiClass, TaskKind::Regression})
                QTest::addRow("%s %d", info.name.c_str(), static_cast<int>(task))
                    << static_cast<int>(info.kind) << static_cast<int>(task);
}

void TestSplits::aRuleIsKept()
{
    QFETCH(int, kind);
    QFETCH(int, task);
    auto rows = differentRows(500);
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<SplitKind>(kind) == SplitKind::Column)
            rows[i].by = i % 3 == 0 ? "test" : "train";
        else if (static_cast<SplitKind>(kind) == SplitKind::Time)
            rows[i].by = isoDay(static_cast<std::int64_t>(i) * 86'400'000);
        else if (static_cast<SplitKind>(kind) == SplitKind::Group)
            rows[i].by = i < 300 ? "many" : std::to_string(i % 40);
    const auto rule = ruleOf(rows, spec(static_cast<SplitKind>(kind), 0.25), static_cast<TaskKind>(task));
    QVERIFY(rule);
    const auto text = toJson(*rule).dump();
    const auto read = splitRuleFromJson(nlohmann::json::parse(text));
    QVERIFY(read);
    QCOMPARE(testRows(rows, *read), testRows(rows, *rule));
    QVERIFY(countOfTrue(testRows(rows, *read)) > 50);
    std::ranges::reverse(rows); // a function of the rows, not of their order
    const auto again = ruleOf(rows, rule->spec(), static_cast<TaskKind>(task));
    QVERIFY(again);
    QCOMPARE(testRows(rows, *again), testRows(rows, *rule));
}

void TestSplits::brokenRulesAreRefused_data()
{
    QTest::addColumn<QString>("json");
    for (const char* json :
         {R"({})", R"(7)", R"({"kind": "sideways"})", R"({"kind": "time"})", R"({"kind": "random", "share": 2})",
          R"({"kind": "random", "limits": "all"})", R"({"kind": "time", "column": "t", "from": "noon"})",
          R"({"kind": "time", "column": "t", "dates": "Maya"})"})
        QTest::addRow("%s", json) << json;
}

void TestSplits::brokenRulesAreRefused()
{
    QFETCH(QString, json);
    QVERIFY(!splitRuleFromJson(nlohmann::json::parse(json.toStdString())));
}

void TestSplits::theFittingSplitIsProposed_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<bool>("isText");
    QTest::addColumn<QString>("values"); // how row i has its value
    QTest::addColumn<QString>("kind");   // "": nothing speaks against a random one
    const auto row = [](const char* column, bool isText, const char* values, const char* kind) {
        QTest::addRow("%s, %s", column, values) << column << isText << values << kind;
    };
    row("when", true, "day", "time");
    row("when", true, "day back", "time");
    row("when", true, "nearly day", "time");
    row("when", true, "shuffled day", "");
    row("when", true, "M/D/Y", "time");
    row("timestamp", false, "number", "time");
    row("Date", false, "number", "time");
    row("pressure", false, "number", "");
    row("year", false, "one", "");
    row("user_id", false, "repeated", "group");
    row("patientId", true, "repeated", "group");
    row("session", true, "repeated", "group");
    row("order_id", false, "repeated", "group");
    row("order_id", false, "few", "");
    row("user_id", false, "number", "");
    row("user", false, "fraction", "");
    row("city", true, "repeated", "");
    row("valid", true, "repeated", "");
    row("split", true, "part", "column");
    row("anything", true, "part", "column");
    row("split", true, "train", "");
}

void TestSplits::theFittingSplitIsProposed()
{
    QFETCH(QString, column);
    QFETCH(bool, isText);
    QFETCH(QString, values);
    QFETCH(QString, kind);
    const auto schema = schemaOf({{"x", ColumnType::Number},
                                  {column.toStdString(), isText ? ColumnType::Text : ColumnType::Number},
                                  {"label", ColumnType::Number}});
    SplitAdvisor advisor(schema);
    constexpr std::int64_t kDay = 86'400'000;
    for (std::int64_t i = 0; i < 400; ++i) {
        std::string value;
        if (values == "day")
            value = isoDay(i / 2 * kDay);
        else if (values == "day back")
            value = isoDay((1000 - i) * kDay);
        else if (values == "nearly day")
            value = isoDay((i % 50 == 0 ? i - 3 : i) * kDay);
        else if (values == "shuffled day")
            value = isoDay(i * 37 % 400 * kDay);
        else if (values == "M/D/Y")
            value = std::to_string(1 + i / 28) + "/" + std::to_string(1 + i % 28) + "/2020";
        else if (values == "number")
            value = std::to_string(i);
        else if (values == "one")
            value = "2020";
        else if (values == "repeated")
            value = std::to_string(i * 37 % 80);
        else if (values == "few")
            value = std::to_string(i % 20);
        else if (values == "fraction")
            value = std::to_string(i * 37 % 80) + ".5";
        else
            value = values == "part" && i % 4 == 0 ? "test" : "train";
        const std::string x = std::to_string(i * 13 % 7), label = std::to_string(i % 2);
        const std::array<std::string_view, 3> fields = {x, value, label};
        if (values != "M/D/Y" || i < 12 * 28)
            advisor.add(fields);
    }
    const auto advice = advisor.advice();
    QCOMPARE(advice ? QString::fromStdString(infoOf(advice->kind).name) : QString(), kind);
    if (!advice)
        return;
    QCOMPARE(advice->column, column.toStdString());
    QVERIFY2(advice->reason.find("olumn " + advice->column) != std::string::npos, advice->reason.c_str());
}

QTEST_GUILESS_MAIN(TestSplits)
#include "tst_splits.moc"
