// SPDX-License-Identifier: GPL-3.0-or-later
// python3-jsonschema reads the schema of experiment files, and takes and refuses what Millrace's own reader does.
#include "base/Files.h"
#include "base/Text.h"
#include "session/Experiment.h"
#include "session/ExperimentSchema.h"
#include "session/ExperimentSet.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;
using nlohmann::json;

namespace
{

struct Answer {
    int exitCode = -1;
    QString text;
};

Answer python(const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start("python3", arguments);
    if (!process.waitForFinished(60'000))
        return {-1, process.errorString()};
    return {process.exitCode(), QString::fromUtf8(process.readAll())};
}

/// argv: the schema, an experiment. Prints "valid", or where it is not.
constexpr auto kValidate = R"(
import json, sys
from jsonschema import Draft202012Validator as Validator
schema = json.load(open(sys.argv[1]))
Validator.check_schema(schema)
errors = list(Validator(schema).iter_errors(json.load(open(sys.argv[2]))))
print("valid" if not errors else [(list(e.absolute_path), e.message) for e in errors])
)";

/// What learns a table, with this set; JSON, since it may be wrong.
json learning(const char* section = nullptr, const char* key = nullptr, const json& value = {})
{
    LearnWish wish;
    wish.file = "a.csv";
    json file = toJson(learnExperiment(wish));
    if (section != nullptr && key == nullptr)
        file[section] = value;
    else if (section != nullptr)
        file[section][key] = value;
    return file;
}

} // namespace

class JsonSchemaTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (python({"-c", "import jsonschema; jsonschema.Draft202012Validator"}).exitCode != 0)
            QSKIP("there is no python3-jsonschema 4 or later");
        QVERIFY(writeFileAtomically(schemaFile(), dumpJson(experimentSchema(), 1)));
    }
    void theyAgree_data();
    void theyAgree();

private:
    std::filesystem::path schemaFile() const { return m_folder.filePath("schema.json").toStdString(); }
    QTemporaryDir m_folder;
};

void JsonSchemaTest::theyAgree_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<bool>("isGood");
    const auto row = [](const char* name, const json& file, bool isGood) {
        QTest::newRow(name) << QByteArray::fromStdString(file.dump()) << isGood;
    };
    row("learn", learning(), true);
    row("tutorial", toJson(tutorialExperiment({}, 1000, 2, 1, "/tmp")), true);
    row("its own schema", learning("$schema", nullptr, "experiment.schema.json"), true);
    row("null is the default", learning("train", "epochs", nullptr), true);
    row("a name of digits", learning("train", "run", 7), true);
    row("another section", learning("predict", nullptr, {{"topic", "a"}, {"group", "g"}, {"to", "b"}}), true);
    row("another cluster", learning("cluster", nullptr, {{"brokers", "host:9092"}}), true);
    row("no version", {{"train", {{"topic", "t"}}}}, false);
    row("a later version", learning("millrace", nullptr, 2), false);
    row("no such section", learning("trian", nullptr, json::object()), false);
    row("no such key", learning("train", "epoch", 3), false);
    row("no such key of the cluster", learning("cluster", "broker", "h:1"), false);
    row("a text for a number", learning("train", "epochs", "many"), false);
    row("a fraction for a whole number", learning("train", "epochs", 1.5), false);
    row("too small", learning("train", "epochs", 0), false);
    row("too large", learning("publish", "test-fraction", 1.5), false);
    row("no such choice", learning("data", "task", "guess"), false);
    row("a number for a flag", learning("train", "continue", 1), false);
    row("a text for an object", learning("train", "optimizer", "adam"), false);
    row("what is needed is missing", learning("evaluate", nullptr, {{"topic", "t"}}), false);
    row("no list of topics", learning("topics", nullptr, {{"name", "t"}}), false);
    row("a topic without a name", learning("topics", nullptr, {{{"partitions", 2}}}), false);
}

void JsonSchemaTest::theyAgree()
{
    QFETCH(QByteArray, file);
    QFETCH(bool, isGood);
    const std::filesystem::path path = m_folder.filePath("x.millrace").toStdString();
    QVERIFY(writeFileAtomically(path, file.toStdString()));
    const auto read = readExperiment(path);
    QVERIFY2(read.has_value() == isGood, describe(read).c_str());
    const Answer answer =
        python({"-c", kValidate, QString::fromStdString(schemaFile().string()), QString::fromStdString(path.string())});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
    QVERIFY2((answer.text.trimmed() == "valid") == isGood, qPrintable(answer.text));
}

QTEST_GUILESS_MAIN(JsonSchemaTest)
#include "tst_jsonschema.moc"
