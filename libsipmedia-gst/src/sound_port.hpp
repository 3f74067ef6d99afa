// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/sound.hpp>

#include <mutex>
#include <vector>

namespace sipmedia {

/// Between the streaming threads of one session and its program. Outlives every pipeline of the session.
class SoundPort final : public SessionSound {
public:
    void set_source(std::shared_ptr<SampleSource> source) override;
    void add_heard(std::shared_ptr<SampleSink> sink) override;
    void add_spoken(std::shared_ptr<SampleSink> sink) override;
    void remove(const std::shared_ptr<SampleSink>& sink) override;
    void set_muted(bool muted) override;
    [[nodiscard]] bool is_muted() const override;

    /// Samples on their way to the encoder, in place.
    void outgoing(std::span<std::int16_t> samples, unsigned rate);
    /// Samples from the decoder.
    void incoming(std::span<const std::int16_t> samples, unsigned rate);
    /// Whether outgoing() would do anything: else a buffer need not be made writable.
    [[nodiscard]] bool wants_outgoing() const;
    /// Sources and sinks go: the session is over.
    void clear();

private:
    using Sinks = std::vector<std::shared_ptr<SampleSink>>;

    mutable std::mutex mutex_;  // never held while a source or sink is called
    std::shared_ptr<SampleSource> source_;
    Sinks heard_;
    Sinks spoken_;
    bool muted_ = false;
};

}  // namespace sipmedia
