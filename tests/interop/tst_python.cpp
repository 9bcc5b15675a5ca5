// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's python3-torch reads what Millrace exports, and agrees with it on probabilities and on a training step.
#include "EveryLayer.h"
#include "EveryTask.h"
#include "base/Files.h"
#include "base/Rng.h"
#include "base/Text.h"
#include "data/Predictions.h"
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

ModelSpec model(bool withDropout, const Task& task = {})
{
    ModelSpec spec = *presetModel("tutorial", std::vector<std::string>(kWidth, "x"), task);
    if (!withDropout)
        std::erase_if(spec.layers, [](const LayerSpec& layer) { return layer.kind == "dropout"; });
    spec.preprocessing = {
        {"standardize", {{"mean", std::vector<double>(kWidth, 0.7)}, {"scale", std::vector<double>(kWidth, 1.3)}}}};
    return spec;
}

/// What a prediction tells people, as one number an output of an export: probabilities or values.
std::vector<float> answersOf(const Task& task, std::span<const float> outputs)
{
    std::vector<float> answers;
    const auto width = static_cast<std::size_t>(outputsOf(task));
    for (std::size_t row = 0; row * width < outputs.size(); ++row) {
        const auto own = outputs.subspan(row * width, width);
        const auto probabilities = probabilitiesOf(task, own);
        if (task.kind == TaskKind::Binary)
            answers.push_back(static_cast<float>(probabilities[1]));
        else if (task.kind == TaskKind::MultiClass)
            answers.insert(answers.end(), probabilities.begin(), probabilities.end());
        else
            answers.insert(answers.end(), own.begin(), own.end());
    }
    return answers;
}

/// Loads a module and rows: argv is the module, features, targets. loss() is the task's of what the module answers.
constexpr auto kLoad = R"(
import json, sys, torch
from array import array
def floats(path):
    values = array('f'); values.frombytes(open(path, 'rb').read()); return torch.tensor(values)
torch.set_num_threads(1)
extra = {'model.json': ''}
module = torch.jit.load(sys.argv[1], _extra_files=extra)
x = floats(sys.argv[2]).reshape(-1, 18)
task = json.loads(extra['model.json'])['task']
def loss(answers, targets):
    targets = targets.double()
    if task['kind'] == 'binary':
        return torch.nn.functional.binary_cross_entropy(answers, targets.reshape(-1, 1))
    if task['kind'] == 'multi-class':
        return torch.nn.functional.nll_loss(answers.log(), targets.long())
    scale = torch.tensor([target['scale'] for target in task['targets']], dtype=torch.double)
    targets = targets.reshape(-1, len(scale))
    return torch.nn.functional.mse_loss(answers / scale, targets / scale)
)";

} // namespace

class PythonTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void torchScriptGivesTheSameAnswers_data();
    void torchScriptGivesTheSameAnswers();
    void aStepGivesTheSameWeights_data();
    void aStepGivesTheSameWeights();
    void gradientsAreAutograds_data();
    void gradientsAreAutograds();
    void safetensorsAreReadable_data();
    void safetensorsAreReadable();

private:
    QString file(const char* name) const { return m_folder.path() + "/" + name; }
    std::unique_ptr<Learner> makeLearner(const ModelSpec& spec, const OptimizerSpec& optimizer) const;
    void exportTo(const ModelSpec& spec, const Learner& learner, const char* format, const char* name) const;

    /// Those of this task, also in the file "targets".
    std::vector<float> targets(const Task& task) const;

    QTemporaryDir m_folder;
    std::vector<float> m_features;
    std::vector<double> m_strengths; ///< what the targets of a row depend on
};

void PythonTest::initTestCase()
{
    if (python("import torch").exitCode != 0)
        QSKIP("python3-torch is not installed: apt-get install python3-torch");
    Rng rng(3, Purpose::SimulatedFeature);
    for (int i = 0; i < kRows * kWidth; ++i)
        m_features.push_back(static_cast<float>(2 * rng.normal()));
    for (int i = 0; i < kRows; ++i)
        m_strengths.push_back(rng.normal());
    QVERIFY(writeFloats(file("features").toStdString(), m_features));
}

