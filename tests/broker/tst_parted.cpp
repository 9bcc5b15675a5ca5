// SPDX-License-Identifier: GPL-3.0-or-later
// Tables are parted into train and test topics in each way there is, learnt with a validation part of the same kind,
// and evaluated; and what was learnt before is told.
#include "base/Files.h"
#include "base/Rng.h"
#include "base/Text.h"
#include "broker/JobHarness.h"
#include "broker/TopicRows.h"
#include "data/encoders/DateSpelling.h"
#include "data/splits/SplitSpec.h"
#include "pipeline/runs/TopicNotes.h"

#include <cmath>
#include <map>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kRows = 900;

/// What a row of the table has besides two numbers, by its number.
struct PartedTable {
    std::vector<std::string> day, patient, part, label;
    std::string text, other; ///< and a second file, of 200 rows

    PartedTable()
    {
        Rng rng(5, Purpose::SimulatedFeature);
        const std::string head = "day,patient,part,x,y,label\n";
        text = head;
        other = head;
        for (int i = 0; i < kRows + 200; ++i) {
            const double x = rng.normal(), y = rng.normal();
            day.push_back(isoDay(std::int64_t{i / 3} * 86'400'000));
            patient.push_back("p" + std::to_string(rng.below(40)));
            const double drawn = rng.uniform();
            part.emplace_back(drawn < 0.2 ? "test" : drawn < 0.35 ? "validation" : "train");
            label.emplace_back(i % 9 == 0 ? "rare" : x + y + 0.3 * rng.normal() > 0 ? "yes" : "no");
            std::string& to = i < kRows ? text : other;
            to += day.back() + "," + patient.back() + "," + part.back() + "," + std::to_string(x) + "," +
                  std::to_string(y) + "," + label.back() + "\n";
        }
    }
};

} // namespace

class PartedTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void parts_data();
    void parts();
    void copiesStayTogether();
    void fewDifferentRowsAreDrawnOneByOne();
    void goesOnWhereItWasKilled();
    void badTimesAreNamed();
    void otherColumnsAreRefused();
    void aTestFileIsReadByNames();
    void moreLastRowsThanThereAre();
    void equalNumbersStayTogether();
    void whatAColumnKeepsFromBothIsTold();
    void theFittingSplitIsTaken();

private:
    json done(const std::string& kind, const json& section)
    {
        Job& job = m_harness.start(kind, section);
        return JobHarness::done(job) ? job.result() : json();
    }
    std::string file(const std::string& name, const std::string& text)
    {
        const std::string path = m_harness.home() + "/" + name;
        if (!writeFileAtomically(path, text))
            qFatal("cannot write %s", path.c_str());
        return path;
    }
    json section(const std::string& name, const std::string& text, const json& split)
    {
        json section = {{"file", file(name + ".csv", text)},
                        {"label", "label"},
                        {"topic", name + "-train"},
                        {"test-topic", name + "-test"},
                        {"test-partitions", 1}};
        section.update(split);
        return section;
    }
    /// The rows of a topic, in order.
    std::vector<std::int64_t> rowsOf(const std::string& topic)
    {
        TopicRows rows;
        if (auto read = rows.read(m_harness.cluster().connection(), topic, 1); !read)
            qFatal("%s", read.error().message.c_str());
        std::ranges::sort(rows.rows[0]);
        return rows.rows[0];
    }

    JobHarness m_harness;
    PartedTable m_table;
};

void PartedTest::initTestCase()
{
    QVERIFY(m_harness.start());
}

void PartedTest::parts_data()
{
    QTest::addColumn<QString>("split"); // of the section
    QTest::addColumn<QString>("by");    // what tells the sides apart, or is on one side
    const auto row = [](const char* name, const char* split, const char* by) {
        QTest::newRow(name) << QString(split) << QString(by);
    };
    row("random", R"({"test-fraction": 0.2})", "");
    row("stratified", R"({"split": "stratified", "test-fraction": 0.2})", "label");
    row("time", R"({"split": "time", "split-column": "day", "test-fraction": 0.2})", "day");
    row("group", R"({"split": "group", "split-column": "patient", "test-fraction": 0.2})", "patient");
    row("column", R"({"split": "column", "split-column": "part"})", "part");
    row("last", R"({"test-last": 150})", "");
    row("file", R"({})", "");
}

