// SPDX-License-Identifier: GPL-3.0-or-later
#include "EveryLayer.h"
#include "EveryTask.h"
#include "base/Rng.h"
#include "data/Predictions.h"
#include "train/Learner.h"
#include "train/Losses.h"
#include "train/Optimizers.h"
#include "train/Schedules.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <set>

using namespace millrace;

namespace
{

struct Rows {
    std::vector<float> features, targets;
};

Rows randomRows(int rows, int width, std::uint64_t seed = 7)
{
    Rng rng(seed, Purpose::SimulatedFeature);
    Rows result;
    for (int row = 0; row < rows; ++row) {
        double sum = 0;
        for (int column = 0; column < width; ++column) {
            result.features.push_back(static_cast<float>(rng.normal()));
            sum += (column % 2 == 0 ? 1 : -1) * result.features.back();
        }
        result.targets.push_back(sum + 0.5 * rng.normal() > 0 ? 1.0F : 0.0F);
    }
    return result;
}

Rows randomRowsOf(const Task& task, int rows, int width)
{
    Rows result = randomRows(rows, width);
    std::vector<double> strengths;
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row)
        strengths.push_back(static_cast<double>(result.features[row * static_cast<std::size_t>(width)]) -
                            static_cast<double>(result.features[row * static_cast<std::size_t>(width) + 1]));
    result.targets = targetsFor(task, strengths);
    return result;
}

Task classesOf(int count)
{
    Task task{TaskKind::MultiClass, {}, {}};
    for (int i = 0; i < count; ++i)
        task.classes.push_back("c" + std::to_string(i));
    return task;
}

LearnerSetup setupOf(const ModelSpec& spec, const std::string& optimizer, double rate, std::uint64_t seed = 1)
{
    return {*lower(spec), {optimizer, rate}, seed};
}

ModelSpec modelOf(int width, std::vector<LayerSpec> layers, std::vector<LayerSpec> preprocessing = {})
{
    return {"test", std::vector<std::string>(static_cast<std::size_t>(width), "x"), std::move(preprocessing),
            std::move(layers)};
}

LayerSpec dense(int units, const char* activation = "none")
{
    return {"dense", {{"units", units}, {"activation", activation}}};
}

LayerSpec dropout(double rate)
{
    return {"dropout", {{"rate", rate}}};
}

ModelSpec tutorial(int width, const Task& task = {})
{
    return *presetModel("tutorial", std::vector<std::string>(static_cast<std::size_t>(width), "x"), task);
}

ModelSpec logistic(int width, const Task& task)
{
    return *presetModel("logistic", std::vector<std::string>(static_cast<std::size_t>(width), "x"), task);
}

std::unique_ptr<Learner> make(const LearnerSetup& setup)
{
    auto learner = (*learnerModule())->create(setup);
    return learner ? std::move(*learner) : nullptr;
}

/// The loss at these weights: a step that goes nowhere.
double lossAt(Learner& learner, LearnerState state, const Rows& rows)
{
    state.learningRate = 0;
    if (!learner.restore(state))
        return std::numeric_limits<double>::quiet_NaN();
    const auto result = learner.step(rows.features, rows.targets);
    return result ? result->loss : std::numeric_limits<double>::quiet_NaN();
}

void train(Learner& learner, const Rows& rows, int steps, std::size_t batch)
{
    const std::size_t width = rows.features.size() / rows.targets.size();
    const std::size_t batches = rows.targets.size() / batch;
    for (int step = 0; step < steps; ++step) {
        const std::size_t first = static_cast<std::size_t>(step) % batches * batch;
        QVERIFY(learner.step(std::span(rows.features).subspan(first * width, batch * width),
                             std::span(rows.targets).subspan(first, batch)));
    }
}

} // namespace

class LearnerTest : public QObject
{
    Q_OBJECT
private slots:
    void aMissingModuleIsSaid();
    void moduleLoads();
    void optimizersFromJson();
    void weightsDecay();
    void schedulesFromJson();
    void ratesOfSchedules();
    void everyTaskHasItsLoss();
    void gradientsAgreeWithDifferences_data();
    void gradientsAgreeWithDifferences();
    void initialWeightsAreGlorots();
    void startsAsTheBestLinearModel();
    void startsWellBesideRowsFarAway();
    void sameSeedSameWeights();
    void restoredRunIsBitIdentical();
    void partialBatchesAndPiecesAgree();
    void threadsShareAStep();
    void learnsEveryTask_data();
    void learnsEveryTask();
    void weightedRowsAreRepeatedOnes_data() { learnsEveryTask_data(); }
    void weightedRowsAreRepeatedOnes();
    void negativeWeightsTakeAway();
    void classWeightsAreOfTheLossAlone();
    void scoresFollowTheThreshold();
    void learnsExclusiveOr();
    void sgdLearnsALine();
    void lossIsStableForHugeLogits();
    void softmaxIsStableForHugeLogits();
    void theFirstOfEqualLogitsDecides();
    void squaredErrorIsInDeviations();
    void aRegressionSpeaksTheTargetsUnit();
    void dropoutKeepsItsRateAndScale_data();
    void dropoutKeepsItsRateAndScale();
    void dropoutMasksDiffer();
    void predictionHasNoDropout();
    void learningRateChangesAtOnce();
    void badInputIsRefused();
    void badTargetsAreRefused();
    void matrixProductsTakeTime();
};

