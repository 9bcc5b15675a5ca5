// SPDX-License-Identifier: GPL-3.0-or-later
// The table of sections: what flags, experiment files, forms and the README's key tables are made from.
#include "base/Text.h"
#include "data/simulator/Simulator.h"
#include "metrics/Interval.h"
#include "session/Experiment.h"
#include "session/ExperimentSchema.h"
#include "session/ExperimentSet.h"
#include "session/ExperimentSteps.h"
#include "session/KeyNames.h"
#include "session/LearnSentence.h"
#include "session/Resources.h"
#include "session/Sections.h"

#include <QFile>
#include <QTest>
#include <cmath>
#include <set>

using namespace millrace;
using Type = SectionKey::Type;

namespace
{

std::string typeOf(const SectionKey& key)
{
    static const std::map<Type, std::string> names = {{Type::Text, "text"},
                                                      {Type::Integer, "whole number"},
                                                      {Type::Number, "number"},
                                                      {Type::Object, "object"},
                                                      {Type::Flag, "flag"}};
    std::string type = names.at(key.type);
    if (!key.choices.empty()) {
        type.clear();
        for (const std::string& choice : key.choices)
            type += (type.empty() ? "" : ", ") + choice;
    }
    const auto bound = [](double number) {
        return number == std::floor(number) ? formatCount(static_cast<std::int64_t>(number)) : shortestDecimal(number);
    };
    if (key.minimum > -kNoBound)
        type += key.maximum < kNoBound ? ", " + bound(key.minimum) + " to " + bound(key.maximum)
                                       : ", from " + bound(key.minimum);
    return type;
}

std::string defaultOf(const SectionKey& key)
{
    if (key.required)
        return "needed";
    if (key.defaultValue.is_null())
        return key.absent.empty() ? "–" : key.absent;
    const std::string value =
        key.defaultValue.is_string() ? key.defaultValue.get<std::string>() : dumpJson(key.defaultValue);
    return value.empty() ? "–" : value;
}

std::string cell(std::string text)
{
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
        text.insert(at, 1, '\\');
    return text;
}

/// The page that this table makes.
std::string keysAsMarkdown(const std::vector<Section>& table)
{
    std::string page =
        "# Keys\n"
        "Made from `Sections.cpp` by `tst_sections`; a change there is written here with "
        "`MILLRACE_WRITE_KEYS=1 build/release/bin/tst_sections`. Results are in the [README](README.md).\n";
    for (const Section& section : table) {
        page += "\n## " + section.name + "\n" + section.help + "\n\n| key | value | default | |\n|---|---|---|---|\n";
        for (const SectionKey& key : section.keys)
            page += "| " + key.name + " | " + cell(typeOf(key)) + " | " + cell(defaultOf(key)) + " | " +
                    cell(key.help) + (key.needs.empty() ? "" : "; with " + key.needs) +
                    (key.live ? "; can be changed while it runs" : "") + " |\n";
    }
    return page;
}

/// One of ours with a key more.
Section withAnotherKey()
{
    Section section = *findSection("predict");
    SectionKey key;
    key.name = "spin";
    key.type = Type::Number;
    key.defaultValue = 0.5;
    key.help = "how fast it spins";
    key.minimum = 0;
    key.maximum = 2;
    section.keys.push_back(key);
    return section;
}

} // namespace

