// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Freezing.h"
#include "base/Files.h"
#include "kafka/Admin.h"
#include "session/BrokerSetup.h"
#include "session/Ports.h"
#include "session/Processes.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <csignal>
#include <fstream>
#include <librdkafka/rdkafka.h>

namespace millrace
{

/// A broker of a test that asks for TLS and logins and checks rights (KRaft's StandardAuthorizer). Who comes to the
/// plain port, and alice, may do all; SCRAM users and rights are given by addScramUser() and allow().
class SecureBroker
{
public:
    enum Port { Plain, Sasl, Tls, SaslTls, Expired, Elsewhere, Controller, Closed, Count };

    ~SecureBroker() { m_process.signal(SIGKILL); }

    /// False when it does not come up: see log().
    [[nodiscard]] bool start();
    [[nodiscard]] std::string log() const { return readFile(path("broker.log")).value_or(""); }

    [[nodiscard]] std::string at(Port port) const
    {
        return "127.0.0.1:" + std::to_string(m_ports.at(static_cast<std::size_t>(port)));
    }
    [[nodiscard]] std::string path(const std::string& name) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }
    /// Of PLAIN: alice and the users that have a right missing; the password is "NAME-secret".
    [[nodiscard]] Connection login(Port port, const std::string& user, const std::string& password) const;
    [[nodiscard]] Connection login(const std::string& user) const { return login(Sasl, user, user + "-secret"); }
    [[nodiscard]] Connection tls(Port port, const std::string& ca = "ca.pem") const;
    /// Runs openssl in the broker's folder.
    [[nodiscard]] bool openssl(const QStringList& arguments) const;

    [[nodiscard]] bool addScramUser(const std::string& name, const std::string& password) const;
    struct Grant {
        std::string user;
        rd_kafka_ResourceType_t resource;
        std::string name; ///< "*": all
        rd_kafka_AclOperation_t operation;
    };
    [[nodiscard]] bool allow(const std::vector<Grant>& grants) const;
    /// It has its connections, but never answers.
    void setFrozen(bool frozen) { frozen ? freeze(m_pid) : thaw(m_pid); }

private:
    void makeCertificate(const std::string& name, const std::string& names, const QString& days) const;
    [[nodiscard]] std::string properties() const;
    /// One admin request by the plain port; true when the answer holds no error.
    template <class Ask, class Good>
    [[nodiscard]] bool ask(Ask question, Good isGood) const;

    QTemporaryDir m_folder;
    std::array<int, Count> m_ports{};
    ProcessHandle m_process;
    qint64 m_pid = 0;
};

inline bool SecureBroker::openssl(const QStringList& arguments) const
{
    QProcess process;
    process.setWorkingDirectory(m_folder.path());
    process.start("openssl", arguments);
    const bool good = process.waitForFinished(60000) && process.exitCode() == 0;
    if (!good)
        qWarning("%s", process.readAllStandardError().constData());
    return good;
}

