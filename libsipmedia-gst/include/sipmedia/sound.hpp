// SPDX-License-Identifier: MIT
#pragma once

// What a program does with the sound of one session while it goes on: say something else, listen, record, mute.

#include <cstdint>
#include <memory>
#include <span>

namespace sipua {
class Session;
class SessionDescriptionHandler;
}  // namespace sipua

namespace sipmedia {

/// Where mono 16-bit samples come from. Called by a streaming thread of the call, about every 20 ms: never waits.
class SampleSource {
public:
    virtual ~SampleSource() = default;
    /// Fills `samples` from the front, at `rate` hertz; how many there were. The rest of them is silence.
    virtual std::size_t read(std::span<std::int16_t> samples, unsigned rate) = 0;
};

/// Where they go. Called like a source.
class SampleSink {
public:
    virtual ~SampleSink() = default;
    virtual void write(std::span<const std::int16_t> samples, unsigned rate) = 0;
    /// The session is over: nothing else comes. By the session's executor; twice when the sink hears both sides.
    virtual void ended() {}
};

/// The sound of one session. Any thread. It stays the same when the session negotiates again.
class SessionSound {
public:
    virtual ~SessionSound() = default;

    /// What we say from now on, instead of the source of the options; nullptr gives that back.
    virtual void set_source(std::shared_ptr<SampleSource> source) = 0;
    /// What the peer says goes there too. Each sink once.
    virtual void add_heard(std::shared_ptr<SampleSink> sink) = 0;
    /// What we say goes there too: after the source, and silence while muted.
    virtual void add_spoken(std::shared_ptr<SampleSink> sink) = 0;
    virtual void remove(const std::shared_ptr<SampleSink>& sink) = 0;
    /// Packets go on, with silence in them. Hold and resume leave it as it is.
    virtual void set_muted(bool muted) = 0;
    [[nodiscard]] virtual bool is_muted() const = 0;
};

/// Null when the session has no media yet, or other than this library's. Valid as long as somebody holds it.
[[nodiscard]] std::shared_ptr<SessionSound> sound_of(sipua::SessionDescriptionHandler* handler);
[[nodiscard]] std::shared_ptr<SessionSound> sound_of(const sipua::Session& session);

}  // namespace sipmedia
