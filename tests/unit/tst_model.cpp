// SPDX-License-Identifier: GPL-3.0-or-later
#include "EveryTask.h"
#include "FakeEncoder.h"
#include "model/Graph.h"

#include <QtTest>

using namespace millrace;

namespace
{

std::vector<std::string> names(int count)
{
    std::vector<std::string> result;
    for (int i = 0; i < count; ++i)
        result.push_back("x" + std::to_string(i));
    return result;
}

ModelSpec modelOf(std::vector<LayerSpec> layers, std::vector<LayerSpec> preprocessing = {})
{
    return {"test", names(3), std::move(preprocessing), std::move(layers)};
}

const LayerSpec kLast{"dense", {{"units", 1}}};

void verifyError(const ModelSpec& spec, const char* message, const char* advice = "")
{
    const Result<Graph> graph = lower(spec);
    QVERIFY(!graph);
    QCOMPARE(graph.error().code, ErrorCode::Usage);
    QVERIFY2(QString::fromStdString(graph.error().message).contains(message), graph.error().message.c_str());
    QVERIFY2(QString::fromStdString(graph.error().advice).contains(advice), graph.error().advice.c_str());
}

} // namespace

class ModelTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { FakeEncoder::addToTable(); }
    void tutorialHasItsParameters();
    void summaryIsTheTutorials();
    void presetsLower();
    void unknownPresetNamesTheNearest();
    void lowersToPrimitives();
    void standardizeBecomesAffine();
    void errorsNameLayerAndParameter();
    void theEndMustBeALogit();
    void aRegressionEndsInItsUnits();
    void autoIsSizedByItsInputs();
    void jsonRoundTrip();
    void jsonErrorsNameThePath_data();
    void jsonErrorsNameThePath();
    void rowsOfTheTableAreComplete();
};

