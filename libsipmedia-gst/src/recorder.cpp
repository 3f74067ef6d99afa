// SPDX-License-Identifier: MIT
#include <sipmedia/recorder.hpp>

#include "film_tape.hpp"
#include "reaper.hpp"
#include "resampler.hpp"
#include "waiters.hpp"
#include "wav_tape.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace sipmedia {
namespace {

using namespace std::chrono_literals;

/// One side of the call.
class Side final : public SampleSink {
public:
    Side(unsigned rate, std::function<void(std::span<const std::int16_t>)> take, std::function<void()> end)
        : rate_(rate), take_(std::move(take)), end_(std::move(end)) {}
    void write(std::span<const std::int16_t> samples, unsigned rate) override {
        take_(resampler_.convert(samples, rate, rate_));
    }
    void ended() override { end_(); }

private:
    unsigned rate_;
    std::function<void(std::span<const std::int16_t>)> take_;
    std::function<void()> end_;
    Resampler resampler_;
};

/// What the peer shows.
class View final : public PictureSink {
public:
    View(std::function<void(const Picture&)> take, std::function<void()> end)
        : take_(std::move(take)), end_(std::move(end)) {}
    void write(const Picture& picture) override { take_(picture); }
    void ended() override { end_(); }

private:
    std::function<void(const Picture&)> take_;
    std::function<void()> end_;
};

Container container_of(const std::filesystem::path& path, Container wanted) {
    const auto ending = path.extension();
    if (wanted != Container::by_ending) return wanted;
    if (ending == ".webm") return Container::webm;
    return ending == ".mkv" || ending == ".mka" ? Container::matroska : Container::wav;
}

unsigned rate_of(Container container, unsigned wanted) {
    return wanted != 0 ? wanted : container == Container::wav ? 16'000 : 48'000;
}

std::unique_ptr<Tape> make_tape(const std::filesystem::path& path, Container container, unsigned rate,
                                const RecorderOptions& options) {
    if (container == Container::wav) return std::make_unique<WavTape>(path, rate);
    return std::make_unique<FilmTape>(path, container, rate, options.width, options.height);
}

}  // namespace

/// What we say sets the pace, since it comes whatever the peer does; what we hear is put beside it, and a picture where
/// the sound is when it comes. Where nothing was said for a while, silence takes its time.
class Recorder::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(const std::filesystem::path& path, Container container, const RecorderOptions& options)
        : rate_(rate_of(container, options.rate)),
          most_heard_(rate_ / 2),
          tape_(make_tape(path, container, rate_, options)) {}

    void prepare() {
        const auto call = [this]<class... Arguments>(void (Impl::*member)(Arguments...)) {
            return [weak = weak_from_this(), member](Arguments... arguments) {
                if (auto self = weak.lock()) ((*self).*member)(arguments...);
            };
        };
        const auto end = call(&Impl::finish);
        spoken_ = std::make_shared<Side>(rate_, call(&Impl::say), end);
        heard_ = std::make_shared<Side>(rate_, call(&Impl::hear), end);
        seen_ = std::make_shared<View>(call(&Impl::see), end);
    }

    void record(std::shared_ptr<SessionSound> sound, std::shared_ptr<SessionPicture> picture) {
        std::lock_guard lock(mutex_);
        leave();
        if (finished_ || (!sound && !picture)) return;
        begin(picture != nullptr);
        sound_ = std::move(sound);
        picture_ = std::move(picture);
        if (sound_) sound_->add_spoken(spoken_);
        if (sound_) sound_->add_heard(heard_);
        if (picture_) picture_->add_seen(seen_);
    }

    void finish() {
        std::lock_guard lock(mutex_);
        leave();
        if (std::exchange(finished_, true)) return;
        begin(false);
        Reaper::instance().add([self = shared_from_this()] { self->whole.finish(self->tape_->finish()); });
    }

    Waiters whole;

private:
    using Clock = std::chrono::steady_clock;
    static constexpr auto gap = 500ms;  // less is what a busy machine does

    void begin(bool pictures) {
        if (!std::exchange(begun_, true)) tape_->begin(pictures);
    }

    void leave() {
        if (sound_)
            for (const auto& side : {spoken_, heard_}) sound_->remove(side);
        if (picture_) picture_->remove(seen_);
        sound_ = nullptr;
        picture_ = nullptr;
        said_.reset();
    }

    void say(std::span<const std::int16_t> samples) {
        std::lock_guard lock(mutex_);
        if (finished_) return;
        catch_up(std::chrono::nanoseconds(samples.size() * std::nano::den / rate_));
        add(samples);
        said_ = Clock::now();
    }

    void hear(std::span<const std::int16_t> samples) {
        std::lock_guard lock(mutex_);
        waiting_.insert(waiting_.end(), samples.begin(), samples.end());
        while (waiting_.size() > most_heard_) waiting_.pop_front();
    }

    void see(const Picture& picture) {
        std::lock_guard lock(mutex_);
        if (finished_) return;
        catch_up(0ns);
        const std::chrono::nanoseconds position(pairs_ * std::nano::den / rate_);
        tape_->show(picture, position + (Clock::now() - *said_));
    }

    // `coming` is the length of what is added next.
    void catch_up(std::chrono::nanoseconds coming) {
        const auto now = Clock::now();
        if (!said_) said_ = now;
        const auto late = now - *said_ - coming;
        if (late < gap) return;
        const std::vector<std::int16_t> silence(rate_);
        for (auto left = static_cast<std::uint64_t>(late.count()) * rate_ / std::nano::den; left > 0;) {
            const auto some = std::min<std::uint64_t>(left, silence.size());
            add(std::span(silence).first(some));
            left -= some;
        }
        said_ = now;
    }

    void add(std::span<const std::int16_t> samples) {
        std::vector<std::int16_t> pairs;
        pairs.reserve(2 * samples.size());
        for (const auto sample : samples) {
            const bool there = !waiting_.empty();
            pairs.push_back(sample);
            pairs.push_back(there ? waiting_.front() : std::int16_t{0});
            if (there) waiting_.pop_front();
        }
        pairs_ += samples.size();
        tape_->write(pairs);
    }

    const unsigned rate_;
    const std::size_t most_heard_;
    std::mutex mutex_;
    const std::unique_ptr<Tape> tape_;  // under the lock, but for its end
    bool begun_ = false;
    bool finished_ = false;
    std::shared_ptr<SessionSound> sound_;
    std::shared_ptr<SessionPicture> picture_;
    std::shared_ptr<SampleSink> spoken_, heard_;
    std::shared_ptr<PictureSink> seen_;
    std::uint64_t pairs_ = 0;  // written
    std::optional<Clock::time_point> said_;
    std::deque<std::int16_t> waiting_;
};

Recorder::Recorder(asio::any_io_executor executor, const std::filesystem::path& path, const RecorderOptions& options)
    : executor_(std::move(executor)),
      impl_(std::make_shared<Impl>(path, container_of(path, options.container), options)) {
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

void Recorder::record(std::shared_ptr<SessionSound> sound, std::shared_ptr<SessionPicture> picture) {
    impl_->record(std::move(sound), std::move(picture));
}

sipua::CancelFunction Recorder::start_finish(const std::shared_ptr<Impl>& impl, sipua::Completion done) {
    impl->finish();
    const auto id = impl->whole.wait(std::move(done));
    return [impl, id] { impl->whole.cancel(id); };
}

}  // namespace sipmedia
