// SPDX-License-Identifier: GPL-3.0-or-later
// The main road by the command line: the real executable, a real broker, and what scripts rely on: the last JSON
// object, exit codes, and that nothing but the executable's own output is on stdout.
#include "Waiting.h"
#include "base/Files.h"
#include "session/Ports.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

using millrace::anyFreePort;
using nlohmann::json;

class CommandLineTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void runsTheTutorial();
    void publishesTrainsEvaluatesLearns();
    void readsAGroupOnlyOnce();
    void saysThatAGroupHasCommittedNothing();
    void watchesAGroup();
    void runsAnExperimentFile();
    void sendsOnlyWhatIsNotThere();
    void comparesDetectors();
    void tellsWhatEndedUnexpectedly();
    void measuresTheMachine();
    void learnsFromATable();
    void proposes();
    void namesMistakesWithExitCodes_data();
    void namesMistakesWithExitCodes();
    void helpsWithWhatThereIs();
    void tellsWhatIsUnreadable();
    void tellsOutputThatIsLost();
    void showsIdentifiersAsTheyAre();
    void knowsItsCrashPoints();
    void setsBadMessagesAside();
    void tellsWeightsThatDiffer();
    void tellsAResultOnce();
    void namesChoices();
    void stopsCleanlyAtASignal_data();
    void stopsCleanlyAtASignal();
    void cleanupTestCase();