std::vector<float> PythonTest::targets(const Task& task) const
{
    std::vector<float> values = targetsFor(task, m_strengths);
    return writeFloats(file("targets").toStdString(), values) ? values : std::vector<float>();
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

void PythonTest::torchScriptGivesTheSameAnswers_data()
{
    QTest::addColumn<QString>("name");
    for (const auto& [name, task] : everyTask())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

/// Within 1e-6 of a probability, or of a target's deviation and its largest value, which float rounds.
void PythonTest::torchScriptGivesTheSameAnswers()
{
    QFETCH(QString, name);
    const Task task = everyTask().at(name.toStdString());
    const ModelSpec spec = model(true, task);
    const auto learner = makeLearner(spec, {});
    QVERIFY(learner);
    const std::vector<float> own = targets(task);
    for (int step = 0; step < 20; ++step)
        QVERIFY(learner->step(m_features, own));
    exportTo(spec, *learner, "torchscript", "model.pt");
    std::vector<float> outputs(static_cast<std::size_t>(kRows * outputsOf(task)));
    QVERIFY(learner->predict(m_features, outputs));
    QVERIFY(writeFloats(file("answers").toStdString(), answersOf(task, outputs)));
    const Answer answer =
        python(QString(kLoad) + R"(
assert not module.training
assert task == json.loads(sys.argv[4]), task
y = module(x).detach()
expected = floats(sys.argv[3]).reshape(x.shape[0], -1)
assert y.shape == expected.shape, y.shape
scale = torch.tensor([t['scale'] + abs(t['mean']) for t in task.get('targets', [{'scale': 1, 'mean': 0}])])
difference = ((y - expected).abs() / scale).max().item()
assert difference <= 1e-6, difference
assert (expected.amax(0) - expected.amin(0) > 0.1 * scale / 10).all()
if task['kind'] == 'multi-class':
    assert y.shape[1] == len(task['classes']) and (y.sum(1) - 1).abs().max() < 1e-6
assert sum(p.numel() for p in module.parameters() if p.requires_grad) == 68352 + 129 * y.shape[1]
print(difference)
)",
               {file("model.pt"), file("features"), file("answers"), QString::fromStdString(dumpJson(toJson(task)))});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
    qInfo() << "largest difference of answers" << answer.text.trimmed();
}

void PythonTest::aStepGivesTheSameWeights_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<double>("rate");
    QTest::addColumn<double>("decay");
    QTest::addColumn<int>("steps");
    for (const auto& [name, task] : everyTask()) {
        const auto row = [&name](const char* title) -> QTestData& {
            return QTest::addRow("%s, %s", title, name.c_str()) << QString::fromStdString(name);
        };
        row("gradient descent") << "sgd" << 0.1 << 0.0 << 1;
        row("Adam") << "adam" << 1e-3 << 0.0 << 3;
        row("AdamW") << "adamw" << 1e-3 << 10.0 << 3; // so that a step decays by more than what is compared with
    }
}

void PythonTest::aStepGivesTheSameWeights()
{
    QFETCH(QString, name);
    QFETCH(QString, optimizer);
    QFETCH(double, rate);
    QFETCH(double, decay);
    QFETCH(int, steps);
    const Task task = everyTask().at(name.toStdString());
    const ModelSpec spec = model(false, task);
    OptimizerSpec chosen{optimizer.toStdString(), rate};
    chosen.weightDecay = decay;
    const auto learner = makeLearner(spec, chosen);
    QVERIFY(learner);
    exportTo(spec, *learner, "torchscript", "before.pt");
    const std::vector<float> own = targets(task);
    for (int step = 0; step < steps; ++step)
        QVERIFY(learner->step(m_features, own));
    exportTo(spec, *learner, "torchscript", "after.pt");
    // Autograd in double precision is the truth; Adam's first steps go by the sign of each gradient, so only gradients
    // that are zero within float precision may disagree there, and they must be few.
    const Answer answer = python(QString(kLoad) + R"(
targets = floats(sys.argv[3])
kind, rate, decay, steps = sys.argv[5], float(sys.argv[6]), float(sys.argv[7]), int(sys.argv[8])
module = module.double()
parameters = [p for p in module.parameters() if p.requires_grad]
optimizer = {'sgd': lambda: torch.optim.SGD(parameters, lr=rate), 'adam': lambda: torch.optim.Adam(parameters, lr=rate),
             'adamw': lambda: torch.optim.AdamW(parameters, lr=rate, weight_decay=decay)}[kind]()
for step in range(steps):
    optimizer.zero_grad()
    loss(module(x.double()), targets).backward()
    optimizer.step()
after = dict(torch.jit.load(sys.argv[4]).named_parameters())
difference = torch.cat([(p - after[n].double()).abs().flatten() for n, p in module.named_parameters() if p.requires_grad])
print(difference.max().item(), (difference > 1e-6).double().mean().item())
assert difference.numel() == sum(p.numel() for p in parameters) > 68000
assert (difference > 1e-6).double().mean() < (1e-9 if kind == 'sgd' else 1e-3)
)",
                                 {file("before.pt"), file("features"), file("targets"), file("after.pt"), optimizer,
                                  QString::number(rate), QString::number(decay), QString::number(steps)});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
    qInfo() << "largest difference of weights, and the part above 1e-6:" << answer.text.trimmed();
}

