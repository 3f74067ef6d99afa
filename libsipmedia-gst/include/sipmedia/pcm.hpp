// SPDX-License-Identifier: MIT
#pragma once

// The voice bot's door: what a program says, and what it hears, as 16-bit samples.

#include <sipmedia/sound.hpp>

#include <sipua/completion.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace sipmedia {

struct PcmOptions {
    unsigned rate = 16'000;                    ///< hertz, of the program's samples; the call has its own
    std::chrono::milliseconds capacity{1000};  ///< of the queue
};

/// What a program says: a bounded queue that a call empties in real time.
///
///     sipmedia::PcmWriter voice(executor);
///     sipmedia::sound_of(call)->set_source(voice.source());
///     co_await voice.write(samples);   // there was room
///     co_await voice.drained();        // it has been said
///
/// Completions run on the executor that was named, or on the caller's own; a slow program never delays signaling. Any
/// thread, one write at a time.
class PcmWriter {
public:
    explicit PcmWriter(asio::any_io_executor executor, PcmOptions options = {});
    ~PcmWriter();  ///< what waits completes with operation_aborted
    PcmWriter(PcmWriter&&) noexcept;
    PcmWriter& operator=(PcmWriter&&) noexcept;

    [[nodiscard]] std::shared_ptr<SampleSource> source() const;

    /// Copies the samples and completes when all are in the queue: at once when there is room. Longer ones than the
    /// queue go in bit by bit. operation_aborted after flush(), Errc::invalid_state while another write waits.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto write(std::span<const std::int16_t> samples, CompletionToken&& token = {}) {
        return sipua::initiate(
            executor_, std::forward<CompletionToken>(token),
            [queue = queue_, copy = std::vector<std::int16_t>(samples.begin(), samples.end())](
                sipua::Completion done) mutable { return start_write(queue, std::move(copy), std::move(done)); });
    }
    /// Completes when all that is queued now has been said; operation_aborted after flush().
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto drained(CompletionToken&& token = {}) {
        return sipua::initiate(
            executor_, std::forward<CompletionToken>(token),
            [queue = queue_](sipua::Completion done) { return start_drained(queue, std::move(done)); });
    }
    /// Barge-in: drops what is queued; the call falls silent with its next buffer of 20 ms.
    void flush();

    [[nodiscard]] std::chrono::nanoseconds said() const;     ///< of what was queued, so far
    [[nodiscard]] std::chrono::nanoseconds queued() const;   ///< not said yet
    [[nodiscard]] std::chrono::nanoseconds silence() const;  ///< that was sent because the queue was empty

private:
    class Queue;
    static sipua::CancelFunction start_write(const std::shared_ptr<Queue>& queue, std::vector<std::int16_t> samples,
                                             sipua::Completion done);
    static sipua::CancelFunction start_drained(const std::shared_ptr<Queue>& queue, sipua::Completion done);

    asio::any_io_executor executor_;
    std::shared_ptr<Queue> queue_;
};

/// 20 ms of what was heard.
struct PcmFrame {
    std::chrono::nanoseconds time{};  ///< since the first sample that was heard
    std::vector<std::int16_t> samples;
};

/// What a program hears: a bounded queue of frames; when it is full the oldest goes, and is counted.
///
///     sipmedia::PcmReader ear(executor);
///     sipmedia::sound_of(call)->add_heard(ear.sink());
///     for (sipmedia::PcmFrame frame;;) { co_await ear.read(frame); ... }
///
/// Threads as for PcmWriter; one read at a time.
class PcmReader {
public:
    explicit PcmReader(asio::any_io_executor executor, PcmOptions options = {});
    ~PcmReader();  ///< what waits completes with operation_aborted
    PcmReader(PcmReader&&) noexcept;
    PcmReader& operator=(PcmReader&&) noexcept;

    [[nodiscard]] std::shared_ptr<SampleSink> sink() const;

    /// Completes when `frame` holds the oldest frame. Errc::invalid_state while another read waits.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto read(PcmFrame& frame, CompletionToken&& token = {}) {
        return sipua::initiate(
            executor_, std::forward<CompletionToken>(token),
            [queue = queue_, &frame](sipua::Completion done) { return start_read(queue, frame, std::move(done)); });
    }
    [[nodiscard]] std::uint64_t dropped() const;  ///< frames

private:
    class Queue;
    static sipua::CancelFunction start_read(const std::shared_ptr<Queue>& queue, PcmFrame& frame,
                                            sipua::Completion done);

    asio::any_io_executor executor_;
    std::shared_ptr<Queue> queue_;
};

}  // namespace sipmedia