private:
    struct Run {
        int exitCode = -1;
        QList<json> lines;
        QByteArray errors;
        [[nodiscard]] json last() const { return lines.isEmpty() ? json() : lines.last(); }
    };
    Run run(const QStringList& arguments)
    {
        QProcess process;
        process.start(MILLRACE_BINARY, QStringList{"--home", m_home.path(), "--json"} + arguments);
        Run result;
        if (!process.waitForFinished(240000)) {
            process.kill();
            process.waitForFinished();
            return result;
        }
        result.exitCode = process.exitCode();
        result.errors = process.readAllStandardError();
        for (const QByteArray& line : process.readAllStandardOutput().split('\n'))
            if (!line.isEmpty())
                result.lines.append(json::parse(line.toStdString()));
        return result;
    }
    void write(const QString& name, const QByteArray& content)
    {
        QFile file(m_home.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QTemporaryDir m_home;
};

void CommandLineTest::initTestCase()
{
    const Run started = run({"cluster", "start", "--port", QString::number(anyFreePort())});
    QVERIFY2(started.exitCode == 0, started.errors.constData());
    QVERIFY(started.last()["state"] == "Running");
}

void CommandLineTest::runsTheTutorial()
{
    const Run tutorial = run({"tutorial", "--rows", "20000", "--epochs", "3", "--out", m_home.filePath("out")});
    QVERIFY2(tutorial.exitCode == 0, tutorial.errors.constData());
    const json result = tutorial.last();
    QVERIFY(result["event"] == "result");
    QCOMPARE(result["train"]["steps"].get<int>(), 3 * 188);
    QCOMPARE(result["train"]["parameters"].get<int>(), 68481);
    QCOMPARE(result["test"]["records"].get<int>(), 8000);
    QVERIFY(result["test"]["auc"].get<double>() > result["simulate"]["best"]["auc"].get<double>() - 0.03);
    QCOMPARE(result["online"]["records"].get<int>(), 12000);
    QVERIFY(QFile::exists(m_home.filePath("out/susy.pt")));
}

void CommandLineTest::publishesTrainsEvaluatesLearns()
{
    const QString csv = m_home.filePath("events.csv");
    QCOMPARE(run({"simulate", "--rows", "5000", "--out", csv, "--seed", "7"}).last()["records"].get<int>(), 5000);
    const json published = run({"publish", csv, "--topic", "a-train", "--test-topic", "a-test", "--test-fraction",
                                "0.4", "--key", "label"})
                               .last();
    QCOMPARE(published["records"].get<int>(), 5000);
    QCOMPARE(published["parts"][1]["records"].get<int>(), 2000);
    // The label as key puts each class whole into one partition of two.
    for (const json& partition : published["parts"][1]["partitions"])
        QVERIFY(partition["class_counts"][0] == 0 || partition["class_counts"][1] == 0);
    const json trained =
        run({"train", "--topic", "a-train", "--epochs", "2", "--run", "a", "--seed", "3", "--preset", "tutorial"})
            .last();
    QCOMPARE(trained["records"].get<int>(), 6000);
    const json again =
        run({"train", "--topic", "a-train", "--epochs", "2", "--run", "b", "--seed", "3", "--preset", "tutorial"})
            .last();
    QCOMPARE(again["loss"].get<double>(),
             trained["loss"].get<double>()); // the same seed and topic: the same run, to the last bit
    const json evaluated = run({"evaluate", "--run", "a", "--topic", "a-test", "--group", "g"}).last();
    QCOMPARE(evaluated["records"].get<int>(), 2000);
    const json learnt = run({"online", "--run", "a", "--topic", "a-train", "--group", "o", "--records", "1000"}).last();
    QCOMPARE(learnt["records"].get<int>(), 3000);
    QCOMPARE(learnt["mini_datasets"].size(), 3U);
    const json groups = run({"groups", "describe", "o"}).last();
    QCOMPARE(groups["rows"][0]["lag"].get<int>(), 0);
}

void CommandLineTest::readsAGroupOnlyOnce()
{
    const Run again = run({"evaluate", "--run", "a", "--topic", "a-test", "--group", "g"});
    QCOMPARE(again.exitCode, 0);
    QCOMPARE(again.last()["records"].get<int>(), 0);
    QVERIFY(again.last()["nothing_new"].get<bool>());
    QCOMPARE(run({"evaluate", "--run", "a", "--topic", "a-test", "--group", "g2"}).last()["records"].get<int>(), 2000);
}

void CommandLineTest::saysThatAGroupHasCommittedNothing()
{
    QCOMPARE(run({"topics", "create", "blank"}).exitCode, 0);
    const Run nothing = run({"evaluate", "--run", "a", "--topic", "blank", "--group", "idle"});
    QVERIFY2(nothing.exitCode == 0, nothing.errors.constData());
    const auto note = [this] { // its member is known for some seconds
        const json described = run({"groups", "describe", "idle"}).last();
        return described.is_object() ? QString::fromStdString(described.value("note", "")) : QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(
        note(), QStringLiteral("Group idle has committed nothing, and none of its members holds a partition"), 60000);
    const json described = run({"topics", "describe", "blank"}).last();
    QVERIFY(described["partitions"][0]["waiting"] == 0);
    for (const json& topic : run({"topics", "list"}).last()["topics"])
        QVERIFY2(topic["waiting"] == 0, topic.dump().c_str());
}

void CommandLineTest::watchesAGroup()
{
    const Run watched = run({"groups", "watch", "o", "--count", "2", "--interval", "50"});
    QVERIFY2(watched.exitCode == 0, watched.errors.constData());
    QCOMPARE(watched.lines.size(), 3);
    QVERIFY(watched.lines[0]["event"] == "watch" && watched.lines[1]["look"] == 2);
    QCOMPARE(watched.last()["rows"][0]["lag"].get<int>(), 0);
    QCOMPARE(watched.last()["rows"][0]["processed"].get<int>(), 3000);
    QVERIFY(watched.last()["rows"][0]["verdict"] == "OK");
    QCOMPARE(run({"groups", "watch", "nobody"}).exitCode, 1);

    QProcess table;
    table.start(MILLRACE_BINARY, {"--home", m_home.path(), "groups", "watch", "o", "--topic", "a-train"});
    QByteArray output;
    TRY_VERIFY((output += table.readAllStandardOutput()).count("TIME-TO-DRAIN") > 1);
    ::kill(static_cast<pid_t>(table.processId()), SIGINT);
    QVERIFY(table.waitForFinished(20000));
    QCOMPARE(table.exitCode(), 130);
}

void CommandLineTest::runsAnExperimentFile()
{
    write("small.millrace", R"({ "millrace": 1, "name": "small", "seed": 5,
        "topics": [ { "name": "x-train" }, { "name": "x-test", "partitions": 2 } ],
        "data": { "file": ")" + m_home.filePath("events.csv").toUtf8() +
                                R"(", "schema": "susy" },
        "publish": { "topic": "x-train", "test-topic": "x-test", "test-fraction": 0.4, "existing": "replace" },
        "model": { "preset": "small" },
        "train": { "topic": "x-train", "epochs": 1 },
        "evaluate": { "topic": "x-test", "group": "x" },
        "predict": { "topic": "x-test", "group": "x-scorers", "to": "x-said" },
        "export": [ { "format": "safetensors", "out": ")" +
                                m_home.filePath("x.safetensors").toUtf8() + R"(" } ] })");
    const Run experiment = run({"run", m_home.filePath("small.millrace")});
    QVERIFY2(experiment.exitCode == 0, experiment.errors.constData());
    QCOMPARE(experiment.last()["test"]["records"].get<int>(), 2000);
    QVERIFY(QFile::exists(m_home.filePath("x.safetensors")));

    // The predictions of the first run go with the records that they were predicted of.
    const Run again = run({"run", m_home.filePath("small.millrace")});
    QVERIFY2(again.exitCode == 0, again.errors.constData());
    QCOMPARE(again.last()["predict"]["records"].get<int>(), 2000);
    std::int64_t offsets = 0;
    const json described = run({"topics", "describe", "x-said"}).last();
    for (const json& partition : described["partitions"])
        offsets += partition["high"].get<std::int64_t>() - partition["low"].get<std::int64_t>();
    QVERIFY2(offsets >= 2000 && offsets < 4000, std::to_string(offsets).c_str()); // with the transactions' markers
    QVERIFY(std::ranges::any_of(again.lines, [](const json& line) {
        return line["event"] == "note" &&
               line["text"].get<std::string>().starts_with("Topic x-said was deleted with its");
    }));

    // What cannot be published does not cost what stands there.
    write("unlabelled.csv", "class,x\n,1\n,2\nNA,3\n");
    for (const char* file : {"nope.csv", "unlabelled.csv"}) {
        write("lost.millrace", R"({ "millrace": 1, "topics": [ { "name": "x-test", "partitions": 2 } ],
            "data": { "file": ")" + m_home.filePath(file).toUtf8() +
                                   R"(" }, "publish": { "topic": "x-test", "existing": "replace" } })");
        const Run lost = run({"run", m_home.filePath("lost.millrace")});
        QVERIFY2(lost.exitCode == 4, lost.errors.constData());
        std::int64_t kept = 0;
        const json topic = run({"topics", "describe", "x-test"}).last();
        for (const json& partition : topic["partitions"])
            kept += partition["high"].get<std::int64_t>();
        QCOMPARE(kept, std::int64_t{2000});
    }
}

