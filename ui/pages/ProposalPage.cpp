// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ProposalPage.h"

#include "base/Files.h"
#include "base/Text.h"
#include "data/RoleWishes.h"
#include "data/files/Classes.h"
#include "data/splits/SplitSpec.h"
#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/ProposalForm.h"
#include "pages/StepList.h"
#include "session/LearnSentence.h"
#include "session/Proposal.h"
#include "shell/UiSettings.h"
#include "widgets/JobStrip.h"
#include "widgets/RoleDelegate.h"
#include "widgets/SectionForm.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace millrace
{

namespace
{

/// The fields of a section under a name of their own, without keys that another place says.
Section editorSection(const char* name, const char* of, const std::vector<std::string>& without)
{
    Section section = *findSection(of);
    section.name = name;
    std::erase_if(section.keys,
                  [&](const SectionKey& key) { return std::ranges::find(without, key.name) != without.end(); });
    return section;
}

const Section& publishEditor()
{
    static const Section section = editorSection("learnPublish", "publish", {});
    return section;
}

/// What is trained is what is published, as it is published.
const Section& trainEditor()
{
    static const Section section = editorSection("learnTrain", "train", {"topic", "format", "partition", "continue"});
    return section;
}

} // namespace

ProposalPage::ProposalPage(Session& session, Shell& shell)
    : Page(QStringLiteral("learn"), tr("Learn"), session, shell), m_fileChip(new Chip),
      m_save(plainButton(tr("Save as…"), QStringLiteral("learnSaveButton"))),
      m_stop(plainButton("■ " + tr("Stop"), QStringLiteral("learnStopButton"))),
      m_learn(primaryButton("▶ " + tr("Learn"), QStringLiteral("learnButton"))),
      m_predict(linkButton(tr("Predict with it"), QStringLiteral("learnPredictButton"))),
      m_banner(new AskingBanner(session)), m_strip(new JobStrip(QStringLiteral("learnJobStrip"))),
      m_form(new ProposalForm), m_publish(new SectionForm(publishEditor(), {})),
      m_train(new SectionForm(trainEditor(), {})), m_right(new QStackedWidget), m_steps(new StepList(shell, true)),
      m_stepsTitle(styledLabel({}, "heading")), m_sentence(styledLabel({}, "strong"))
{
    makeHead();
    m_banner->setObjectName(QStringLiteral("learnBanner"));
    m_stepsView = makeSteps();
    m_publishView = makeEditor(tr("How it is published and split"), *m_publish, "learnPublishDoneButton");
    m_trainView = makeEditor(tr("How it is trained"), *m_train, "learnTrainDoneButton");
    for (QWidget* view : {m_stepsView, m_publishView, m_trainView})
        m_right->addWidget(view);
    auto* across = new QHBoxLayout;
    across->setSpacing(12);
    across->addWidget(m_form, 8);
    across->addWidget(m_right, 5);
    auto* down = new QVBoxLayout(body());
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(12);
    down->addWidget(m_banner);
    down->addWidget(m_strip);
    down->addLayout(across, 1);
    connectForms();
    updateButtons();
}

void ProposalPage::makeHead()
{
    m_fileChip->setObjectName(QStringLiteral("learnFileChip"));
    m_fileChip->hide();
    addChip(m_fileChip);
    for (QPushButton* button : {m_save, m_stop, m_learn})
        addHeadButton(button);
    m_save->setToolTip(tr("Save all of it as one file that also runs headless: millrace run FILE"));
    connect(m_save, &QPushButton::clicked, this, &ProposalPage::save);
    connect(m_learn, &QPushButton::clicked, this, [this] { learn(); });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (isLive())
            m_run->stop();
    });
}