void PythonTest::gradientsAreAutograds_data()
{
    QTest::addColumn<QString>("model");
    for (const auto& [name, model] : modelsOfEveryLayer(kWidth))
        QTest::newRow(name.c_str()) << QString::fromStdString(toJson(model).dump());
    for (const auto& [name, task] : everyTask()) {
        const ModelSpec model = *presetModel("auto", std::vector<std::string>(kWidth, "x"), task);
        QTest::newRow(name.c_str()) << QString::fromStdString(toJson(model).dump());
    }
}

/// Every layer with every choice, and every task, backwards through autograd in double precision. Dropout is off in
/// what is exported, so here its rate is 0; that its gradient goes through its mask is tst_learner's to prove.
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
    const auto step = learner->step(m_features, targets(spec->task));
    QVERIFY(step);
    const LearnerState after = learner->state();
    std::vector<float> gradients;
    for (std::size_t i = 0; i < before.weights.size(); ++i)
        gradients.push_back(before.weights[i] - after.weights[i]);
    QVERIFY(writeFloats(file("gradients").toStdString(), gradients));
    const Answer answer = python(QString(kLoad) + R"(
module = module.double()
value = loss(module(x.double()), floats(sys.argv[3]))
value.backward()
assert abs(value.item() - float(sys.argv[5])) < 1e-6 * max(1, value.item()), (value.item(), sys.argv[5])
truth = torch.cat([p.grad.flatten() for p in module.parameters() if p.requires_grad])
ours = floats(sys.argv[4]).double()
assert truth.shape == ours.shape, (truth.shape, ours.shape)
difference, largest = (truth - ours).abs().max().item(), truth.abs().max().item()
print(difference, largest)
assert largest > 1e-3 and difference < 1e-6 * max(1, largest)
)",
                                 {file("before.pt"), file("features"), file("targets"), file("gradients"),
                                  QString::number(step->loss, 'g', 17)});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
}

void PythonTest::safetensorsAreReadable_data()
{
    torchScriptGivesTheSameAnswers_data();
}

/// By the format's description, since Debian has no package of the library; and whoever computes by the model's
/// description, as export/README.md says, gets the same answers.
void PythonTest::safetensorsAreReadable()
{
    QFETCH(QString, name);
    const ModelSpec spec = model(true, everyTask().at(name.toStdString()));
    const auto learner = makeLearner(spec, {});
    QVERIFY(learner);
    exportTo(spec, *learner, "safetensors", "model.safetensors");
    exportTo(spec, *learner, "torchscript", "same.pt");
    const Answer answer = python(QString(kLoad) + R"(
import struct
data = open(sys.argv[3], 'rb').read()
length, = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + length])
model = json.loads(header.pop('__metadata__')['model'])
assert model['layers'][0]['units'] == 128 and model['task'] == task
body, end, tensors = data[8 + length:], 0, {}
for name, entry in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
    begin, stop = entry['data_offsets']
    assert begin == end and entry['dtype'] == 'F32'
    end = stop
    values = array('f'); values.frombytes(body[begin:stop])
    tensors[name] = torch.tensor(values).reshape(entry['shape'])
    same = dict(module.named_parameters())[name.replace('.', '_')]
    assert torch.equal(tensors[name], same)
assert end == len(body)

y = (x - torch.tensor(model['preprocessing'][0]['mean'])) / torch.tensor(model['preprocessing'][0]['scale'])
for index, layer in enumerate(model['layers']):
    if layer['kind'] == 'dense':
        y = y @ tensors[f'layers.{index}.weight'].T + tensors[f'layers.{index}.bias']
        y = y.relu() if layer.get('activation') == 'relu' else y
if task['kind'] == 'regression':
    scale = torch.tensor([target['scale'] for target in task['targets']])
    y = y * scale + torch.tensor([target['mean'] for target in task['targets']])
else:
    y, scale = y.sigmoid() if task['kind'] == 'binary' else y.softmax(1), 1
assert ((y - module(x)).abs() / scale).max() < 1e-4
)",
                                 {file("same.pt"), file("features"), file("model.safetensors")});
    QVERIFY2(answer.exitCode == 0, qPrintable(answer.text));
}

QTEST_GUILESS_MAIN(PythonTest)
#include "tst_python.moc"
