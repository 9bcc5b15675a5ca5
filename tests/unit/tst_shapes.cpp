// SPDX-License-Identifier: GPL-3.0-or-later
// What columns look like beside the label: association, levels, dates, the target by bin.
#include "base/Rng.h"
#include "data/Association.h"
#include "data/ColumnStats.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>

using namespace millrace;

namespace
{

using Numbers = std::vector<float>;
using Groups = std::vector<int>;

/// What scipy's rankdata and the formulas of Association.h give, in Python.
const Numbers kValues = {1, 2, 3, 4, 5, 5, 7, 8, 9, 10};
const Groups kTwo = {0, 0, 0, 1, 0, 1, 1, 0, 1, 1}, kThree = {0, 0, 0, 1, 1, 1, 2, 2, 1, 2};
const Groups kLevels = {0, 0, 1, 1, 2, 2, 0, 1, 2, 2};
const Numbers kTargets = {1, 3, 2, 5, 4, 8, 7, 9, 12, 10};

} // namespace

class TestShapes : public QObject
{
    Q_OBJECT
private slots:
    void associationOfKnownRows()
    {
        const auto near = [](std::optional<double> found, double expected) {
            return found && std::abs(*found - expected) < 1e-9;
        };
        QVERIFY(near(numbersWithClasses(kValues, kTwo), 0.64));
        QVERIFY(near(numbersWithClasses(kValues, kThree), 0.6837979094076656));
        QVERIFY(near(numbersWithTarget(kValues, kTargets), 0.5711848635235733));
        QVERIFY(near(levelsWithTarget(kLevels, kTargets), 0.16696207018787668));
        QVERIFY(near(levelsWithClasses(kLevels, kThree), 0.058441558441558294));
        QVERIFY(near(levelsWithClasses(kThree, kThree), 1));
    }

    /// Order, scale and direction of numbers make no difference; rows without a value have no say.
    void associationIsOfRanks()
    {
        Numbers turned, gaps = kValues;
        Groups classes = kTwo;
        for (const float value : kValues)
            turned.push_back(-std::exp(value));
        QVERIFY(std::abs(*numbersWithClasses(turned, kTwo) - 0.64) < 1e-9);
        for (int i = 0; i < 5; ++i) {
            gaps.push_back(NAN);
            classes.push_back(1);
        }
        QCOMPARE(numbersWithClasses(gaps, classes), numbersWithClasses(kValues, kTwo));
    }

    /// What tells all is 1, what tells nothing about 0, however many levels it has.
    void associationOfAllAndOfNothing()
    {
        Rng rng(3, Purpose::SimulatedFeature);
        Numbers rising, targets, noise;
        Groups two, many, names, levels;
        for (int i = 0; i < 4000; ++i) {
            rising.push_back(static_cast<float>(i));
            targets.push_back(static_cast<float>(i) * 3);
            noise.push_back(static_cast<float>(rng.normal()));
            two.push_back(i < 2000 ? 0 : 1);
            many.push_back(i / 400);
            names.push_back(i);
            levels.push_back(static_cast<int>(rng.below(200)));
        }
        QCOMPARE(numbersWithClasses(rising, two), std::optional(1.0));
        QCOMPARE(levelsWithClasses(many, two), std::optional(1.0));
        QVERIFY(*numbersWithTarget(rising, targets) > 0.99);
        QVERIFY(*numbersWithClasses(rising, many) > 0.98);
        QVERIFY(*numbersWithClasses(noise, two) < 0.05);
        QVERIFY(*numbersWithTarget(noise, targets) < 0.05);
        QVERIFY(*numbersWithClasses(noise, many) < 0.05);
        QVERIFY(*levelsWithClasses(levels, two) < 0.15);
        QVERIFY(*levelsWithClasses(levels, many) < 0.05);
        QVERIFY(*levelsWithTarget(levels, targets) < 0.05);
        // A name of each row tells nothing of the next.
        QCOMPARE(levelsWithClasses(names, two), std::optional(0.0));
        QCOMPARE(levelsWithClasses(names, many), std::nullopt);
        QCOMPARE(levelsWithTarget(names, targets), std::nullopt);
    }

    void associationOfTooLittle()
    {
        QCOMPARE(numbersWithClasses(Numbers(20, 3), Groups(20, 0)), std::nullopt);
        QCOMPARE(numbersWithClasses({kValues.data(), 9}, {kTwo.data(), 9}), std::nullopt);
        QCOMPARE(numbersWithClasses(kValues, Groups(10, 1)), std::nullopt);
        QCOMPARE(numbersWithTarget(kValues, Numbers(10, 1)), std::nullopt);
        QCOMPARE(levelsWithClasses(Groups(10, -1), kTwo), std::nullopt);
        QCOMPARE(levelsWithTarget(Groups(10, 0), kTargets), std::nullopt);
        QCOMPARE(numbersWithClasses(Numbers(10, NAN), kTwo), std::nullopt);
    }

