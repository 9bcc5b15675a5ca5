// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Http.h"

#include "base/Text.h"

#include <algorithm>
#include <array>
#include <curl/curl.h>
#include <memory>
#include <optional>

namespace millrace
{
namespace
{

constexpr long kMostRedirects = 8, kConnectSeconds = 20, kSilentSeconds = 30;
constexpr int kPollMilliseconds = 100;

template <auto Function>
struct Free {
    template <class T>
    void operator()(T* pointer) const
    {
        Function(pointer);
    }
};
using Easy = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Free<curl_multi_cleanup>>;
using Lines = std::unique_ptr<curl_slist, Free<curl_slist_free_all>>;

/// An easy handle must leave its multi handle before either ends.
class Added
{
public:
    Added(CURLM* multi, CURL* easy) : m_multi(multi), m_easy(easy) { curl_multi_add_handle(multi, easy); }
    Added(const Added&) = delete;
    Added& operator=(const Added&) = delete;
    ~Added() { curl_multi_remove_handle(m_multi, m_easy); }

private:
    CURLM* m_multi;
    CURL* m_easy;
};

std::string headerOf(CURL* easy, const char* name)
{
    curl_header* header = nullptr;
    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : std::string();
}

/// "bytes 100-199/200", "bytes */200": the first byte and the length of the whole; −1 where it is not told.
std::array<std::int64_t, 2> parseRange(std::string_view text)
{
    constexpr std::string_view kUnit = "bytes ";
    const auto dash = text.find('-'), slash = text.find('/');
    if (!text.starts_with(kUnit) || slash == std::string_view::npos)
        return {-1, -1};
    const auto first = dash < slash ? parseInteger(text.substr(kUnit.size(), dash - kUnit.size())) : std::nullopt;
    return {first.value_or(-1), parseInteger(text.substr(slash + 1)).value_or(-1)};
}

/// One transfer's state, which libcurl's callbacks get.
struct Transfer {
    CURL* easy;
    const HttpReceiver& receiver;
    bool answered = false;
    std::optional<Error> failure; ///< of the receiver

    [[nodiscard]] HttpAnswer answer() const
    {
        long status = 0;
        curl_off_t length = -1;
        const char* url = nullptr;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
        curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
        HttpAnswer answer{static_cast<int>(status), 0, length, headerOf(easy, "ETag"), headerOf(easy, "Last-Modified"),
                          url == nullptr ? "" : url};
        if (status == 206 || status == 416) {
            const auto [first, total] = parseRange(headerOf(easy, "Content-Range"));
            answer.first = first;
            answer.total = total;
        }
        return answer;
    }

    bool take(const Status& taken)
    {
        if (!taken)
            failure = taken.error();
        return taken.has_value();
    }

    bool tellAnswer()
    {
        if (answered)
            return true;
        answered = true;
        return take(receiver.onAnswer(answer()));
    }
};

/// Anything but `size` tells libcurl to stop.
std::size_t onBytes(char* data, std::size_t /*one*/, std::size_t size, void* opaque)
{
    auto& transfer = *static_cast<Transfer*>(opaque);
    const bool good = transfer.tellAnswer() && transfer.take(transfer.receiver.onBytes({data, size}));
    return good ? size : CURL_WRITEFUNC_ERROR;
}

bool mayGoWellNextTime(CURLcode code)
{
    constexpr std::array kPassing = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_PARTIAL_FILE,
                                     CURLE_OPERATION_TIMEDOUT,   CURLE_GOT_NOTHING,     CURLE_SEND_ERROR,
                                     CURLE_RECV_ERROR,           CURLE_HTTP2_STREAM,    CURLE_HTTP2};
    return std::ranges::find(kPassing, code) != kPassing.end();
}

Error errorOf(CURLcode code, const std::string& url, const std::string& detail)
{
    const std::string reason = detail.empty() ? curl_easy_strerror(code) : detail;
    const std::string advice = code == CURLE_PEER_FAILED_VERIFICATION
                                   ? "Its certificate cannot be trusted, so nothing was fetched: check the address"
                                   : "Check the address and the network";
    return {ErrorCode::Failed, "Cannot download " + url + ": " + reason, advice, mayGoWellNextTime(code)};
}

void setUp(CURL* easy, const HttpRequest& request, const Lines& headers, Transfer& transfer, char* detail)
{
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, request.url.starts_with("https:") ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kMostRedirects);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "millrace");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &onBytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
}

/// libcurl's own resuming takes an answer that ignores it for an error: the header alone leaves the choice to the
/// caller.
Lines headersOf(const HttpRequest& request)
{
    if (request.from <= 0)
        return {};
    Lines headers(curl_slist_append(nullptr, ("Range: bytes=" + std::to_string(request.from) + "-").c_str()));
    if (!request.unchanged.empty())
        curl_slist_append(headers.get(), ("If-Range: " + request.unchanged).c_str());
    return headers;
}

/// Nullopt when a stop was requested.
std::optional<CURLcode> perform(CURLM* multi, const std::stop_token& stop)
{
    for (int live = 1; live > 0;) {
        if (stop.stop_requested())
            return std::nullopt;
        if (curl_multi_perform(multi, &live) != CURLM_OK ||
            (live > 0 && curl_multi_poll(multi, nullptr, 0, kPollMilliseconds, nullptr) != CURLM_OK))
            return CURLE_FAILED_INIT;
    }
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi, &left);
    return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
}

} // namespace

Status httpGet(const HttpRequest& request, const HttpReceiver& receiver, const std::stop_token& stop)
{
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    const Multi multi(curl_multi_init());
    const Easy easy(curl_easy_init());
    if (ready != CURLE_OK || !multi || !easy)
        return fail(ErrorCode::Failed, "Cannot download " + request.url + ": the HTTP library does not start");
    std::array<char, CURL_ERROR_SIZE> detail{};
    const Lines headers = headersOf(request);
    Transfer transfer{easy.get(), receiver, false, {}};
    setUp(easy.get(), request, headers, transfer, detail.data());
    const Added added(multi.get(), easy.get());
    const auto code = perform(multi.get(), stop);
    if (!code)
        return fail(ErrorCode::Cancelled, "The download of " + request.url + " was cancelled");
    if (transfer.failure)
        return fail(*transfer.failure);
    if (*code != CURLE_OK)
        return fail(errorOf(*code, request.url, detail.data()));
    if (!transfer.tellAnswer()) // an answer without a body
        return fail(*transfer.failure);
    return {};
}

} // namespace millrace