void CommandLineTest::sendsOnlyWhatIsNotThere()
{
    const QStringList publish = {"publish",         m_home.filePath("events.csv"),
                                 "--topic",         "a-train",
                                 "--test-topic",    "a-test",
                                 "--test-fraction", "0.4",
                                 "--resume"};
    const json again = run(publish + QStringList{"--key", "label"}).last();
    QCOMPARE(again["already_there"].get<int>(), 5000);
    QCOMPARE(again["sent"].get<int>(), 0);
    const Run other = run(publish + QStringList{"--key", "none"});
    QCOMPARE(other.exitCode, 2);
    QVERIFY2(other.errors.contains("key was label, is none"), other.errors.constData());
}

void CommandLineTest::comparesDetectors()
{
    const json compared = run({"detectors", "--detectors", "ddm,adwin", "--seed", "4"}).last();
    QCOMPARE(compared["detectors"].size(), 2U);
    QVERIFY(compared["detectors"][0]["detector"] == "ddm");
    const Run untold = run({"detectors", "a"});
    QCOMPARE(untold.exitCode, 2);
    QVERIFY2(untold.errors.contains("scores.csv"), untold.errors.constData());
}

/// The next start in the home says it, once; the list always.
void CommandLineTest::tellsWhatEndedUnexpectedly()
{
    QVERIFY(QDir(m_home.path()).mkpath("runs/20260131T123456Z-lost"));
    write("runs/20260131T123456Z-lost/run.json", R"({"kind": "train", "name": "lost", "status": "running"})");
    const auto tells = [](const Run& run) {
        return std::ranges::any_of(run.lines, [](const json& line) {
            return line["event"] == "note" && line["text"].get<std::string>().find("Run 20260131T123456Z-lost ended "
                                                                                   "unexpectedly") == 0;
        });
    };
    const QStringList any = {"simulate", "--rows", "10", "--out", m_home.filePath("ten.csv")};
    QVERIFY(tells(run(any)));
    QVERIFY(!tells(run(any)));
    bool listed = false;
    const json list = run({"runs", "list"}).last();
    for (const json& each : list["runs"])
        listed = listed || (each["run"] == "20260131T123456Z-lost" && each["status"] == "interrupted");
    QVERIFY(listed);
    QVERIFY(QDir(m_home.filePath("runs/20260131T123456Z-lost")).removeRecursively());
}

