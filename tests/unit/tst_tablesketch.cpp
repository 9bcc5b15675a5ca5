// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Cell.h"
#include "data/encoders/AutoEncoders.h"

#include <QtTest>

#include <cmath>
#include <functional>

using namespace millrace;

namespace
{

/// A table of one column, "x", whose cells are texts.
TableSketch sketchOf(int rows, const std::function<std::string(int)>& text)
{
    TableSketch sketch({"x"});
    RawRow row;
    for (int i = 0; i < rows; ++i) {
        const std::string cell = text(i);
        row.cells = {{RawCell::Kind::Text, 0, cell}};
        sketch.add(row);
    }
    return sketch;
}

TableSketch sketchOf(const std::vector<std::string>& texts)
{
    return sketchOf(static_cast<int>(texts.size()), [&](int i) { return texts[static_cast<std::size_t>(i)]; });
}

ColumnPlan planOf(const TableSketch& sketch, const EncoderOptions& options = {})
{
    auto proposal = proposeEncoders(sketch, options);
    if (!proposal)
        return {"", std::nullopt, "refused", describe(proposal.error()), {}};
    return proposal->columns.front();
}

std::string pick(const std::vector<std::string>& texts, int i)
{
    return texts[static_cast<std::size_t>(i) % texts.size()];
}

/// A whole number that looks random, the same for the same i.
int scattered(int i)
{
    return static_cast<int>(Rng(1, Purpose::SimulatedFeature, static_cast<std::uint64_t>(i)).below(1'000'000));
}

nlohmann::json parametersOf(const ColumnPlan& plan)
{
    return plan.encoder ? plan.encoder->parameters : nlohmann::json();
}

} // namespace

/// What is found in a table's columns, and the encoders that are proposed for them.
class TableSketchTest : public QObject
{
    Q_OBJECT

private slots:
    void numbersAreMeasured()
    {
        const TableSketch sketch = sketchOf({"4", "1", "", "2.5", "NA", "-999", "7", "1"});
        const ColumnSketch& column = sketch.columns().front();
        QCOMPARE(column.rows(), 8);
        QCOMPARE(column.missing(), 2);
        QCOMPARE(column.texts(), 0);
        QCOMPARE(column.numbers().count(), 6);
        QVERIFY(!column.numbers().areWhole());
        const std::vector<double> without = {-999};
        const NumberMoments moments = column.numbers().moments(without);
        QCOMPARE(moments.count, 5);
        QCOMPARE(moments.mean, 3.1);
        QVERIFY(std::abs(moments.deviation() - std::sqrt(5.04)) < 1e-12);
        QVERIFY(moments.minimum == 1 && moments.maximum == 7);
        QCOMPARE(column.numbers().moments().minimum, -999.0);
        QVERIFY(std::abs(column.numbers().moments().mean - (15.5 - 999) / 6) < 1e-9);
        const std::vector<double> sample = column.numbers().sample(without);
        QCOMPARE(sample, (std::vector<double>{1, 1, 2.5, 4, 7}));
        QCOMPARE(quantileOf(sample, 0.5), 2.5);
        QCOMPARE(quantileOf(sample, 0.875), 5.5);
        QVERIFY(std::isnan(quantileOf({}, 0.5)) && std::isnan(NumberMoments().deviation()));
    }

    void cellsOfNumbersAreTheSame()
    {
        TableSketch sketch({"x"});
        RawRow row;
        for (const float value : {1.0F, 0.1F, 1.0F}) {
            row.cells = {{RawCell::Kind::Number, value, {}}};
            sketch.add(row);
        }
        row.cells = {{RawCell::Kind::Missing, 0, {}}};
        sketch.add(row);
        const ColumnSketch& column = sketch.columns().front();
        QVERIFY(column.missing() == 1 && column.numbers().count() == 3);
        QCOMPARE(column.levels().front().text, std::string("1"));
        QCOMPARE(column.levels().back().text, std::string("0.1"));
    }

