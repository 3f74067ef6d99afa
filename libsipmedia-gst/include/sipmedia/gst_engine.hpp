// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/engine.hpp>
#include <sipmedia/options.hpp>

#include <asio/any_io_executor.hpp>

#include <memory>

namespace sipmedia {

/// The engine that GStreamer's webrtcbin drives: one pipeline, one webrtcbin, one certificate (ECDSA P-256) each.
///
/// The executor must run one handler at a time (a strand, or a context with one thread) and outlive the engine.
/// Building the pipeline happens in the first operation: 2 to 7 ms, once per process up to a second.
/// Descriptions go in and come out as webrtcbin writes them; `sdp_adapter.hpp` makes wire form of them and back.
class GstEngine final : public MediaEngine {
public:
    GstEngine(asio::any_io_executor executor, WebRtcOptions options, EngineEvents events = {});
    ~GstEngine() override;
    GstEngine(const GstEngine&) = delete;
    GstEngine& operator=(const GstEngine&) = delete;

    void create_offer(DescriptionHandler handler) override;
    void accept_answer(std::string_view answer, Handler handler) override;
    void accept_offer(std::string_view offer, DescriptionHandler handler) override;
    void trickle() override;
    bool stop_gathering() override;
    void add_candidate(std::size_t mline, const std::string& candidate) override;
    void set_gate(std::size_t mline, Gate gate) override;
    bool send_dtmf(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap) override;
    void statistics(StatisticsHandler handler) override;
    void close() override;

private:
    class Core;
    std::shared_ptr<Core> core_;
};

/// Starts what the first call in a process would otherwise wait for (the plugin registry, GStreamer's own
/// certificate), in the background. Any thread.
void warm_up();

/// Blocks until the pipelines of all closed engines are gone. For an orderly exit, and for tests. Any thread but an
/// engine's own.
void wait_for_teardown();

}  // namespace sipmedia
