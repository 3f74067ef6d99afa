// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/gst_engine.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sipmedia::test {

/// Options for loopback, with sound and a picture.
inline WebRtcOptions loopback(bool with_video = true) {
    WebRtcOptions options{.audio = test_tone(440), .local_addresses = {"127.0.0.1"}};
    options.latency = std::chrono::milliseconds(20);
    if (with_video) options.video = test_pattern();
    return options;
}

/// Whether this machine cannot run media; says which elements it lacks.
bool lacks_plugins();

/// The same of H.264.
bool lacks_h264();

/// One engine, and what has happened to it.
struct Endpoint {
    Endpoint(asio::io_context& io, WebRtcOptions options);

    std::optional<MediaEngine::Description> description;
    std::optional<std::expected<void, EngineError>> applied;
    std::vector<std::uint8_t> remote_certificate;
    std::optional<EngineError> failed;
    std::vector<std::size_t> flowing;
    std::string heard;  ///< tones
    std::vector<std::size_t> lost, returned;
    std::unique_ptr<GstEngine> engine;

    void create_offer();
    void accept_offer(const std::string& offer);
    void accept_answer(const std::string& answer);
    [[nodiscard]] bool is_connected() const { return !remote_certificate.empty(); }
};

/// Two engines on one context. Waiting is for a condition, with a limit that only a failure reaches.
class EnginePair {
public:
    explicit EnginePair(WebRtcOptions caller = loopback(), WebRtcOptions callee = loopback());

    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    Endpoint alice;
    Endpoint bob;

    [[nodiscard]] bool run_until(const std::function<bool()>& condition,
                                 std::chrono::milliseconds limit = std::chrono::seconds(60));
    /// Offer and answer, changed on their way by `tamper`; true when both sides took them.
    [[nodiscard]] bool exchange(const std::function<std::string(std::string)>& tamper = {});
    [[nodiscard]] MediaStatistics statistics(Endpoint& endpoint);
};

}  // namespace sipmedia::test
