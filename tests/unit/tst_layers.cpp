// SPDX-License-Identifier: GPL-3.0-or-later
// The layers (engine/README.md) as a test: who may include whom, and what the executable may link.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QMap>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

namespace
{

struct Include {
    QString name;
    int line = 0;
    bool quoted = false;
};

/// Reads a source tree's include lines and tells which of them the layers forbid.
class LayerCheck
{
public:
    explicit LayerCheck(const QString& root) : m_root(QDir(root).absolutePath()) { readTree(); }

    [[nodiscard]] qsizetype files() const { return m_includes.size(); }

    /// "engine/data/Batch.h:7: …", one for each forbidden include.
    [[nodiscard]] QStringList violations() const
    {
        QStringList found;
        for (auto file = m_includes.begin(); file != m_includes.end(); ++file) {
            for (const Include& include : file.value()) {
                const QString reason = reasonAgainst(file.key(), include);
                if (!reason.isEmpty())
                    found += QStringLiteral("%1:%2: includes %3: %4")
                                 .arg(file.key(), QString::number(include.line), include.name, reason);
            }
            if (file.key().startsWith("ui/") || file.key().startsWith("app/"))
                found += hiddenHeaders(file.key());
        }
        return found;
    }

private:
    void readTree()
    {
        for (const char* top : {"engine", "ui", "app"}) {
            QDirIterator walk(m_root + "/" + top, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
            while (walk.hasNext()) {
                const QString path = walk.next();
                m_includes[path.mid(m_root.size() + 1)] = includesOf(path);
            }
        }
    }

    static QList<Include> includesOf(const QString& path)
    {
        static const QRegularExpression pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
        QList<Include> includes;
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return includes;
        const QStringList lines = QString::fromUtf8(file.readAll()).split('\n');
        for (int i = 0; i < lines.size(); ++i) {
            const auto match = pattern.match(lines[i]);
            if (match.hasMatch())
                includes += Include{match.captured(2), i + 1, match.captured(1) == "\""};
        }
        return includes;
    }

    /// The file of the tree that an include means, as a path below the root; empty for other people's headers.
    [[nodiscard]] QString resolve(const QString& from, const Include& include) const
    {
        const QString folder = from.section('/', 0, -2);
        for (const QString& base : {folder, QStringLiteral("engine"), QStringLiteral("ui"), QStringLiteral("app")}) {
            const QString candidate = QDir::cleanPath(base + "/" + include.name);
            if (m_includes.contains(candidate))
                return candidate;
        }
        return {};
    }

    /// "data" for engine/data/Batch.h, "ui" for all of ui, "app" for all of app.
    static QString layerOf(const QString& path)
    {
        return path.startsWith("engine/") ? path.section('/', 1, 1) : path.section('/', 0, 0);
    }

    static int rankOf(const QString& layer)
    {
        static const QMap<QString, int> ranks = {{"base", 0},    {"data", 1},  {"metrics", 2}, {"model", 2},
                                                 {"kafka", 3},   {"train", 3}, {"export", 3},  {"pipeline", 4},
                                                 {"session", 5}, {"ui", 6},    {"app", 7}};
        return ranks.value(layer, -1);
    }

    static bool mayInclude(const QString& from, const QString& to)
    {
        return from == to || rankOf(to) < rankOf(from) || (from == "export" && to == "train");
    }

    /// "reading" for engine/pipeline/reading/Ingest.h, "jobs" for a file of pipeline itself.
    static QString roomOf(const QString& path)
    {
        return path.count('/') > 2 ? path.section('/', 2, 2) : QStringLiteral("jobs");
    }

    /// Among the rooms of pipeline; training and writing do not see each other.
    static bool mayIncludeRoom(const QString& from, const QString& to)
    {
        static const QMap<QString, int> ranks = {{"runs", 0},   {"reading", 1}, {"training", 2}, {"writing", 2},
                                                 {"online", 3}, {"jobs", 4},    {"bench", 5}};
        return from == to || (ranks.contains(from) && ranks.contains(to) && ranks[to] < ranks[from]);
    }

    static bool isTorch(const QString& name)
    {
        static const QRegularExpression pattern("^(torch|ATen|c10|caffe2)/");
        return pattern.match(name).hasMatch();
    }
    static bool isRdkafka(const QString& name) { return name.endsWith("rdkafka.h") || name.endsWith("rdkafkacpp.h"); }
    static bool isQt(const QString& name)
    {
        static const QRegularExpression pattern("^(Q[A-Z]|Qt|q[a-z]+\\.h$|qcustomplot)");
        return pattern.match(name).hasMatch();
    }
    static bool isLearner(const QString& path) { return path.startsWith("engine/train/torch/"); }

    [[nodiscard]] QString reasonAgainst(const QString& from, const Include& include) const
    {
        const QString layer = layerOf(from);
        if (rankOf(layer) < 0)
            return "the folder is no layer; name it in tests/unit/tst_layers.cpp and engine/README.md";
        const QString target = resolve(from, include);
        if (target.isEmpty())
            return reasonAgainstForeign(from, layer, include);
        if (isLearner(target) && !isLearner(from))
            return "the learner module is reached through train/Learner.h only";
        if (!mayInclude(layer, layerOf(target)))
            return layer + " may not include " + layerOf(target);
        if (layer == "pipeline" && layerOf(target) == layer && !mayIncludeRoom(roomOf(from), roomOf(target)))
            return "pipeline's " + roomOf(from) + " may not include its " + roomOf(target);
        return {};
    }

    static QString reasonAgainstForeign(const QString& from, const QString& layer, const Include& include)
    {
        if (isRdkafka(include.name) && layer != "kafka")
            return "only engine/kafka includes librdkafka";
        if (isTorch(include.name) && !isLearner(from))
            return "only engine/train/torch includes torch";
        if (isQt(include.name) && rankOf(layer) < rankOf("session"))
            return "no Qt below session";
        if (include.quoted && !include.name.endsWith(".moc") && !include.name.startsWith("moc_") &&
            !include.name.startsWith("ui_"))
            return "no such file in the tree";
        return {};
    }

    /// Headers of torch or librdkafka that a file of ui or app sees through other headers.
    [[nodiscard]] QStringList hiddenHeaders(const QString& file) const
    {
        QStringList found;
        QSet<QString> seen;
        QStringList waiting = {file};
        while (!waiting.isEmpty()) {
            const QString current = waiting.takeLast();
            for (const Include& include : m_includes.value(current)) {
                const QString target = resolve(current, include);
                if (target.isEmpty() && current != file && (isTorch(include.name) || isRdkafka(include.name)))
                    found += QStringLiteral("%1: sees %2 through %3").arg(file, include.name, current);
                if (!target.isEmpty() && !seen.contains(target)) {
                    seen.insert(target);
                    waiting += target;
                }
            }
        }
        return found;
    }

    QString m_root;
    QMap<QString, QList<Include>> m_includes; ///< by path below the root
};

/// The names that a file defines in its anonymous namespace, at its outermost level; a function with its
/// parameters, since overloads may stand side by side.
QSet<QString> anonymousNames(const QString& path)
{
    static const QRegularExpression type(R"(^(?:struct|class|enum class) (\w+))");
    static const QRegularExpression constant(R"(^(?:inline |static )?const(?:expr)? .*?\b(k[A-Z]\w*))");
    static const QRegularExpression function(R"(^([A-Za-z_][\w:<>,*& ]*[ *&]\w+\(.*\)))");
    QSet<QString> names;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return names;
    bool inside = false;
    for (const QString& line : QString::fromUtf8(file.readAll()).split('\n')) {
        if (line == "namespace" || line == "} // namespace")
            inside = line == "namespace";
        for (const QRegularExpression* pattern : {&type, &constant, &function})
            if (const auto match = pattern->match(line); inside && match.hasMatch())
                names += match.captured(1);
    }
    return names;
}

/// What a unity build may join: a folder of engine with its rooms, all of ui, all of app; the learner is apart.
QString libraryOf(const QString& path)
{
    if (!path.startsWith("engine/"))
        return path.section('/', 0, 0);
    return path.startsWith("engine/train/torch/") ? QStringLiteral("engine/train/torch") : path.section('/', 0, 1);
}

/// "engine/data/A.cpp and B.cpp both define kSize", for each name that two files of a library define for themselves.
QStringList sharedAnonymousNames(const QString& root)
{
    QStringList found;
    QMap<QString, QString> owner;
    for (const char* top : {"engine", "ui", "app"}) {
        QDirIterator walk(root + "/" + top, {"*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            const QFileInfo file(walk.next());
            for (const QString& name : anonymousNames(file.filePath())) {
                const QString path = file.filePath().mid(root.size() + 1);
                QString& first = owner[libraryOf(path) + ": " + name];
                if (!first.isEmpty())
                    found += QStringLiteral("%1 and %2 both define %3").arg(path, first, name);
                first = path;
            }
        }
    }
    return found;
}

void write(const QString& path, const QByteArray& text)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QString output(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished() || process.exitCode() != 0)
        return {};
    return QString::fromUtf8(process.readAllStandardOutput());
}

/// Sources of the tree, by their paths in it, sorted.
QStringList filesThatContain(const QByteArray& text)
{
    QStringList found;
    for (const char* top : {"engine", "ui", "app"}) {
        QDirIterator walk(QStringLiteral(MILLRACE_SOURCE_DIR "/") + top, {"*.h", "*.cpp"}, QDir::Files,
                          QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            QFile file(walk.next());
            if (!file.open(QIODevice::ReadOnly) ||
                file.readAll().contains(text)) // what cannot be read is not overlooked
                found << QDir(MILLRACE_SOURCE_DIR).relativeFilePath(file.fileName());
        }
    }
    found.sort();
    return found;
}

} // namespace

class TestLayers : public QObject
{
    Q_OBJECT
private slots:
    void theTreeKeepsTheLayers()
    {
        const LayerCheck check(MILLRACE_SOURCE_DIR);
        QVERIFY2(check.files() > 50, "the tree was not found");
        const QStringList violations = check.violations();
        QVERIFY2(violations.isEmpty(), qPrintable("\n" + violations.join('\n')));
    }