void ModelTest::tutorialHasItsParameters()
{
    const Result<Graph> graph = lower(*presetModel("tutorial", names(18)));
    QVERIFY(graph);
    QCOMPARE(graph->parameterCount, 68'481);
    QCOMPARE(graph->parameters.size(), 8U);
    QCOMPARE(graph->parameters[2].name, std::string("layers.2.weight"));
    QCOMPARE(graph->parameters[2].shape, (std::vector<std::int64_t>{256, 128}));
    QCOMPARE(graph->parameters[2].offset, 2'432);
}

void ModelTest::summaryIsTheTutorials()
{
    const auto rows = summarize(*presetModel("tutorial", names(18)));
    QVERIFY(rows);
    const std::vector<std::int64_t> parameters = {2'432, 0, 33'024, 0, 32'896, 0, 129};
    const std::vector<std::string> labels = {"Dense 128 relu", "Dropout 0.2", "Dense 256 relu", "Dropout 0.4",
                                             "Dense 128 relu", "Dropout 0.4", "Dense 1"};
    QCOMPARE(rows->size(), parameters.size());
    for (std::size_t i = 0; i < rows->size(); ++i) {
        QCOMPARE((*rows)[i].parameters, parameters[i]);
        QCOMPARE((*rows)[i].layer, labels[i]);
    }
    QCOMPARE((*rows)[2].output, std::string("256"));
}

void ModelTest::presetsLower()
{
    QVERIFY(presetNames().size() >= 3);
    for (const PresetInfo& preset : presetTable()) {
        QVERIFY2(!preset.help.empty(), preset.name.c_str());
        for (const auto& [name, task] : everyTask()) {
            const auto graph = lower(*presetModel(preset.name, names(5), task));
            QVERIFY2(graph, preset.name.c_str());
            QCOMPARE(graph->ops.back().outputs, outputsOf(task));
        }
    }
}

void ModelTest::autoIsSizedByItsInputs()
{
    for (const auto& [inputs, units] : {std::pair{1, 64}, {20, 64}, {21, 128}, {200, 128}, {201, 256}}) {
        const ModelSpec model = *presetModel("auto", names(inputs));
        const LayerSpec hidden{"dense", {{"units", units}, {"activation", "relu"}}},
            dropout{"dropout", {{"rate", 0.1}}};
        QCOMPARE(model.layers.size(), 5U);
        for (const std::size_t first : {std::size_t{0}, std::size_t{2}}) {
            QCOMPARE(model.layers[first].parameters, hidden.parameters);
            QCOMPARE(model.layers[first + 1].parameters, dropout.parameters);
        }
    }
    // What counts are the numbers that a row becomes: of 20 columns 21, where a text makes two.
    const ModelSpec encoded = *presetModel("auto", names(20), {}, {{"x7", {"letters"}}});
    QCOMPARE(encoded.layers.front().parameters["units"], nlohmann::json(128));
    QCOMPARE(lower(encoded)->inputs, 21);
    QCOMPARE(presetNames().front(), std::string("tutorial")); // what forms begin with
}

void ModelTest::unknownPresetNamesTheNearest()
{
    const auto model = presetModel("tutrial", names(2));
    QVERIFY(!model);
    QCOMPARE(model.error().advice, std::string("Did you mean tutorial?"));
}

void ModelTest::lowersToPrimitives()
{
    const auto graph = lower(modelOf({{"dense", {{"units", 4}, {"activation", "tanh"}}},
                                      {"dropout", {{"rate", 0.25}}},
                                      {"dense", {{"units", 2}}},
                                      {"sigmoid", nlohmann::json::object()},
                                      kLast}));
    QVERIFY(graph);
    const std::vector<OpKind> kinds = {OpKind::Linear, OpKind::Tanh,    OpKind::Dropout,
                                       OpKind::Linear, OpKind::Sigmoid, OpKind::Linear};
    QCOMPARE(graph->ops.size(), kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i)
        QCOMPARE(graph->ops[i].kind, kinds[i]);
    QCOMPARE(graph->ops[2].rate, 0.25F);
    QCOMPARE(graph->ops[3].inputs, 4);
    QCOMPARE(graph->ops[4].layer, 3);
}

void ModelTest::standardizeBecomesAffine()
{
    const auto graph =
        lower(modelOf({kLast}, {{"standardize", {{"mean", {1.0, 2.0, 3.0}}, {"scale", {2.0, 4.0, 1.0}}}}}));
    QVERIFY(graph);
    QCOMPARE(graph->ops[0].kind, OpKind::Affine);
    QCOMPARE(graph->ops[0].layer, -1);
    QCOMPARE(graph->ops[0].scale, (std::vector<float>{0.5F, 0.25F, 1.0F}));
    QCOMPARE(graph->ops[0].shift, (std::vector<float>{-0.5F, -0.5F, -3.0F}));
}

void ModelTest::errorsNameLayerAndParameter()
{
    verifyError(modelOf({{"dense", {{"units", 0}}}, kLast}), "layer 1, dense: units must be at least 1");
    verifyError(modelOf({{"dense", {{"units", 2.5}}}, kLast}), "layer 1, dense: units must be a whole number");
    verifyError(modelOf({{"dense", nlohmann::json::object()}, kLast}), "layer 1, dense: units must be given");
    verifyError(modelOf({{"dense", {{"unit", 3}}}, kLast}), "layer 1, dense: unknown parameter \"unit\"",
                "mean units?");
    verifyError(modelOf({{"dense", {{"units", 3}, {"activation", "rely"}}}, kLast}), "activation cannot be",
                "mean relu?");
    verifyError(modelOf({kLast, {"dropout", {{"rate", 1.0}}}, kLast}), "layer 2, dropout: rate must be at most 0.99");
    verifyError(modelOf({{"dens", {{"units", 3}}}}), "layer 1: there is no kind \"dens\"", "mean dense?");
    verifyError(modelOf({kLast}, {{"standardize", {{"mean", {1.0}}, {"scale", {1.0}}}}}),
                "transform 1, standardize: mean holds 1 numbers, but the model has 3 features");
    verifyError(modelOf({kLast}, {{"standardize", {{"mean", {0, 0, 0}}, {"scale", {1, 0, 1}}}}}),
                "scale must be above 0");
    verifyError(modelOf({}), "no layers");
    verifyError({"test", {}, {}, {kLast}}, "no features");
}

void ModelTest::theEndMustBeALogit()
{
    verifyError(modelOf({{"dense", {{"units", 2}}}}),
                "layer 1, dense: the last layer must yield as many numbers as the task wants, 1, but yields 2");
    verifyError(modelOf({{"dense", {{"units", 1}, {"activation", "sigmoid"}}}}), "plain numbers", "no activation");
}

/// The last layer is linear as ever; what comes behind it belongs to no layer and has no parameters.
void ModelTest::aRegressionEndsInItsUnits()
{
    ModelSpec spec = *presetModel("small", names(3), everyTask().at("regression of three targets"));
    const auto graph = lower(spec);
    QVERIFY(graph);
    QCOMPARE(graph->ops.size(), 4U);
    QCOMPARE(graph->ops[2].kind, OpKind::Linear);
    const Op& last = graph->ops.back();
    QCOMPARE(last.kind, OpKind::Affine);
    QCOMPARE(last.layer, -1);
    QCOMPARE(last.scale, (std::vector<float>{2, 0.05F, 300}));
    QCOMPARE(last.shift, (std::vector<float>{12, -0.4F, 700}));
    QCOMPARE(summarize(spec)->size(), 2U);
    QCOMPARE(summarize(spec)->back().output, std::string("3"));
    spec.layers.back().parameters["activation"] = "tanh";
    verifyError(spec, "plain numbers", "no activation");
    spec.layers.back().parameters = {{"units", 2}};
    verifyError(spec, "as many numbers as the task wants, 3, but yields 2", "dense layer of width 3");
}

void ModelTest::jsonRoundTrip()
{
    ModelSpec model = *presetModel("tutorial", names(3));
    model.preprocessing = {{"standardize", {{"mean", {1.0, 2.0, 3.0}}, {"scale", {1.0, 1.0, 1.0}}}}};
    nlohmann::json json = toJson(model);
    const auto again = modelFromJson(json);
    QVERIFY(again);
    QCOMPARE(json["task"]["kind"], nlohmann::json("binary"));
    json.erase("task"); // as it was written before there were tasks
    QCOMPARE(toJson(modelFromJson(json).value()).dump(), toJson(model).dump());
    QCOMPARE(toJson(*again).dump(), toJson(model).dump());
    QCOMPARE(again->layers.size(), 7U);
    QCOMPARE(again->features, model.features);
    for (const auto& [name, task] : everyTask()) {
        model = *presetModel("auto", names(3), task);
        QCOMPARE(toJson(modelFromJson(toJson(model)).value()).dump(), toJson(model).dump());
    }
}

void ModelTest::jsonErrorsNameThePath_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("advice");
    QTest::newRow("not an object") << "[]"
                                   << "must be a JSON object"
                                   << "";
    QTest::newRow("unknown key") << R"({"layer": []})"
                                 << "/layer: unknown key"
                                 << "mean layers?";
    QTest::newRow("features") << R"({"features": [1]})"
                              << "/features/0: must be the name of a column"
                              << "";
    QTest::newRow("kind") << R"({"layers": [{"kind": "drop"}]})"
                          << "/layers/0/kind"
                          << "mean dropout?";
    QTest::newRow("no kind") << R"({"layers": [{"units": 3}]})"
                             << "/layers/0"
                             << "kind";
    QTest::newRow("parameter") << R"({"layers": [{"kind": "dense", "units": "many"}]})"
                               << "/layers/0: layer 1, dense: units"
                               << "";
    QTest::newRow("transform as layer") << R"({"layers": [{"kind": "standardize"}]})"
                                        << "/layers/0/kind"
                                        << "";
}

void ModelTest::jsonErrorsNameThePath()
{
    QFETCH(QString, json);
    QFETCH(QString, message);
    QFETCH(QString, advice);
    const auto model = modelFromJson(nlohmann::json::parse(json.toStdString()));
    QVERIFY(!model);
    QCOMPARE(model.error().code, ErrorCode::Usage);
    QVERIFY2(QString::fromStdString(model.error().message).contains(message), model.error().message.c_str());
    QVERIFY2(QString::fromStdString(model.error().advice).contains(advice), model.error().advice.c_str());
}

void ModelTest::rowsOfTheTableAreComplete()
{
    for (const LayerKind& kind : layerKinds()) {
        QVERIFY(!kind.name.empty() && !kind.help.empty());
        for (const ParameterInfo& parameter : kind.parameters) {
            QVERIFY2(!parameter.help.empty(), parameter.name.c_str());
            QCOMPARE(parameter.type == "choice", !parameter.choices.empty());
        }
    }
}

QTEST_GUILESS_MAIN(ModelTest)
#include "tst_model.moc"