void LearnerTest::aMissingModuleIsSaid()
{
    const QByteArray before = qgetenv("MILLRACE_LEARNER");
    qputenv("MILLRACE_LEARNER", "/nonexistent/learn.so");
    const auto module = learnerModule();
    before.isEmpty() ? qunsetenv("MILLRACE_LEARNER") : qputenv("MILLRACE_LEARNER", before);
    QVERIFY(!module);
    QVERIFY(QString::fromStdString(module.error().message).contains("/nonexistent/learn.so"));
    QVERIFY(!module.error().advice.empty());
}

void LearnerTest::moduleLoads()
{
    const auto module = learnerModule();
    QVERIFY2(module, describe(module).c_str());
    QVERIFY((*module)->versions().starts_with("LibTorch "));
}

void LearnerTest::optimizersFromJson()
{
    for (const OptimizerKind& kind : optimizerKinds()) {
        OptimizerSpec spec;
        spec.kind = kind.name;
        double value = 0.25;
        for (const OptimizerParameter& parameter : kind.parameters)
            spec.*parameter.value = value /= 2; // each has a place of its own
        const auto again = optimizerFromJson(toJson(spec));
        QVERIFY(again);
        QCOMPARE(again->kind, kind.name);
        value = 0.25;
        for (const OptimizerParameter& parameter : kind.parameters)
            QCOMPARE((*again).*parameter.value, value /= 2);
        QVERIFY(make(setupOf(modelOf(2, {dense(1)}), kind.name, 0.1)));
    }
    const auto unknown = optimizerFromJson({{"kind", "adan"}});
    QVERIFY(!unknown);
    QVERIFY(QString::fromStdString(unknown.error().advice).contains("mean adam?"));
    const auto key = optimizerFromJson({{"kind", "adam"}, {"learning_rate", 0.1}});
    QVERIFY(!key);
    QVERIFY(QString::fromStdString(key.error().message).contains("/learning_rate"));
    QVERIFY(QString::fromStdString(key.error().advice).contains("mean learning-rate?"));
    QVERIFY(!optimizerFromJson({{"learning-rate", -1}}));
    QVERIFY(!optimizerFromJson({{"beta1", 1}}));
}

/// Decoupled: what no gradient moves shrinks by the rate times the decay in each step, and under adam stays.
void LearnerTest::weightsDecay()
{
    const Rows rows{{0, 0, 0, 0}, {1, 0}};
    for (const auto& [kind, part] : {std::pair{"adamw", 1 - 0.1 * 0.25}, std::pair{"adam", 1.0}}) {
        LearnerSetup setup = setupOf(modelOf(2, {dense(1)}), kind, 0.1);
        setup.optimizer.weightDecay = 0.25;
        const auto learner = make(setup);
        LearnerState state = learner->state();
        state.weights = {2, -1, 0};
        QVERIFY(learner->restore(state));
        for (int step = 0; step < 3; ++step)
            QVERIFY(learner->step(rows.features, rows.targets));
        const std::vector<float> after = learner->state().weights;
        QVERIFY(std::abs(after[0] - 2 * std::pow(part, 3)) < 1e-6);
        QVERIFY(std::abs(after[1] + std::pow(part, 3)) < 1e-6);
    }
}

void LearnerTest::schedulesFromJson()
{
    for (const ScheduleKind& kind : scheduleKinds()) {
        QVERIFY(!kind.help.empty() && kind.factorAt != nullptr);
        const auto again = scheduleFromJson(toJson(ScheduleSpec{kind.name}));
        QVERIFY(again);
        QCOMPARE(again->kind, kind.name);
    }
    QCOMPARE(scheduleFromJson(nlohmann::json::object())->kind, std::string("constant"));
    const auto unknown = scheduleFromJson({{"kind", "cosin"}});
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().code, ErrorCode::Usage);
    QVERIFY(QString::fromStdString(unknown.error().advice).contains("mean cosine?"));
    QVERIFY(!scheduleFromJson({{"kind", "cosine"}, {"steps", 3}}));
    QVERIFY(!scheduleFromJson({{"kind", 3}}));
    QVERIFY(!scheduleFromJson("cosine"));
}

void LearnerTest::ratesOfSchedules()
{
    const ScheduleSpec constant, cosine{"cosine"};
    for (const std::int64_t step : {-1, 0, 7, 1000, 2000})
        QCOMPARE(rateAt(constant, 0.5, step, 1000), 0.5);
    const auto rate = [&](std::int64_t step, std::int64_t steps) { return rateAt(cosine, 2, step, steps); };
    const auto wave = [](double part) { return 1 + std::cos(std::acos(-1) * part); }; // of the base 2
    // 50 steps of 1,000 warm up, linearly and beginning above 0.
    QCOMPARE(rate(0, 1000), 2.0 / 50);
    QCOMPARE(rate(24, 1000), 0.5 * wave(0.024));
    QCOMPARE(rate(49, 1000), wave(0.049));
    QCOMPARE(rate(50, 1000), wave(0.05));
    QCOMPARE(rate(500, 1000), 1.0);
    QVERIFY(rate(999, 1000) > 0 && rate(999, 1000) < 1e-5);
    QVERIFY(std::abs(rate(1000, 1000)) < 1e-15);
    QCOMPARE(rate(5000, 1000), rate(1000, 1000));
    // Of many steps 100 do.
    QCOMPARE(rate(98, 1'000'000), 0.99 * wave(98e-6));
    QCOMPARE(rate(100, 1'000'000), wave(100e-6));
    // Too few to warm up; and without an end.
    QCOMPARE(rate(0, 10), 2.0);
    QCOMPARE(rate(0, 1), 2.0);
    QCOMPARE(rate(3, 0), 2.0);
    QCOMPARE(rate(3, -1), 2.0);
}