    /// A unity build joins a folder's files as it likes, differently from one CMake to the next.
    void anonymousNamesAreUnique()
    {
        const QStringList shared = sharedAnonymousNames(MILLRACE_SOURCE_DIR);
        QVERIFY2(shared.isEmpty(), qPrintable("\n" + shared.join('\n')));
        QTemporaryDir folder;
        for (const char* name : {"A", "B"})
            write(folder.path() + "/engine/data/" + name + ".cpp",
                  "namespace millrace\n{\nnamespace\n{\n\nconstexpr int kSize = 1;\n\n} // namespace\n\nint kept(int "
                  "a)\n");
        QCOMPARE(sharedAnonymousNames(folder.path()).size(), 1);
    }

    /// That there are two classes, told apart by one logit, is known to the binary task's own files, and to the
    /// simulator, whose events have two.
    void twoClassesAreKnownToFewFiles()
    {
        const QStringList allowed = {"engine/data/Predictions.cpp",         "engine/data/Task.cpp",
                                     "engine/data/simulator/Simulator.cpp", "engine/metrics/BinaryMetrics.cpp",
                                     "engine/metrics/BinaryPrequential.h",  "engine/metrics/BinaryTally.cpp",
                                     "engine/metrics/Scores.cpp",           "engine/metrics/Threshold.cpp",
                                     "engine/pipeline/Simulate.cpp",        "engine/train/torch/Kernels.cpp",
                                     "engine/train/torch/Losses.cpp"};
        QCOMPARE(filesThatContain("data/Binary.h\""), allowed);
    }