void CommandLineTest::tellsWhatIsUnreadable()
{
    QVERIFY(QDir(m_home.path()).mkpath("runs/20260131T123456Z-broken"));
    write("runs/20260131T123456Z-broken/run.json", R"({"started": 1e999})");
    const json list = run({"runs", "list"}).last();
    const auto& runs = list["runs"];
    QVERIFY(std::ranges::any_of(runs, [](const json& each) {
        return each["run"] == "20260131T123456Z-broken" && each["status"] == "unreadable";
    }));
    const Run shown = run({"runs", "show", "20260131T123456Z-broken"});
    QCOMPARE(shown.exitCode, 4);
    QVERIFY2(shown.errors.contains("run.json line 1, column 13: the number 1e999 is out of range"),
             shown.errors.constData());
    QVERIFY(QDir(m_home.filePath("runs/20260131T123456Z-broken")).removeRecursively());
}

void CommandLineTest::tellsOutputThatIsLost()
{
    if (!QFile::exists("/dev/full"))
        QSKIP("there is no device that is always full");
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(MILLRACE_BINARY, {"--home", m_home.path(), "runs", "list"});
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("Not all of the output could be written"));
}

/// For people, who look for the process: no thousands comma.
void CommandLineTest::showsIdentifiersAsTheyAre()
{
    QProcess status;
    status.start(MILLRACE_BINARY, {"--home", m_home.path(), "cluster", "status"});
    QVERIFY(status.waitForFinished(60000));
    const QString shown = QString::fromUtf8(status.readAllStandardOutput());
    static const QRegularExpression pid("^pid +[0-9]+$", QRegularExpression::MultilineOption);
    QVERIFY2(pid.match(shown).hasMatch(), qPrintable(shown));
}

/// A file and its label, and nothing else: classes and numbers, run at once or saved first.
void CommandLineTest::learnsFromATable()
{
    QByteArray kinds = "x,kind\n", prices = "x,price\n";
    for (int i = 0; i < 300; ++i) {
        kinds += QByteArray::number(i % 3 + 0.01 * (i % 20)) +
                 (i % 3 == 0   ? ",low"
                  : i % 3 == 1 ? ",mid"
                               : ",high") +
                 "\n";
        prices += QByteArray::number(i % 50) + "," + QByteArray::number(1000 + 7.5 * (i % 50)) + "\n";
    }
    write("kinds.csv", kinds);
    write("prices.csv", prices);
    const QStringList learn = {"learn", m_home.filePath("kinds.csv"), "--label", "kind"};
    const Run classes = run(learn);
    QVERIFY2(classes.exitCode == 0, classes.errors.constData());
    QCOMPARE(classes.last()["test"]["scored"].get<int>(), 75);
    QVERIFY(classes.last()["test"]["accuracy"].get<double>() > 0.95);
    QCOMPARE(classes.last()["test"]["classes"].dump(), std::string(R"(["high","low","mid"])"));
    QCOMPARE(classes.last()["baseline_test"]["scored"].get<int>(), 75); // the linear model beside it
    const Run few =
        run(learn + QStringList{"--name", "few", "--set", "train.epochs=2", "--set", "publish.test-fraction=0.5"});
    QVERIFY2(few.exitCode == 0, few.errors.constData());
    QCOMPARE(few.last()["train"]["epochs"].get<int>(), 2);
    QVERIFY(std::abs(few.last()["test"]["scored"].get<int>() - 150) < 40);
    const Run misspelt = run(learn + QStringList{"--set", "train.epoch=2"});
    QCOMPARE(misspelt.exitCode, 2);
    QVERIFY2(misspelt.errors.contains("Did you mean epochs?"), misspelt.errors.constData());
    const Run again = run(learn);
    QCOMPARE(again.exitCode, 2); // what stands there is nobody's to delete unasked
    QVERIFY2(again.errors.contains("--existing"), again.errors.constData());
    QVERIFY2(run(learn + QStringList{"--existing", "replace"}).exitCode == 0, again.errors.constData());
    const QString file = m_home.filePath("prices.millrace");
    const Run saved = run({"learn", m_home.filePath("prices.csv"), "--label", "price", "--save", file});
    QVERIFY2(saved.exitCode == 0 && QFile::exists(file), saved.errors.constData());
    const Run numbers = run({"run", file});
    QVERIFY2(numbers.exitCode == 0, numbers.errors.constData());
    QVERIFY(numbers.last()["test"]["r2"].get<double>() > 0.9);
    QVERIFY(numbers.last()["test"]["task"] == "regression");
    const Run once = run({"run", file, "--set", "publish.existing=replace", "--set", "train.epochs=1"});
    QVERIFY2(once.exitCode == 0, once.errors.constData());
    QCOMPARE(once.last()["train"]["epochs"].get<int>(), 1);
    const Run none = run({"learn", m_home.filePath("kinds.csv"), "--label", "knd"});
    QCOMPARE(none.exitCode, 2);
    QVERIFY2(none.errors.contains("Did you mean kind?"), none.errors.constData());
}