    void levelsAreCounted()
    {
        const auto levels = sketchOf({"b", " a", "1", "1.0", "b", "c ", "a"}).columns().front().levels();
        QCOMPARE(levels.size(), 5U);
        QVERIFY(levels[0].text == "a" && levels[0].rows == 2 && levels[1].text == "b" && levels[1].rows == 2);
        QVERIFY(levels[2].text == "1" && levels[3].text == "1.0" && levels[4].text == "c");
        const auto numbers = sketchOf({"2", "1.0", "1", "+1"}).columns().front().levels();
        QCOMPARE(numbers.size(), 2U);
        QVERIFY(numbers[0].text == "1" && numbers[0].rows == 3);
    }

    void sketchesAreTheSameAgain()
    {
        const auto made = [] { return sketchOf(50'000, [](int i) { return std::to_string(scattered(i)); }); };
        const TableSketch one = made(), two = made();
        const auto sample = one.columns().front().numbers().sample();
        QCOMPARE(sample, two.columns().front().numbers().sample());
        QCOMPARE(sample.size(), NumberSketch::kSampleSize);
        QVERIFY(std::abs(quantileOf(sample, 0.5) - 500'000) < 20'000);
        const auto later = std::ranges::count_if(sample, [](double value) { return value >= 500'000; });
        QVERIFY(later > 9'500 && later < 10'500);
    }

    void proposals_data()
    {
        QTest::addColumn<std::function<std::string(int)>>("text");
        QTest::addColumn<int>("rows");
        QTest::addColumn<QByteArray>("parameters"); // null: left out
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("why");
        using Text = std::function<std::string(int)>;
        const auto row = [](const char* name, int rows, const Text& text, const char* parameters, const char* what,
                            const char* why) {
            QTest::newRow(name) << text << rows << QByteArray(parameters) << QByteArray(what) << QByteArray(why);
        };
        row(
            "real numbers", 101, [](int i) { return std::to_string(i) + ".5"; }, R"({"fill":50.5})", "number",
            "numbers from 0.5 to 100.5");
        row(
            "one missing", 101, [](int i) { return i == 0 ? "" : std::to_string(i) + ".5"; },
            R"({"fill":51.0,"indicator":true})", "number, and whether it is missing",
            "numbers from 1.5 to 100.5; 1.0 % missing");
        row(
            "sentinel", 100, [](int i) { return i % 10 == 0 ? "-999" : std::to_string(i % 40) + ".5"; },
            R"({"fill":17.0,"indicator":true,"missing":[-999.0]})", "number, and whether it is missing",
            "numbers from 1.5 to 39.5; -999 stands for missing in 10 %");
        row(
            "no sentinel", 1000, [](int i) { return i % 10 == 0 ? "999" : std::to_string(i % 200 * 10) + ".5"; },
            R"({"fill":999.0})", "number", "numbers from 10.5 to 1990.5");
        row(
            "few whole numbers", 240, [](int i) { return std::to_string(i % 3); },
            R"({"fill":1.0,"levels":[0.0,1.0,2.0]})", "number, and one-hot of 3 levels",
            "whole numbers from 0 to 2, with 3 values, which may be codes");
        row(
            "few rows", 80, [](int i) { return std::to_string(i % 3); }, R"({"fill":1.0})", "number",
            "whole numbers from 0 to 2");
        row(
            "two numbers", 240, [](int i) { return std::to_string(i % 2); }, R"({"fill":0.5})", "number",
            "whole numbers from 0 to 1");
        row(
            "constant", 10, [](int) { return "7"; }, "null", "left out", "constant: always 7");
        row(
            "nothing", 10, [](int) { return "?"; }, "null", "left out", "it has no values");
        row(
            "row numbers", 60, [](int i) { return std::to_string(i + 100); }, "null", "left out",
            "identifier: whole numbers, each one from the next");
        row(
            "row numbers of a long file", 700, [](int i) { return std::to_string(i < 600 ? i : 3 * i); }, "null",
            "left out", "identifier: whole numbers, each one from the next");
        row(
            "whole numbers that differ", 60, [](int i) { return std::to_string(i * i); }, R"({"fill":870.5})", "number",
            "whole numbers from 0 to 3481");
        row(
            "few identifiers", 40, [](int i) { return std::to_string(i * i); }, R"({"fill":380.5})", "number",
            "whole numbers from 0 to 1521");
        row(
            "words among numbers", 2000, [](int i) { return i == 700 ? "lost" : std::to_string(i % 500) + ".5"; },
            R"({"fill":250.5,"indicator":true,"others":"missing"})", "number, and whether it is missing",
            "numbers from 0.5 to 499.5; 1 text such as 'lost', which counts as missing");
        row(
            "dashes among numbers", 200,
            [](int i) {
                return i % 10 == 0 ? pick({"-", "--", ".", "N.A.", "#n/a"}, i / 10) : std::to_string(i % 100) + ".5";
            },
            R"({"fill":50.5,"indicator":true})", "number, and whether it is missing",
            "numbers from 1.5 to 99.5; 10 % missing");
        row(
            "text", 90,
            [](int i) {
                return pick({"red", "green", "red"}, i);
            },
            R"({"levels":["red","green"]})", "one-hot of 2 levels", "text with 2 levels");
        row(
            "text with rare and missing", 90,
            [](int i) {
                return i == 8 ? "mauve" : pick({"red", "", "red", "true"}, i);
            },
            R"({"levels":["red","true"]})", "one-hot of 2 levels, the rest as one", "text with 3 levels; 26 % missing");
        row(
            "constant text", 9, [](int) { return " on "; }, "null", "left out", "constant: always 'on'");
        row(
            "names", 100, [](int i) { return "name " + std::to_string(i < 98 ? i : 0); }, "null", "left out",
            "identifier: text, nearly always another");
        row(
            "few names", 20, [](int i) { return "name " + std::to_string(i); }, "null", "left out",
            "text with 20 levels, all of them rare");
        row(
            "dates", 60,
            [](int i) { return "2024-02-" + std::string(i % 25 < 9 ? "0" : "") + std::to_string(i % 25 + 1); },
            R"({"format":"ISO 8601","origin":"2024-02-01","parts":["elapsed","month","weekday"]})",
            "date: elapsed, month, weekday", "dates as ISO 8601 from 2024-02-01 to 2024-02-25");
        row(
            "different dates with times", 60,
            [](int i) { return i == 0 ? "" : "1.3." + std::to_string(1950 + i) + (i % 2 == 0 ? " 10:00" : " 12:00"); },
            R"({"format":"D.M.Y","indicator":true,"origin":"1951-03-01","parts":["elapsed","month","weekday","hour"]})",
            "date: elapsed, month, weekday, hour", "dates as D.M.Y from 1951-03-01 to 2009-03-01; 1.7 % missing");
        row(
            "months first", 60, [](int i) { return "2/" + std::to_string(i % 25 + 1) + "/2024"; },
            R"({"format":"M/D/Y","origin":"2024-02-01","parts":["elapsed","month","weekday"]})",
            "date: elapsed, month, weekday", "dates as M/D/Y from 2024-02-01 to 2024-02-25");
        row(
            "days or months first", 60, [](int i) { return "2/" + std::to_string(i % 12 + 1) + "/2024"; },
            R"({"format":"D/M/Y","origin":"2024-01-02","parts":["elapsed","month","weekday"]})",
            "date: elapsed, month, weekday",
            "dates as D/M/Y from 2024-01-02 to 2024-12-02; ambiguous: no day is above 12, so that the month may come "
            "first");
        row(
            "nearly all dates", 200, [](int i) { return i == 150 ? "soon" : "2024/2/" + std::to_string(i % 25 + 1); },
            R"({"format":"Y/M/D","indicator":true,"origin":"2024-02-01","others":"missing","parts":["elapsed","month",)"
            R"("weekday"]})",
            "date: elapsed, month, weekday",
            "dates as Y/M/D from 2024-02-01 to 2024-02-25; 1 value (0.5 %) that is no date, first 'soon': as if "
            "missing");
        row(
            "mostly dates", 200,
            [](int i) {
                return i % 5 == 4 ? pick({"open", "0000-00-00"}, i) : "2024/2/" + std::to_string(i % 25 + 1);
            },
            R"({"format":"Y/M/D","indicator":true,"origin":"2024-02-01","others":"missing","parts":["elapsed","month",)"
            R"("weekday"]})",
            "date: elapsed, month, weekday",
            "dates as Y/M/D from 2024-02-01 to 2024-02-24; 40 values (20 %) that are no dates, first 'open': as if "
            "missing");
        row(
            "too few dates", 200, [](int i) { return i % 4 == 3 ? "open" : "2024/2/" + std::to_string(i % 2 + 1); },
            R"({"levels":["2024/2/1","2024/2/2","open"]})", "one-hot of 3 levels", "text with 3 levels");
    }

    void proposals()
    {
        QFETCH(std::function<std::string(int)>, text);
        QFETCH(int, rows);
        QFETCH(QByteArray, parameters);
        QFETCH(QByteArray, what);
        QFETCH(QByteArray, why);
        const ColumnPlan plan = planOf(sketchOf(rows, text));
        QCOMPARE(QByteArray::fromStdString(plan.what), what);
        QCOMPARE(QByteArray::fromStdString(plan.why), why);
        QCOMPARE(parametersOf(plan), nlohmann::json::parse(parameters.toStdString()));
        QCOMPARE(plan.column, std::string("x"));
    }

    /// The scales standardize what the encoder makes of the very rows.
    void scalesStandardize_data()
    {
        proposals_data();
        QTest::newRow("far away") << std::function<std::string(int)>([](int i) {
            return i % 7 == 0 ? "" : std::to_string(std::exp(i % 100 / 8.0));
        }) << 800 << QByteArray() << QByteArray()
                                  << QByteArray();
    }

    void scalesStandardize()
    {
        QFETCH(std::function<std::string(int)>, text);
        QFETCH(int, rows);
        const ColumnPlan plan = planOf(sketchOf(rows, text));
        if (!plan.encoder)
            return;
        const auto encoder = RowEncoder::make({"x"}, {{"x", *plan.encoder}});
        QVERIFY(encoder && encoder->names().size() == plan.scales.size());
        std::vector<float> numbers(plan.scales.size());
        NumberMoments moments;
        RawRow row;
        DecodeProblem problem;
        for (int i = 0; i < rows; ++i) {
            const std::string cell = text(i);
            row.cells = {{RawCell::Kind::Text, 0, cell}};
            if (encoder->encode(row, numbers, problem))
                moments.add(static_cast<double>(numbers.front()));
        }
        const bool isNumber = plan.encoder->kind != "category";
        const double scale = std::max(1.0, moments.deviation());
        QVERIFY(std::abs(plan.scales.front().mean - (isNumber ? moments.mean : 0)) < 1e-5 * scale);
        QVERIFY(std::abs(plan.scales.front().scale - (isNumber ? moments.deviation() : 1)) < 1e-5 * scale);
        const bool isSquashed = plan.encoder->parameters.contains("squash");
        for (std::size_t i = isSquashed ? 2 : 1; i < plan.scales.size(); ++i)
            QVERIFY(plan.scales[i].mean == 0 && plan.scales[i].scale == 1);
        if (plan.encoder->kind != "number")
            return;
        QCOMPARE(static_cast<float>(plan.scales.front().low), static_cast<float>(moments.minimum));
        QCOMPARE(static_cast<float>(plan.scales.front().high), static_cast<float>(moments.maximum));
    }

    /// Encoded and standardized, numbers far from 0 are those near it: a float has no room for them.
    void numbersFarFromZeroKeepTheirDigits_data()
    {
        QTest::addColumn<double>("far");
        QTest::addColumn<double>("step");
        QTest::newRow("identifiers") << 1e9 << 1.0;
        QTest::newRow("below 0") << -1e9 << 0.25;
        QTest::newRow("digits behind the point") << 1e6 << 0.0001;
        QTest::newRow("a double's last") << 1e12 << 0.5;
    }
    void numbersFarFromZeroKeepTheirDigits()
    {
        QFETCH(const double, far);
        QFETCH(const double, step);
        constexpr int kRows = 400, kValues = 97;
        const auto standardized = [&](double from) {
            const auto text = [&](int i) {
                return i % 50 == 7 ? std::string() : NumberText(from + i * 31 % kValues * step).text();
            };
            const ColumnPlan plan = planOf(sketchOf(kRows, text));
            const auto encoder = RowEncoder::make({"x"}, {{"x", *plan.encoder}});
            std::vector<double> all;
            std::vector<float> numbers(encoder->names().size());
            RawRow row;
            DecodeProblem problem;
            for (int i = 0; i < kRows; ++i) {
                const std::string cell = text(i);
                row.cells = {{RawCell::Kind::Text, 0, cell}};
                if (encoder->encode(row, numbers, problem) && numbers.back() == (cell.empty() ? 1.0F : 0.0F))
                    all.push_back((static_cast<double>(numbers.front()) - plan.scales.front().mean) /
                                  plan.scales.front().scale);
            }
            return std::pair(all, plan.encoder->parameters.contains("offset"));
        };
        const auto [near, hasNone] = standardized(0);
        const auto [numbers, hasOne] = standardized(far);
        QVERIFY(!hasNone && hasOne);
        QVERIFY(near.size() == kRows && numbers.size() == kRows);
        for (std::size_t i = 0; i < near.size(); ++i)
            QVERIFY2(std::abs(near[i] - numbers[i]) < 1e-4, std::to_string(numbers[i]).c_str());
    }

    void heavyTailsAreSquashed()
    {
        const auto far = [](int i) {
            return std::to_string(
                std::exp(Rng(7, Purpose::SimulatedFeature, static_cast<std::uint64_t>(i)).normal() * 1.5));
        };
        const auto normal = [](int i) {
            return std::to_string(Rng(7, Purpose::SimulatedFeature, static_cast<std::uint64_t>(i)).normal());
        };
        const ColumnPlan plan = planOf(sketchOf(5000, far));
        QCOMPARE(plan.what, std::string("number, also squashed"));
        QVERIFY(std::abs(parametersOf(plan)["squash"]["center"].get<double>() - 1) < 0.1);
        QVERIFY(!parametersOf(planOf(sketchOf(5000, normal))).contains("squash"));
        // Mostly nothing, and rarely much.
        const auto rare = [](int i) { return i % 30 == 0 ? std::to_string(scattered(i)) : "0"; };
        QVERIFY(parametersOf(planOf(sketchOf(5000, rare))).contains("squash"));
    }

    void manyLevelsKeepTheFrequentOnes()
    {
        // Level n stands in n rows, n from 1 to 300.
        const auto text = [](int i) {
            return "level " + std::to_string(static_cast<int>((1 + std::sqrt(1 + 8.0 * i)) / 2));
        };
        const ColumnPlan plan = planOf(sketchOf(300 * 301 / 2, text));
        const auto levels = parametersOf(plan)["levels"].get<std::vector<std::string>>();
        QCOMPARE(levels.size(), 255U);
        QCOMPARE(levels.front(), std::string("level 300"));
        QCOMPARE(levels.back(), std::string("level 46"));
        QCOMPARE(plan.why, std::string("text with 300 levels"));
        const ColumnPlan some = planOf(sketchOf(40 * 41 / 2, text));
        QCOMPARE(parametersOf(some)["levels"].size(), 38U); // at least 3 rows
    }

    void tooManyLevelsAreLeftOut()
    {
        const auto half = [](int i) { return "level " + std::to_string(i / 2); };
        const ColumnPlan plan = planOf(sketchOf(210'000, half));
        QCOMPARE(plan.what, std::string("left out"));
        QVERIFY2(plan.why.starts_with("text with more than 100,000 levels"), plan.why.c_str());
        const auto each = [](int i) { return "name " + std::to_string(i); };
        QCOMPARE(planOf(sketchOf(110'000, each)).why, std::string("identifier: text, nearly always another"));
    }

    void elapsedIsLeftOutWhereTimeSplits()
    {
        const TableSketch sketch = sketchOf({"2024-01-01", "2024-01-02", "2024-03-01"});
        QCOMPARE(planOf(sketch).what, std::string("date: elapsed, month, weekday"));
        const ColumnPlan plan = planOf(sketch, {.splitByTime = true});
        QCOMPARE(plan.what, std::string("date: month, weekday"));
        QVERIFY(plan.scales.size() == 4 && plan.scales.front().mean == 0 && plan.scales.front().scale == 1);
    }

    void oddCellsEndWell()
    {
        const std::vector<std::string> odd = {"",    "nan", "inf", "1e400", "-0",    "\xff", "🚂",          "1e-400",
                                              "?",   "0x1", "９",  "T",     "1/1/1", "-999", "0000-01-01", "9999",
                                              "999", "1,5", "+",   "-9999", "true",  "null", "1e38",       "3e38"};
        for (int from = 0; from < static_cast<int>(odd.size()); ++from)
            for (int count = 1; count <= static_cast<int>(odd.size()); ++count) {
                const auto text = [&](int i) { return pick(odd, from + i % count); };
                const ColumnPlan plan = planOf(sketchOf(60, text));
                QVERIFY2(plan.what != "refused", plan.why.c_str());
                for (const PartScale& scale : plan.scales)
                    QVERIFY2(std::isfinite(scale.mean) && std::isfinite(scale.scale) && scale.scale > 0,
                             plan.why.c_str());
            }
        QVERIFY(proposeEncoders(TableSketch({"x"}))->columns.front().why == "it has no values");
        const std::string longText(1'000'000, 'x');
        const ColumnPlan plan = planOf(sketchOf(200, [&](int i) { return longText + std::to_string(i); }));
        QCOMPARE(plan.why, std::string("identifier: text, nearly always another"));
    }

    /// A name says what values that differ in each row cannot.
    void identifiersAreCalledSo_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isIdentifier");
        for (const char* name : {"id", "patientId", "CustomerID", "order_no", "id of the customer", "Row",
                                 "postal code", "Unnamed: 0", "UUID"})
            QTest::newRow(name) << name << true;
        for (const char* name : {"population", "price", "number of people", "paid", "x", "column 3", ""})
            QTest::newRow(name) << name << false;
    }

    void identifiersAreCalledSo()
    {
        QFETCH(QString, name);
        QFETCH(bool, isIdentifier);
        TableSketch sketch({name.toStdString(), "real"});
        RawRow row;
        for (int i = 0; i < 60; ++i) {
            const std::string whole = std::to_string(10'000'000'000 + i * 7919LL % 1'000'003);
            const std::string real = std::to_string(i) + ".5";
            row.cells = {{RawCell::Kind::Text, 0, whole}, {RawCell::Kind::Text, 0, real}};
            sketch.add(row);
        }
        const auto proposal = proposeEncoders(sketch);
        QVERIFY(proposal);
        const ColumnPlan& plan = proposal->columns.front();
        QCOMPARE(plan.isIdentifier, isIdentifier);
        QCOMPARE(plan.encoder.has_value(), !isIdentifier);
        QCOMPARE(plan.question,
                 std::string(isIdentifier ? "" : "an identifier? It has another whole number in each row"));
        if (isIdentifier)
            QCOMPARE(plan.why, std::string("identifier: whole numbers, another in each row"));
        QVERIFY(!proposal->columns.back().isIdentifier && proposal->columns.back().question.empty());
    }
};

Q_DECLARE_METATYPE(std::function<std::string(int)>)

QTEST_GUILESS_MAIN(TableSketchTest)
#include "tst_tablesketch.moc"
