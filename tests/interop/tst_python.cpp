// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's python3-torch reads what Millrace exports, and agrees with it on probabilities and on a training step.
#include "EveryLayer.h"
#include "base/Files.h"
#include "base/Rng.h"
#include "export/Export.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace millrace;

namespace
{

constexpr auto kPython = "/usr/bin/python3";
constexpr int kRows = 200;
constexpr int kWidth = 18;

struct Answer {
    int exitCode = -1;
    QString text;
};

Answer python(const QString& script, const QStringList& arguments = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(kPython, QStringList{"-c", script} + arguments);
    if (!process.waitForFinished(120'000))
        return {-1, "no answer: " + process.errorString()};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAll())};
}

Status writeFloats(const std::filesystem::path& file, const std::vector<float>& values)
{
    return writeFileAtomically(file, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

ModelSpec model(bool withDropout)
{
    ModelSpec spec = *presetModel("tutorial", std::vector<std::string>(kWidth, "x"));
    if (!withDropout)
        std::erase_if(spec.layers, [](const LayerSpec& layer) { return layer.kind == "dropout"; });
    spec.preprocessing = {
        {"standardize", {{"mean", std::vector<double>(kWidth, 0.7)}, {"scale", std::vector<double>(kWidth, 1.3)}}}};
    return spec;
}

/// Loads a module and rows: argv is the module, features, labels.
constexpr auto kLoad = R"(
import sys, torch
from array import array
def floats(path):
    values = array('f'); values.frombytes(open(path, 'rb').read()); return torch.tensor(values)
torch.set_num_threads(1)
module = torch.jit.load(sys.argv[1])
x = floats(sys.argv[2]).reshape(-1, 18)
)";

} // namespace

class PythonTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void torchScriptGivesTheSameProbabilities();
    void aStepGivesTheSameWeights_data();
    void aStepGivesTheSameWeights();
    void gradientsAreAutograds_data();
    void gradientsAreAutograds();
    void safetensorsAreReadable();

private:
    QString file(const char* name) const { return m_folder.path() + "/" + name; }
    std::unique_ptr<Learner> makeLearner(const ModelSpec& spec, const OptimizerSpec& optimizer) const;
    void exportTo(const ModelSpec& spec, const Learner& learner, const char* format, const char* name) const;

    QTemporaryDir m_folder;
    std::vector<float> m_features, m_labels;
};

void PythonTest::initTestCase()
{
    if (python("import torch").exitCode != 0)
        QSKIP("python3-torch is not installed: apt-get install python3-torch");
    Rng rng(3, Purpose::SimulatedFeature);
    for (int i = 0; i < kRows * kWidth; ++i)
        m_features.push_back(static_cast<float>(2 * rng.normal()));
    for (int i = 0; i < kRows; ++i)
        m_labels.push_back(rng.uniform() < 0.5 ? 0.0F : 1.0F);
    QVERIFY(writeFloats(file("features").toStdString(), m_features));
    QVERIFY(writeFloats(file("labels").toStdString(), m_labels));
}

std::unique_ptr<Learner> PythonTest::makeLearner(const ModelSpec& spec, const OptimizerSpec& optimizer) const
{
    auto learner = (*learnerModule())->create({*lower(spec), optimizer, 9});
    return learner ? std::move(*learner) : nullptr;
}

void PythonTest::exportTo(const ModelSpec& spec, const Learner& learner, const char* format, const char* name) const
{
    const Status status = exportModel(spec, learner.state(), format, file(name).toStdString());
    QVERIFY2(status, describe(status).c_str());
}

void PythonTest::torchScriptGivesTheSameProbabilities()
{
    const ModelSpec spec = model(true);
    const auto learner = makeLearner(spec, {});
    QVERIFY(learner);
    for (int step = 0; step < 20; ++step)
        QVERIFY(learner->step(m_features, m_labels));
    exportTo(spec, *learner, "torchscript", "model.pt");
    std::vector<float> probabilities(kRows);
    QVERIFY(learner->predict(m_features, probabilities));
    for (float& value : probabilities)
        value = 1 / (1 + std::exp(-value));
    QVERIFY(writeFloats(file("probabilities").toStdString(), probabilities));
    const Answer answer = python(QString(kLoad) + R"(
assert not module.training
y = module(x)
assert y.shape == (x.shape[0], 1), y.shape
expected = floats(sys.argv[3])
difference = (y.detach()[:, 0] - expected).abs().max().item()
assert difference <= 1e-6, difference
assert expected.max() - expected.min() > 0.1
assert sum(p.numel() for p in module.parameters()) == 68481
print(difference)
)",
                                 {file("model.pt"), file("features"), file("probabilities")});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
    qInfo() << "largest difference of probabilities" << answer.text.trimmed();
}

void PythonTest::aStepGivesTheSameWeights_data()
{
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<double>("rate");
    QTest::addColumn<int>("steps");
    QTest::newRow("gradient descent") << "sgd" << 0.1 << 1;
    QTest::newRow("Adam") << "adam" << 1e-3 << 3;
}

