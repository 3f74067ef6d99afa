// SPDX-License-Identifier: MIT
#include "sound_port.hpp"

#include "media_handler.hpp"

#include <sipua/session.hpp>

#include <algorithm>
#include <utility>

namespace sipmedia {

// What is replaced is destroyed outside the lock: it may be the last owner of a pipeline.
void SoundPort::set_source(std::shared_ptr<SampleSource> source) {
    std::lock_guard lock(mutex_);
    source_.swap(source);
}

void SoundPort::add_heard(std::shared_ptr<SampleSink> sink) {
    std::lock_guard lock(mutex_);
    if (std::ranges::find(heard_, sink) == heard_.end()) heard_.push_back(std::move(sink));
}

void SoundPort::add_spoken(std::shared_ptr<SampleSink> sink) {
    std::lock_guard lock(mutex_);
    if (std::ranges::find(spoken_, sink) == spoken_.end()) spoken_.push_back(std::move(sink));
}

void SoundPort::remove(const std::shared_ptr<SampleSink>& sink) {
    std::lock_guard lock(mutex_);
    std::erase(heard_, sink);
    std::erase(spoken_, sink);
}

void SoundPort::set_muted(bool muted) {
    std::lock_guard lock(mutex_);
    muted_ = muted;
}

bool SoundPort::is_muted() const {
    std::lock_guard lock(mutex_);
    return muted_;
}

bool SoundPort::wants_outgoing() const {
    std::lock_guard lock(mutex_);
    return source_ || muted_ || !spoken_.empty();
}

void SoundPort::clear() {
    std::unique_lock lock(mutex_);
    const auto source = std::exchange(source_, nullptr);
    const auto heard = std::exchange(heard_, {});
    const auto spoken = std::exchange(spoken_, {});
    lock.unlock();
    for (const auto* sinks : {&heard, &spoken})
        for (const auto& sink : *sinks) sink->ended();
}

// A muted source still runs: what it says meanwhile is not said later.
void SoundPort::outgoing(std::span<std::int16_t> samples, unsigned rate) {
    std::unique_lock lock(mutex_);
    const auto source = source_;
    const auto spoken = spoken_;
    const bool muted = muted_;
    lock.unlock();
    if (source) std::ranges::fill(samples.subspan(std::min(source->read(samples, rate), samples.size())), 0);
    if (muted) std::ranges::fill(samples, 0);
    for (const auto& sink : spoken) sink->write(samples, rate);
}

void SoundPort::incoming(std::span<const std::int16_t> samples, unsigned rate) {
    std::unique_lock lock(mutex_);
    const auto heard = heard_;
    lock.unlock();
    for (const auto& sink : heard) sink->write(samples, rate);
}

std::shared_ptr<SessionSound> sound_of(sipua::SessionDescriptionHandler* handler) {
    const auto* ours = dynamic_cast<MediaHandler*>(handler);
    return ours ? ours->sound() : nullptr;
}

std::shared_ptr<SessionSound> sound_of(const sipua::Session& session) {
    return sound_of(session.session_description_handler());
}

}  // namespace sipmedia