/// What would be learnt, and how, before anything is published.
void CommandLineTest::proposes()
{
    QByteArray table = "id,x,site,kind\n";
    for (int i = 0; i < 200; ++i)
        table += "r" + QByteArray::number(7 * i) + ',' + QByteArray::number(0.5 * (i % 40)) +
                 (i % 2 ? ",north" : ",south") + (i % 3 ? ",high\n" : ",low\n");
    write("proposed.csv", table);
    const Run run = this->run({"propose", m_home.filePath("proposed.csv"), "--label", "kind"});
    QVERIFY2(run.exitCode == 0, run.errors.constData());
    const json proposal = run.last()["proposal"], columns = run.last()["columns"];
    QCOMPARE(proposal["label"].dump(), std::string(R"({"what":"kind","why":"chosen"})"));
    QCOMPARE(proposal["task"]["what"].get<std::string>(), std::string("2 classes: high, low"));
    QVERIFY(proposal["budget"]["what"].get<std::string>().starts_with("at most "));
    QCOMPARE(columns[0]["what"].get<std::string>(), std::string("left out"));
    QCOMPARE(columns[0]["numbers"].get<int>(), 0);
    QVERIFY(!columns[2]["why"].get<std::string>().empty() && columns[2]["numbers"].get<int>() > 1);
    QVERIFY(!columns[3].contains("what"));
    const Run impossible =
        this->run({"propose", m_home.filePath("proposed.csv"), "--label", "kind", "--task", "regression"});
    QCOMPARE(impossible.exitCode, 4);
    QCOMPARE(this->run({"schema"}).last()["title"].get<std::string>(), std::string("Millrace experiment"));
}

/// How fast is for the bench tier; that it comes to a result is for all.
void CommandLineTest::measuresTheMachine()
{
    const Run training = run({"bench", "--rows", "2000", "--rounds", "1", "--batch", "32,64"});
    QVERIFY2(training.exitCode == 0, training.errors.constData());
    for (const char* figure : {"epoch_over_products", "batch_32_epoch_over_products", "publish_records_per_second"})
        QVERIFY2(training.last()[figure].get<double>() > 0, figure);
    const Run input = run({"bench", "--part", "input", "--rows", "5000", "--rounds", "1"});
    QVERIFY2(input.exitCode == 0, input.errors.constData());
    QVERIFY(input.last()["consume_records_per_second"].get<double>() > 0);
    const Run online = run({"bench", "--part", "online", "--rows", "4000", "--rounds", "1"});
    QVERIFY2(online.exitCode == 0, online.errors.constData());
    for (const char* figure : {"logistic_over_memory", "tutorial_over_memory", "tutorial_over_train"})
        QVERIFY2(online.last()[figure].get<double>() > 0, figure);
}