void PartedTest::parts()
{
    QFETCH(QString, split);
    QFETCH(QString, by);
    const std::string name = QTest::currentDataTag();
    json wish = json::parse(split.toStdString());
    if (name == "file")
        wish["test-file"] = file("other.csv", m_table.other);
    const json published = done("publish", section(name, m_table.text, wish));
    QVERIFY(!published.is_null());
    QCOMPARE(published["split"]["kind"].get<std::string>(), name);
    const auto train = rowsOf(name + "-train"), test = rowsOf(name + "-test");
    QCOMPARE(published["parts"][1]["records"].get<std::size_t>(), test.size());
    if (name == "file") {
        QCOMPARE(train.size(), std::size_t{kRows});
        QCOMPARE(test.size(), std::size_t{200});
    } else {
        std::vector<std::int64_t> both;
        std::ranges::merge(train, test, std::back_inserter(both));
        QCOMPARE(both.size(), std::size_t{kRows});
        for (std::size_t i = 0; i < both.size(); ++i)
            QCOMPARE(both[i], static_cast<std::int64_t>(i));
    }
    const auto valuesOf = [](const std::vector<std::string>& cells, const std::vector<std::int64_t>& rows) {
        std::map<std::string, int> counts;
        for (const std::int64_t row : rows)
            ++counts[cells[static_cast<std::size_t>(row)]];
        return counts;
    };
    if (by == "label") {
        const auto all = valuesOf(m_table.label, train), tested = valuesOf(m_table.label, test);
        for (const auto& [label, count] : all)
            QCOMPARE(tested.at(label), static_cast<int>(std::lround(0.2 * (count + tested.at(label)))));
    } else if (by == "day") {
        QCOMPARE(test.size(), std::size_t{180});
        QVERIFY(valuesOf(m_table.day, train).rbegin()->first < valuesOf(m_table.day, test).begin()->first);
    } else if (by == "patient") {
        const auto learnt = valuesOf(m_table.patient, train), tested = valuesOf(m_table.patient, test);
        QCOMPARE(learnt.size() + tested.size(), std::size_t{40});
        QVERIFY(std::abs(static_cast<double>(test.size()) - 180) < 30);
    } else if (by == "part") {
        QCOMPARE(valuesOf(m_table.part, test).size(), std::size_t{1});
        QVERIFY(!valuesOf(m_table.part, train).contains("test"));
    } else if (name == "last") {
        QCOMPARE(test.front(), kRows - 150);
    }
    const auto notes = readTopicNotes(m_harness.home(), name + "-train");
    QVERIFY(notes && notes->split);
    QCOMPARE(infoOf(notes->split->kind).name, name);

    const json trained = done("train", {{"topic", name + "-train"}, {"run", name}, {"epochs", 4}});
    QVERIFY(!trained.is_null());
    const auto validated = trained["validation"]["records"].get<std::int64_t>();
    QVERIFY(validated > 0);
    const json how = m_harness.run(name).description["validation_split"];
    const bool isSame = name != "last" && name != "file";
    QCOMPARE(how["kind"].get<std::string>(), isSame ? name : std::string("random"));
    const auto size = static_cast<std::int64_t>(train.size());
    if (name == "column")
        QCOMPARE(validated, valuesOf(m_table.part, train)["validation"]);
    else
        QVERIFY2(std::abs(static_cast<double>(validated) - 0.15 * static_cast<double>(size)) < 40,
                 std::to_string(validated).c_str());
    const json evaluated = done("evaluate", {{"run", name}, {"topic", name + "-test"}, {"group", name + "-test"}});
    QCOMPARE(evaluated["scored"].get<std::size_t>(), test.size());
    QCOMPARE(evaluated["learnt"].get<int>(), 0);
    // What it has learnt is told, and what validated it is not learnt.
    const json known = done("evaluate", {{"run", name}, {"topic", name + "-train"}, {"group", name + "-known"}});
    QCOMPARE(known["scored"].get<std::int64_t>(), size);
    QCOMPARE(known["learnt"].get<std::int64_t>(), size - validated);
    QVERIFY2(known["notes"].dump().find("were learnt by " + m_harness.run(name).folder) != std::string::npos,
             known["notes"].dump().c_str());
}

void PartedTest::copiesStayTogether()
{
    std::string text = "x,label\n";
    for (int i = 0; i < 600; ++i)
        text += std::to_string(i % 200) + (i % 2 == 0 ? ",a\n" : ",b\n");
    QVERIFY(!done("publish", section("copies", text, {{"test-fraction", 0.3}})).is_null());
    std::map<std::int64_t, int> copies;
    for (const std::int64_t row : rowsOf("copies-test"))
        ++copies[row % 200];
    QCOMPARE(copies.size(), std::size_t{60});
    for (const auto& [x, count] : copies)
        QCOMPARE(count, 3);
    const json trained = done("train", {{"topic", "copies-train"}, {"run", "copies"}, {"epochs", 1}});
    QCOMPARE(trained["validation"]["records"].get<int>() % 3, 0);
    // The tutorial's layout draws each row by its place, as ever.
    const json drawn = done("publish", section("drawn", text, {{"test-fraction", 0.3}, {"key", "label"}}));
    QCOMPARE(drawn["parts"][1]["records"].get<int>(), 180);
    std::map<std::int64_t, int> apart;
    for (const std::int64_t row : rowsOf("drawn-test"))
        ++apart[row % 200];
    QVERIFY(apart.size() > 100);
}

