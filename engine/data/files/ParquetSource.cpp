// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/ParquetSource.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace millrace
{
namespace
{

/// duckdb.h as far as it is used here (https://duckdb.org/docs/stable/clients/c/api, stable since 1.0). Handles are
/// pointers; a result is a struct of 48 bytes that the library fills.
struct DuckDb {
    using Handle = void*;
    struct alignas(8) QueryResult {
        std::array<std::byte, 256> bytes{};
    };
    struct Progress {
        double percentage = -1;
        std::uint64_t rows = 0, total = 0;
    };

    const char* (*version)() = nullptr;
    int (*open)(const char*, Handle*) = nullptr;
    void (*close)(Handle*) = nullptr;
    int (*connect)(Handle, Handle*) = nullptr;
    void (*disconnect)(Handle*) = nullptr;
    int (*query)(Handle, const char*, QueryResult*) = nullptr;
    const char* (*error)(QueryResult*) = nullptr;
    void (*destroy)(QueryResult*) = nullptr;
    void (*interrupt)(Handle) = nullptr;
    Progress (*progress)(Handle) = nullptr;
};

template <class Function>
bool find(void* library, const char* name, Function& function)
{
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

/// nullptr where there is none, or one of before version 1, whose structs were others. Never closed: its threads live
/// on.
const DuckDb* duckDb()
{
    static const DuckDb* const found = []() -> const DuckDb* {
        static DuckDb db;
        const char* named = std::getenv("MILLRACE_DUCKDB");
        void* library = ::dlopen(named != nullptr && *named != '\0' ? named : "libduckdb.so", RTLD_NOW | RTLD_LOCAL);
        const bool isWhole =
            library != nullptr && find(library, "duckdb_library_version", db.version) &&
            find(library, "duckdb_open", db.open) && find(library, "duckdb_close", db.close) &&
            find(library, "duckdb_connect", db.connect) && find(library, "duckdb_disconnect", db.disconnect) &&
            find(library, "duckdb_query", db.query) && find(library, "duckdb_result_error", db.error) &&
            find(library, "duckdb_destroy_result", db.destroy) && find(library, "duckdb_interrupt", db.interrupt) &&
            find(library, "duckdb_query_progress", db.progress);
        return isWhole && !std::string_view(db.version()).starts_with("v0") ? &db : nullptr;
    }();
    return found;
}

std::string quotedSql(const std::string& text)
{
    std::string quoted = "'";
    for (const char character : text)
        quoted += character == '\'' ? "''" : std::string(1, character);
    return quoted + "'";
}

/// DuckDB writes into a pipe on a thread of its own, and waits where nobody reads.
class ParquetSource final : public ByteSource
{
public:
    ParquetSource(const DuckDb& duckDb, const std::filesystem::path& file, std::array<int, 2> pipe)
        : m_db(duckDb), m_read(pipe[0]), m_write(pipe[1])
    {
        std::error_code ignored;
        m_bytes = static_cast<std::int64_t>(std::filesystem::file_size(file, ignored));
        if (m_db.open(nullptr, &m_database) != 0 || m_db.connect(m_database, &m_connection) != 0)
            m_failure = "it cannot be started";
        m_thread = std::thread([this, name = file.string()] { write(name); });
    }
    /// What is still written is read and thrown away: a pipe that is closed before would end the process.
    ~ParquetSource() override
    {
        std::array<char, 65536> rest{};
        if (m_thread.joinable() && m_connection != nullptr)
            m_db.interrupt(m_connection);
        while (m_thread.joinable() && ::read(m_read, rest.data(), rest.size()) > 0) {
        }
        end();
        m_db.disconnect(&m_connection);
        m_db.close(&m_database);
        ::close(m_read);
    }

    std::size_t read(std::span<char> room) override
    {
        std::size_t filled = 0;
        while (filled < room.size() && m_thread.joinable()) {
            const ssize_t got = ::read(m_read, room.data() + filled, room.size() - filled);
            if (got < 0 && errno == EINTR)
                continue;
            if (got > 0)
                filled += static_cast<std::size_t>(got);
            else
                end();
        }
        const double share = m_thread.joinable() ? m_db.progress(m_connection).percentage : 100;
        m_position = std::max(m_position, static_cast<std::int64_t>(static_cast<double>(m_bytes) * share / 100));
        return filled;
    }
    [[nodiscard]] const std::optional<Error>& damage() const override { return m_damage; }
    [[nodiscard]] std::int64_t position() const override { return m_position; }
    [[nodiscard]] bool isPacked() const override { return true; }
    [[nodiscard]] bool isUtf8() const override { return true; }

private:
    /// Rows keep the file's order with one thread; extensions are not fetched from the network.
    void write(const std::string& file)
    {
        run("SET threads TO 1; SET memory_limit = '256MB'; SET autoinstall_known_extensions = false");
        run("COPY (SELECT * FROM read_parquet(" + quotedSql(file) + ")) TO '/proc/self/fd/" + std::to_string(m_write) +
            "' (FORMAT csv, HEADER, USE_TMP_FILE false)");
        ::close(m_write);
    }

    void run(const std::string& statement)
    {
        DuckDb::QueryResult result;
        if (!m_failure.empty())
            return;
        if (m_db.query(m_connection, statement.c_str(), &result) != 0) {
            const char* reason = m_db.error(&result);
            m_failure = reason == nullptr ? "it does not say why" : reason;
        }
        m_db.destroy(&result);
    }

    void end()
    {
        if (!m_thread.joinable())
            return;
        m_thread.join();
        if (!m_failure.empty())
            m_damage = Error{ErrorCode::BadData, "DuckDB cannot read it (" + firstLine(m_failure) + ")",
                             "See whether another program can"};
    }

    static std::string firstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

    const DuckDb& m_db;
    DuckDb::Handle m_database = nullptr, m_connection = nullptr;
    int m_read, m_write;
    std::int64_t m_bytes = 0, m_position = 0;
    std::string m_failure; ///< of the thread, until that has ended
    std::optional<Error> m_damage;
    std::thread m_thread;
};

} // namespace

bool isReadableParquet(std::string_view magic)
{
    return magic.starts_with("PAR1") && duckDb() != nullptr;
}

Result<std::unique_ptr<ByteSource>> openParquet(const std::filesystem::path& file)
{
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return fail(ErrorCode::Failed, "Cannot open " + file.string() + ": " + std::strerror(errno),
                    "Close other programs");
    return std::make_unique<ParquetSource>(*duckDb(), file, pipe);
}

} // namespace millrace