class SectionsTest : public QObject
{
    Q_OBJECT
private slots:
    void thePageIsTheTable()
    {
        const std::string page = keysAsMarkdown(sections());
        QFile file(QStringLiteral(MILLRACE_SOURCE_DIR "/engine/session/KEYS.md"));
        if (qEnvironmentVariableIsSet("MILLRACE_WRITE_KEYS")) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(QByteArray::fromStdString(page)), qint64(page.size()));
            file.close();
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(file.readAll().toStdString() == page,
                 "engine/session/KEYS.md is not what Sections.cpp says: run this test with MILLRACE_WRITE_KEYS=1");
    }

    void theSchemaIsTheTables()
    {
        const std::string schema = dumpJson(experimentSchema(), 2) + "\n";
        QFile file(QStringLiteral(MILLRACE_SOURCE_DIR "/engine/session/experiment.schema.json"));
        if (qEnvironmentVariableIsSet("MILLRACE_WRITE_KEYS")) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(QByteArray::fromStdString(schema)), qint64(schema.size()));
            file.close();
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(file.readAll().toStdString() == schema,
                 "experiment.schema.json is not what the tables say: run this test with MILLRACE_WRITE_KEYS=1");
    }

    void learningSpellsOutItsDefaults()
    {
        const Experiment experiment = learnExperiment({.file = "a.csv", .label = "y"});
        const auto read = experimentFromJson(toJson(experiment));
        QVERIFY2(read, describe(read).c_str());
        const nlohmann::json& sections = read->sections;
        QVERIFY(sections["train"]["preset"] == "auto" && sections["train"]["keep-mb"].is_number());
        QVERIFY(sections["data"]["separator"] == "auto" && !sections["publish"].contains("separator"));
        QVERIFY(sections["baseline"]["preset"] == "logistic");
        QVERIFY(sections["baseline-test"]["group"] != sections["evaluate"]["group"]);
        const nlohmann::json last = learnExperiment({.file = "a.csv", .testLast = 10}).sections;
        QVERIFY(last["publish"]["test-last"] == 10 &&
                last["publish"]["split"] == "last"); // of those that take each other's place one is said
        QVERIFY(!last["publish"].contains("test-fraction"));
        nlohmann::json changed = sections;
        changed["publish"]["topic"] = "other";
        changed["publish"].erase("test-topic");
        followPublication(changed);
        QVERIFY(changed["train"]["topic"] == "other" && changed["baseline"]["topic"] == "other");
        QVERIFY(!changed.contains("evaluate") && !changed.contains("baseline-test"));
    }

    /// Whoever gives a key is told of it by its own name for it.
    void errorsNameKeysAsTheyAreGiven()
    {
        const auto asFlags = [](const std::string& text) {
            const KeyName flag = [](const Section& section, const SectionKey& key) {
                return section.name == "publish" ? "--" + key.name : keyPath(section, key);
            };
            return withKeyNames({ErrorCode::Usage, text, text}, flag);
        };
        const Error told = asFlags("publish.split is last, and publish.test-last is missing.");
        QCOMPARE(told.message, "--split is last, and --test-last is missing.");
        QCOMPARE(told.advice, told.message);
        for (const char* same : {"train.epochs must be from 1", "/tmp/publish.topic.csv", "publish.topics", "publish.",
                                 "my.publish.topic", "republish.topic", "publish.topic/a", "a publish. topic"})
            QCOMPARE(asFlags(same).message, same);
        QCOMPARE(asFlags("'publish.topic': publish.topic").message, "'--topic': --topic");
    }

    void aSentenceTellsWhatCameOfIt()
    {
        const nlohmann::json classes = {{"task", "binary"}, {"scored", 1000},   {"accuracy", 0.9},
                                        {"auc", 0.95},      {"majority", 0.75}, {"confusion", {{700, 50}, {50, 200}}}};
        nlohmann::json linear = classes;
        linear.update({{"accuracy", 0.8}, {"auc", nullptr}});
        QCOMPARE(learnSentence(classes, linear),
                 std::string("accuracy 0.9000 (95 %: 0.8798 to 0.9171), AUC 0.9500 on 1,000 records that it had not "
                             "learnt; always saying the most frequent class has accuracy 0.7500; logistic regression, "
                             "learnt beside it, has accuracy 0.8000"));
        const std::string appended = learnSentence(classes, linear, true);
        QVERIFY2(appended.find("on 1,000 records, of which it may have learnt some: the topics held other records "
                               "before; always saying") != std::string::npos,
                 appended.c_str());
        // Half of the residuals are 0, the others −1 or 1: their kurtosis is 2.
        nlohmann::json counts = nlohmann::json::array({250, 500, 250});
        const nlohmann::json numbers = {
            {"task", "regression"}, {"scored", 1000}, {"r2", 0.8},
            {"rmse", 0.7071},       {"unit", "m"},    {"residuals", {{"from", -1.5}, {"to", 1.5}, {"counts", counts}}}};
        const double times = std::exp(1.959963984540054 * std::sqrt(1 / 1000.0));
        const std::string sentence = learnSentence(numbers, {});
        const std::string interval = "R² 0.8000 (95 %: " + formatFixed(1 - 0.2 * times, 4) + " to " +
                                     formatFixed(1 - 0.2 / times, 4) + "), RMSE 0.70710 m on";
        QVERIFY2(sentence.starts_with(interval) && sentence.ends_with("has R² 0"), sentence.c_str());
        nlohmann::json tiny = numbers;
        tiny["rmse"] = 1.25e-7;
        QVERIFY(learnSentence(tiny, {}).find("RMSE 1.2500e-07 m on") != std::string::npos);
        const Interval few = r2Interval(0.5, 9, 5); // few errors with long tails: wide, and never above 1
        QVERIFY(few.low < 0 && few.high > 0.5 && few.high < 1);
        QCOMPARE(learnSentence(nlohmann::json(), linear), std::string());
        nlohmann::json none = classes;
        none["scored"] = 0;
        QCOMPARE(learnSentence(none, linear), std::string());
    }

    /// Of imbalanced classes the sentence leads with the headline, and all that it compares has the same measure.
    void aSentenceLeadsWithTheHeadline_data()
    {
        QTest::addColumn<QString>("result");
        QTest::addColumn<QString>("begins");
        QTest::addColumn<QString>("same");
        QTest::addColumn<QString>("linear");
        QTest::newRow("rare class")
            << R"({"task": "binary", "scored": 1000, "accuracy": 0.959, "auc": 0.93, "majority": 0.9,
            "average_precision": 0.6, "balanced_accuracy": 0.7, "recall": 0.4, "confusion": [[890, 10], [60, 40]]})"
            << "average precision 0.6000 (95 %: 0.5020 to 0.6906), accuracy 0.9590, AUC 0.9300 on"
            << "; saying the same of every record has average precision 0.1000; "
            << "has average precision 0.6000, AUC 0.9300";
        QTest::newRow("frequent class") << R"({"task": "binary", "scored": 1000, "accuracy": 0.93, "majority": 0.9,
            "average_precision": 0.99, "balanced_accuracy": 0.8, "recall": 1.0, "confusion": [[60, 40], [0, 900]]})"
                                        << "balanced accuracy 0.8000 (95 %: 0.75"
                                        << "; always saying the most frequent class has balanced accuracy 0.5000; "
                                        << "has balanced accuracy 0.8000";
        // (2·90/184 + 2·4/11 + 2·2/5) / 3, and of always saying class 0: 2·0.9 / 1.9 / 3
        QTest::newRow("three classes") << R"({"task": "multi-class", "scored": 100, "accuracy": 0.95, "majority": 0.9,
            "macro_f1": 0.8352, "class_counts": [90, 7, 3], "confusion": [[90, 0, 0], [3, 4, 0], [1, 0, 2]]})"
                                       << "macro F1 0.8352 (95 %: "
                                       << "; always saying the most frequent class has macro F1 0.3158; "
                                       << "has macro F1 0.8352";
    }
    void aSentenceLeadsWithTheHeadline()
    {
        QFETCH(QString, result);
        QFETCH(QString, begins);
        QFETCH(QString, same);
        QFETCH(QString, linear);
        const auto told = nlohmann::json::parse(result.toStdString());
        const QString sentence = QString::fromStdString(learnSentence(told, told));
        QVERIFY2(sentence.startsWith(begins), qPrintable(sentence));
        QVERIFY2(sentence.contains(same), qPrintable(sentence));
        QVERIFY2(sentence.endsWith(linear), qPrintable(sentence));
    }

    void keysAreSet_data()
    {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("value");
        QTest::newRow("a whole number") << "train.epochs=5"
                                        << "/train/epochs"
                                        << "5";
        QTest::newRow("a number") << "publish.test-fraction=0.5"
                                  << "/publish/test-fraction"
                                  << "0.5";
        QTest::newRow("a choice") << "data.task=regression"
                                  << "/data/task"
                                  << R"("regression")";
        QTest::newRow("a text of digits") << "data.label=7"
                                          << "/data/label"
                                          << R"("7")";
        QTest::newRow("a text with =") << "train.run=a=b"
                                       << "/train/run"
                                       << R"("a=b")";
        QTest::newRow("a flag") << "train.continue=true"
                                << "/train/continue"
                                << "true";
        QTest::newRow("of an object") << "train.optimizer.kind=sgd"
                                      << "/train/optimizer/kind"
                                      << R"("sgd")";
        QTest::newRow("an object") << R"(train.optimizer={"kind":"adam","learning-rate":0.1})"
                                   << "/train/optimizer/learning-rate"
                                   << "0.1";
        QTest::newRow("of all") << "seed=9"
                                << "/seed"
                                << "9";
        QTest::newRow("of the cluster") << "cluster.port=9095"
                                        << "/cluster/port"
                                        << "9095";
        QTest::newRow("taken away") << "train.preset="
                                    << "/train/preset"
                                    << "";
        QTest::newRow("a new section") << "predict.to=p"
                                       << "/predict/to"
                                       << R"("p")";
    }

    void keysAreSet()
    {
        QFETCH(QString, set);
        QFETCH(QString, where);
        QFETCH(QString, value);
        std::vector<std::string> sets = {set.toStdString()};
        if (set.startsWith("predict")) // a section is set in one go, with what it needs
            sets.insert(sets.begin(), {"predict.topic=b", "predict.group=g"});
        const auto experiment = withKeysSet(learnExperiment({.file = "a.csv"}), sets);
        QVERIFY2(experiment, describe(experiment).c_str());
        const nlohmann::json::json_pointer place(where.toStdString());
        QCOMPARE(experiment->sections.contains(place), !value.isEmpty());
        if (!value.isEmpty())
            QCOMPARE(dumpJson(experiment->sections[place]), value.toStdString());
    }

    void whatCannotBeSetIsNamed_data()
    {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("says");
        QTest::newRow("no value") << "train.epochs"
                                  << "Write KEY=VALUE";
        QTest::newRow("no section") << "trian.epochs=5"
                                    << "Did you mean train?";
        QTest::newRow("no key") << "train.epoch=5"
                                << "Did you mean epochs?";
        QTest::newRow("no number") << "train.epochs=many"
                                   << "train.epochs = many is no number";
        QTest::newRow("out of range") << "train.epochs=0"
                                      << "train.epochs must be from 1";
        QTest::newRow("no choice") << "data.task=guess"
                                   << "It is one of: auto, classes, regression";
        QTest::newRow("no flag") << "train.continue=maybe"
                                 << "is neither true nor false";
        QTest::newRow("below a text") << "train.run.a=1"
                                      << "run is no object";
        QTest::newRow("too little") << "predict.to=p"
                                    << "predict.topic is missing";
        QTest::newRow("both") << "publish.test-last=10"
                              << "publish.split is auto. Leave out one of them";
    }

    void whatCannotBeSetIsNamed()
    {
        QFETCH(QString, set);
        QFETCH(QString, says);
        const auto refused = withKeysSet(learnExperiment({.file = "a.csv"}), {set.toStdString()});
        QVERIFY(!refused);
        QVERIFY2(describe(refused).find(says.toStdString()) != std::string::npos, describe(refused).c_str());
        QVERIFY(refused.error().code == ErrorCode::Usage);
    }

    void rowsAreWhole()
    {
        for (const Section& section : sections()) {
            std::set<std::string> names;
            std::set<std::pair<std::string, std::string>> labels;
            for (const SectionKey& key : section.keys) {
                const std::string place = section.name + "." + key.name;
                QVERIFY2(names.insert(key.name).second, place.c_str());
                QVERIFY2(!key.help.empty(), place.c_str());
                QVERIFY2(key.group.empty() || labels.insert({key.group, key.label}).second, place.c_str());
                QVERIFY2(key.minimum <= key.maximum, place.c_str());
            }
            for (const SectionKey& key : section.keys)
                QVERIFY2(key.needs.empty() || names.contains(key.needs), key.name.c_str());
        }
    }

    void aTopicIsNotItsOwnLabels()
    {
        const auto refused = resolveSection("online", {{"topic", "a"}, {"group", "g"}, {"label-topic", "a"}});
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, std::string("online.label-topic and online.topic are both a"));
        QVERIFY(resolveSection("online", {{"topic", "a"}, {"group", "g"}}));
    }

    /// Validation and documentation need no more than the row; for the form see tst_pages.
    void aRowIsEnough()
    {
        const Section section = withAnotherKey();
        const nlohmann::json given = {{"topic", "a"}, {"group", "g"}, {"to", "b"}, {"run", "r"}};
        QCOMPARE((*resolveSection(section, given))["spin"].get<double>(), 0.5);
        nlohmann::json wrong = given;
        wrong["spin"] = 3;
        const auto refused = resolveSection(section, wrong);
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, std::string("predict.spin must be from 0 to 2"));
        QCOMPARE(refused.error().advice, std::string("how fast it spins"));
        wrong = given;
        wrong["spim"] = 1;
        QCOMPARE(resolveSection(section, wrong).error().advice, std::string("Did you mean spin?"));
        QVERIFY(keysAsMarkdown({section}).find("| spin | number, 0 to 2 | 0.5 | how fast it spins |") !=
                std::string::npos);
    }

    void whatTheBuildBringsAlongCanBeUsed()
    {
        for (const std::string& name : builtInNames("profiles")) {
            auto profile = profileFromJson(builtIn("profiles", name));
            QVERIFY2(profile && Simulator::make(*profile, 1), name.c_str());
            QVERIFY2(!profile->attribution.empty(), name.c_str());
        }
        QVERIFY(!builtInSchemas().empty());
        const Example& tutorial = example();
        QVERIFY(tutorial.url.starts_with("https://") && !tutorial.title.empty() && !tutorial.origin.empty());
        QVERIFY(std::ranges::count(builtInNames("profiles"), tutorial.profile) == 1);
        const Experiment made = tutorialExperiment({}, 500, 3, 7, "/tmp/out");
        const auto read = experimentFromJson(toJson(made));
        QVERIFY2(read, read ? "" : read.error().message.c_str());
        QVERIFY(made.sections["train"]["epochs"] == nlohmann::json(3));
        QVERIFY(made.sections["simulate"]["rows"] == nlohmann::json(500));
        QVERIFY(made.sections["simulate"]["out"] == made.sections["data"]["file"]);
        QVERIFY(made.sections["data"]["file"].get<std::string>().starts_with("/tmp/out/"));
        const Experiment own = tutorialExperiment("own.csv", 500, 3, 7, "/tmp/out");
        QVERIFY(!own.sections.contains("simulate"));
        QVERIFY(own.sections["data"]["file"] == nlohmann::json("own.csv"));
    }

    void eachStepOfAnExperimentHasWhatItsWorkNeeds()
    {
        std::set<std::string> keys;
        for (const ExperimentStep& step : experimentSteps()) {
            QVERIFY2(keys.insert(step.key).second, step.key.c_str());
            QVERIFY2(!step.title(nlohmann::json::object(), false).isEmpty(), step.key.c_str());
            QVERIFY2(step.job.empty() || findSection(step.job) != nullptr, step.key.c_str());
            const bool isJob = step.work == ExperimentStep::Work::Job;
            QVERIFY2(!isJob || (!step.job.empty() && step.headline != nullptr && !step.unit.empty()), step.key.c_str());
        }
        QVERIFY(experimentStepNames().starts_with("simulate, data, topics, publish,"));
    }

    void aStepGetsWhatTheRestOfTheFileAndEarlierStepsSay()
    {
        const nlohmann::json sections = {{"seed", 7},
                                         {"data", {{"file", "a.csv"}, {"schema", "auto"}}},
                                         {"model", {{"preset", "tutorial"}}},
                                         {"publish", {{"topic", "t"}, {"file", "b.csv"}}}};
        const StepSources sources{sections,
                                  [](const std::string& step) {
                                      return step == "train"  ? nlohmann::json{{"run", "r1"}}
                                             : step == "data" ? nlohmann::json{{"schema", {{"columns", 3}}}}
                                                              : nlohmann::json();
                                  },
                                  {},
                                  false};
        const auto of = [&](const char* key, const nlohmann::json& section) {
            return jobSection(experimentStep(key), section, sources);
        };
        const nlohmann::json published = of("publish", sections["publish"]);
        QCOMPARE(published["file"].get<std::string>(), std::string("b.csv"));
        QVERIFY(published["schema"].is_object() && published["seed"] == 7);
        QVERIFY(of("train", nlohmann::json::object())["preset"] == "tutorial");
        QVERIFY(of("evaluate", nlohmann::json::object())["run"] == "r1");
        QVERIFY(of("evaluate", {{"run", "r0"}})["run"] == "r0");
        QVERIFY(!of("predict", {{"model", "m.ckpt"}}).contains("run"));
        QVERIFY(of("export", {{"format", "onnx"}})["run"] == "r1");
    }
};

QTEST_GUILESS_MAIN(SectionsTest)
#include "tst_sections.moc"