QWidget* ProposalPage::makeSteps()
{
    auto* card = new Card;
    m_stepsTitle->setObjectName(QStringLiteral("learnStepsTitle"));
    card->content()->addWidget(m_stepsTitle);
    m_sentence->setObjectName(QStringLiteral("learnSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sentence->hide();
    m_predict->hide();
    card->content()->addWidget(m_steps);
    card->content()->addWidget(m_sentence);
    card->content()->addWidget(m_predict, 0, Qt::AlignLeft);
    card->content()->addStretch(1);
    connect(m_predict, &QPushButton::clicked, this, [this] {
        if (m_run)
            shell().prefill({{"predict",
                              {{"run", m_run->result()["train"]["run"]},
                               {"topic", jsonText(m_run->experiment().sections["evaluate"], "topic").toStdString()}}}});
        shell().showPage(QStringLiteral("predict"));
    });
    return card;
}

QWidget* ProposalPage::makeEditor(const QString& title, SectionForm& form, const char* doneName)
{
    auto* view = new QWidget;
    auto* down = new QVBoxLayout(view);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    auto* head = new QHBoxLayout;
    auto* done = plainButton(tr("Done"), QLatin1String(doneName));
    head->addWidget(styledLabel(title, "heading"), 1);
    head->addWidget(done);
    down->addLayout(head);
    down->addWidget(&form, 1);
    connect(done, &QPushButton::clicked, this, [this] { m_right->setCurrentWidget(m_stepsView); });
    return view;
}

void ProposalPage::connectForms()
{
    connect(m_form, &ProposalForm::labelWanted, this, [this](const QString& column) {
        m_wanted["label"] = column.toStdString();
        m_wanted.erase("task"); // it was another label's
        propose();
    });
    connect(m_form, &ProposalForm::taskWanted, this, [this](const QString& task) {
        m_wanted["task"] = task.toStdString();
        propose();
    });
    connect(m_form, &ProposalForm::presetWanted, this, [this](const QString& preset) {
        m_train->load({{"preset", preset.toStdString()}}, Fill::Given);
        showProposal();
    });
    connect(m_form, &ProposalForm::roleWanted, this, &ProposalPage::changeRole);
    connect(m_form, &ProposalForm::splitWanted, this, [this] { m_right->setCurrentWidget(m_publishView); });
    connect(m_form, &ProposalForm::trainingWanted, this, [this] { m_right->setCurrentWidget(m_trainView); });
    connect(m_train, &SectionForm::changed, this, &ProposalPage::showProposal);
    connect(m_publish, &SectionForm::changed, this, [this] {
        if (m_found.is_object() && wantedSplit() != m_proposedSplit)
            propose();
        else
            showProposal();
    });
}

void ProposalPage::loadFrom(const nlohmann::json& sections, Fill /*fill*/)
{
    const nlohmann::json& section = jsonChild(sections, "learn");
    if (section.empty() || isLive())
        return;
    m_wanted = section;
    const TableChoice table = TableChoice::in(section);
    const bool isAnother = std::exchange(m_table, table) != table; // else what was chosen of its publication stays
    m_wanted.erase("file");
    m_wanted.erase("more");
    m_found = nullptr;
    if (isAnother) {
        LearnWish wish;
        wish.file = m_table.first.toStdString();
        const Experiment fresh = learnExperiment(wish);
        m_publish->load(fresh.sections["publish"], Fill::Whole);
        m_train->load(fresh.sections["train"], Fill::Whole);
    }
    m_fileChip->setText(m_table.title());
    m_fileChip->setToolTip(m_table.paths());
    m_fileChip->show();
    m_right->setCurrentWidget(m_stepsView);
    propose();
}

/// Which columns are learnt, and how, follows from it. Empty while its column is not chosen yet.
nlohmann::json ProposalPage::wantedSplit() const
{
    const nlohmann::json publish = m_publish->section();
    const QString kind = jsonText(publish, "split"), column = jsonText(publish, "split-column");
    const SplitKindInfo* info = splitKind(kind.toStdString());
    if (info == nullptr || (info->needsColumn && column.isEmpty()))
        return nlohmann::json::object();
    nlohmann::json wanted = {{"split", kind.toStdString()}};
    if (info->needsColumn)
        wanted["split-column"] = column.toStdString();
    return wanted;
}

void ProposalPage::propose()
{
    m_isPossible = false;
    m_banner->clear();
    if (m_job && m_job->isLive())
        m_job->stop();
    nlohmann::json section = m_wanted;
    section.erase("rows");
    m_table.putInto(section);
    m_proposedSplit = wantedSplit();
    section.update(m_proposedSplit);
    const auto job = session().start("propose", section);
    if (!job)
        return tellError(job.error());
    m_job = *job;
    m_strip->follow(m_job);
    connect(m_job, &Job::finished, this, [this, ended = *job] {
        if (ended == m_job)
            onProposed(*ended);
    });
    updateButtons();
}

void ProposalPage::onProposed(const Job& job)
{
    if (job.state() == Job::State::Done) {
        if (auto schema = schemaFromJson(jsonChild(job.result(), "schema")))
            m_schema = std::move(*schema);
        else
            return tellError(schema.error());
        m_found = job.result();
        m_form->showFound(m_schema, m_found, jsonText(m_wanted, "task", QStringLiteral("auto")));
        showProposal();
    } else if (job.state() == Job::State::Failed) {
        tellError(job.error());
    }
    updateButtons();
}

void ProposalPage::showProposal()
{
    if (!m_found.is_object() || isLive())
        return;
    m_isPossible = false;
    if (const nlohmann::json& problem = whyNotLearnt(m_found); !problem.empty()) {
        m_banner->tell(jsonText(problem, "message") + QStringLiteral(". ") + jsonText(problem, "advice") + '.', true);
        return updateButtons();
    }
    const Experiment wanted = experiment();
    const auto proposal = describeProposal(wanted.sections, m_found);
    const auto checked = experimentFromJson(toJson(wanted));
    if (!proposal || !checked) {
        tellError(!proposal ? proposal.error() : checked.error());
        return updateButtons();
    }
    m_run.clear(); // what came of it is another experiment's
    m_sentence->hide();
    m_predict->hide();
    m_form->showProposal(*proposal, jsonText(wanted.sections["train"], "preset"));
    m_steps->showPlan(session(), wanted);
    if (m_schema.labelColumn() < 0)
        m_banner->tell(tr("No label yet: choose the column that is to be learnt."), false);
    else if (jsonCount(m_found, "rejected") > 0)
        m_banner->tell(rejectedLines(m_found, "row").join('\n'), false);
    else
        m_banner->clear();
    m_isPossible = m_schema.labelColumn() >= 0;
    updateButtons();
}

void ProposalPage::changeRole(int column, const QString& role)
{
    if (role == kAlsoLabel)
        return addLabel(column);
    const auto changed = static_cast<std::size_t>(column);
    const auto row = std::ranges::find(columnRoles(), role.toStdString(), &ColumnRoleInfo::name);
    if (changed >= m_schema.columns.size() || row == columnRoles().end())
        return;
    if (row->role == ColumnRole::Label || m_schema.columns[changed].role == ColumnRole::Label)
        m_wanted.erase("task"); // it was another label's
    giveRole(m_schema, column, row->role);
    proposeEdited();
}

void ProposalPage::addLabel(int column)
{
    std::vector<int> labels = m_schema.labelColumns();
    labels.push_back(column);
    std::ranges::sort(labels);
    if (auto chosen = chooseLabels(m_schema, labels); !chosen) {
        tellError(chosen.error());
        return m_form->showFound(m_schema, m_found, jsonText(m_wanted, "task", QStringLiteral("auto")));
    }
    m_wanted.erase("task");
    proposeEdited();
}

/// With the columns as they are in the window now.
void ProposalPage::proposeEdited()
{
    m_wanted.erase("label"); // the schema has it
    m_wanted["schema"] = toJson(m_schema);
    propose();
}

Experiment ProposalPage::experiment() const
{
    LearnWish wish;
    wish.file = m_table.first.toStdString();
    Experiment experiment = learnExperiment(wish);
    nlohmann::json& sections = experiment.sections;
    m_table.putInto(sections["data"]);
    sections["data"].update(m_wanted);
    sections["publish"] = m_publish->section();
    sections["train"] = m_train->section();
    sections["seed"] = sections["publish"].value("seed", sections["seed"]);
    followPublication(sections);
    followTraining(sections);
    spellOutDefaults(sections);
    return experiment;
}

void ProposalPage::save()
{
    const QString name = QString::fromStdString(experiment().name) + QStringLiteral(".millrace");
    QString path = QFileDialog::getSaveFileName(this, tr("Save the experiment"), UiSettings().folder() + '/' + name,
                                                tr("Experiments (*.millrace)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(QStringLiteral(".millrace")))
        path += QStringLiteral(".millrace");
    UiSettings().setFolder(QFileInfo(path).absolutePath());
    writeTo(path);
}

void ProposalPage::writeTo(const QString& path)
{
    const auto written = writeFileAtomically(path.toStdString(), dumpJson(toJson(experiment()), 2) + "\n");
    shell().say(written ? tr("Saved %1. It runs headless, too: millrace run %1").arg(path) : errorText(written.error()),
                !written);
}

void ProposalPage::learn(const nlohmann::json& publishAnswer)
{
    Experiment wanted = experiment();
    wanted.sections["publish"].update(publishAnswer);
    m_banner->clear();
    m_sentence->hide();
    m_predict->hide();
    m_right->setCurrentWidget(m_stepsView);
    ExperimentRun* run = shell().runExperiment(std::move(wanted));
    if (run == nullptr)
        return;
    m_run = run;
    connect(run, &ExperimentRun::finished, this, [this, run] { onLearnt(*run); });
    if (!run->isLive()) // it could not even begin
        onLearnt(*run);
    tick();
}

void ProposalPage::onLearnt(const ExperimentRun& run)
{
    m_steps->showRun(m_run, {});
    updateButtons();
    if (!run.succeeded())
        return showFailure(run);
    m_sentence->setText(QString::fromStdString(learnSentence(run)));
    m_sentence->setVisible(!m_sentence->text().isEmpty());
    m_predict->show();
}

/// Topics that hold records are nobody's to delete unasked.
void ProposalPage::showFailure(const ExperimentRun& run)
{
    std::vector<std::pair<QString, std::function<void()>>> buttons;
    for (const ErrorAnswer& answer : run.error().answers)
        buttons.emplace_back(QString::fromStdString(answer.text), [this, key = answer.key, value = answer.value] {
            learn({{key, value}});
        });
    buttons.emplace_back(tr("Dismiss"), [this] { m_banner->clear(); });
    m_banner->offer(refusalText(run.error()), run.error().code != ErrorCode::Cancelled, buttons);
}

void ProposalPage::tellError(const Error& error)
{
    m_banner->tell(errorText(withFieldNames(error)), true, tr("Dismiss"), [this] { m_banner->clear(); });
}

void ProposalPage::updateButtons()
{
    const bool isLooking = m_job && m_job->isLive();
    m_learn->setEnabled(m_isPossible && !isLooking && !isLive());
    m_save->setEnabled(m_isPossible && !isLooking);
    m_stop->setVisible(isLive());
    m_stepsTitle->setText(isLive()                    ? tr("What is being done")
                          : m_steps->run() == nullptr ? tr("What will be done")
                                                      : tr("What was done"));
    m_form->setEditable(m_found.is_object() && !isLive());
    m_publish->setEditable(!isLive());
    m_train->setEditable(!isLive());
}

void ProposalPage::tick()
{
    m_strip->refresh();
    if (m_run && m_run->isLive()) {
        m_steps->showRun(m_run, progressText(m_run->currentJob()));
        updateButtons();
    }
}

} // namespace millrace
