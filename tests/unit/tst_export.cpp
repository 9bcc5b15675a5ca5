// SPDX-License-Identifier: GPL-3.0-or-later
#include "EveryTask.h"
#include "base/Files.h"
#include "export/Export.h"
#include "train/Safetensors.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace millrace;

namespace
{

ModelSpec model()
{
    return {
        "test",
        {"a", "b"},
        {{"standardize", {{"mean", {1.0, 2.0}}, {"scale", {2.0, 4.0}}}}},
        {{"dense", {{"units", 3}, {"activation", "relu"}}}, {"dropout", {{"rate", 0.5}}}, {"dense", {{"units", 1}}}}};
}

LearnerState state()
{
    LearnerState result;
    for (int i = 0; i < 13; ++i)
        result.weights.push_back(static_cast<float>(i) / 10);
    return result;
}

} // namespace

class ExportTest : public QObject
{
    Q_OBJECT
private slots:
    void sourceOfTorchScript();
    void sourceAnswersTheTask();
    void torchScriptIsAnArchive();
    void everyFormatTakesEveryTask();
    void safetensorsHaveNamesAndModel();
    void specReadsBack();
    void errors();
    void rowsAreComplete();

private:
    std::filesystem::path path(const char* name) const { return (m_folder.path() + "/" + name).toStdString(); }
    QTemporaryDir m_folder;
};

void ExportTest::sourceOfTorchScript()
{
    QCOMPARE(torchScriptSource(*lower(model())),
             std::string("def forward(self, x: Tensor) -> Tensor:\n"
                         "    x = x * self.constant_0_scale + self.constant_0_shift\n"
                         "    x = torch.addmm(self.layers_0_bias, x, torch.t(self.layers_0_weight))\n"
                         "    x = torch.relu(x)\n"
                         "    x = torch.addmm(self.layers_2_bias, x, torch.t(self.layers_2_weight))\n"
                         "    return torch.sigmoid(x)\n"));
}

void ExportTest::sourceAnswersTheTask()
{
    const auto source = [](const char* task) {
        return QString::fromStdString(torchScriptSource(*lower(*presetModel("logistic", {"a"}, everyTask().at(task)))));
    };
    QVERIFY(source("binary").endsWith("    return torch.sigmoid(x)\n"));
    ModelSpec skipping{"skipping", {"a"}, {{"clip", {{"low", {0}}, {"high", {1}}}}}, {}};
    skipping.layers = {{"dense", {{"units", 2}}}, {"dense", {{"units", 1}, {"skip", true}}}};
    QCOMPARE(torchScriptSource(*lower(skipping)),
             std::string("def forward(self, x: Tensor) -> Tensor:\n"
                         "    x = torch.minimum(torch.maximum(x, self.constant_0_low), self.constant_0_high)\n"
                         "    first = x\n"
                         "    x = torch.addmm(self.layers_0_bias, x, torch.t(self.layers_0_weight))\n"
                         "    x = torch.addmm(self.layers_1_bias, x, torch.t(self.layers_1_weight)) + "
                         "torch.mm(first, torch.t(self.layers_1_skip))\n"
                         "    return torch.sigmoid(x)\n"));
    QVERIFY(source("multi-class").endsWith("    return torch.softmax(x, 1)\n"));
    QVERIFY(source("regression").endsWith("    x = x * self.constant_1_scale + self.constant_1_shift\n    return x\n"));
}

/// And each holds the task, so that whoever reads it knows the classes by name and the units.
void ExportTest::everyFormatTakesEveryTask()
{
    for (const auto& [name, task] : everyTask()) {
        const ModelSpec spec = *presetModel("logistic", {"a", "b"}, task);
        LearnerState weights;
        weights.weights.resize(static_cast<std::size_t>(3 * outputsOf(task)));
        for (const ExportFormat& format : exportFormats()) {
            const Status status = exportModel(spec, weights, format.name, path("task"));
            QVERIFY2(status, (name + ", " + format.name + ": " + describe(status)).c_str());
            const std::string content = *readFile(path("task"));
            for (const std::string& text : task.classes)
                QVERIFY2(content.find(text.substr(1, 3)) != std::string::npos, (format.name + " " + text).c_str());
            for (const Target& target : task.targets)
                QVERIFY2(content.find(target.name) != std::string::npos, (format.name + " " + target.name).c_str());
        }
    }
}

void ExportTest::torchScriptIsAnArchive()
{
    const Status status = exportModel(model(), state(), "torchscript", path("model.pt"));
    QVERIFY2(status, describe(status).c_str());
    QVERIFY(readFile(path("model.pt"))->starts_with("PK"));
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files).filter("tmp").size(), 0);
    QVERIFY(!exportModel(model(), state(), "torchscript", path("missing/model.pt")));
}

void ExportTest::safetensorsHaveNamesAndModel()
{
    QVERIFY(exportModel(model(), state(), "safetensors", path("model.safetensors")));
    const auto file = SafetensorsFile::parse(*readFile(path("model.safetensors")));
    QVERIFY(file);
    QVERIFY(file->values("layers.0.bias") == (std::vector<float>{0.6F, 0.7F, 0.8F}));
    QCOMPARE(file->values("layers.2.weight").size(), 3U);
    const auto spec = modelFromJson(nlohmann::json::parse(file->metadata("model")));
    QVERIFY(spec);
    QCOMPARE(toJson(*spec).dump(), toJson(model()).dump());
}

void ExportTest::specReadsBack()
{
    QVERIFY(exportModel(model(), state(), "spec", path("model.json")));
    const auto spec = modelFromJson(*readJson(path("model.json")));
    QVERIFY(spec);
    QCOMPARE(toJson(*spec).dump(), toJson(model()).dump());
}

void ExportTest::errors()
{
    const Status unknown = exportModel(model(), state(), "torchscrip", path("x"));
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().code, ErrorCode::Usage);
    QVERIFY(QString::fromStdString(unknown.error().message).contains("torchscript, safetensors, spec"));
    QVERIFY(QString::fromStdString(unknown.error().advice).contains("mean torchscript?"));
    LearnerState few = state();
    few.weights.pop_back();
    const Status status = exportModel(model(), few, "safetensors", path("x"));
    QVERIFY(!status);
    QCOMPARE(status.error().code, ErrorCode::BadData);
    QVERIFY(!std::filesystem::exists(path("x")));
}

void ExportTest::rowsAreComplete()
{
    for (const ExportFormat& format : exportFormats())
        QVERIFY2(!format.help.empty() && format.extension.starts_with(".") && format.write != nullptr,
                 format.name.c_str());
}

QTEST_GUILESS_MAIN(ExportTest)
#include "tst_export.moc"
