// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "data/files/CsvReader.h"
#include "data/files/RowDecoder.h"
#include "data/simulator/NormalDistribution.h"
#include "data/simulator/Simulator.h"
#include "pipeline/Simulate.h"
#include "session/Resources.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

using namespace millrace;

namespace
{

Schema twoFeatures()
{
    Schema schema;
    schema.name = "two";
    schema.columns = {{"class", ColumnType::Number, ColumnRole::Label},
                      {"a", ColumnType::Number, ColumnRole::Feature},
                      {"b", ColumnType::Number, ColumnRole::Feature}};
    return schema;
}

/// Correlated, skewed, and the second with an atom at 0 (a sixth of all).
std::vector<double> twoColumns(int rows, double rho)
{
    std::vector<double> result;
    for (int i = 0; i < rows; ++i) {
        Rng rng(99, Purpose::SimulatedFeature, static_cast<std::uint64_t>(i));
        const double x = rng.normal();
        const double y = rho * x + std::sqrt(1 - rho * rho) * rng.normal();
        result.push_back(std::exp(x));
        result.push_back(std::max(0.0, y + 1));
    }
    return result;
}

/// A label network of one unit: the probability is sigmoid(2·tanh(standardised a) − 0.5).
SimulatorProfile twoProfile()
{
    SimulatorProfile profile = fitCopula(twoFeatures(), twoColumns(20'000, 0.7)).value();
    profile.hiddenWeights = {1, 0};
    profile.hiddenBias = {0};
    profile.outputWeights = {2};
    profile.outputBias = {-0.5};
    return profile;
}

std::vector<double> drawMany(const Simulator& simulator, int count, std::vector<Simulator::Event>* events = nullptr)
{
    const auto width = static_cast<std::size_t>(simulator.featureCount());
    std::vector<double> rows(width * static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const auto event = simulator.draw(i, std::span(rows).subspan(i * width, width));
        if (events != nullptr)
            events->push_back(event);
    }
    return rows;
}

double shareOfZeros(const std::vector<double>& rows)
{
    int zeros = 0;
    for (std::size_t i = 1; i < rows.size(); i += 2)
        zeros += rows[i] == 0 ? 1 : 0;
    return 2.0 * zeros / static_cast<double>(rows.size());
}

std::vector<double> susyRows()
{
    const QString folder = qEnvironmentVariable("MILLRACE_SHARED", QStringLiteral(MILLRACE_SOURCE_DIR "/../shared"));
    const std::string file = QDir(folder).filePath("data/susy.csv").toStdString();
    auto reader = CsvReader::open(file, CsvLayout{',', false});
    std::vector<double> rows;
    if (!reader)
        return rows;
    const RowDecoder decoder(example().schema);
    std::vector<float> features(18);
    CsvRow row;
    float label = 0;
    DecodeProblem problem;
    while (reader->next(row).value())
        if (decoder.decode(row, features, label, problem))
            rows.insert(rows.end(), features.begin(), features.end());
    return rows;
}

} // namespace

class TestSimulator : public QObject
{
    Q_OBJECT

private slots:
    void normal();
    void aProfileOfOtherTypesIsNamed();
    void cholesky();
    void quantileTables();
    void anyOrder();
    void marginals();
    void labels();
    void constantAndCopiedColumns();
    void fitErrors();
    void makeErrors();
    void json();
    void jsonErrors();
    void susy();
};

void TestSimulator::normal()
{
    QCOMPARE(normalQuantile(0.5), 0.0);
    QVERIFY(std::abs(normalQuantile(0.975) - 1.959963984540054) < 1e-14); // Wichura's own checks: 25 %, 0.1 %, 10^-20
    QVERIFY(std::abs(normalQuantile(0.25) - -0.6744897501960817) < 1e-15);
    QVERIFY(std::abs(normalQuantile(0.001) - -3.090232306167814) < 1e-14);
    QVERIFY(std::abs(normalQuantile(1e-20) - -9.262340089798408) < 1e-13);
    for (double p = 1e-12; p < 1; p = p < 0.01 ? p * 3 : p + 0.01)
        QVERIFY(std::abs(normalCdf(normalQuantile(p)) / p - 1) < 1e-12);
}

void TestSimulator::cholesky()
{
    const std::vector<double> factor = choleskyFactor({4, 2, 2, 10}, 2);
    QCOMPARE(factor, (std::vector<double>{2, 0, 1, 3}));
    QVERIFY(choleskyFactor({1, 2, 2, 1}, 2).empty());
    QVERIFY(choleskyFactor({1, 1, 1, 1}, 2).empty());
}

void TestSimulator::quantileTables()
{
    Schema schema = twoFeatures();
    schema.columns.pop_back();
    const auto profile = fitCopula(schema, std::vector<double>{5, 1, 3, 2, 4}, 9);
    QVERIFY(profile.has_value());
    QCOMPARE(profile->quantiles.front(), (std::vector<double>{1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5}));
    QCOMPARE(profile->mean.front(), 3.0);
    QVERIFY(std::abs(profile->scale.front() - std::sqrt(2.0)) < 1e-12);
}

/// Event i depends on (profile, seed, i) alone.
void TestSimulator::anyOrder()
{
    const Simulator simulator = Simulator::make(twoProfile(), 5).value();
    const Simulator same = Simulator::make(twoProfile(), 5).value();
    const Simulator other = Simulator::make(twoProfile(), 6).value();
    std::vector<Simulator::Event> events;
    const std::vector<double> rows = drawMany(simulator, 100, &events);
    for (std::size_t i = 100; i-- > 0;) {
        std::array<double, 2> features{};
        const auto event = same.draw(i, features);
        QCOMPARE(features[0], rows[2 * i]);
        QCOMPARE(features[1], rows[2 * i + 1]);
        QCOMPARE(event.label, events[i].label);
        QCOMPARE(event.probability, events[i].probability);
    }
    QVERIFY(drawMany(other, 100) != rows);
}

/// Events of a fitted profile have the quantiles and the rank correlation of what it was fitted on.
void TestSimulator::marginals()
{
    const std::vector<double> original = twoColumns(20'000, 0.7);
    const std::vector<double> drawn = drawMany(Simulator::make(twoProfile(), 1).value(), 50'000);
    const SimulatorProfile fitted = fitCopula(twoFeatures(), original).value();
    const SimulatorProfile again = fitCopula(twoFeatures(), drawn).value();
    for (std::size_t column = 0; column < 2; ++column)
        for (const std::size_t tenth : {1U, 5U, 9U}) {
            const std::size_t place = (fitted.quantiles[column].size() - 1) * tenth / 10;
            QVERIFY(std::abs(again.quantiles[column][place] - fitted.quantiles[column][place]) < 0.05);
        }
    QVERIFY(std::abs(again.correlation[1] - fitted.correlation[1]) < 0.02);
    QVERIFY(fitted.correlation[1] > 0.55 && fitted.correlation[1] < 0.75);
    QVERIFY(std::abs(shareOfZeros(drawn) - shareOfZeros(original)) < 0.02);
    const auto [least, most] = std::minmax_element(drawn.begin(), drawn.end());
    QVERIFY(*least >= 0 && *most <= *std::max_element(original.begin(), original.end()));
}

void TestSimulator::labels()
{
    const SimulatorProfile profile = twoProfile();
    const Simulator simulator = Simulator::make(profile, 3).value();
    std::vector<Simulator::Event> events;
    const std::vector<double> rows = drawMany(simulator, 50'000, &events);
    double expected = 0;
    double ones = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const double a = (rows[2 * i] - profile.mean[0]) / profile.scale[0];
        const double p = 1 / (1 + std::exp(-(2 * std::tanh(a) - 0.5)));
        QVERIFY(std::abs(events[i].probability - p) < 1e-12);
        QVERIFY(events[i].label == 0 || events[i].label == 1);
        expected += p;
        ones += static_cast<double>(events[i].label);
    }
    QVERIFY(std::abs(ones - expected) < 4 * std::sqrt(50'000 * 0.25));
}

void TestSimulator::constantAndCopiedColumns()
{
    std::vector<double> constant;
    std::vector<double> copied;
    for (int i = 0; i < 100; ++i) {
        constant.insert(constant.end(), {static_cast<double>(i), 7.0});
        copied.insert(copied.end(), {static_cast<double>(i), 2.0 * i});
    }
    for (const auto& rows : {constant, copied}) {
        auto profile = fitCopula(twoFeatures(), rows);
        QVERIFY(profile.has_value());
        auto back = profileFromJson(toJson(*profile)); // through six digits
        QVERIFY(back.has_value());
        QVERIFY(Simulator::make(*back, 1).has_value());
    }
    const auto drawn = drawMany(Simulator::make(fitCopula(twoFeatures(), constant).value(), 1).value(), 100);
    for (std::size_t i = 1; i < drawn.size(); i += 2)
        QCOMPARE(drawn[i], 7.0);
}

void TestSimulator::fitErrors()
{
    QVERIFY(!fitCopula(twoFeatures(), std::vector<double>{1, 2}));
    QVERIFY(!fitCopula(twoFeatures(), std::vector<double>{1, 2, 3}));
    QVERIFY(!fitCopula(twoFeatures(), std::vector<double>{1, 2, 3, INFINITY}));
    QVERIFY(!fitCopula(twoFeatures(), std::vector<double>{1, 2, 3, 4}, 1));
    QVERIFY(!fitCopula(Schema(), std::vector<double>{1, 2, 3, 4}));
}

void TestSimulator::makeErrors()
{
    const auto refused = [](void (*spoil)(SimulatorProfile&)) {
        SimulatorProfile profile = twoProfile();
        spoil(profile);
        auto simulator = Simulator::make(std::move(profile), 1);
        return !simulator && simulator.error().code == ErrorCode::BadData;
    };
    QVERIFY(refused([](SimulatorProfile& p) { p.correlation = {1, 1.5, 1.5, 1}; }));
    QVERIFY(refused([](SimulatorProfile& p) { p.correlation.pop_back(); }));
    QVERIFY(refused([](SimulatorProfile& p) { p.quantiles.pop_back(); }));
    QVERIFY(refused([](SimulatorProfile& p) { p.quantiles[0] = {1, 0}; }));
    QVERIFY(refused([](SimulatorProfile& p) { p.hiddenWeights.pop_back(); }));
    QVERIFY(refused([](SimulatorProfile& p) { p.outputWeights.clear(); }));
    QVERIFY(refused([](SimulatorProfile& p) { p.scale[0] = 0; }));
    QVERIFY(refused([](SimulatorProfile& p) { p.mean.clear(); }));
}

void TestSimulator::json()
{
    SimulatorProfile profile = twoProfile();
    profile.attribution = "made here";
    profile.prior = 0.4598;
    const std::string text = toJson(profile).dump();
    auto back = profileFromJson(nlohmann::json::parse(text));
    QVERIFY(back.has_value());
    QCOMPARE(toJson(*back).dump(), text);
    QCOMPARE(back->attribution, profile.attribution);
    QCOMPARE(back->prior, 0.4598);
    QCOMPARE(back->schema.featureNames(), profile.schema.featureNames());
    for (std::size_t i = 0; i < profile.quantiles[0].size(); ++i)
        QVERIFY(std::abs(back->quantiles[0][i] / profile.quantiles[0][i] - 1) < 1e-5);
}

void TestSimulator::jsonErrors()
{
    QVERIFY(!profileFromJson(nlohmann::json::parse("[]")));
    QVERIFY(!profileFromJson(nlohmann::json::parse("{}")));
    nlohmann::json json = toJson(twoProfile());
    json["quantiles"] = "many";
    QVERIFY(!profileFromJson(json));
    json = toJson(twoProfile());
    json.erase("correlation");
    auto profile = profileFromJson(json);
    QVERIFY(!profile);
    QVERIFY2(profile.error().message.find("correlation") != std::string::npos, profile.error().message.c_str());
}

void TestSimulator::susy()
{
    const std::vector<double> rows = susyRows();
    if (rows.empty())
        QSKIP("susy.csv is not here; set MILLRACE_SHARED to the folder that has data/susy.csv");
    SimulatorProfile profile = fitCopula(example().schema, rows).value();
    profile.hiddenWeights.assign(std::size_t{16} * 18, 0.1);
    profile.hiddenBias.assign(16, 0);
    profile.outputWeights.assign(16, 0.2);
    const auto size = toJson(profile).dump().size();
    QVERIFY2(size < 60'000, std::to_string(size).c_str());
    const Simulator simulator = Simulator::make(profileFromJson(toJson(profile)).value(), 1).value();
    QElapsedTimer timer;
    timer.start();
    const std::vector<double> drawn = drawMany(simulator, 100'000);
    qInfo("100,000 events of 18 features: %lld ms; profile %zu bytes", timer.elapsed(), size);
    const SimulatorProfile again = fitCopula(example().schema, drawn).value();
    for (std::size_t i = 0; i < again.correlation.size(); ++i)
        QVERIFY(std::abs(again.correlation[i] - profile.correlation[i]) < 0.03);
    for (std::size_t i = 0; i < 18; ++i)
        QVERIFY(std::abs(again.mean[i] - profile.mean[i]) < 0.03 * profile.scale[i]);
}

void TestSimulator::aProfileOfOtherTypesIsNamed()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("mine.json").toStdString();
    for (const char* text : {"[]", R"({"millrace-profile": 1, "schema": "many"})",
                             R"({"millrace-profile": 1, "schema": {"columns": [{"name": "x"}]}, "prior": "many"})"}) {
        QVERIFY(writeFileAtomically(file, text));
        const auto profile = readProfile(file);
        QVERIFY(!profile);
        QCOMPARE(profile.error().code, ErrorCode::BadData);
        QVERIFY2(profile.error().message.starts_with(file.string()), profile.error().message.c_str());
    }
}

QTEST_GUILESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