void LearnerTest::everyTaskHasItsLoss()
{
    for (const TaskInfo& task : taskTable())
        QVERIFY2(std::ranges::find(lossKinds(), task.loss, &LossKind::name) != lossKinds().end(), task.name.c_str());
    for (const LossKind& loss : lossKinds())
        QVERIFY2(!loss.help.empty(), loss.name.c_str());
    for (const auto& [name, task] : everyTask())
        QVERIFY2(make(setupOf(tutorial(4, task), "adam", 1e-3)), name.c_str());
}

void LearnerTest::gradientsAgreeWithDifferences_data()
{
    QTest::addColumn<QString>("layers");
    QTest::newRow("logistic") << R"([{"kind":"dense","units":1}])";
    QTest::newRow("relu") << R"([{"kind":"dense","units":20,"activation":"relu"},{"kind":"dense","units":1}])";
    QTest::newRow("tanh") << R"([{"kind":"dense","units":6,"activation":"tanh"},{"kind":"dense","units":1}])";
    QTest::newRow("all") << R"([{"kind":"dense","units":6},{"kind":"tanh"},{"kind":"sigmoid"},
        {"kind":"dense","units":5,"activation":"sigmoid"},{"kind":"relu"},{"kind":"dense","units":1},{"kind":"tanh"},
        {"kind":"dense","units":1}])";
    QTest::newRow("skip to the output") << R"([{"kind":"dense","units":6,"activation":"tanh"},
        {"kind":"dense","units":1,"skip":true}])";
    QTest::newRow("fused dropout") << R"([{"kind":"dense","units":20,"activation":"relu"},{"kind":"dropout","rate":0.4},
        {"kind":"dense","units":1,"activation":"relu"},{"kind":"dropout","rate":0.2},{"kind":"dense","units":1}])";
    QTest::newRow("plain dropout")
        << R"([{"kind":"dropout","rate":0.1},{"kind":"dense","units":7},{"kind":"dropout","rate":0.4},
        {"kind":"dense","units":9,"activation":"tanh"},{"kind":"dropout","rate":0.5},{"kind":"dense","units":1}])";
    for (const auto& [name, model] : modelsOfEveryLayer(4))
        QTest::newRow(name.c_str()) << QString::fromStdString(toJson(model).dump());
    for (const auto& [name, task] : everyTask()) {
        ModelSpec model = *presetModel("logistic", {"a", "b", "c", "d"}, task);
        QTest::addRow("%s, logistic", name.c_str()) << QString::fromStdString(toJson(model).dump());
        model.layers.insert(model.layers.begin(), {dense(7, "tanh"), dropout(0.4)});
        QTest::addRow("%s, hidden", name.c_str()) << QString::fromStdString(toJson(model).dump());
        model.layers.back().parameters["skip"] = true;
        QTest::addRow("%s, skip", name.c_str()) << QString::fromStdString(toJson(model).dump());
    }
}

void LearnerTest::gradientsAgreeWithDifferences()
{
    QFETCH(QString, layers);
    const std::string scaled = R"([{"kind":"standardize","mean":[0.5,0,0,-1],"scale":[2,1,0.5,1]}])";
    const auto given = nlohmann::json::parse(layers.toStdString());
    const auto spec = modelFromJson(given.is_object() ? given
                                                      : nlohmann::json{{"features", {"a", "b", "c", "d"}},
                                                                       {"preprocessing", nlohmann::json::parse(scaled)},
                                                                       {"layers", given}});
    QVERIFY(spec);
    const Rows rows = spec->task.kind == TaskKind::Binary ? randomRows(40, 4) : randomRowsOf(spec->task, 40, 4);
    auto learner = make(setupOf(*spec, "sgd", 1, 3));
    QVERIFY(learner);
    const LearnerState start = learner->state();
    QVERIFY(learner->step(rows.features, rows.targets));
    const LearnerState moved = learner->state();
    const double here = lossAt(*learner, start, rows);
    constexpr float kStep = 1e-3F;
    constexpr double kTolerance = 3e-4;
    double largest = 0;
    for (std::size_t i = 0; i < start.weights.size(); ++i) {
        LearnerState above = start, below = start;
        above.weights[i] += kStep;
        below.weights[i] -= kStep;
        // A relu has a kink, so the gradient is only known to lie between the slopes to both sides.
        const double right = (lossAt(*learner, above, rows) - here) / kStep;
        const double left = (here - lossAt(*learner, below, rows)) / kStep;
        const double gradient = static_cast<double>(start.weights[i]) - moved.weights[i];
        const bool good =
            gradient > std::min(left, right) - kTolerance && gradient < std::max(left, right) + kTolerance;
        QVERIFY2(good, qPrintable(QString("weight %1: %2, slopes %3, %4").arg(i).arg(gradient).arg(left).arg(right)));
        largest = std::max(largest, std::abs(gradient));
    }
    QVERIFY(largest > 0.01);
}

