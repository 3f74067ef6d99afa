// SPDX-License-Identifier: MIT
#include <sipmedia/recorder.hpp>

#include "reaper.hpp"
#include "resampler.hpp"
#include "waiters.hpp"
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

    void finish() {
        record(nullptr);
        std::lock_guard lock(mutex_);
        if (std::exchange(finished_, true)) return;
        pass_on();
        Reaper::instance().add([self = shared_from_this()] { self->whole.finish(self->file_->finish()); });
    }

    Waiters whole;

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
    if (!impl_) return;
    impl_->finish();
    impl_->whole.finish(asio::error::operation_aborted);
}

Recorder::Recorder(Recorder&&) noexcept = default;
// What was here ends with `other`.
Recorder& Recorder::operator=(Recorder&& other) noexcept {
    executor_.swap(other.executor_);
    impl_.swap(other.impl_);
    return *this;
}

void Recorder::record(std::shared_ptr<SessionSound> sound) { impl_->record(std::move(sound)); }

sipua::CancelFunction Recorder::start_finish(const std::shared_ptr<Impl>& impl, sipua::Completion done) {
    impl->finish();
    const auto id = impl->whole.wait(std::move(done));
    return [impl, id] { impl->whole.cancel(id); };
}

}  // namespace sipmedia
