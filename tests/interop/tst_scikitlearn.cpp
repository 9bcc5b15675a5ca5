// SPDX-License-Identifier: GPL-3.0-or-later
// The encoders that are proposed for a table make the numbers that scikit-learn's transformers make of it, where these
// do the same: SimpleImputer with the median and an indicator, StandardScaler, OneHotEncoder that ignores unseen
// levels. Debian has it as python3-sklearn.
#include "base/Files.h"
#include "base/Text.h"
#include "data/encoders/AutoEncoders.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace millrace;

namespace
{

constexpr auto kPython = "/usr/bin/python3";

/// The table's first 400 rows are fitted, all are transformed: number, its indicator, one-hot, a missing level as one
/// of its own.
constexpr auto kTransform = R"py(
import csv, json, sys
import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler
rows = list(csv.reader(open(sys.argv[1])))
numbers = np.array([[float(row[0]) if row[0] else np.nan] for row in rows])
levels = np.array([[row[1] or 'NA'] for row in rows], dtype=object)
imputer = SimpleImputer(strategy='median', add_indicator=True).fit(numbers[:400])
filled = imputer.transform(numbers)
scaled = StandardScaler().fit(filled[:400, :1]).transform(filled[:, :1])
onehot = OneHotEncoder(categories=[json.loads(sys.argv[2])], handle_unknown='ignore').fit(levels[:400])
print(json.dumps(np.hstack([scaled, filled[:, 1:], onehot.transform(levels).toarray()]).tolist()))
)py";

struct Answer {
    bool isGood = false;
    QByteArray text, errors;
};

Answer python(const QStringList& arguments)
{
    QProcess process;
    process.start(kPython, arguments);
    const bool ended = process.waitForFinished(120'000);
    return {ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

/// A number that is missing now and then, and a word; the last hundred rows have words that were never seen.
std::vector<std::array<std::string, 2>> makeRows()
{
    const std::vector<std::string> words = {"red", "green", "", "blue", "red", "red"};
    std::vector<std::array<std::string, 2>> rows;
    for (std::uint64_t i = 0; i < 500; ++i) {
        Rng rng(3, Purpose::SimulatedFeature, i);
        const double number = 50 + 20 * rng.normal();
        const bool isMissing = rng.uniform() < 0.1;
        const std::string& word = words[rng.below(static_cast<std::uint32_t>(words.size()))];
        rows.push_back({isMissing ? "" : std::to_string(number), i < 400 || rng.uniform() < 0.5 ? word : "mauve"});
    }
    return rows;
}

RawRow rawRow(const std::array<std::string, 2>& fields)
{
    RawRow row;
    for (const std::string& field : fields)
        row.cells.push_back({RawCell::Kind::Text, 0, field});
    return row;
}

} // namespace

class ScikitLearnTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        const Answer answer = python({"-c", "import sklearn"});
        if (!answer.isGood)
            QSKIP("python3-sklearn is not installed: " + answer.errors.right(200));
    }

    void encodersAgree()
    {
        const auto rows = makeRows();
        TableSketch sketch({"x", "word"});
        std::string csv;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            csv += rows[i][0] + "," + rows[i][1] + "\n";
            if (i < 400)
                sketch.add(rawRow(rows[i]));
        }
        const auto proposal = proposeEncoders(sketch);
        QVERIFY(proposal.has_value());
        const auto& columns = proposal->columns;
        const auto encoder =
            RowEncoder::make({"x", "word"}, {{"x", *columns[0].encoder}, {"word", *columns[1].encoder}});
        QVERIFY(encoder.has_value());
        auto levels = columns[1].encoder->parameters["levels"];
        const std::size_t levelCount = levels.size();
        levels.push_back("NA");

        QTemporaryDir folder;
        const std::string file = folder.filePath("rows.csv").toStdString();
        QVERIFY(writeFileAtomically(file, csv));
        const Answer answer =
            python({"-c", kTransform, QString::fromStdString(file), QString::fromStdString(dumpJson(levels))});
        QVERIFY2(answer.isGood, answer.errors);
        const auto theirs = nlohmann::json::parse(answer.text.toStdString()).get<std::vector<std::vector<double>>>();
        QCOMPARE(theirs.size(), rows.size());
        std::vector<float> ours(encoder->names().size());
        DecodeProblem problem;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QVERIFY2(encoder->encode(rawRow(rows[i]), ours, problem), problem.reason.c_str());
            const PartScale& scale = columns[0].scales.front();
            QVERIFY(std::abs((static_cast<double>(ours[0]) - scale.mean) / scale.scale - theirs[i][0]) < 1e-5);
            QCOMPARE(static_cast<double>(ours[1]), theirs[i][1]);
            for (std::size_t level = 0; level < levelCount; ++level)
                QCOMPARE(static_cast<double>(ours[2 + level]), theirs[i][2 + level]);
            QCOMPARE(static_cast<double>(ours.back()), theirs[i].back()); // missing; between them is ours of the unseen
            const bool isUnseen = rows[i][1] == "mauve";
            QCOMPARE(ours[2 + levelCount], isUnseen ? 1.0F : 0.0F);
        }
    }
};

QTEST_GUILESS_MAIN(ScikitLearnTest)
#include "tst_scikitlearn.moc"