void LearnerTest::initialWeightsAreGlorots()
{
    const LearnerSetup setup = setupOf(tutorial(18), "adam", 1e-3);
    const auto learner = make(setup);
    const LearnerState state = learner->state();
    QCOMPARE(state.weights.size(), 68'481U);
    const double limit = std::sqrt(6.0 / (128 + 256));
    const Parameter& weight = setup.graph.parameters[2];
    double squares = 0;
    for (std::int64_t i = 0; i < weight.count(); ++i) {
        const double value = state.weights[static_cast<std::size_t>(weight.offset + i)];
        QVERIFY(std::abs(value) <= limit);
        squares += value * value;
    }
    QVERIFY(std::abs(squares / static_cast<double>(weight.count()) / (limit * limit / 3) - 1) < 0.02);
    QCOMPARE(state.weights.back(), 0.0F);
}

/// At the least of loss and penalty the gradient of the mean loss over n rows is −w / n, of squared errors −2w / n.
void LearnerTest::startsAsTheBestLinearModel()
{
    for (const auto& [name, task] : everyTask()) {
        ModelSpec model = logistic(4, task);
        auto plain = make(setupOf(model, "sgd", 1, 3));
        QVERIFY(plain);
        QVERIFY(plain->canStartLinear());
        model.layers.insert(model.layers.begin(), dense(5, "tanh"));
        model.layers.back().parameters["skip"] = true;
        const Graph graph = *lower(model);
        auto learner = make(setupOf(model, "sgd", 1, 3));
        QVERIFY(learner);
        QVERIFY(learner->canStartLinear());
        const Rows rows = task.kind == TaskKind::Binary ? randomRows(60, 4) : randomRowsOf(task, 60, 4);
        QVERIFY(learner->startLinear(rows.features, rows.targets, {}));
        const std::vector<float> before = learner->state().weights;
        QVERIFY(learner->step(rows.features, rows.targets));
        const std::vector<float> after = learner->state().weights;
        const Parameter& skip = graph.parameters.back();
        QVERIFY(skip.name.ends_with("skip"));
        const double factor = task.kind == TaskKind::Regression ? 2.0 / outputsOf(task) : 1;
        for (std::int64_t i = skip.offset; i < skip.offset + skip.count(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            const double weight = static_cast<double>(before[at]), gradient = weight - static_cast<double>(after[at]);
            QVERIFY2(std::abs(60 * gradient + factor * weight) < 2e-3,
                     qPrintable(QString("%1: %2, %3").arg(name.c_str()).arg(gradient).arg(weight)));
            QVERIFY(weight != 0);
        }
    }
}

/// Newton's whole steps go to and fro here for ever, and further away with more columns.
void LearnerTest::startsWellBesideRowsFarAway()
{
    Rows rows;
    for (int i = 0; i < 402; ++i) {
        const bool isOne = i % 2, isTold = i % 10;
        rows.features.push_back(i >= 400 ? 300 : isOne ? 1 : -1);
        rows.targets.push_back(isOne == isTold ? 1 : 0);
    }
    const ModelSpec model = logistic(1, Task{});
    auto learner = make(setupOf(model, "sgd", 1, 3));
    QVERIFY(learner && learner->startLinear(rows.features, rows.targets, {}));
    const std::vector<float> before = learner->state().weights;
    QVERIFY(learner->step(rows.features, rows.targets));
    const double weight = static_cast<double>(before[0]),
                 gradient = weight - static_cast<double>(learner->state().weights[0]);
    QVERIFY2(std::abs(402 * gradient + weight) < 0.1, qPrintable(QString("%1, %2").arg(gradient).arg(weight)));
}

void LearnerTest::sameSeedSameWeights()
{
    const Rows rows = randomRows(320, 18);
    const auto one = make(setupOf(tutorial(18), "adam", 1e-3, 5));
    const auto two = make(setupOf(tutorial(18), "adam", 1e-3, 5));
    const auto other = make(setupOf(tutorial(18), "adam", 1e-3, 6));
    for (Learner* learner : {one.get(), two.get(), other.get()})
        train(*learner, rows, 10, 64);
    QVERIFY(one->state().weights == two->state().weights);
    QVERIFY(one->state().weights != other->state().weights);
}

void LearnerTest::restoredRunIsBitIdentical()
{
    const Rows rows = randomRows(320, 18);
    const LearnerSetup setup = setupOf(tutorial(18), "adam", 1e-3);
    const auto whole = make(setup);
    train(*whole, rows, 5, 64);
    const LearnerState middle = whole->state();
    QCOMPARE(middle.step, 5);
    train(*whole, rows, 5, 64);

    const auto resumed = make(setupOf(tutorial(18), "adam", 0.5));
    QVERIFY(resumed->restore(middle));
    QCOMPARE(resumed->state().learningRate, 1e-3);
    train(*resumed, rows, 5, 64);
    QVERIFY(resumed->state().weights == whole->state().weights);
    QVERIFY(resumed->state().firstMoments == whole->state().firstMoments);
    QVERIFY(resumed->state().secondMoments == whole->state().secondMoments);
    QCOMPARE(resumed->state().step, 10);
}

void LearnerTest::partialBatchesAndPiecesAgree()
{
    const Rows rows = randomRows(600, 18);
    const auto used = make(setupOf(tutorial(18), "adam", 1e-3));
    train(*used, rows, 3, 64);
    train(*used, rows, 1, 17);
    train(*used, rows, 1, 300);
    const auto fresh = make(setupOf(tutorial(18), "adam", 1e-3));
    QVERIFY(fresh->restore(used->state()));
    train(*used, rows, 2, 17);
    train(*fresh, rows, 2, 17);
    QVERIFY(used->state().weights == fresh->state().weights);

    std::vector<float> together(600), alone(1);
    QVERIFY(used->predict(rows.features, together));
    for (std::size_t row = 0; row < together.size(); row += 97) {
        QVERIFY(used->predict(std::span(rows.features).subspan(row * 18, 18), alone));
        QVERIFY(std::abs(alone[0] - together[row]) < 1e-5);
    }
}

/// Several threads compute the same step but for rounding, masks included, and the same number of them bit by bit so.
void LearnerTest::threadsShareAStep()
{
    const Rows rows = randomRows(330, 18);
    LearnerSetup setup = setupOf(tutorial(18), "sgd", 0.1);
    const auto alone = make(setup);
    setup.threads = 3;
    const auto shared = make(setup), again = make(setup);
    for (const std::size_t batch : {std::size_t{330}, std::size_t{64}, std::size_t{2}}) // two rows: one is idle
        for (Learner* learner : {alone.get(), shared.get(), again.get()})
            train(*learner, rows, 2, batch);
    const LearnerState one = alone->state(), three = shared->state();
    double largest = 0;
    for (std::size_t i = 0; i < one.weights.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(one.weights[i]) - three.weights[i]));
    QVERIFY2(largest < 1e-5, qPrintable(QString::number(largest)));
    QVERIFY(three.weights == again->state().weights);
    QCOMPARE(three.step, one.step);
}

void LearnerTest::learnsEveryTask_data()
{
    QTest::addColumn<QString>("name");
    for (const auto& [name, task] : everyTask())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

/// With threads that share a step, resumed in the middle, and so that what it predicts is what its score says.
void LearnerTest::learnsEveryTask()
{
    QFETCH(QString, name);
    const Task task = everyTask().at(name.toStdString());
    const Rows rows = randomRowsOf(task, 400, 4);
    ModelSpec model = logistic(4, task);
    model.layers.insert(model.layers.begin(), dense(16, "tanh"));
    LearnerSetup setup = setupOf(model, "adamw", 0.01);
    const auto alone = make(setup);
    setup.threads = 3;
    const auto shared = make(setup), resumed = make(setup);
    const auto learn = [&](Learner& learner, int steps) {
        double score = 0;
        for (int step = 0; step < steps; ++step)
            score = learner.step(rows.features, rows.targets)->score;
        return score;
    };
    learn(*alone, 200);
    learn(*shared, 100);
    QVERIFY(resumed->restore(shared->state()));
    learn(*shared, 100);
    learn(*resumed, 100);
    QVERIFY(shared->state().weights == resumed->state().weights);
    double largest = 0;
    for (std::size_t i = 0; i < alone->state().weights.size(); ++i)
        largest =
            std::max(largest, std::abs(static_cast<double>(alone->state().weights[i]) - shared->state().weights[i]));
    QVERIFY2(largest < 1e-3, qPrintable(QString::number(largest)));

    const auto outputs = static_cast<std::size_t>(alone->outputs());
    QCOMPARE(outputs, static_cast<std::size_t>(outputsOf(task)));
    std::vector<float> said(400 * outputs);
    QVERIFY(alone->predict(rows.features, said));
    double expected = 0;
    for (std::size_t row = 0; row < 400; ++row) {
        const auto own = std::span(said).subspan(row * outputs, outputs);
        if (classCount(task) > 0) {
            expected += classOf(task, own) == static_cast<int>(rows.targets[row]) ? 1 : 0;
            continue;
        }
        double squares = 0;
        for (std::size_t i = 0; i < outputs; ++i)
            squares +=
                std::pow((static_cast<double>(own[i]) - rows.targets[row * outputs + i]) / task.targets[i].scale, 2);
        expected += 1 - squares / static_cast<double>(outputs);
    }
    const auto last = alone->step(rows.features, rows.targets);
    QVERIFY(last);
    QVERIFY2(std::abs(last->score - expected) < 1e-6, qPrintable(QString("%1 %2").arg(last->score).arg(expected)));
    QVERIFY2(last->score > 0.9 * 400, qPrintable(QString::number(last->score)));
}

/// A row of weight 2 is two rows, also where threads share the batch; one of weight 0 is none.
void LearnerTest::weightedRowsAreRepeatedOnes()
{
    QFETCH(QString, name);
    const Task task = everyTask().at(name.toStdString());
    const Rows rows = randomRowsOf(task, 60, 3);
    const auto ofRow = static_cast<std::size_t>(targetsOf(task));
    std::vector<float> weights;
    Rows repeated;
    for (std::size_t row = 0; row < 60; ++row) {
        weights.push_back(static_cast<float>(row % 4));
        for (std::size_t copy = 0; copy < row % 4; ++copy) {
            repeated.features.insert(repeated.features.end(), &rows.features[row * 3], &rows.features[row * 3] + 3);
            repeated.targets.insert(repeated.targets.end(), &rows.targets[row * ofRow],
                                    &rows.targets[row * ofRow] + ofRow);
        }
    }
    ModelSpec model = logistic(3, task);
    model.layers.insert(model.layers.begin(), dense(8, "tanh"));
    LearnerSetup setup = setupOf(model, "sgd", 0.1);
    const auto plain = make(setup);
    setup.meanWeight = 1.5;
    const auto weighted = make(setup);
    setup.threads = 3;
    const auto shared = make(setup);
    for (int step = 0; step < 30; ++step) {
        const auto once = weighted->step(rows.features, rows.targets, weights),
                   again = plain->step(repeated.features, repeated.targets);
        QVERIFY(once && again && shared->step(rows.features, rows.targets, weights));
        QVERIFY2(std::abs(once->loss - again->loss) < 1e-5,
                 qPrintable(QString("%1 %2").arg(once->loss).arg(again->loss)));
        QVERIFY(std::abs(once->score / 60 - again->score / 90) < 1e-5);
    }
    for (std::size_t i = 0; i < plain->state().weights.size(); ++i) {
        QVERIFY(std::abs(plain->state().weights[i] - weighted->state().weights[i]) < 1e-4F);
        QVERIFY(std::abs(shared->state().weights[i] - weighted->state().weights[i]) < 1e-4F);
    }
    const auto refused = weighted->step(rows.features, rows.targets, std::span(weights).first(59));
    QVERIFY(!refused && refused.error().message.find("60 rows cannot have 59 weights") != std::string::npos);
}

/// What is there twice, and once with −1, is there once; sums of weights near 0 do no harm.
void LearnerTest::negativeWeightsTakeAway()
{
    const Rows rows = randomRows(8, 2);
    LearnerSetup setup = setupOf(modelOf(2, {dense(1)}), "sgd", 0.1);
    const auto plain = make(setup);
    setup.meanWeight = 0.5; // of twice as many rows that count as much
    const auto weighted = make(setup);
    Rows twice = rows;
    twice.features.insert(twice.features.end(), rows.features.begin(), rows.features.end());
    twice.targets.insert(twice.targets.end(), rows.targets.begin(), rows.targets.end());
    std::vector<float> weights(8, 2.0F);
    weights.resize(16, -1.0F);
    for (int step = 0; step < 20; ++step)
        QVERIFY(plain->step(rows.features, rows.targets) && weighted->step(twice.features, twice.targets, weights));
    for (std::size_t i = 0; i < plain->state().weights.size(); ++i)
        QVERIFY(std::abs(plain->state().weights[i] - weighted->state().weights[i]) < 1e-5F);
    std::fill_n(weights.begin(), 8, 1.0F);
    const std::vector<float> before = weighted->state().weights;
    const auto nothing = weighted->step(twice.features, twice.targets, weights);
    QVERIFY(nothing && std::abs(nothing->loss) < 1e-9);
    for (std::size_t i = 0; i < before.size(); ++i)
        QVERIFY(std::abs(before[i] - weighted->state().weights[i]) < 1e-6F);
}

void LearnerTest::classWeightsAreOfTheLossAlone()
{
    for (const Task& task : {Task{}, classesOf(4)}) {
        const Rows rows = randomRowsOf(task, 64, 3);
        std::vector<double> byClass;
        for (int i = 0; i < classCount(task); ++i)
            byClass.push_back(0.5 + i);
        std::vector<float> byRow;
        for (const float target : rows.targets)
            byRow.push_back(0.5F + target);
        LearnerSetup setup = setupOf(logistic(3, task), "sgd", 0.1);
        const auto plain = make(setup), rowWise = make(setup);
        setup.classWeights = byClass;
        const auto classWise = make(setup);
        const auto byClasses = classWise->step(rows.features, rows.targets),
                   byRows = rowWise->step(rows.features, rows.targets, byRow),
                   byNone = plain->step(rows.features, rows.targets);
        QVERIFY(byClasses && byRows && byNone);
        QVERIFY(std::abs(byClasses->loss - byRows->loss) < 1e-9);
        QVERIFY(byClasses->loss != byNone->loss);
        QCOMPARE(byClasses->score, byNone->score);
        QVERIFY(classWise->state().weights == rowWise->state().weights);
    }
    LearnerSetup setup = setupOf(logistic(3, classesOf(4)), "sgd", 0.1);
    setup.classWeights = {1, 2, 3};
    QVERIFY(make(setup) == nullptr);
}

void LearnerTest::scoresFollowTheThreshold()
{
    Task task;
    task.threshold = 0.9; // logit 2.197
    const auto learner = make(setupOf(logistic(1, task), "sgd", 0));
    LearnerState state = learner->state();
    state.weights = {1, 0};
    QVERIFY(learner->restore(state));
    const auto step = learner->step(std::vector<float>{1, 2, 3, 4}, std::vector<float>{0, 0, 1, 1});
    QVERIFY(step);
    QCOMPARE(step->score, 4.0);
}

void LearnerTest::learnsExclusiveOr()
{
    const Rows rows{{0, 0, 0, 1, 1, 0, 1, 1}, {0, 1, 1, 0}};
    const auto learner = make(setupOf(modelOf(2, {dense(8, "tanh"), dense(1)}), "adam", 0.05));
    StepResult last;
    for (int step = 0; step < 400; ++step)
        last = *learner->step(rows.features, rows.targets);
    QVERIFY2(last.loss < 0.05, qPrintable(QString::number(last.loss)));
    QCOMPARE(last.score, 4);
}

void LearnerTest::sgdLearnsALine()
{
    const Rows rows = randomRows(512, 4);
    const auto learner = make(setupOf(modelOf(4, {dense(1)}), "sgd", 0.5));
    const double first = learner->step(rows.features, rows.targets)->loss;
    train(*learner, rows, 200, 64);
    const auto last = learner->step(rows.features, rows.targets);
    QVERIFY(last->loss < 0.6 * first);
    QVERIFY(last->score > 440);
    QVERIFY(learner->state().firstMoments.empty());
}

void LearnerTest::lossIsStableForHugeLogits()
{
    const auto learner = make(setupOf(modelOf(1, {dense(1)}), "sgd", 0));
    LearnerState state = learner->state();
    state.weights = {1, 0};
    QVERIFY(learner->restore(state));
    const auto result = learner->step(std::vector<float>{1e6F, -1e6F, 0, 3e4F}, std::vector<float>{1, 0, 1, 0});
    QVERIFY(result);
    QVERIFY(std::abs(result->loss - (std::log(2.0) + 3e4) / 4) < 1e-6);
    QCOMPARE(result->score, 2);
}

void LearnerTest::softmaxIsStableForHugeLogits()
{
    const auto learner = make(setupOf(logistic(1, classesOf(3)), "sgd", 0));
    LearnerState state = learner->state();
    state.weights = {1, 0, -1, 0, 0, 0}; // logits x, 0, −x
    QVERIFY(learner->restore(state));
    const auto result = learner->step(std::vector<float>{1e6F, -1e6F, 0, 3e4F}, std::vector<float>{0, 2, 1, 1});
    QVERIFY(result);
    QVERIFY(std::abs(result->loss - (std::log(3.0) + 3e4) / 4) < 1e-6);
    QCOMPARE(result->score, 2.0);
}

/// As argmax does elsewhere: of equal logits the lower index is the class.
void LearnerTest::theFirstOfEqualLogitsDecides()
{
    const auto learner = make(setupOf(logistic(1, classesOf(3)), "sgd", 0));
    LearnerState state = learner->state();
    state.weights = {0, 1, 1, 0, 0, 0}; // logits 0, x, x
    QVERIFY(learner->restore(state));
    for (const auto& [feature, label] : {std::pair{1.0F, 1.0F}, std::pair{-1.0F, 0.0F}, std::pair{0.0F, 0.0F}})
        QCOMPARE(learner->step(std::vector{feature}, std::vector{label})->score, 1.0);
    QCOMPARE(learner->step(std::vector{1.0F}, std::vector{2.0F})->score, 0.0);
}

/// A model that says the training part's mean has the loss of the targets' own spread, and R² accordingly.
void LearnerTest::squaredErrorIsInDeviations()
{
    const Task task{TaskKind::Regression, {}, {{"a", "", 10, 2}, {"b", "", -1, 0.5}}};
    const auto learner = make(setupOf(logistic(1, task), "sgd", 0));
    LearnerState state = learner->state();
    std::ranges::fill(state.weights, 0.0F);
    QVERIFY(learner->restore(state));
    // Two rows; errors of 1 and 2, and of 0 and 3 deviations.
    const auto result = learner->step(std::vector<float>{5, 6}, std::vector<float>{12, -2, 10, 0.5F});
    QVERIFY(result);
    QVERIFY(std::abs(result->loss - ((1.0 + 4) / 2 + (0.0 + 9) / 2) / 2) < 1e-12);
    QVERIFY(std::abs(result->score - (2 - 2 * result->loss)) < 1e-12);
}

void LearnerTest::aRegressionSpeaksTheTargetsUnit()
{
    const Task task{TaskKind::Regression, {}, {{"a", "m", 10, 2}, {"b", "s", -1, 0.5}}};
    const auto learner = make(setupOf(logistic(1, task), "sgd", 0));
    LearnerState state = learner->state();
    state.weights = {1, 2, 0.5F, 0};
    QVERIFY(learner->restore(state));
    std::vector<float> values(4);
    QVERIFY(learner->predict(std::vector<float>{0, 3}, values));
    QCOMPARE(values, (std::vector<float>{11, -1, 17, 2}));
}

void LearnerTest::dropoutKeepsItsRateAndScale_data()
{
    QTest::addColumn<double>("rate");
    QTest::addColumn<bool>("fused");
    for (const double rate : {0.1, 0.2, 0.4, 0.5, 0.9})
        for (const bool fused : {false, true})
            QTest::addRow("%s %.1f", fused ? "fused" : "plain", rate) << rate << fused;
}

/// A dropped number yields the logit 0, which counts as wrong for label 1; a kept one yields 1 / (1 − rate).
void LearnerTest::dropoutKeepsItsRateAndScale()
{
    QFETCH(double, rate);
    QFETCH(bool, fused);
    const auto spec =
        fused ? modelOf(1, {dense(1, "relu"), dropout(rate), dense(1)}) : modelOf(1, {dropout(rate), dense(1)});
    const auto learner = make(setupOf(spec, "sgd", 0, 11));
    LearnerState state = learner->state();
    state.weights = fused ? std::vector<float>{1, 0, 1, 0} : std::vector<float>{1, 0};
    QVERIFY(learner->restore(state));
    constexpr int kRows = 4096, kSteps = 25;
    const std::vector<float> ones(kRows, 1.0F);
    double kept = 0, loss = 0;
    for (int step = 0; step < kSteps; ++step) {
        const auto result = learner->step(ones, ones);
        QVERIFY(result);
        kept += result->score;
        loss += result->loss;
    }
    const double part = kept / (kRows * kSteps);
    const double deviation = std::sqrt(rate * (1 - rate) / (kRows * kSteps));
    QVERIFY2(std::abs(part - (1 - rate)) < 5 * deviation, qPrintable(QString::number(part)));
    const double expected = part * std::log1p(std::exp(-1 / (1 - rate))) + (1 - part) * std::log(2.0);
    QVERIFY(std::abs(loss / kSteps - expected) < 1e-5);
}

/// The parts of a mask that differ between steps, columns and rows: a wide input dropped at random gives other losses.
void LearnerTest::dropoutMasksDiffer()
{
    constexpr std::size_t kWidth = 3000;
    const auto learner = make(setupOf(modelOf(kWidth, {dropout(0.5), dense(1)}), "sgd", 0));
    LearnerState state = learner->state();
    std::fill(state.weights.begin(), state.weights.end() - 1, 1.0F / kWidth);
    QVERIFY(learner->restore(state));
    std::set<double> losses;
    for (int step = 0; step < 20; ++step)
        losses.insert(learner->step(std::vector<float>(kWidth, 1.0F), std::vector<float>{1})->loss);
    QVERIFY(losses.size() > 15);
    // The two halves of a row are dropped independently: their counts do not always agree.
    std::fill(state.weights.begin(), state.weights.begin() + kWidth / 2, -1.0F);
    std::fill(state.weights.begin() + kWidth / 2, state.weights.end() - 1, 1.0F);
    QVERIFY(learner->restore(state));
    int positive = 0;
    for (int step = 0; step < 60; ++step)
        positive += learner->step(std::vector<float>(kWidth, 1.0F), std::vector<float>{1})->score > 0 ? 1 : 0;
    QVERIFY2(positive > 10 && positive < 50, qPrintable(QString::number(positive)));
}

void LearnerTest::predictionHasNoDropout()
{
    const auto learner = make(setupOf(modelOf(1, {dropout(0.9), dense(1, "relu"), dropout(0.9), dense(1)}), "sgd", 0));
    LearnerState state = learner->state();
    state.weights = {1, 0, 2, 0.5};
    QVERIFY(learner->restore(state));
    std::vector<float> logits(3);
    QVERIFY(learner->predict(std::vector<float>{1, 2, -1}, logits));
    QCOMPARE(logits, (std::vector<float>{2.5F, 4.5F, 0.5F}));
}

void LearnerTest::learningRateChangesAtOnce()
{
    const Rows rows = randomRows(64, 4);
    const auto learner = make(setupOf(modelOf(4, {dense(1)}), "adam", 0.1));
    const std::vector<float> before = learner->state().weights;
    learner->setLearningRate(0);
    QVERIFY(learner->step(rows.features, rows.targets));
    QVERIFY(learner->state().weights == before);
    QCOMPARE(learner->state().learningRate, 0.0);
    learner->setLearningRate(0.1);
    QVERIFY(learner->step(rows.features, rows.targets));
    QVERIFY(learner->state().weights != before);
}

void LearnerTest::badInputIsRefused()
{
    const auto learner = make(setupOf(modelOf(4, {dense(1)}), "adam", 0.1));
    const Rows rows = randomRows(8, 4);
    const std::vector<float> before = learner->state().weights;
    QVERIFY(!learner->step({}, {}));
    QVERIFY(!learner->step(std::span(rows.features).first(31), rows.targets));
    std::vector<float> logits(7);
    QVERIFY(!learner->predict(rows.features, logits));
    std::vector<float> broken = rows.features;
    broken[5] = std::numeric_limits<float>::quiet_NaN();
    const auto result = learner->step(broken, rows.targets);
    QVERIFY(!result);
    QVERIFY(QString::fromStdString(result.error().message).contains("step 1"));
    QVERIFY(learner->state().weights == before);
    LearnerState state = learner->state();
    state.weights.pop_back();
    QCOMPARE(learner->restore(state).error().code, ErrorCode::BadData);
    state = learner->state();
    state.firstMoments.clear();
    QVERIFY(!learner->restore(state));
    LearnerSetup setup = setupOf(modelOf(4, {dense(1)}), "nonsense", 0.1);
    QVERIFY(!(*learnerModule())->create(setup));
    setup.optimizer.kind = "adam";
    setup.graph.ops.clear();
    QVERIFY(!(*learnerModule())->create(setup));
}

void LearnerTest::badTargetsAreRefused()
{
    const auto classes = make(setupOf(logistic(1, classesOf(3)), "adam", 0.1));
    const std::vector<float> before = classes->state().weights;
    for (const float wrong : {3.0F, -1.0F, std::numeric_limits<float>::quiet_NaN()}) {
        const auto result = classes->step(std::vector<float>{1, 2}, std::vector<float>{2, wrong});
        QVERIFY(!result);
        QVERIFY(QString::fromStdString(result.error().advice).contains("classes that the model does not know"));
    }
    QVERIFY(classes->state().weights == before);

    const Task two{TaskKind::Regression, {}, {{"a", "", 0, 1}, {"b", "", 0, 1}}};
    const auto values = make(setupOf(logistic(1, two), "adam", 0.1));
    QVERIFY(values->step(std::vector<float>{1, 2}, std::vector<float>{1, 2, 3, 4}));
    QVERIFY(!values->step(std::vector<float>{1, 2}, std::vector<float>{1, 2, 3}));
    QVERIFY(!values->step(std::vector<float>{1, 2}, std::vector<float>{1, 2}));
    const auto nan = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(!values->step(std::vector<float>{1}, std::vector<float>{1, nan}));

    LearnerSetup setup = setupOf(logistic(1, two), "adam", 0.1);
    setup.graph.ops.pop_back(); // what gives the unit
    QVERIFY(!(*learnerModule())->create(setup));
}

void LearnerTest::matrixProductsTakeTime()
{
    LearnerModule& module = **learnerModule();
    const double few = module.matrixProductSeconds(*lower(tutorial(18)), 64, 5);
    const double many = module.matrixProductSeconds(*lower(tutorial(18)), 64, 200);
    QVERIFY(few > 0);
    QVERIFY(many > few);
    QCOMPARE(module.matrixProductSeconds(*lower(modelOf(4, {dense(1)})), 64, 5), 0.0);
}

QTEST_GUILESS_MAIN(LearnerTest)
#include "tst_learner.moc"