void CommandLineTest::namesMistakesWithExitCodes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("says");
    write("typo.millrace", R"({ "millrace": 1, "train": { "topic": "t", "epoch": 3 } })");
    write("empty.csv", "");
    write("binary.csv", QByteArray("a\0b\0c\n", 6));
    QTest::newRow("unknown key") << QStringList{"run", m_home.filePath("typo.millrace")} << 2 << "train.epoch";
    QTest::newRow("nearest key") << QStringList{"run", m_home.filePath("typo.millrace")} << 2 << "Did you mean epochs?";
    QTest::newRow("unknown flag") << QStringList{"train", "--topic", "a-train", "--epoch", "1"} << 2 << "--epoch";
    QTest::newRow("bad number") << QStringList{"train", "--topic", "a-train", "--epochs", "none"} << 2
                                << "--epochs none";
    QTest::newRow("out of range") << QStringList{"train", "--topic", "a-train", "--epochs", "0"} << 2
                                  << "--epochs must be from 1";
    write("twice.millrace", R"({ "millrace": 1, "train": { "topic": "t", "epochs": 3, "epochs": 4 } })");
    QTest::newRow("a key twice") << QStringList{"run", m_home.filePath("twice.millrace")} << 2
                                 << "train.epochs is there twice";
    QTest::newRow("nothing to read") << QStringList{"train", "--topic", "a-train", "--until", "count:0"} << 2
                                     << "--until: 'count:0'";
    QTest::newRow("the usual share of no test part")
        << QStringList{"publish", m_home.filePath("empty.csv"), "--topic", "q", "--test-fraction", "0.4"} << 2
        << "--test-fraction is of no use: --test-topic is missing";
    write("idle.millrace", R"({ "millrace": 1, "cluster": "local" })");
    QTest::newRow("no number") << QStringList{"train", "--topic", "a-train", "--max-rate", "nan"} << 2 << "--max-rate";
    QTest::newRow("no model") << QStringList{"train", "--topic", "a-train", "--model", "nonsense"} << 2
                              << "--model must be an object";
    QTest::newRow("no step") << QStringList{"run", m_home.filePath("idle.millrace")} << 2 << "nothing to do";
    QTest::newRow("empty broker") << QStringList{"topics", "list", "--broker", ""} << 2 << "--broker";
    QTest::newRow("no such port") << QStringList{"topics", "list", "--broker", "127.0.0.1:99999"} << 2
                                  << "from 1 to 65535";
    QTest::newRow("other port") << QStringList{"cluster", "start", "--port", "1"} << 1 << "runs already";
    QTest::newRow("rate of a file") << QStringList{"simulate", "--out", m_home.filePath("r.csv"), "--rate", "5"} << 2
                                    << "--rate is of a topic";
    QTest::newRow("no label to be the key")
        << QStringList{"publish", m_home.filePath("empty.csv"), "--topic", "q", "--label", "none", "--key", "label"}
        << 2 << "--key is label, and --label is none";
    QTest::newRow("a share of no test part")
        << QStringList{"publish", m_home.filePath("empty.csv"), "--topic", "q", "--test-fraction", "0.2"} << 2
        << "--test-fraction is of no use: --test-topic is missing";
    QTest::newRow("of a fit, without one")
        << QStringList{"simulate", "--out", m_home.filePath("r.csv"), "--prior", "0.5"} << 2 << "--fit";
    QTest::newRow("a topic of a fit") << QStringList{"simulate", "--fit", "a.csv", "--topic", "q"} << 2 << "--topic";
    QTest::newRow("too many passes") << QStringList{"runs", "resume", "a", "--passes", "1000001"} << 2 << "1000000";
    QTest::newRow("resume for nothing") << QStringList{"runs", "resume", "a", "--epochs", "0"} << 2 << "--epochs";
    QTest::newRow("bad start") << QStringList{"train", "--topic", "a-train", "--from", "yesterday"} << 2 << "yesterday";
    QTest::newRow("no such topic") << QStringList{"train", "--topic", "a-tain"} << 2 << "a-train";
    QTest::newRow("no such partition") << QStringList{"train", "--topic", "a-train", "--partition", "9"} << 2
                                       << "no partition 9";
    QTest::newRow("no such run") << QStringList{"evaluate", "--run", "nobody", "--topic", "a-test", "--group", "z"} << 2
                                 << "nobody";
    const QString missing = m_home.filePath("missing");
    QTest::newRow("no such experiment") << QStringList{"run", missing} << 4 << "missing";
    QTest::newRow("no such table") << QStringList{"publish", missing, "--topic", "q"} << 4 << "missing";
    QTest::newRow("no such profile") << QStringList{"simulate", missing, "--out", m_home.filePath("r.csv")} << 4
                                     << "missing";
    QTest::newRow("no such checkpoint") << QStringList{"predict", "--model", missing, "--topic", "a-test",
                                                       "--group", "z",       "--to",  "z"}
                                        << 4 << "missing";
    QTest::newRow("no such model") << QStringList{"train", "--topic", "a-train", "--model", missing + ".json"} << 4
                                   << "missing.json";
    QTest::newRow("empty file") << QStringList{"summarize", m_home.filePath("empty.csv")} << 4 << "empty.csv";
    QTest::newRow("binary file") << QStringList{"publish", m_home.filePath("binary.csv"), "--topic", "q"} << 4
                                 << "binary.csv";
    QTest::newRow("no such command") << QStringList{"trian"} << 2
                                     << "neither a command nor a file trian. Did you mean train?";
    QTest::newRow("no command") << QStringList{"--json"} << 2 << "--json is of a command, and there is none";
    QTest::newRow("a word too many") << QStringList{"groups", "list", "a"} << 2 << "groups takes no 'a' there";
    QTest::newRow("empty topic") << QStringList{"train", "--topic", ""} << 2
                                 << "--topic is missing. Give it: the topic";
    QTest::newRow("neither topic nor file")
        << QStringList{"evaluate", "--run", "a"} << 2 << "--topic is missing, and --data too. Give --topic, the topic";
    QTest::newRow("no file for predictions") << QStringList{"predict", "--run", "a", "--data", "a.csv"} << 2
                                             << "--out is missing. Give it: the CSV to write";
    QTest::newRow("no file to publish") << QStringList{"publish", "--topic", "q"} << 2 << "file is missing. Give it:";
    QTest::newRow("a split without its rows")
        << QStringList{"publish", "a.csv", "--topic", "q", "--test-topic", "r", "--split", "last"} << 2
        << "--split is last, and --test-last is missing. Give it: the last N rows are the test part";
    QTest::newRow("a run's name") << QStringList{"runs", "delete", "a"} << 2 << "Give one of: 20";
    QTest::newRow("no broker") << QStringList{"--broker", "127.0.0.1:1", "topics", "list"} << 3 << "127.0.0.1:1";
}