    void drawnClasses()
    {
        QCOMPARE(DrawnClasses({5, 9, 1}).classes(), (std::vector<int>{0, 1, 2}));
        const DrawnClasses many({1, 50, 2, 40, 30, 30, 20, 3, 10});
        QCOMPARE(many.classes(), (std::vector<int>{1, 3, 4, 5, 6, 8, -1}));
        QCOMPARE(many.placeOf(8), std::size_t{5});
        QCOMPARE(many.placeOf(0), std::size_t{6});
        QCOMPARE(DrawnClasses().size(), std::size_t{1});
        QCOMPARE(DrawnClasses().placeOf(0), std::size_t{0});
    }

    void levelsAndDates()
    {
        std::ofstream file(path());
        file << "day,site,x,kind\n";
        const char* sites[] = {"north", "south", "south", "?"};
        for (int i = 0; i < 900; ++i)
            file << "2025-" << (i / 300 + 1 < 10 ? "0" : "") << i / 300 + 1 << "-1" << i % 10 << "," << sites[i % 4]
                 << "," << i << "," << (i < 600 ? "early" : "late") << "\n";
        file.close();
        const FileSummary summary = summaryOf("kind");
        const ColumnShape& day = summary.columns[0].shape;
        QVERIFY(day.isDates && day.levels.empty());
        QVERIFY(toJson(day)["dates"]["from"] == nlohmann::json("2025-01-10"));
        QVERIFY(toJson(day)["dates"]["to"] == nlohmann::json("2025-03-19"));
        QCOMPARE(day.histogram.size(), std::size_t{2});
        QCOMPARE(std::accumulate(day.histogram[1].begin(), day.histogram[1].end(), std::int64_t{0}), std::int64_t{300});
        QCOMPARE(day.association, std::optional(1.0));
        const ColumnShape& site = summary.columns[1].shape;
        QVERIFY(!site.isDates);
        QCOMPARE(site.levels.size(), std::size_t{2});
        QCOMPARE(site.levels[0].text, std::string("south"));
        QCOMPARE(site.levels[0].byClass, (std::vector<std::int64_t>{300, 150}));
        QCOMPARE(site.levels[1].rows, std::int64_t{225});
        QVERIFY(*site.association < 0.05);
        QCOMPARE(summary.columns[2].shape.association, std::optional(1.0));
        QVERIFY(!summary.columns[3].shape.association);
    }

    void manyLevels()
    {
        std::ofstream file(path());
        file << "name,kind\n";
        for (int i = 0; i < 400; ++i)
            file << "n" << (i < 200 ? i : i % 10) << "," << (i % 2 ? "a" : "b") << "\n";
        file.close();
        const ColumnShape shape = summaryOf("kind").columns[0].shape;
        QCOMPARE(shape.levels.size(), ColumnShape::kMostLevels);
        QCOMPARE(shape.distinct, std::int64_t{200});
        std::int64_t rows = shape.otherRows;
        for (const LevelShape& level : shape.levels)
            rows += level.rows;
        QCOMPARE(rows, std::int64_t{400});
    }

    void targetByBin()
    {
        std::ofstream file(path());
        file << "x,site,price\n";
        for (int i = 0; i < 480; ++i)
            file << i << "," << (i % 2 ? "odd" : "even") << "," << i * 2.5 + i % 2 * 1000 << "\n";
        file.close();
        const FileSummary summary = summaryOf("price");
        const ColumnShape& x = summary.columns[0].shape;
        QCOMPARE(x.targets.size(), std::size_t(ColumnShape::kBins));
        QCOMPARE(x.targets[0].rows, std::int64_t{20});
        // 0 … 19: evens 0, 5, … 45, odds 1002.5 … 1047.5.
        QCOMPARE(x.targets[0].mean, 523.75);
        QCOMPARE(x.targets[0].median, (45 + 1002.5) / 2);
        const ColumnShape& site = summary.columns[1].shape;
        QCOMPARE(site.levels[0].text, std::string("even"));
        QCOMPARE(site.levels[0].target.mean, 597.5);
        QVERIFY(*site.association > 0.5 && *x.association < *site.association);
        QCOMPARE(summary.columns[0].histogram.size(), std::size_t{1});
        QVERIFY(toJson(summary.columns[2].shape)["association"].is_null());
    }

    /// A pass over 2,000 columns keeps a smaller sample.
    void veryWide()
    {
        std::ofstream file(path());
        for (int i = 0; i < 2000; ++i)
            file << "c" << i << ",";
        file << "kind\n";
        for (int row = 0; row < 50; ++row) {
            for (int i = 0; i < 2000; ++i)
                file << (row + i) % 17 << ",";
            file << (row % 2 ? "a" : "b") << "\n";
        }
        file.close();
        const FileSummary summary = summaryOf("kind");
        QCOMPARE(summary.rows, std::int64_t{50});
        for (int i = 0; i < 2000; ++i)
            QVERIFY(summary.columns[static_cast<std::size_t>(i)].shape.association);
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return m_folder.path().toStdString() + "/table.csv"; }

    FileSummary summaryOf(const std::string& label)
    {
        Schema schema = inferSchema(path()).value();
        for (std::size_t i = 0; i < schema.columns.size(); ++i)
            if (schema.columns[i].name == label)
                chooseLabel(schema, static_cast<int>(i));
        return summarizeWithClasses(path(), schema, -1, {}, {}).value();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestShapes)
#include "tst_shapes.moc"
