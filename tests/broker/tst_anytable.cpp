// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of different kinds go the whole road with nothing said but their topic and label: published with a test part,
// learnt, evaluated, predicted. Each must beat its baseline, and no record may be left out.
#include "base/Files.h"
#include "base/Rng.h"
#include "broker/JobHarness.h"
#include "kafka/Consumer.h"
#include "metrics/ScoreTable.h"

#include <QTemporaryDir>
#include <array>
#include <cmath>
#include <fstream>

using namespace millrace;
using nlohmann::json;

namespace
{

/// A table as text, with its label's column, and what must be reached.
struct MadeTable {
    std::string text, label, task, score;
    double least = 0;
    bool header = true;
};

/// Rows of fields, drawn.
class TableMaker
{
public:
    TableMaker() : m_rng(7, Purpose::SimulatedFeature) {}

    double uniform() { return m_rng.uniform(); }
    double normal() { return m_rng.normal(); }
    int below(int bound) { return static_cast<int>(m_rng.below(static_cast<std::uint32_t>(bound))); }
    void add(const std::vector<std::string>& fields)
    {
        for (std::size_t i = 0; i < fields.size(); ++i)
            m_text += (i > 0 ? "," : "") + fields[i];
        m_text += '\n';
    }
    [[nodiscard]] const std::string& text() const { return m_text; }

private:
    Rng m_rng;
    std::string m_text;
};

/// Files below the folder that hold the text.
std::vector<std::string> filesWith(const std::string& folder, const std::string& text)
{
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file())
            continue;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string all{std::istreambuf_iterator<char>(file), {}};
        if (all.find(text) != std::string::npos)
            found.push_back(entry.path().string());
    }
    return found;
}

/// The values of a topic of one partition.
class SaidValues : public ConsumerEvents
{
public:
    static std::vector<std::string> of(const Connection& connection, const std::string& topic)
    {
        SaidValues said;
        auto consumer = Consumer::assign(connection, {}, {{topic, 0, 0}});
        while (consumer && !said.m_atEnd && consumer->poll(std::chrono::milliseconds(50), 4096, said)) {
        }
        return std::move(said.m_values);
    }
    void onMessage(const MessageView& message) override { m_values.emplace_back(message.value); }
    void onEnd(int /*partition*/, std::int64_t /*offset*/) override { m_atEnd = true; }

private:
    std::vector<std::string> m_values;
    bool m_atEnd = false;
};

std::string numberText(double value)
{
    return QByteArray::number(value, 'g', 7).toStdString();
}

/// Patients, whose city and pay are nobody's business; two rows are broken.
std::string patients()
{
    TableMaker made;
    made.add({"patient", "city", "pay", "dose", "paid", "ill"});
    for (int i = 0; i < 600; ++i) {
        const bool ill = made.uniform() < 0.5;
        made.add({"P" + std::to_string(i % 300), (ill == (made.uniform() < 0.8) ? "Qzxvyqbonn" : "Qzxvyqulm"),
                  numberText(8437000 + made.below(900)),
                  i % 250 == 7 ? "oops" : numberText(made.normal() + (ill ? 2 : 0)), ill ? "yes" : "no",
                  ill ? "1" : "0"});
    }
    return made.text();
}

MadeTable fortyClasses()
{
    TableMaker made;
    made.add({"x", "y", "kind"});
    for (int i = 0; i < 2000; ++i) {
        const int kind = made.below(40);
        made.add({numberText(kind % 8 * 10 + made.normal()), numberText(kind / 8 * 10 + made.normal()),
                  "kind-" + std::to_string(kind)});
    }
    return {made.text(), "kind", "multi-class", "accuracy", 0.9};
}

MadeTable allCategories()
{
    constexpr std::array kColours = {"red", "green", "blue"}, kShapes = {"round", "square", "flat"};
    TableMaker made;
    made.add({"colour", "shape", "coated", "good"});
    for (int i = 0; i < 1200; ++i) {
        const int colour = made.below(3), shape = made.below(3);
        const bool coated = made.uniform() < 0.5;
        const bool good = (colour == shape) != coated; // no column tells it alone
        made.add({kColours.at(static_cast<std::size_t>(colour)), kShapes.at(static_cast<std::size_t>(shape)),
                  coated ? "yes" : "no", good ? "yes" : "no"});
    }
    return {made.text(), "good", "binary", "auc", 0.95};
}

MadeTable missingEverywhere()
{
    TableMaker made;
    made.add({"a", "b", "place", "label"});
    const auto orMissing = [&made](const std::string& text) {
        constexpr std::array kWords = {"", "?", "NA", "nan"};
        return made.uniform() < 0.3 ? std::string(kWords.at(static_cast<std::size_t>(made.below(4)))) : text;
    };
    for (int i = 0; i < 1500; ++i) {
        const bool positive = made.uniform() < 0.5;
        const double shift = positive ? 1.5 : -1.5;
        made.add({orMissing(numberText(shift + made.normal())), orMissing(numberText(shift + made.normal())),
                  orMissing(positive == (made.uniform() < 0.8) ? "north" : "south"), positive ? "1" : "0"});
    }
    return {made.text(), "label", "binary", "auc", 0.9};
}

MadeTable oneInAHundred()
{
    TableMaker made;
    made.add({"x", "y", "fraud"});
    for (int i = 0; i < 8000; ++i) {
        const bool fraud = i % 100 == 0;
        made.add({numberText(made.normal() + (fraud ? 2.5 : 0)), numberText(made.normal()), fraud ? "true" : "false"});
    }
    return {made.text(), "fraud", "binary", "auc", 0.85};
}

/// Accuracy would say .999 of anything: average precision, whose baseline is .001, is what is learnt by.
MadeTable oneInAThousand()
{
    TableMaker made;
    made.add({"x", "y", "fraud"});
    for (int i = 0; i < 60'000; ++i) {
        const bool fraud = i % 1000 == 0;
        made.add({numberText(made.normal() + (fraud ? 4 : 0)), numberText(made.normal()), fraud ? "true" : "false"});
    }
    return {made.text(), "fraud", "binary", "average_precision", 0.4};
}

MadeTable uselessColumns()
{
    TableMaker made;
    made.add({"id", "constant", "empty", "name", "x", "label"});
    for (int i = 0; i < 900; ++i) {
        const bool positive = made.uniform() < 0.5;
        made.add({std::to_string(1000 + i), "7", "", "customer " + std::to_string(i * 7919),
                  numberText(made.normal() + (positive ? 2 : 0)), positive ? "1" : "0"});
    }
    return {made.text(), "label", "binary", "auc", 0.85};
}