void CommandLineTest::namesMistakesWithExitCodes()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const int, exitCode);
    QFETCH(const QString, says);
    const Run failed = run(arguments);
    QVERIFY2(failed.exitCode == exitCode, failed.errors.constData());
    QVERIFY2(QString::fromUtf8(failed.errors).contains(says), failed.errors.constData());
}

void CommandLineTest::helpsWithWhatThereIs()
{
    const auto help = [](const QStringList& with, int exitCode) {
        QProcess process;
        process.start(MILLRACE_BINARY, QStringList{"help"} + with);
        return process.waitForFinished(60000) && process.exitCode() == exitCode
                   ? process.readAllStandardOutput() + process.readAllStandardError()
                   : QByteArray();
    };
    QVERIFY(help({"runs", "export"}, 0).contains("Usage: millrace runs export"));
    QVERIFY(help({"runs", "exprot"}, 2).contains("no command exprot to help with. Did you mean export?"));
    QVERIFY(help({"weather"}, 2).contains("millrace help lists the commands"));
}

void CommandLineTest::knowsItsCrashPoints()
{
    for (const char* asked : {"file.opned", "file.opened:none", "file.opened:0"}) {
        qputenv("MILLRACE_CRASH_AT", asked);
        const Run failed = run({"formats"});
        qunsetenv("MILLRACE_CRASH_AT");
        QCOMPARE(failed.exitCode, 2);
        QVERIFY2(failed.errors.contains("file.opened"), failed.errors.constData());
    }
}

void CommandLineTest::setsBadMessagesAside()
{
    write("rough.csv", "0,1.5,2.5\n1,2.5,abc\n1,3.5\n0,4.5,5.5\n1,0.5,inf\n1,0.5,0.5\n");
    const Run published = run({"publish", m_home.filePath("rough.csv"), "--topic", "rough", "--schema",
                               R"({"columns":[{"name":"y","role":"label"},{"name":"a"},{"name":"b"}]})"});
    QVERIFY2(published.exitCode == 0, published.errors.constData());
    QCOMPARE(published.last()["records"].get<int>(), 3);
    QCOMPARE(published.last()["rejected"].get<int>(), 3);
    QFile rejected(QString::fromStdString(published.last()["rejected_file"].get<std::string>()));
    QVERIFY(rejected.open(QIODevice::ReadOnly));
    const QByteArray reasons = rejected.readAll();
    for (const char* place : {"line 2", "line 3", "line 5"})
        QVERIFY2(reasons.contains(place), reasons.constData());
    const Run stopped = run({"publish", m_home.filePath("rough.csv"), "--topic", "rough2", "--on-error", "stop",
                             "--schema", R"({"columns":[{"name":"y","role":"label"},{"name":"a"},{"name":"b"}]})"});
    QCOMPARE(stopped.exitCode, 4);
    QVERIFY2(stopped.errors.contains("line 2"), stopped.errors.constData());
}