void PartedTest::fewDifferentRowsAreDrawnOneByOne()
{
    std::string text = "x,label\n";
    for (int i = 0; i < 600; ++i)
        text += std::to_string(i % 6) + (i % 2 == 0 ? ",a\n" : ",b\n");
    const json published = done("publish", section("few", text, {{"test-fraction", 0.3}}));
    QVERIFY(published["split"]["one_by_one"] == true);
    std::set<std::int64_t> tested, learnt;
    for (const std::int64_t row : rowsOf("few-test"))
        tested.insert(row % 6);
    for (const std::int64_t row : rowsOf("few-train"))
        learnt.insert(row % 6);
    QVERIFY(tested.size() == 6 && learnt.size() == 6);
}

/// The membership is that of a publication that was not disturbed.
void PartedTest::goesOnWhereItWasKilled()
{
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    for (const char* kind : {"stratified", "time", "group"}) {
        const std::string name = std::string("killed-") + kind;
        json wish = {{"split", kind}, {"test-fraction", 0.2}};
        if (std::string(kind) != "stratified")
            wish["split-column"] = std::string(kind) == "time" ? "day" : "patient";
        json asked = section(name, m_table.text, wish);
        QVERIFY(m_harness.runToDeath("publish", asked, "publish.sent:300"));
        asked["resume"] = true;
        const json published = done("publish", asked);
        QCOMPARE(published["records"].get<int>(), kRows);
        QCOMPARE(rowsOf(name + "-test"), rowsOf(std::string(kind) + "-test"));
        QCOMPARE(rowsOf(name + "-train"), rowsOf(std::string(kind) + "-train"));
        asked["split"] = "random";
        asked.erase("split-column");
        Job& other = m_harness.start("publish", asked);
        QVERIFY(JobHarness::ended(other));
        QVERIFY2(other.error().message.find("split was {") != std::string::npos, other.error().message.c_str());
    }
}

void PartedTest::badTimesAreNamed()
{
    const std::string text = "day,x,label\n2020-01-01,1,a\nsoon,2,b\n";
    Job& job = m_harness.start("publish", section("soon", text, {{"split", "time"}, {"split-column", "day"}}));
    QVERIFY(JobHarness::ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QVERIFY2(job.error().message.find("soon.csv line 3: column day: 'soon' is no date") != std::string::npos,
             job.error().message.c_str());
}

void PartedTest::otherColumnsAreRefused()
{
    const std::string text = "x,y,label\n1,2,a\n2,3,b\n", other = "x,z,label\n1,2,a\n";
    Job& job = m_harness.start("publish", section("apart", text, {{"test-file", file("z.csv", other)}}));
    QVERIFY(JobHarness::ended(job));
    QVERIFY2(job.error().message.find("z.csv has no column 'y'") != std::string::npos, job.error().message.c_str());
    // In JSON a key may be rare: it is missing where no record has it.
    const std::string records = "{\"x\":1,\"label\":\"a\"}\n{\"x\":2,\"label\":\"b\"}\n";
    Job& ofRecords = m_harness.start("publish", section("apart", text, {{"test-file", file("y.jsonl", records)}}));
    QVERIFY(JobHarness::ended(ofRecords));
    QVERIFY2(ofRecords.error().message.find("y.jsonl has no column 'y'") != std::string::npos,
             ofRecords.error().message.c_str());
    // Why its rows cannot be used is told of the file that has them.
    const std::string rough = text + "oops,1,a\n";
    Job& none = m_harness.start("publish", section("apart", rough, {{"test-file", file("none.csv", "x,y,label\n")}}));
    QVERIFY(JobHarness::ended(none));
    QVERIFY2(none.error().message.ends_with("none.csv holds no rows"), none.error().message.c_str());
}

/// In whatever order, and in another form than the rows that are learnt.
void PartedTest::aTestFileIsReadByNames()
{
    const std::string text = "x,city,label\n1,Oslo,a\n2,\"Bonn, Beuel\",b\n3,Rome,a\n";
    const std::string turned = "label;extra;city;x\nb;1;\"Ulm; Donau\";5\na;2;Köln, links;6\n";
    const std::string records = "{\"city\":\"Ulm; Donau\",\"x\":5,\"label\":\"b\"}\n"
                                "{\"label\":\"a\",\"x\":6,\"city\":\"Köln, links\"}\n";
    for (const auto& [name, other] : {std::pair("turned.csv", turned), std::pair("turned.jsonl", records)}) {
        const std::string topics = std::string("names-") + (std::string(name).ends_with("csv") ? "csv" : "json");
        QVERIFY(
            !done("publish", section(topics, text, {{"test-file", file(name, other)}, {"order", "file"}})).is_null());
        TopicRows rows;
        QVERIFY(rows.read(m_harness.cluster().connection(), topics + "-test", 1));
        QCOMPARE(rows.values[0], (std::vector<std::string>{"5,Ulm; Donau,b", "6,\"Köln, links\",a"}));
    }
}

void PartedTest::moreLastRowsThanThereAre()
{
    for (const int last : {3, 4}) {
        Job& job = m_harness.start("publish", section("last-all", "x,label\n1,a\n2,b\n3,a\n", {{"test-last", last}}));
        QVERIFY(JobHarness::ended(job));
        QCOMPARE(static_cast<int>(job.error().code), static_cast<int>(ErrorCode::Usage));
        QVERIFY2(job.error().message.find("has 3 rows that can be used: nothing would be left to learn") !=
                     std::string::npos,
                 job.error().message.c_str());
    }
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin);
    for (const char* topic : {"last-all-train", "last-all-test"}) // nothing was made
        QVERIFY(!admin->topic(topic));
}