MadeTable datesAndTimes()
{
    TableMaker made;
    made.add({"at", "weather", "riders [1/h]"});
    for (int i = 0; i < 2000; ++i) {
        const int month = 1 + made.below(12), day = 1 + made.below(28), hour = made.below(24);
        const bool rain = made.uniform() < 0.3;
        const double riders = 200 + 100 * std::sin(month / 6.0 * 3.14159) + 80 * std::cos(hour / 12.0 * 3.14159) -
                              (rain ? 90 : 0) + 15 * made.normal();
        const QString at = QString("2025-%1-%2 %3:00:00")
                               .arg(month, 2, 10, QChar('0'))
                               .arg(day, 2, 10, QChar('0'))
                               .arg(hour, 2, 10, QChar('0'));
        made.add({at.toStdString(), rain ? "rain" : "dry", numberText(riders)});
    }
    return {made.text(), "riders [1/h]", "regression", "r2", 0.85};
}

MadeTable noHeader()
{
    TableMaker made;
    for (int i = 0; i < 900; ++i) {
        const int kind = made.below(3);
        made.add({numberText(kind * 3 + made.normal()), numberText(made.normal()), std::to_string(kind)});
    }
    return {made.text(), "column 3", "multi-class", "accuracy", 0.85, false};
}

MadeTable heavyTails()
{
    TableMaker made;
    made.add({"income", "age", "price"});
    for (int i = 0; i < 1500; ++i) {
        const double income = std::exp(2 * made.normal()), age = 20 + 50 * made.uniform();
        made.add({numberText(income * 1000), numberText(age),
                  numberText(1e5 * (std::log(income) + age / 20) + 2e4 * made.normal())});
    }
    return {made.text(), "price", "regression", "r2", 0.9};
}

MadeTable manyColumns()
{
    constexpr int kColumns = 2000;
    TableMaker made;
    std::vector<std::string> fields;
    for (int c = 0; c < kColumns; ++c)
        fields.push_back("c" + std::to_string(c));
    fields.emplace_back("label");
    made.add(fields);
    for (int i = 0; i < 600; ++i) {
        const bool positive = made.uniform() < 0.5;
        for (int c = 0; c < kColumns; ++c)
            fields[static_cast<std::size_t>(c)] =
                numberText(std::round(100 * (made.normal() + (c < 40 && positive ? 0.8 : 0))) / 100);
        fields.back() = positive ? "b" : "a";
        made.add(fields);
    }
    return {made.text(), "label", "binary", "auc", 0.85};
}

MadeTable oddNames()
{
    TableMaker made;
    made.add({"größe", "\"a, b\"", "\"art, \"\"echt\"\"\""});
    for (int i = 0; i < 900; ++i) {
        const int kind = made.below(3);
        constexpr std::array kNames = {"\"Kohl, rot\"", "Möhre", "\"\"\"Rübe\"\"\""};
        made.add({numberText(kind + 0.2 * made.normal()), made.uniform() < 0.5 ? "\"x,1\"" : "y",
                  kNames.at(static_cast<std::size_t>(kind))});
    }
    return {made.text(), R"(art, "echt")", "multi-class", "accuracy", 0.9};
}

MadeTable labelInTheMiddle()
{
    TableMaker made;
    made.add({"x", "quality", "y"});
    for (int i = 0; i < 1500; ++i) {
        const double x = made.normal(), y = made.normal();
        made.add({numberText(x), std::to_string(std::lround(6 + x * y)), numberText(y)}); // whole numbers, no classes
    }
    return {made.text(), "quality", "regression", "r2", 0.7};
}

struct NamedTable {
    const char* name;
    MadeTable (*make)();
    bool isQuick; ///< sanitizers look at these
};

constexpr std::array kTables = {
    NamedTable{"forty-classes", fortyClasses, false},
    NamedTable{"all-categories", allCategories, true},
    NamedTable{"missing-everywhere", missingEverywhere, true},
    NamedTable{"one-in-a-hundred", oneInAHundred, false},
    NamedTable{"one-in-a-thousand", oneInAThousand, false},
    NamedTable{"useless-columns", uselessColumns, false},
    NamedTable{"dates-and-times", datesAndTimes, true},
    NamedTable{"no-header", noHeader, false},
    NamedTable{"heavy-tails", heavyTails, false},
    NamedTable{"many-columns", manyColumns, false},
    NamedTable{"odd-names", oddNames, true},
    NamedTable{"label-in-the-middle", labelInTheMiddle, false},
};

} // namespace

class AnyTableTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY2(m_harness.start(), m_harness.cluster().error()); }
    void learns_data();
    void learns();
    void severalTargets();
    void rareClasses();
    void weightedRows();
    void weightsThatCannotBe();
    void targetsFarFromZero();
    void theOtherClassIsPositive();
    void resumesToTheSameWeights();
    void saysWhatItDidWithTheColumns();
    void classesOfAnotherTopic();
    void goesOnLearningOnline();
    void beginsOnline();
    void theLinearStartIsKept();
    void decimalCommas();
    void labelsOfATopicStay();
    void anotherHomeDoesNotGuess();
    void rolesGoTheWholeRoad();
    void theKeyIsAColumn();
    void aTopicOfOthersGetsRoles();
    void simulatedTablesAreLearnt_data();
    void simulatedTablesAreLearnt();

private:
    json done(const std::string& kind, const json& section)
    {
        Job& job = m_harness.start(kind, section);
        return JobHarness::done(job) ? job.result() : json();
    }
    /// Published with a test part as <name>-train and <name>-test.
    json publish(const std::string& name, const MadeTable& table)
    {
        const std::string file = m_harness.home() + "/" + name + ".csv";
        if (!writeFileAtomically(file, table.text))
            qFatal("cannot write %s", file.c_str());
        return done("publish", {{"file", file},
                                {"label", table.label},
                                {"topic", name + "-train"},
                                {"test-topic", name + "-test"},
                                {"test-partitions", 1},
                                {"test-fraction", 0.3}});
    }

    JobHarness m_harness;
};

void AnyTableTest::learns_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < kTables.size(); ++i)
        if (JobProcess::kKills || kTables.at(i).isQuick)
            QTest::newRow(kTables.at(i).name) << static_cast<int>(i);
}

void AnyTableTest::learns()
{
    QFETCH(int, index);
    const std::string name = kTables.at(static_cast<std::size_t>(index)).name;
    const MadeTable table = kTables.at(static_cast<std::size_t>(index)).make();
    const std::int64_t rows = std::ranges::count(table.text, '\n') - (table.header ? 1 : 0);
    const json published = publish(name, table);
    QCOMPARE(published["records"].get<std::int64_t>(), rows);
    QCOMPARE(published["rejected"].get<int>(), 0);
    const json trained = done("train", {{"topic", name + "-train"}, {"run", name}});
    QCOMPARE(trained["task"].get<std::string>(), table.task);
    QCOMPARE(trained["rejected"].get<int>(), 0);
    QVERIFY(trained["validation"]["records"].get<int>() > 0);
    const json evaluated = done("evaluate", {{"run", name}, {"topic", name + "-test"}, {"group", name}});
    QCOMPARE(evaluated["scored"], published["parts"][1]["records"]);
    const double score = evaluated[table.score].get<double>();
    qInfo("%s %.3f after %d epochs", table.score.c_str(), score, trained["epochs"].get<int>());
    QVERIFY2(score >= table.least, (table.score + " " + std::to_string(score)).c_str());
    const json predicted =
        done("predict", {{"run", name}, {"topic", name + "-test"}, {"group", name + "-p"}, {"to", name + "-said"}});
    QCOMPARE(predicted["records"], published["parts"][1]["records"]);
    const auto said = SaidValues::of(m_harness.cluster().connection(), name + "-said");
    QCOMPARE(said.size(), published["parts"][1]["records"].get<std::size_t>());
    const json first = json::parse(said.front());
    const RunInfo run = m_harness.run(name);
    const auto task = taskFromJson(run.description["task"]);
    QVERIFY(task);
    if (task->kind == TaskKind::Regression)
        QVERIFY(first["value"].is_number());
    else if (!task->classes.empty())
        QVERIFY2(std::ranges::count(task->classes, first["class"].get<std::string>()) == 1, said.front().c_str());
    else
        QVERIFY(first["class"] == 0 || first["class"] == 1);
}