    /// A data set is a schema, a profile and an example in resources/; nothing in the sources depends on one.
    void noDataSetIsKnownByName()
    {
        for (const char* name : {"susy", "SUSY", "Susy"})
            QCOMPARE(filesThatContain(name), QStringList());
    }

    /// nlohmann's dump() throws at bytes that are no UTF-8; base/Text's dumpJson() does not.
    void jsonIsWrittenInOnePlace()
    {
        QStringList found = filesThatContain(".dump(");
        QCOMPARE(found.removeAll("engine/base/Text.cpp"), 1);
        QVERIFY2(found.isEmpty(), qPrintable("use dumpJson() in\n" + found.join('\n')));
    }

    void everyArrowIsJudged_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("include");
        QTest::addColumn<QString>("verdict"); // a part of the message; empty: allowed

        const auto row = [](const char* file, const char* include, const char* verdict) {
            QTest::addRow("%s %s", file, include) << QString(file) << QByteArray(include) << QString(verdict);
        };
        row("engine/data/New.h", "\"base/Known.h\"", "");
        row("engine/data/New.h", "\"../base/Known.h\"", "");
        row("engine/data/New.h", "\"data/Known.h\"", "");
        row("engine/export/New.h", "\"train/Known.h\"", "");
        row("engine/session/New.h", "\"kafka/Known.h\"", "");
        row("engine/session/New.h", "<QObject>", "");
        row("engine/kafka/New.cpp", "<librdkafka/rdkafka.h>", "");
        row("engine/train/torch/New.cpp", "<torch/torch.h>", "");
        row("engine/train/torch/New.cpp", "\"train/torch/Known.h\"", "");
        row("ui/pages/New.h", "\"session/Known.h\"", "");
        row("app/New.cpp", "\"pages/Known.h\"", "");