/// 7 and 7.0 are one row: both are tested, or learnt, and so they are of the validation part; a table in JSON is
/// parted as its CSV is.
void PartedTest::equalNumbersStayTogether()
{
    std::string csv = "x,label\n", records;
    for (int i = 0; i < 600; ++i) {
        const std::string x = std::to_string(i % 200) + (i < 200 ? "" : i < 400 ? ".0" : "e0");
        csv += x + (i % 2 == 0 ? ",a\n" : ",b\n");
        records += "{\"x\":" + x + R"(,"label":")" + (i % 2 == 0 ? "a" : "b") + "\"}\n";
    }
    QVERIFY(!done("publish", section("spelled", csv, {{"test-fraction", 0.3}})).is_null());
    const auto tested = rowsOf("spelled-test");
    std::map<std::int64_t, int> copies;
    for (const std::int64_t row : tested)
        ++copies[row % 200];
    QCOMPARE(copies.size(), std::size_t{60});
    for (const auto& [x, count] : copies)
        QCOMPARE(count, 3);
    QVERIFY(!done("publish", section("spelled-json", records, {{"test-fraction", 0.3}})).is_null());
    QCOMPARE(rowsOf("spelled-json-test"), tested);
    std::vector<std::int64_t> validated;
    for (const char* name : {"spelled", "spelled-json"}) {
        const json trained = done("train", {{"topic", std::string(name) + "-train"}, {"run", name}, {"epochs", 1}});
        validated.push_back(trained["validation"]["records"].get<std::int64_t>());
    }
    QVERIFY(validated[0] > 0 && validated[0] % 3 == 0);
    QCOMPARE(validated[1], validated[0]);
}

void PartedTest::whatAColumnKeepsFromBothIsTold()
{
    QVERIFY(!done("publish", {{"file", file("neither.csv", m_table.text)}, {"label", "label"}, {"topic", "neither"}})
                 .is_null());
    const json trained = done("train", {{"topic", "neither"},
                                        {"run", "neither"},
                                        {"epochs", 1},
                                        {"validation-split", "column"},
                                        {"validation-column", "part"}});
    const auto named = std::count(m_table.part.begin(), m_table.part.begin() + kRows, "test");
    QCOMPARE(trained["left_out"].get<std::int64_t>(), std::int64_t{named});
    QVERIFY2(trained["notes"].dump().find(std::to_string(named) + " records say in column part that they are for "
                                                                  "testing: they are left out") != std::string::npos,
             trained["notes"].dump().c_str());
}

void PartedTest::theFittingSplitIsTaken()
{
    const json taken = done("publish", section("fits", m_table.text, {{"split", "auto"}, {"test-fraction", 0.2}}));
    QCOMPARE(taken["split"]["kind"].get<std::string>(), std::string("column")); // it says train or test of each row
    const json warned = done("publish", section("warned", m_table.text, {{"test-fraction", 0.2}}));
    QVERIFY2(warned["warnings"].dump().find("--split column --split-column part") != std::string::npos,
             warned["warnings"].dump().c_str());
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (const auto code = JobProcess::runHere())
        return *code;
    PartedTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_parted.moc"
