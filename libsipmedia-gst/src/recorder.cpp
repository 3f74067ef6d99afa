// SPDX-License-Identifier: MIT
#include <sipmedia/recorder.hpp>

#include "reaper.hpp"
#include "resampler.hpp"
#include "wav_file.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace sipmedia {
namespace {

using Samples = std::vector<std::int16_t>;

/// One side of the call.
class Side final : public SampleSink {
public:
    Side(unsigned rate, std::function<void(std::span<const std::int16_t>)> take)
        : rate_(rate), take_(std::move(take)) {}
    void write(std::span<const std::int16_t> samples, unsigned rate) override {
        take_(resampler_.convert(samples, rate, rate_));
    }

private:
    unsigned rate_;
    std::function<void(std::span<const std::int16_t>)> take_;
    Resampler resampler_;
};

}  // namespace

/// What we say sets the pace, since it comes whatever the peer does; what we hear is put beside it.
class Recorder::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(const std::filesystem::path& path, unsigned rate)
        : most_heard_(rate / 2), file_(std::make_shared<WavFile>(path, rate, 2)), rate_(rate) {}

    void prepare() {
        spoken_ = std::make_shared<Side>(rate_, [weak = weak_from_this()](auto samples) {
            if (auto self = weak.lock()) self->say(samples);
        });
        heard_ = std::make_shared<Side>(rate_, [weak = weak_from_this()](auto samples) {
            if (auto self = weak.lock()) self->hear(samples);
        });
    }

    void record(std::shared_ptr<SessionSound> sound) {
        std::lock_guard lock(mutex_);
        if (sound_)
            for (const auto& side : {spoken_, heard_}) sound_->remove(side);
        sound_ = std::move(sound);
        if (!sound_ || finished_) return;
        sound_->add_spoken(spoken_);
        sound_->add_heard(heard_);
    }

    void finish(sipua::Completion done) {
        record(nullptr);
        std::lock_guard lock(mutex_);
        const bool first = !std::exchange(finished_, true);
        if (first) pass_on();
        Reaper::instance().add([file = file_, result = result_, first, done = std::move(done)]() mutable {
            if (first) *result = file->finish();
            if (done) done(*result);
        });
    }

private:
    void say(std::span<const std::int16_t> samples) {
        std::lock_guard lock(mutex_);
        for (const auto sample : samples) {
            const bool there = !waiting_.empty();
            pairs_.push_back(sample);
            pairs_.push_back(there ? waiting_.front() : std::int16_t{0});
            if (there) waiting_.pop_front();
        }
        if (pairs_.size() >= rate_) pass_on();  // half a second
    }

    void hear(std::span<const std::int16_t> samples) {
        std::lock_guard lock(mutex_);
        waiting_.insert(waiting_.end(), samples.begin(), samples.end());
        while (waiting_.size() > most_heard_) waiting_.pop_front();
    }

    void pass_on() {
        Reaper::instance().add([file = file_, pairs = std::exchange(pairs_, {})] { file->write(pairs); });
    }

    const std::size_t most_heard_;
    std::shared_ptr<WavFile> file_;  // the library's thread's alone
    unsigned rate_;
    std::mutex mutex_;
    bool finished_ = false;
    std::shared_ptr<std::error_code> result_ = std::make_shared<std::error_code>();
    std::shared_ptr<SessionSound> sound_;
    std::shared_ptr<SampleSink> spoken_, heard_;
    Samples pairs_;
    std::deque<std::int16_t> waiting_;
};

Recorder::Recorder(asio::any_io_executor executor, const std::filesystem::path& path, unsigned rate)
    : executor_(std::move(executor)), impl_(std::make_shared<Impl>(path, rate)) {
    impl_->prepare();
}

Recorder::~Recorder() {
    if (impl_) impl_->finish({});
}

Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;

void Recorder::record(std::shared_ptr<SessionSound> sound) { impl_->record(std::move(sound)); }

sipua::CancelFunction Recorder::start_finish(const std::shared_ptr<Impl>& impl, sipua::Completion done) {
    impl->finish(std::move(done));
    return [] {};
}

}  // namespace sipmedia