        row("engine/base/New.h", "\"data/Known.h\"", "base may not include data");
        row("engine/base/New.h", "\"../data/Known.h\"", "base may not include data");
        row("engine/metrics/New.h", "\"model/Known.h\"", "metrics may not include model");
        row("engine/train/New.h", "\"export/Known.h\"", "train may not include export");
        row("engine/kafka/New.h", "\"train/Known.h\"", "kafka may not include train");
        row("engine/pipeline/New.h", "\"session/Known.h\"", "pipeline may not include session");
        row("engine/session/New.h", "\"pages/Known.h\"", "session may not include ui");
        row("ui/pages/New.h", "\"cli/Known.h\"", "ui may not include app");
        row("engine/pipeline/New.cpp", "<QString>", "no Qt below session");
        row("engine/pipeline/New.cpp", "<QtCore/QString>", "no Qt below session");
        row("engine/pipeline/New.cpp", "<librdkafka/rdkafka.h>", "only engine/kafka");
        row("engine/train/New.cpp", "<torch/torch.h>", "only engine/train/torch");
        row("engine/train/New.cpp", "<ATen/ATen.h>", "only engine/train/torch");
        row("engine/train/New.cpp", "\"train/torch/Known.h\"", "through train/Learner.h only");
        row("ui/pages/New.cpp", "\"kafka/Leaky.h\"", "sees librdkafka/rdkafka.h through engine/kafka/Leaky.h");
        row("app/New.cpp", "\"session/Leaky.h\"", "sees librdkafka/rdkafka.h through engine/kafka/Leaky.h");
        row("engine/pipeline/online/New.h", "\"pipeline/reading/Known.h\"", "");
        row("engine/pipeline/New.h", "\"pipeline/online/Known.h\"", "");
        row("engine/pipeline/bench/New.h", "\"pipeline/Known.h\"", "");
        row("engine/pipeline/reading/New.h", "\"pipeline/online/Known.h\"",
            "pipeline's reading may not include its online");
        row("engine/pipeline/online/New.h", "\"pipeline/Known.h\"", "pipeline's online may not include its jobs");
        row("engine/pipeline/New.h", "\"pipeline/bench/Known.h\"", "pipeline's jobs may not include its bench");
        row("engine/data/New.h", "\"data/Missing.h\"", "no such file");
        row("engine/cellar/New.h", "<vector>", "no layer");
    }

    void everyArrowIsJudged()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, include);
        QFETCH(QString, verdict);
        QTemporaryDir folder;
        const QString root = folder.path() + "/";
        for (const char* known : {"base", "data", "metrics", "model", "kafka", "train", "train/torch", "export",
                                  "pipeline", "pipeline/reading", "pipeline/online", "pipeline/bench", "session"})
            write(root + "engine/" + known + "/Known.h", "#pragma once\n");
        write(root + "ui/pages/Known.h", "#pragma once\n");
        write(root + "app/cli/Known.h", "#pragma once\n");
        write(root + "engine/kafka/Leaky.h", "#include <librdkafka/rdkafka.h>\n");
        write(root + "engine/session/Leaky.h", "#include \"kafka/Leaky.h\"\n");
        write(root + file, "#pragma once\n  #  include " + include + " // why\n");

        const QStringList violations = LayerCheck(folder.path()).violations();
        if (verdict.isEmpty()) {
            QCOMPARE(violations, QStringList());
        } else {
            QCOMPARE(violations.size(), 1);
            QVERIFY2(violations.first().startsWith(file), qPrintable(violations.first()));
            QVERIFY2(violations.first().contains(verdict), qPrintable(violations.first()));
        }
    }

    void theExecutableNamesNoTorch()
    {
        const QString direct = output("readelf", {"-d", MILLRACE_BINARY});
        QVERIFY2(direct.contains("(NEEDED)") && direct.contains("libQt6Core"), qPrintable(direct));
        QVERIFY2(!kTorch.match(direct).hasMatch(), qPrintable(direct));

        const QString all = output("ldd", {MILLRACE_BINARY});
        QVERIFY2(all.contains("libQt6Core"), qPrintable(all));
        QVERIFY2(!kTorch.match(all).hasMatch(), qPrintable(all));
        QVERIFY2(!all.contains("libQt5"), qPrintable(all));
    }

    /// That the search above would find it: the learner module does name torch.
    void theLearnerNamesTorch()
    {
        const QString module = QFileInfo(MILLRACE_BINARY).path() + "/millrace-learn.so";
        const QString direct = output("readelf", {"-d", module});
        QVERIFY2(kTorch.match(direct).hasMatch(), qPrintable(module + "\n" + direct));
    }

private:
    const QRegularExpression kTorch{"lib(torch|c10|caffe2)"};
};

QTEST_GUILESS_MAIN(TestLayers)
#include "tst_layers.moc"