/// A run whose seed is another one than it was trained with cannot be reproduced.
void CommandLineTest::tellsWeightsThatDiffer()
{
    const Run trained = run({"train", "--topic", "a-train", "--epochs", "1", "--run", "seeded"});
    QVERIFY2(trained.exitCode == 0, trained.errors.constData());
    QCOMPARE(run({"runs", "reproduce", "seeded"}).exitCode, 0);
    const QString file = "runs/" + QString::fromStdString(trained.last()["run"].get<std::string>()) + "/run.json";
    json description = *millrace::readJson(m_home.filePath(file).toStdString());
    description["configuration"]["seed"] = 2;
    write(file, QByteArray::fromStdString(description.dump()));
    const Run again = run({"runs", "reproduce", "seeded"});
    QCOMPARE(again.exitCode, 1);
    QVERIFY2(again.errors.contains("The weights are not those of the run"), again.errors.constData());
    QVERIFY(again.last()["event"] == "result" && again.last()["identical"] == false);
}

/// A label of no class: the last object is the result, which tells what is wrong with it.
void CommandLineTest::tellsAResultOnce()
{
    write("none.csv", "x,y\n1,\n2,NA\n3,?\n");
    const Run looked = run({"summarize", m_home.filePath("none.csv"), "--label", "y"});
    QCOMPARE(looked.exitCode, 4);
    QVERIFY2(looked.errors.contains("holds no value in any row"), looked.errors.constData());
    QVERIFY(looked.last()["event"] == "result" && looked.last().contains("problem"));
}

void CommandLineTest::namesChoices()
{
    QProcess process;
    process.start(MILLRACE_BINARY, {"online", "--help"});
    QVERIFY(process.waitForFinished(60000));
    const QString help = QString::fromUtf8(process.readAllStandardOutput()).simplified();
    for (const char* choices : {"one of none, running", "one of annotate, raise-rate,", "one of refuse, skip"})
        QVERIFY2(help.contains(choices), qPrintable(help));
}

void CommandLineTest::stopsCleanlyAtASignal_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("Ctrl-C") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void CommandLineTest::stopsCleanlyAtASignal()
{
    QFETCH(const int, signal);
    QProcess process;
    process.start(MILLRACE_BINARY, {"--home", m_home.path(), "--json", "train", "--topic", "a-train", "--epochs",
                                    "100000", "--run", "long"});
    QByteArray output;
    const QRegularExpression laterEpoch("epoch ([2-9]|[1-9][0-9]+) of"); // a fast machine does not say each one
    TRY_VERIFY(QString(output += process.readAllStandardOutput()).contains(laterEpoch));
    QElapsedTimer timer;
    timer.start();
    ::kill(static_cast<pid_t>(process.processId()), signal);
    QVERIFY(process.waitForFinished(20000));
    qInfo("ended in %lld ms", timer.elapsed());
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    output += process.readAllStandardOutput();
    const json result = json::parse(output.trimmed().split('\n').last().toStdString());
    QVERIFY(result["stopped"].get<bool>());
    // What was learnt is kept: the run can be evaluated.
    const QString run = QString::fromStdString(result["run"].get<std::string>());
    QCOMPARE(run.isEmpty(), false);
    const json evaluated = this->run({"evaluate", "--run", run, "--topic", "a-test", "--group", "after-" + run}).last();
    QCOMPARE(evaluated["records"].get<int>(), 2000);
}

void CommandLineTest::cleanupTestCase()
{
    QCOMPARE(run({"cluster", "stop"}).exitCode, 0);
    QCOMPARE(run({"cluster", "status"}).exitCode, 3);
}

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_commandline.moc"