inline void SecureBroker::makeCertificate(const std::string& name, const std::string& names, const QString& days) const
{
    const QString file = QString::fromStdString(name);
    QVERIFY(openssl({"req", "-newkey", "rsa:2048", "-nodes", "-keyout", file + ".key", "-out", file + ".csr", "-subj",
                     "/CN=" + file}));
    std::ofstream(path(name + ".ext")) << "subjectAltName=" << names << "\n";
    QVERIFY(openssl({"x509", "-req", "-in", file + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", days, "-extfile", file + ".ext", "-out", file + ".crt"}));
    std::ofstream store(path(name + ".pem"));
    for (const char* part : {".key", ".crt"})
        store << readFile(path(name + part)).value_or("");
    store << readFile(path("ca.pem")).value_or("");
}

inline std::string SecureBroker::properties() const
{
    const std::vector<std::pair<std::string, Port>> names = {{"PLAIN", Plain},     {"SASL", Sasl},
                                                             {"TLS", Tls},         {"SASLTLS", SaslTls},
                                                             {"EXPIRED", Expired}, {"ELSEWHERE", Elsewhere}};
    std::string listeners;
    for (const auto& [name, port] : names)
        listeners += (listeners.empty() ? "" : ",") + name + "://" + at(port);
    std::string text =
        "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@" + at(Controller) +
        "\nlisteners=" + listeners + ",CONTROLLER://" + at(Controller) + "\nadvertised.listeners=" + listeners +
        "\ninter.broker.listener.name=PLAIN\ncontroller.listener.names=CONTROLLER\n"
        "listener.security.protocol.map=PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL,EXPIRED:SSL,"
        "ELSEWHERE:SSL,CONTROLLER:PLAINTEXT\nsasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512\n"
        "listener.name.sasltls.sasl.enabled.mechanisms=PLAIN\n"
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
        "super.users=User:ANONYMOUS;User:alice;User:scram\nssl.keystore.type=PEM\nssl.keystore.location=good.pem\n"
        "log.dirs=data\noffsets.topic.replication.factor=1\noffsets.topic.num.partitions=1\n"
        "transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n"
        "transaction.state.log.num.partitions=1\ngroup.initial.rebalance.delay.ms=0\n";
    for (const char* name : {"sasl", "sasltls"}) {
        text += std::string("listener.name.") + name +
                ".plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required";
        for (const char* user : {"alice", "bob", "reader", "writer", "loner", "finder", "sender", "whole", "mute"})
            text += std::string(" user_") + user + "=\"" + user + "-secret\"";
        text += ";\n";
    }
    for (const char* mechanism : {"scram-sha-256", "scram-sha-512"})
        text += std::string("listener.name.sasl.") + mechanism +
                ".sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;\n";
    for (const std::string name : {"expired", "elsewhere"})
        text += "listener.name." + name + ".ssl.keystore.type=PEM\nlistener.name." + name +
                ".ssl.keystore.location=" + name + ".pem\n";
    return text;
}

inline bool SecureBroker::start()
{
    for (int& port : m_ports)
        port = anyFreePort();
    if (!openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
                  "-subj", "/CN=Test CA"}))
        return false;
    makeCertificate("good", "IP:127.0.0.1", "30");
    makeCertificate("expired", "IP:127.0.0.1", "-1");
    makeCertificate("elsewhere", "DNS:kafka.example", "30");
    const std::filesystem::path folder = m_folder.path().toStdString();
    const auto setup = BrokerSetup::find({}, folder);
    const std::stop_source stop;
    if (!setup || !setup->formatData(folder, stop.get_token()))
        return false;
    std::ofstream(path("broker.properties")) << properties();
    std::vector<std::string> command = setup->brokerCommand();
    std::erase_if(command, [](const std::string& each) { return each.starts_with("-Dlog4j2.configurationFile"); });
    const auto pid = spawnProcess({command, folder, path("broker.log")});
    if (!pid)
        return false;
    m_process = ProcessHandle(*pid);
    m_pid = *pid;
    return QTest::qWaitFor([this] { return isReachable({at(Plain), {}}, std::chrono::milliseconds(1000)); }, 60000);
}

inline Connection SecureBroker::login(Port port, const std::string& user, const std::string& password) const
{
    Connection connection = port == SaslTls ? tls(port) : Connection{at(port), {}};
    connection.properties["security.protocol"] = port == SaslTls || port == Tls ? "SASL_SSL" : "SASL_PLAINTEXT";
    if (port == Tls)
        connection.properties["ssl.ca.location"] = path("ca.pem");
    connection.properties["sasl.mechanism"] = "PLAIN";
    connection.properties["sasl.username"] = user;
    connection.properties["sasl.password"] = password;
    return connection;
}

inline Connection SecureBroker::tls(Port port, const std::string& ca) const
{
    Connection connection{at(port), {{"security.protocol", "SSL"}}};
    if (!ca.empty())
        connection.properties["ssl.ca.location"] = path(ca);
    return connection;
}

template <class Ask, class Good>
bool SecureBroker::ask(Ask question, Good isGood) const
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", at(Plain).c_str(), nullptr, 0);
    rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    rd_kafka_queue_t* answers = rd_kafka_queue_new(handle);
    question(handle, answers);
    rd_kafka_event_t* answer = rd_kafka_queue_poll(answers, 60000);
    const bool good = answer != nullptr && rd_kafka_event_error(answer) == RD_KAFKA_RESP_ERR_NO_ERROR && isGood(answer);
    if (answer != nullptr)
        rd_kafka_event_destroy(answer);
    rd_kafka_queue_destroy(answers);
    rd_kafka_destroy(handle);
    return good;
}

#if RD_KAFKA_VERSION >= 0x020c00ff
inline bool SecureBroker::addScramUser(const std::string& name, const std::string& password) const
{
    bool done = true; // Kafka takes one change of a user in a request
    for (const auto mechanism : {RD_KAFKA_SCRAM_MECHANISM_SHA_256, RD_KAFKA_SCRAM_MECHANISM_SHA_512}) {
        rd_kafka_UserScramCredentialAlteration_t* change = rd_kafka_UserScramCredentialUpsertion_new(
            name.c_str(), mechanism, 4096, reinterpret_cast<const unsigned char*>(password.data()), password.size(),
            nullptr, 0);
        done = ask(
                   [&](rd_kafka_t* handle, rd_kafka_queue_t* answers) {
                       rd_kafka_AlterUserScramCredentials(handle, &change, 1, nullptr, answers);
                   },
                   [](rd_kafka_event_t* answer) {
                       std::size_t count = 0;
                       const auto* const* users = rd_kafka_AlterUserScramCredentials_result_responses(
                           rd_kafka_event_AlterUserScramCredentials_result(answer), &count);
                       return count > 0 &&
                              rd_kafka_error_code(rd_kafka_AlterUserScramCredentials_result_response_error(users[0])) ==
                                  RD_KAFKA_RESP_ERR_NO_ERROR;
                   }) &&
               done;
        rd_kafka_UserScramCredentialAlteration_destroy(change);
    }
    return done;
}
#else // cannot ask for it
inline bool SecureBroker::addScramUser(const std::string&, const std::string&) const
{
    return false;
}
#endif

inline bool SecureBroker::allow(const std::vector<Grant>& grants) const
{
    std::vector<rd_kafka_AclBinding_t*> bindings;
    for (const Grant& each : grants)
        bindings.push_back(rd_kafka_AclBinding_new(each.resource, each.name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
                                                   ("User:" + each.user).c_str(), "*", each.operation,
                                                   RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, nullptr, 0));
    const bool done = ask(
        [&](rd_kafka_t* handle, rd_kafka_queue_t* answers) {
            rd_kafka_CreateAcls(handle, bindings.data(), bindings.size(), nullptr, answers);
        },
        [&](rd_kafka_event_t* answer) {
            std::size_t count = 0;
            const auto* const* results =
                rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(answer), &count);
            return std::all_of(results, results + count,
                               [](const auto* each) { return rd_kafka_acl_result_error(each) == nullptr; });
        });
    rd_kafka_AclBinding_destroy_array(bindings.data(), bindings.size());
    return done;
}

} // namespace millrace