void PythonTest::aStepGivesTheSameWeights()
{
    QFETCH(QString, optimizer);
    QFETCH(double, rate);
    QFETCH(int, steps);
    const ModelSpec spec = model(false);
    const auto learner = makeLearner(spec, {optimizer.toStdString(), rate});
    QVERIFY(learner);
    exportTo(spec, *learner, "torchscript", "before.pt");
    for (int step = 0; step < steps; ++step)
        QVERIFY(learner->step(m_features, m_labels));
    exportTo(spec, *learner, "torchscript", "after.pt");
    // Autograd in double precision is the truth; Adam's first steps go by the sign of each gradient, so only gradients
    // that are zero within float precision may disagree there, and they must be few.
    const Answer answer = python(QString(kLoad) + R"(
labels = floats(sys.argv[3]).reshape(-1, 1).double()
kind, rate, steps = sys.argv[5], float(sys.argv[6]), int(sys.argv[7])
module = module.double()
parameters = list(module.parameters())
make = {'sgd': torch.optim.SGD, 'adam': torch.optim.Adam}[kind]
optimizer = make(parameters, lr=rate)
for step in range(steps):
    optimizer.zero_grad()
    torch.nn.functional.binary_cross_entropy(module(x.double()), labels).backward()
    optimizer.step()
after = dict(torch.jit.load(sys.argv[4]).named_parameters())
difference = torch.cat([(p - after[n].double()).abs().flatten() for n, p in module.named_parameters()])
print(difference.max().item(), (difference > 1e-6).double().mean().item())
assert difference.numel() == 68481
assert (difference > 1e-6).double().mean() < (1e-9 if kind == 'sgd' else 1e-3)
)",
                                 {file("before.pt"), file("features"), file("labels"), file("after.pt"), optimizer,
                                  QString::number(rate), QString::number(steps)});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
    qInfo() << "largest difference of weights, and the part above 1e-6:" << answer.text.trimmed();
}

void PythonTest::gradientsAreAutograds_data()
{
    QTest::addColumn<QString>("model");
    for (const auto& [name, model] : modelsOfEveryLayer(kWidth))
        QTest::newRow(name.c_str()) << QString::fromStdString(toJson(model).dump());
}

/// Every layer with every choice, backwards through autograd in double precision. Dropout is off in what is exported,
/// so here its rate is 0; that its gradient goes through its mask is tst_learner's to prove.
void PythonTest::gradientsAreAutograds()
{
    QFETCH(QString, model);
    auto spec = modelFromJson(nlohmann::json::parse(model.toStdString()));
    QVERIFY(spec);
    for (LayerSpec& layer : spec->layers)
        if (layer.kind == "dropout")
            layer.parameters["rate"] = 0;
    const auto learner = makeLearner(*spec, {"sgd", 1});
    QVERIFY(learner);
    exportTo(*spec, *learner, "torchscript", "before.pt");
    const LearnerState before = learner->state();
    QVERIFY(learner->step(m_features, m_labels));
    const LearnerState after = learner->state();
    std::vector<float> gradients;
    for (std::size_t i = 0; i < before.weights.size(); ++i)
        gradients.push_back(before.weights[i] - after.weights[i]);
    QVERIFY(writeFloats(file("gradients").toStdString(), gradients));
    const Answer answer = python(QString(kLoad) + R"(
labels = floats(sys.argv[3]).reshape(-1, 1).double()
module = module.double()
torch.nn.functional.binary_cross_entropy(module(x.double()), labels).backward()
truth = torch.cat([p.grad.flatten() for p in module.parameters() if p.requires_grad])
ours = floats(sys.argv[4]).double()
assert truth.shape == ours.shape, (truth.shape, ours.shape)
difference, largest = (truth - ours).abs().max().item(), truth.abs().max().item()
print(difference, largest)
assert largest > 1e-3 and difference < 1e-6 * max(1, largest)
)",
                                 {file("before.pt"), file("features"), file("labels"), file("gradients")});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
}

void PythonTest::safetensorsAreReadable()
{
    const ModelSpec spec = model(true);
    const auto learner = makeLearner(spec, {});
    QVERIFY(learner);
    exportTo(spec, *learner, "safetensors", "model.safetensors");
    exportTo(spec, *learner, "torchscript", "same.pt");
    // By the format's description, since Debian has no package of the library.
    const Answer answer = python(QString(kLoad) + R"(
import json, struct
data = open(sys.argv[3], 'rb').read()
length, = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + length])
assert json.loads(header.pop('__metadata__')['model'])['layers'][0]['units'] == 128
body, end = data[8 + length:], 0
for name, entry in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
    begin, stop = entry['data_offsets']
    assert begin == end and entry['dtype'] == 'F32'
    end = stop
    values = array('f'); values.frombytes(body[begin:stop])
    same = dict(module.named_parameters())[name.replace('.', '_')]
    assert list(same.shape) == entry['shape'] and torch.equal(torch.tensor(values).reshape(entry['shape']), same)
assert end == len(body)
)",
                                 {file("same.pt"), file("features"), file("model.safetensors")});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
}

QTEST_GUILESS_MAIN(PythonTest)
#include "tst_python.moc"