/// Two numbers of very different scale are foretold together, one of them with a unit: each is learnt, scored and told
/// by its name, and the same wherever it is told.
void AnyTableTest::severalTargets()
{
    TableMaker made;
    made.add({"x", "speed [m/s]", "colour", "force"});
    int broken = 0;
    for (int i = 0; i < 3000; ++i) {
        const double x = made.normal();
        const bool red = made.uniform() < 0.5;
        const bool isBroken = i % 500 == 17;
        broken += isBroken ? 1 : 0;
        made.add({numberText(x), numberText(40'000 + 9000 * x * x + 900 * made.normal()), red ? "red" : "blue",
                  isBroken ? "" : numberText(0.002 * (red ? x : -x) + 0.0002 * made.normal())});
    }
    const std::string file = m_harness.home() + "/two.csv";
    QVERIFY(writeFileAtomically(file, made.text()));
    const json published = done("publish", {{"file", file},
                                            {"label", "force, speed [m/s]"},
                                            {"topic", "two-train"},
                                            {"test-topic", "two-test"},
                                            {"test-partitions", 2},
                                            {"test-fraction", 0.3}});
    QCOMPARE(published["records"].get<int>(), 3000 - broken);
    QCOMPARE(published["rejected"].get<int>(), broken);
    QVERIFY(published.dump().find("column 4 (force): the label is missing") != std::string::npos);
    const json trained = done("train", {{"topic", "two-train"}, {"run", "two"}});
    QCOMPARE(trained["task"].get<std::string>(), std::string("regression"));
    QCOMPARE(trained["rejected"].get<int>(), 0);
    const auto task = taskFromJson(m_harness.run("two").description["task"]);
    QVERIFY(task && task->targets.size() == 2);
    QCOMPARE(task->targets[0].name + "|" + task->targets[0].unit + "|" + task->targets[1].name,
             std::string("speed|m/s|force")); // in the file's order
    QVERIFY2(task->targets[0].scale > 5000 && task->targets[1].scale < 0.01, "each has its own scale");

    const json scores = done("evaluate", {{"run", "two"}, {"topic", "two-test"}, {"group", "two"}});
    QCOMPARE(scores["scored"], published["parts"][1]["records"]);
    const auto told = targetScoresIn(scores);
    QCOMPARE(told.size(), std::size_t{2});
    double mean = 0;
    for (const TargetScores& target : told) {
        const double r2 = valueIn(target.scores, "r2");
        mean += r2 / 2;
        QVERIFY2(r2 > 0.9, (target.name + " " + std::to_string(r2)).c_str()); // 0 is what the means have
    }
    QVERIFY(std::abs(scores["r2"].get<double>() - mean) < 1e-9);
    QCOMPARE(scores["targets"][0]["unit"].get<std::string>(), std::string("m/s"));
    QVERIFY(valueIn(told[0].scores, "rmse") > 100 && valueIn(told[1].scores, "rmse") < 0.01); // in their units
    const json linear = done("train", {{"topic", "two-train"}, {"run", "two-linear"}, {"preset", "logistic"}});
    const json less = done("evaluate", {{"run", "two-linear"}, {"topic", "two-test"}, {"group", "two-linear"}});
    QVERIFY2(less["r2"].get<double>() < scores["r2"].get<double>() - 0.3, less["r2"].dump().c_str());

    // Of a group whose members share the partitions, and of the file, the scores are the same.
    const json again = done("evaluate", {{"run", "two"}, {"topic", "two-test"}, {"group", "two"}});
    for (const char* name : {"r2", "rmse", "mae", "loss"})
        QCOMPARE(again[name], scores[name]); // from the states of the partitions
    const json ofFile = done("evaluate", {{"run", "two"}, {"data", file}});
    QCOMPARE(ofFile["scored"].get<int>(), 3000 - broken);
    QVERIFY(ofFile["r2"].get<double>() > 0.9);

    const json predicted = done(
        "predict", {{"run", "two"}, {"topic", "two-test"}, {"group", "two-p"}, {"to", "two-said"}, {"partitions", 1}});
    QCOMPARE(predicted["records"], published["parts"][1]["records"]);
    for (const std::string& value : SaidValues::of(m_harness.cluster().connection(), "two-said")) {
        const json said = json::parse(value);
        QVERIFY2(said.size() == 2 && said["speed"].get<double>() > 1000 && std::abs(said["force"].get<double>()) < 0.1,
                 value.c_str());
    }
    const std::string out = m_harness.home() + "/two-said.csv";
    QCOMPARE(done("predict", {{"run", "two"}, {"data", file}, {"out", out}})["records"].get<int>(), 3000); // needs none
    std::ifstream read(out);
    std::string head;
    std::getline(read, head);
    QCOMPARE(head, std::string("x,speed [m/s],colour,force,predicted_speed,predicted_force"));

    // Rows in hand keep their targets over a kill.
    if (JobProcess::kKills) {
        json section = {{"topic", "two-train"}, {"run", "two-whole"}, {"epochs", 4}};
        done("train", section);
        section["run"] = "two-killed";
        QVERIFY(m_harness.runToDeath("train", section, "checkpoint.written:2"));
        done("train", m_harness.again("resume", "two-killed"));
        QVERIFY(m_harness.weights("two-killed") == m_harness.weights("two-whole"));
    }

    // Of a topic that others have filled the label's columns are named as they are called there.
    const auto& connection = m_harness.cluster().connection();
    auto admin = Admin::open(connection);
    QVERIFY(admin && admin->createTopic("two-theirs", 1, true));
    auto producer = Producer::open(connection, "two-theirs", 1);
    QVERIFY(producer);
    for (int i = 0; i < 800; ++i) {
        const double x = made.normal();
        QVERIFY(producer->send({}, numberText(x) + "," + numberText(1000 * x) + ",t," + numberText(0.1 - x), 0, {}, {})
                    .has_value());
    }
    QVERIFY(producer->flush({}));
    const json theirs =
        done("train", {{"topic", "two-theirs"}, {"run", "two-theirs"}, {"label", "x2,x4"}, {"epochs", 20}});
    QCOMPARE(theirs["rejected"].get<int>(), 0);
    const json ofTheirs = done("evaluate", {{"run", "two-theirs"}, {"topic", "two-theirs"}, {"group", "two-theirs"}});
    QCOMPARE(ofTheirs["scored"].get<int>(), 800);
    QVERIFY2(ofTheirs["r2"].get<double>() > 0.8, ofTheirs["r2"].dump().c_str());

    // What cannot be is refused, and says why.
    const auto refuses = [&](const std::string& kind, const json& section, const std::string& message) {
        const auto job = m_harness.session().start(kind, section);
        QVERIFY(!job || (JobHarness::ended(**job) && (*job)->state() == Job::State::Failed));
        const Error error = job ? (*job)->error() : job.error();
        QVERIFY2(error.message.find(message) != std::string::npos, describe(error).c_str());
    };
    const json wrong = {{"file", file}, {"label", "force,speed [m/s]"}, {"topic", "two-wrong"}};
    const auto with = [&](const json& more) {
        json section = wrong;
        section.update(more);
        return section;
    };
    refuses("publish", with({{"task", "classes"}}), "they are to be classes, of which there is one label");
    refuses("publish", with({{"label", "force,colour"}}), "column colour holds texts");
    refuses("train", {{"topic", "two-theirs"}, {"run", "two-wrong"}, {"label", "x2,x3"}}, "column x3 holds texts");
    refuses("publish", with({{"key", "label"}}), "The message key is to be the label, and speed [m/s], force are");
    refuses("online", {{"topic", "two-train"}, {"run", "two"}, {"group", "two-o"}}, "online learning follows one");
    refuses("fit", {{"file", file}, {"label", "force,speed [m/s]"}, {"out", m_harness.home() + "/two.json"}},
            "a simulator draws one");
}

/// Weights bring a rare class into the predictions, a threshold that is found on the validation part too; what is
/// predicted follows it, and the same words are refused where they mean nothing.
void AnyTableTest::rareClasses()
{
    const json published = publish("rare", oneInAHundred());
    const auto learnt = [&](const std::string& run, json section) {
        section.update({{"topic", "rare-train"}, {"run", run}, {"epochs", 6}});
        const json trained = done("train", section);
        return std::pair(trained, done("evaluate", {{"run", run}, {"topic", "rare-test"}, {"group", run}}));
    };
    const auto [plain, plainScores] = learnt("rare-plain", json::object());
    QCOMPARE(plain["validation"]["criterion"].get<std::string>(), std::string("loss")); // of too few rare ones
    QCOMPARE(plainScores["threshold"].get<double>(), 0.5);
    const auto [weighted, weightedScores] = learnt("rare-weighted", {{"class-weights", "balanced"}});
    QVERIFY(weightedScores["recall"].get<double>() > plainScores["recall"].get<double>() + 0.2);
    const json budget = m_harness.run("rare-weighted").description["budget"];
    QVERIFY(std::abs(budget["class_weights"][1].get<double>() / budget["class_weights"][0].get<double>() - 99) < 30);
    const auto [found, foundScores] = learnt("rare-found", {{"threshold", "auto"}});
    const double threshold = found["threshold"].get<double>();
    QVERIFY2(threshold > 0 && threshold < 0.5, std::to_string(threshold).c_str());
    QCOMPARE(foundScores["threshold"].get<double>(), threshold);
    QCOMPARE(foundScores["loss"], plainScores["loss"]); // the same weights, read otherwise
    QVERIFY(foundScores["recall"].get<double>() > plainScores["recall"].get<double>());
    const json predicted =
        done("predict", {{"run", "rare-found"}, {"topic", "rare-test"}, {"group", "rare-p"}, {"to", "rare-said"}});
    const auto& confusion = foundScores["confusion"];
    QCOMPARE(predicted["class_counts"][1].get<int>(), confusion[0][1].get<int>() + confusion[1][1].get<int>());
    for (const auto& [section, message] :
         {std::pair<json, std::string>{{{"class-weights", R"({"maybe": 2})"}}, "There is no class 'maybe'"},
          {{{"threshold", "auto"}, {"validation", 0}}, "found on the validation part, and there is none"}}) {
        json wrong = section;
        wrong.update({{"topic", "rare-train"}, {"run", "rare-wrong"}});
        Job& job = m_harness.start("train", wrong);
        QVERIFY(JobHarness::ended(job) && job.state() == Job::State::Failed);
        QVERIFY2(job.error().message.find(message) != std::string::npos, describe(job.error()).c_str());
    }
}

/// A column says what a row counts: learning, the choice of the best epoch and the scores go by it, and say so. Half of
/// the rows lie, and count little.
void AnyTableTest::weightedRows()
{
    TableMaker made;
    made.add({"x", "y", "w", "label"});
    for (int i = 0; i < 4000; ++i) {
        const bool positive = made.uniform() < 0.5, lies = i % 2 == 0;
        made.add({numberText(made.normal() + (positive != lies ? 2 : -2)), numberText(made.normal()),
                  lies ? (i % 4 == 0 ? "-0.05" : "0.1") : "40", positive ? "1" : "0"});
    }
    const std::string file = m_harness.home() + "/weighted.csv";
    QVERIFY(writeFileAtomically(file, made.text()));
    json section = {
        {"file", file},         {"label", "label"},    {"topic", "weighted-train"}, {"test-topic", "weighted-test"},
        {"test-partitions", 2}, {"test-fraction", 0.3}};
    for (const bool isWeighted : {false, true}) {
        const std::string name = isWeighted ? "weighted" : "unweighted";
        section["topic"] = name + "-train";
        section["test-topic"] = name + "-test";
        section["schema"] = {{"header", true},
                             {"columns",
                              {{{"name", "x"}},
                               {{"name", "y"}},
                               {{"name", "w"}, {"role", isWeighted ? "weight" : "ignored"}},
                               {{"name", "label"}, {"role", "label"}}}}};
        done("publish", section);
        const json trained = done("train", {{"topic", name + "-train"}, {"run", name}, {"epochs", 8}});
        QCOMPARE(trained["features"], json({"x", "y"}));
        const json scores = done("evaluate", {{"run", name}, {"topic", name + "-test"}, {"group", name}});
        QCOMPARE(scores["scored"].get<int>(), 1200);
        QVERIFY2(isWeighted ? scores["auc"].get<double>() > 0.95 : scores["auc"].get<double>() < 0.6,
                 scores["auc"].dump().c_str());
        QCOMPARE(trained.contains("weight_column"), isWeighted);
        QCOMPARE(scores.contains("weight_column"), isWeighted);
        if (!isWeighted)
            continue;
        QCOMPARE(scores["weight_column"].get<std::string>(), std::string("w"));
        QVERIFY2(std::abs(scores["effective_records"].get<double>() - 600) < 40,
                 scores["effective_records"].dump().c_str());
        const double mean = m_harness.run(name).description["budget"]["mean_weight"].get<double>();
        QVERIFY2(std::abs(mean - 20) < 1, std::to_string(mean).c_str());
    }
}

/// Weights that are missing are told before and after; those of a class that are below 0 in sum are refused, as the
/// loss would reward mistakes.
void AnyTableTest::weightsThatCannotBe()
{
    TableMaker made;
    made.add({"x", "w", "label"});
    for (int i = 0; i < 600; ++i)
        made.add({numberText(made.normal() + (i % 2 == 0 ? 2 : -2)),
                  i % 10 == 3  ? ""
                  : i % 2 == 0 ? "2"
                               : "-0.5",
                  i % 2 == 0 ? "yes" : "no"});
    const std::string file = m_harness.home() + "/minus.csv";
    QVERIFY(writeFileAtomically(file, made.text()));
    const json asked = {{"file", file}, {"weight", "w"}, {"label", "label"}};
    const json summary = done("summarize", asked);
    QVERIFY2(summary["notes"].dump().find("60 rows have no weight") != std::string::npos,
             summary["notes"].dump().c_str());
    json section = asked;
    section["topic"] = "minus";
    done("publish", section);
    const Job& job = m_harness.start("train", {{"topic", "minus"}, {"run", "minus"}});
    QVERIFY(JobHarness::ended(job));
    const std::string text = describe(job.error());
    QVERIFY2(text.find("add up to -") != std::string::npos && text.find("records of no") != std::string::npos,
             text.c_str());
}

/// 1e9 + y is 64 apart as a 32-bit float: nothing is learnt of a y that spreads by 3, and that is said.
void AnyTableTest::targetsFarFromZero()
{
    TableMaker made;
    made.add({"x", "label"});
    for (int i = 0; i < 600; ++i) {
        const double x = made.normal();
        made.add({numberText(x), QByteArray::number(1e9 + 3 * x, 'f', 3).toStdString()});
    }
    const std::string file = m_harness.home() + "/far.csv";
    QVERIFY(writeFileAtomically(file, made.text()));
    done("publish", {{"file", file}, {"label", "label"}, {"topic", "far"}});
    const Job& job = m_harness.start("train", {{"topic", "far"}, {"run", "far"}});
    QVERIFY(JobHarness::ended(job));
    const std::string text = describe(job.error());
    QVERIFY2(text.find("apart. Publish the table with a number near that mean taken off") != std::string::npos,
             text.c_str());
}

/// The other class is looked for: probabilities and scores of one class are of it, and everything names it.
void AnyTableTest::theOtherClassIsPositive()
{
    const MadeTable table = missingEverywhere(); // of 0 and 1
    const std::string file = m_harness.home() + "/positive.csv";
    QVERIFY(writeFileAtomically(file, table.text));
    json section = {
        {"file", file},         {"label", "label"}, {"topic", "positive-train"}, {"test-topic", "positive-test"},
        {"test-partitions", 1}, {"positive", "0"}};
    const json published = done("publish", section);
    QCOMPARE(published["rejected"].get<int>(), 0);
    done("train", {{"topic", "positive-train"}, {"run", "positive"}});
    const json scores = done("evaluate", {{"run", "positive"}, {"topic", "positive-test"}, {"group", "positive"}});
    QCOMPARE(scores["classes"], json({"1", "0"}));
    QVERIFY2(scores["auc"].get<double>() > 0.9, scores["auc"].dump().c_str());
    done("predict",
         {{"run", "positive"}, {"topic", "positive-test"}, {"group", "positive-p"}, {"to", "positive-said"}});
    for (const std::string& said : SaidValues::of(m_harness.cluster().connection(), "positive-said")) {
        const json one = json::parse(said);
        QCOMPARE(one["class"].get<std::string>(), std::string(one["probability"].get<double>() > 0.5 ? "0" : "1"));
    }
    section["positive"] = "2";
    section["existing"] = "replace";
    Job& job = m_harness.start("publish", section);
    QVERIFY(JobHarness::ended(job) && job.state() == Job::State::Failed);
    QVERIFY2(job.error().message.find("The label has no class '2'") != std::string::npos,
             describe(job.error()).c_str());
}

/// Killed in the middle: the fit, the validation part, the schedule and the best weights are what they were.
void AnyTableTest::resumesToTheSameWeights()
{
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    const std::string name = "resumed";
    QVERIFY(!publish(name, allCategories()).is_null());
    const json section = {{"topic", name + "-train"}, {"run", "whole"}, {"epochs", 12}, {"patience", 4}};
    const json whole = done("train", section);
    json killed = section;
    killed["run"] = "killed";
    for (const char* point : {"checkpoint.written:3", "metrics.appended:200"}) {
        if (std::string(point).starts_with("checkpoint"))
            QVERIFY(m_harness.runToDeath("train", killed, point));
        else
            QVERIFY(m_harness.runToDeath("train", m_harness.again("resume", "killed"), point));
    }
    const json resumed = done("train", m_harness.again("resume", "killed"));
    QCOMPARE(resumed["steps"], whole["steps"]);
    QCOMPARE(resumed["validation"]["best_epoch"], whole["validation"]["best_epoch"]);
    QCOMPARE(resumed["validation"]["scores"].dump(), whole["validation"]["scores"].dump());
    QVERIFY(m_harness.weights("killed") == m_harness.weights("whole"));
    const json again = done("train", m_harness.again("reproduce", "whole"));
    QVERIFY(again["identical"] == true);
}

void AnyTableTest::saysWhatItDidWithTheColumns()
{
    const std::string name = "told";
    QVERIFY(!publish(name, uselessColumns()).is_null());
    const json trained = done("train", {{"topic", name + "-train"}, {"run", name}, {"epochs", 1}});
    QCOMPARE(trained["features"].dump(), std::string(R"(["x"])"));
    const json columns = m_harness.run(name).description["columns"];
    QCOMPARE(columns.size(), std::size_t{4}); // empty is ignored by the file's schema
    for (const json& column : columns)
        QVERIFY2((column["what"] == "left out") == (column["column"] != "x"), column.dump().c_str());
}

/// A model of other classes: its records are rejected by name.
void AnyTableTest::classesOfAnotherTopic()
{
    TableMaker made, other;
    made.add({"x", "kind"});
    other.add({"x", "kind"});
    for (int i = 0; i < 300; ++i) {
        made.add({numberText(i % 3 + 0.1 * made.normal()), std::string(1, static_cast<char>('a' + i % 3))});
        other.add({numberText(i % 3), std::string(1, static_cast<char>('b' + i % 3))}); // b, c, d
    }
    QVERIFY(!publish("abc", {made.text(), "kind", "", "", 0}).is_null());
    QVERIFY(!publish("bcd", {other.text(), "kind", "", "", 0}).is_null());
    QVERIFY(!done("train", {{"topic", "abc-train"}, {"run", "abc"}, {"epochs", 2}}).is_null());
    const json evaluated = done("evaluate", {{"run", "abc"}, {"topic", "bcd-train"}, {"group", "bcd"}});
    QCOMPARE(evaluated["scored"].get<int>() + evaluated["rejected"].get<int>(), 210);
    QVERIFY(evaluated["rejected"].get<int>() > 40);
    QCOMPARE(evaluated["rejections"][0]["column"].get<std::string>(), std::string("kind"));
    QCOMPARE(evaluated["rejections"][0]["reason"].get<std::string>(), std::string("is not one of 3 classes (a, b, c)"));
}

/// The learning rate that a schedule has brought to its end is not the one to go on with.
void AnyTableTest::goesOnLearningOnline()
{
    const auto table = [](double shift) {
        TableMaker made;
        made.add({"x", "y"});
        for (int i = 0; i < 3000; ++i) {
            const double x = made.normal();
            made.add({numberText(x), numberText(3 * x + shift + 0.1 * made.normal())});
        }
        return MadeTable{made.text(), "y", "regression", "r2", 0};
    };
    QVERIFY(!publish("before", table(0)).is_null());
    QVERIFY(!publish("after", table(20)).is_null());
    QVERIFY(!done("train", {{"topic", "before-train"}, {"run", "line"}, {"epochs", 20}, {"patience", 0}}).is_null());
    const json learnt =
        done("online", {{"run", "line"}, {"topic", "after-train"}, {"group", "line"}, {"records", 300}});
    QCOMPARE(learnt["task"].get<std::string>(), std::string("regression"));
    QCOMPARE(learnt["records"].get<int>(), 2100);
    const json& datasets = learnt["mini_datasets"];
    QVERIFY2(datasets.front()["r2"].get<double>() < 0, datasets.dump().c_str());
    QVERIFY2(datasets.back()["loss"].get<double>() < datasets.front()["loss"].get<double>() / 4,
             datasets.dump().c_str());
    // Several classes go the same way, record by record too.
    QVERIFY(!publish("kinds", noHeader()).is_null());
    QVERIFY(!done("train", {{"topic", "kinds-train"}, {"run", "kinds"}}).is_null());
    const json kinds =
        done("online", {{"run", "kinds"}, {"topic", "kinds-test"}, {"group", "kinds"}, {"records", 1}, {"batch", 1}});
    QCOMPARE(kinds["task"].get<std::string>(), std::string("multi-class"));
    // Of 270 records, whichever they are: two deviations below 0.85.
    QVERIFY2(kinds["accuracy"].get<double>() > 0.85 - 2 * std::sqrt(0.85 * 0.15 / 270),
             kinds["accuracy"].dump().c_str());
}

/// Where no epoch becomes better than the linear model that it begins with, that one stays, and the run goes on like
/// any.
void AnyTableTest::theLinearStartIsKept()
{
    TableMaker made;
    made.add({"x", "y"});
    for (int i = 0; i < 600; ++i) {
        const double x = made.normal();
        made.add({numberText(x), numberText(7000 + 300 * x + 30 * made.normal())});
    }
    QVERIFY(!publish("straight", {made.text(), "y", "regression", "r2", 0}).is_null());
    const auto learnt = [&](const json& how) {
        json section = {{"topic", "straight-train"}, {"epochs", 4}};
        section.update(how);
        return done("train", section);
    };
    const json trained = learnt({{"run", "straight"}, {"learning-rate", 3}});
    QCOMPARE(trained["validation"]["best_epoch"].get<int>(), 0);
    const auto r2Of = [&](const std::string& run) {
        return done("evaluate", {{"run", run}, {"topic", "straight-test"}, {"group", run}})["r2"].get<double>();
    };
    QVERIFY(r2Of("straight") > 0.97);
    const json again = done("train", m_harness.again("reproduce", "straight"));
    QVERIFY(again["identical"] == true);
    const json more = done("train", m_harness.again("resume", trained["run"]));
    QVERIFY(more["nothing_new"] == true);
    QCOMPARE(more["validation"]["best_epoch"].get<int>(), 0);
    // The linear model itself is there after however few epochs, without a validation part too.
    QVERIFY(!learnt({{"run", "line"}, {"preset", "logistic"}, {"epochs", 1}}).is_null());
    QVERIFY(r2Of("line") > 0.97);
}

/// A new model measures what its columns hold on the records that are there.
void AnyTableTest::beginsOnline()
{
    QVERIFY(!publish("rides", datesAndTimes()).is_null());
    const auto begin = [](const std::string& name, const json& more) {
        json section = {{"topic", name}, {"group", name}, {"records", 20}};
        section.update(more);
        return section;
    };
    const json dates = done("online", begin("rides-train", {{"preset", "auto"}}));
    QVERIFY2(dates["windowed"]["r2"].get<double>() > 0.5, dates["windowed"].dump().c_str());
    TableMaker made;
    made.add({"word", "y"});
    for (int i = 0; i < 1500; ++i) {
        const bool is = made.below(3) == 0, told = made.uniform() < 0.9;
        made.add({is ? "late" : made.below(2) == 0 ? "early" : "", is == told ? "yes" : "no"});
    }
    QVERIFY(!publish("words", {made.text(), "y", "binary", "auc", 0}).is_null());
    const json words =
        done("online",
             begin("words-train", {{"preset", "logistic"}, {"records", 1}, {"batch", 1}, {"learning-rate", 0.02}}));
    QVERIFY2(words["windowed"]["accuracy"].get<double>() > 0.82, words["windowed"].dump().c_str());
    const json again = done("online", m_harness.again("reproduce", words["run"]));
    QVERIFY(again["identical"] == true);
    TableMaker numbers;
    numbers.add({"x", "y"});
    for (int i = 0; i < 2000; ++i) {
        const double x = numbers.normal();
        numbers.add({numberText(x), numberText(7000 + 300 * x)});
    }
    QVERIFY(!publish("slope", {numbers.text(), "y", "regression", "r2", 0}).is_null());
    const json slope = done("online", begin("slope-train", {{"preset", "logistic"}, {"learning-rate", 0.05}}));
    QVERIFY2(slope["windowed"]["r2"].get<double>() > 0.9, slope["windowed"].dump().c_str());

    TableMaker few;
    few.add({"word", "y"});
    for (int i = 0; i < 30; ++i)
        few.add({i % 2 == 0 ? "a" : "b", i % 2 == 0 ? "yes" : "no"});
    QVERIFY(!publish("few", {few.text(), "y", "binary", "auc", 0}).is_null());
    Job& early = m_harness.start("online", begin("few-train", json::object()));
    QVERIFY(JobHarness::ended(early));
    QCOMPARE(early.error().code, ErrorCode::Usage);
    QVERIFY2(early.error().message.find("21 records with a label that tell it") != std::string::npos,
             early.error().message.c_str());
}

/// 1,5 is a number in the label as in the features, and a text with a comma stays one.
void AnyTableTest::decimalCommas()
{
    std::string text = "x;ort;preis\n";
    for (int i = 0; i < 300; ++i)
        text += std::to_string(i % 40) + ",5;\"Ulm, Mitte\";" + std::to_string(1000 + 3 * (i % 40)) + ",25\n";
    const json published = publish("komma", {text, "preis", "regression", "r2", 0.9});
    QVERIFY(!published.is_null());
    const int tested = published["parts"][1]["records"].get<int>();
    QVERIFY(std::abs(tested - 90) <= 4); // of 40 different rows with 7 or 8 copies, by half of them
    const json trained = done("train", {{"topic", "komma-train"}, {"run", "komma"}});
    QCOMPARE(trained["task"].get<std::string>(), std::string("regression"));
    QCOMPARE(trained["rejected"].get<int>(), 0);
    const json evaluated = done("evaluate", {{"run", "komma"}, {"topic", "komma-test"}, {"group", "komma"}});
    QCOMPARE(evaluated["scored"].get<int>(), tested);
    QVERIFY(evaluated["r2"].get<double>() > 0.9);
    const auto values = SaidValues::of(m_harness.cluster().connection(), "komma-test");
    QVERIFY2(values.front().find("\"Ulm, Mitte\",10") != std::string::npos, values.front().c_str());
}

/// Records whose label is another one are not added to a topic.
void AnyTableTest::labelsOfATopicStay()
{
    std::string text = "x,quality\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i % 7) + "," + std::to_string(1 + i % 3) + "\n";
    const std::string file = m_harness.home() + "/quality.csv";
    QVERIFY(writeFileAtomically(file, text));
    json section = {{"file", file}, {"label", "quality"}, {"topic", "quality"}};
    QVERIFY(!done("publish", section).is_null());
    section["existing"] = "append";
    QVERIFY(!done("publish", section).is_null());
    for (const auto& [key, value] : {std::pair{"task", "regression"}, {"key", "label"}, {"label", "x"}}) {
        json other = section;
        other[key] = value;
        Job& job = m_harness.start("publish", other);
        QVERIFY(JobHarness::ended(job));
        QVERIFY2(job.error().code == ErrorCode::Usage, key);
        QVERIFY2(job.error().message.find("holds records of another table") != std::string::npos,
                 job.error().message.c_str());
    }
}

/// Numbers of rows as keys are no labels, though two of them are 0 and 1. A run brings along how its records look.
void AnyTableTest::anotherHomeDoesNotGuess()
{
    QVERIFY(!publish("away", noHeader()).is_null());
    QVERIFY(!done("train", {{"topic", "away-train"}, {"run", "away"}, {"epochs", 3}}).is_null());
    const QTemporaryDir other;
    const auto session = JobHarness::makeSession(other.path().toStdString(), m_harness.cluster().connection().brokers);
    const auto job = session->start("train", {{"topic", "away-train"}});
    QVERIFY(job && JobHarness::ended(**job));
    QVERIFY2((*job)->error().message.find("Where the label of topic away-train stands is not known here") !=
                 std::string::npos,
             describe((*job)->error()).c_str());
    const std::filesystem::path runs = std::filesystem::path(other.path().toStdString()) / "runs";
    std::filesystem::create_directories(runs);
    std::filesystem::copy(m_harness.run("away").path, runs / m_harness.run("away").folder,
                          std::filesystem::copy_options::recursive);
    const auto scored = session->start("evaluate", {{"run", "away"}, {"topic", "away-test"}, {"group", "away"}});
    QVERIFY(scored && JobHarness::done(**scored));
    QCOMPARE((*scored)->result()["scored"].get<int>(), 270);
}

/// Spectators come along to the predictions; what is private is learnt from, and stands nowhere but in its records.
void AnyTableTest::rolesGoTheWholeRoad()
{
    const QTemporaryDir elsewhere;
    const std::string file = elsewhere.filePath("patients.csv").toStdString();
    QVERIFY(writeFileAtomically(file, patients()));
    const json roles = {{"file", file}, {"label", "ill"}, {"spectator", "patient"}, {"private", "city,pay"}};
    const json looked = done("summarize", roles);
    json section = roles;
    section.update({{"topic", "ward-train"}, {"test-topic", "ward-test"}, {"test-partitions", 1}});
    const json published = done("publish", section);
    QCOMPARE(published["rejected"].get<int>(), 3);
    auto producer = Producer::open(m_harness.cluster().connection(), "ward-train", 1);
    QVERIFY(producer && producer->send("9", "P9,Qzxvyqbonn,8437123,soon,yes,1", 0, {}, {}) && producer->flush({}));

    const json trained = done("train", {{"topic", "ward-train"}, {"run", "ward"}});
    QCOMPARE(trained["rejected"].get<int>(), 1);
    QCOMPARE(trained["features"].dump(), std::string(R"(["city","pay","dose","paid"])"));
    const json columns = m_harness.run("ward").description["columns"];
    QCOMPARE(columns[0]["why"].get<std::string>(), std::string("private: its values are not shown"));
    QVERIFY2(columns[3]["question"].get<std::string>().starts_with("known before the outcome?"),
             columns.dump().c_str());
    QVERIFY(!columns[2].contains("question"));
    QVERIFY(!done("evaluate", {{"run", "ward"}, {"topic", "ward-test"}, {"group", "ward"}}).is_null());
    for (const auto& [format, to] : {std::pair{"json", "ward-said"}, std::pair{"csv", "ward-said-csv"}})
        QVERIFY(
            !done("predict", {{"run", "ward"}, {"topic", "ward-test"}, {"group", to}, {"to", to}, {"format", format}})
                 .is_null());
    const auto& connection = m_harness.cluster().connection();
    const auto records = SaidValues::of(connection, "ward-test"), said = SaidValues::of(connection, "ward-said"),
               short_ = SaidValues::of(connection, "ward-said-csv");
    QVERIFY(!records.empty() && said.size() == records.size() && short_.size() == records.size());
    for (std::size_t i = 0; i < said.size(); ++i) {
        const std::string patient = records[i].substr(0, records[i].find(','));
        QCOMPARE(json::parse(said[i])["spectators"].dump(), json({{"patient", patient}}).dump());
        QVERIFY2(short_[i].ends_with("," + patient), short_[i].c_str());
    }
    for (const std::string secret : {"Qzxvyq", "8437"}) {
        QVERIFY(looked.dump().find(secret) == std::string::npos);
        QVERIFY(published.dump().find(secret) == std::string::npos);
        for (const auto* values : {&said, &short_})
            for (const std::string& value : *values)
                QVERIFY2(value.find("Qzxvyq") == std::string::npos, value.c_str());
        if (secret == "Qzxvyq") { // digits stand in checkpoints by chance
            const auto files = filesWith(m_harness.home(), secret);
            QVERIFY2(files.empty(), files.empty() ? "" : files.front().c_str());
        }
    }
    const auto rejected = filesWith(m_harness.home(), "(private)");
    QVERIFY(std::ranges::any_of(rejected, [](const auto& path) { return path.ends_with("/rejected.csv"); }));
    QVERIFY(std::ranges::any_of(rejected,
                                [](const auto& path) { return path.find("patients.csv-") != std::string::npos; }));
}

/// By its role; another word for the key contradicts it.
void AnyTableTest::theKeyIsAColumn()
{
    const std::string file = m_harness.home() + "/keyed.csv";
    QVERIFY(writeFileAtomically(file, "id,x,y\na7,1,0\nb9,2,1\nc3,3,1\n"));
    json schema = done("summarize", {{"file", file}, {"label", "y"}})["schema"];
    schema["columns"][0]["role"] = "key";
    QVERIFY(!done("publish", {{"file", file}, {"schema", schema}, {"topic", "keyed"}, {"order", "file"}}).is_null());
    QCOMPARE(SaidValues::of(m_harness.cluster().connection(), "keyed").front(), std::string("a7,1,0"));
    Job& refused = m_harness.start(
        "publish", {{"file", file}, {"schema", schema}, {"topic", "keyed"}, {"key", "row"}, {"existing", "append"}});
    QVERIFY(JobHarness::ended(refused));
    QCOMPARE(refused.error().message, std::string("The message key is to be row, and column id has the role key"));
}

/// Nobody has told of its columns: they are what the command line says, by name, and what the newest records say.
void AnyTableTest::aTopicOfOthersGetsRoles()
{
    const auto& connection = m_harness.cluster().connection();
    auto admin = Admin::open(connection);
    QVERIFY(admin && admin->createTopic("theirs", 1, true));
    auto producer = Producer::open(connection, "theirs", 1);
    QVERIFY(producer);
    TableMaker made;
    for (int i = 0; i < 800; ++i) {
        const bool good = made.uniform() < 0.5;
        const std::string value = numberText(made.normal() + (good ? 3 : 0)) + ",junk" + std::to_string(i % 3) + "," +
                                  (good ? "good" : "bad") + ",T" + std::to_string(i);
        QVERIFY(producer->send({}, value, 0, {}, {}).has_value());
    }
    QVERIFY(producer->flush({}));
    const json trained =
        done("train", {{"topic", "theirs"}, {"run", "theirs"}, {"label", "x3"}, {"ignore", "x2"}, {"spectator", "x4"}});
    QCOMPARE(trained["rejected"].get<int>(), 0);
    QCOMPARE(trained["features"].dump(), std::string(R"(["x1"])"));
    const json evaluated = done("evaluate", {{"run", "theirs"}, {"topic", "theirs"}, {"group", "theirs"}});
    QCOMPARE(evaluated["scored"].get<int>(), 800);
    QVERIFY(evaluated["accuracy"].get<double>() > 0.9);
    QVERIFY(
        !done("predict", {{"run", "theirs"}, {"topic", "theirs"}, {"group", "p"}, {"to", "theirs-said"}}).is_null());
    const json first = json::parse(SaidValues::of(connection, "theirs-said").front());
    QCOMPARE(first["spectators"].dump(), std::string(R"({"x4":"T0"})"));
    Job& unknown = m_harness.start("train", {{"topic", "theirs"}, {"label", "x3"}, {"ignore", "x22"}});
    QVERIFY(JobHarness::ended(unknown));
    QVERIFY2(describe(unknown.error()).find("Did you mean x2?") != std::string::npos,
             describe(unknown.error()).c_str());
    QVERIFY(!publish("ours", allCategories()).is_null()); // whose roles stand
    Job& known = m_harness.start("train", {{"topic", "ours-train"}, {"label", "shape"}});
    QVERIFY(JobHarness::ended(known));
    QCOMPARE(known.error().code, ErrorCode::Usage);
}

void AnyTableTest::simulatedTablesAreLearnt_data()
{
    QTest::addColumn<bool>("isRegression");
    QTest::newRow("three-classes") << false;
    QTest::newRow("regression") << true;
}

/// A profile of a table with texts and gaps; its events, as a file and in a topic, are like the rows, and are learnt
/// nearly as well as can be.
void AnyTableTest::simulatedTablesAreLearnt()
{
    QFETCH(bool, isRegression);
    TableMaker made;
    made.add({"x", "\"place, or none\"", "count", "label"});
    constexpr std::array kPlaces = {"north", "\"far, far south\"", "mid"}, kKinds = {"low", "middle", "high"};
    for (int i = 0; i < 4000; ++i) {
        const int place = made.below(3);
        const double x = made.normal(), value = 2 * x + 3 * (place == 1) + 0.5 * made.normal();
        const std::string kind = kKinds.at(value < -0.5 ? 0 : value < 2 ? 1 : 2);
        made.add({made.uniform() < 0.1 ? "" : numberText(x), kPlaces.at(static_cast<std::size_t>(place)),
                  std::to_string(made.below(50)), isRegression ? numberText(100 + 10 * value) : kind});
    }
    const std::string name = isRegression ? "drawn-values" : "drawn-kinds", home = m_harness.home();
    const std::string file = home + "/" + name + ".csv", profile = home + "/" + name + ".json";
    QVERIFY(writeFileAtomically(file, made.text()));
    const json fitted = done("fit", {{"file", file}, {"label", "label"}, {"out", profile}});
    QVERIFY(!fitted.contains("prior"));
    const json& nearness = fitted["nearness"];
    QCOMPARE(nearness["columns"].size(), std::size_t{4});
    for (const json& column : nearness["columns"])
        QVERIFY2(column["distance"].get<double>() < 0.06, nearness.dump().c_str());
    QVERIFY2(nearness["mean_correlation_error"].get<double>() < 0.06, nearness.dump().c_str());

    const std::string drawnFile = home + "/" + name + "-drawn.csv";
    const json drawn = done("simulate", {{"profile", profile}, {"rows", 4000}, {"out", drawnFile}});
    QCOMPARE(drawn["class_counts"].size(), std::size_t(isRegression ? 0 : 3));
    const json read = done("summarize", {{"file", drawnFile}, {"label", "label"}});
    QCOMPARE(read["rows"].get<int>(), 4000);
    QCOMPARE(read["rejected"].get<int>(), 0);
    QCOMPARE(read["columns"][1]["levels"].size(), std::size_t{3});
    QVERIFY(std::abs(read["columns"][0]["missing"].get<int>() - 400) < 120);

    const char* score = isRegression ? "r2" : "accuracy";
    for (const std::string part : {"train", "test"})
        QVERIFY(!done("simulate", {{"profile", profile},
                                   {"rows", part == "train" ? 4000 : 1500},
                                   {"seed", part == "train" ? 1 : 2},
                                   {"topic", name + "-" + part}})
                     .is_null());
    QVERIFY(!done("train", {{"topic", name + "-train"}, {"run", name}}).is_null());
    const json evaluated = done("evaluate", {{"run", name}, {"topic", name + "-test"}, {"group", name}});
    QCOMPARE(evaluated["scored"].get<int>(), 1500);
    const double best = evaluated["best"][score].get<double>(), found = evaluated[score].get<double>();
    qInfo("%s %.3f of %.3f", score, found, best);
    QVERIFY2(found > best - 0.06 && best > 0.7, evaluated.dump().c_str());

    Job& refused = m_harness.start("simulate", {{"profile", profile},
                                                {"rows", 100},
                                                {"out", drawnFile},
                                                {"drift", isRegression ? "noise:0.2@50" : "prior:0.2@50"}});
    QVERIFY(JobHarness::ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY2(refused.error().message.find("makes no sense") != std::string::npos, refused.error().message.c_str());
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (const auto code = JobProcess::runHere())
        return *code;
    AnyTableTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_anytable.moc"
