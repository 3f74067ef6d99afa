// SPDX-License-Identifier: MIT
#include <sipmedia/error.hpp>
#include <sipmedia/pcm.hpp>

#include "resampler.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <deque>
#include <mutex>

namespace sipmedia {

/// Filled by a streaming thread, emptied by the program.
class PcmReader::Queue final : public SampleSink {
public:
    explicit Queue(PcmOptions options)
        : rate_(options.rate),
          capacity_(std::max<std::size_t>(static_cast<std::size_t>(options.capacity.count()) / 20, 1)) {}

    void write(std::span<const std::int16_t> samples, unsigned rate) override;
    std::uint64_t read(PcmFrame& frame, sipua::Completion done);
    void cancel(std::uint64_t id);
    void close();
    [[nodiscard]] std::uint64_t dropped() const {
        std::lock_guard lock(mutex_);
        return dropped_;
    }

private:
    [[nodiscard]] std::size_t frame_size() const { return rate_ / 50; }
    void push(std::span<const std::int16_t> samples);
    void finish(std::error_code error) { std::exchange(done_, nullptr)(error); }
    void give();

    const unsigned rate_;
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::deque<PcmFrame> frames_;
    std::uint64_t heard_ = 0;  // samples
    std::uint64_t dropped_ = 0;
    std::uint64_t last_id_ = 0;
    PcmFrame* wanted_ = nullptr;  // while done_ is set
    sipua::Completion done_;
    bool closed_ = false;
    // The streaming thread's alone.
    Resampler resampler_;
    std::vector<std::int16_t> partial_;
};

void PcmReader::Queue::write(std::span<const std::int16_t> samples, unsigned rate) {
    const auto converted = resampler_.convert(samples, rate, rate_);
    partial_.insert(partial_.end(), converted.begin(), converted.end());
    std::size_t done = 0;
    std::lock_guard lock(mutex_);
    for (; partial_.size() - done >= frame_size(); done += frame_size())
        push(std::span(partial_).subspan(done, frame_size()));
    partial_.erase(partial_.begin(), partial_.begin() + static_cast<std::ptrdiff_t>(done));
    give();
}

void PcmReader::Queue::push(std::span<const std::int16_t> samples) {
    if (closed_) return;
    if (frames_.size() == capacity_) {
        frames_.pop_front();
        ++dropped_;
    }
    frames_.push_back({
        std::chrono::nanoseconds(heard_ * 1'000'000'000 / rate_), {samples.begin(), samples.end()}
    });
    heard_ += samples.size();
}

void PcmReader::Queue::give() {
    if (!done_ || frames_.empty()) return;
    *wanted_ = std::move(frames_.front());
    frames_.pop_front();
    finish({});
}

std::uint64_t PcmReader::Queue::read(PcmFrame& frame, sipua::Completion done) {
    std::lock_guard lock(mutex_);
    if (done_) {
        done(Errc::invalid_state);
        return 0;
    }
    wanted_ = &frame;
    done_ = std::move(done);
    const auto id = ++last_id_;
    give();
    return id;
}

void PcmReader::Queue::cancel(std::uint64_t id) {
    std::lock_guard lock(mutex_);
    if (done_ && last_id_ == id) finish(asio::error::operation_aborted);
}

void PcmReader::Queue::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    frames_.clear();
    if (done_) finish(asio::error::operation_aborted);
}

PcmReader::PcmReader(asio::any_io_executor executor, PcmOptions options)
    : executor_(std::move(executor)), queue_(std::make_shared<Queue>(options)) {}

PcmReader::~PcmReader() {
    if (queue_) queue_->close();
}

PcmReader::PcmReader(PcmReader&&) noexcept = default;
// What was here ends with `other`.
PcmReader& PcmReader::operator=(PcmReader&& other) noexcept {
    executor_.swap(other.executor_);
    queue_.swap(other.queue_);
    return *this;
}

std::shared_ptr<SampleSink> PcmReader::sink() const { return queue_; }
std::uint64_t PcmReader::dropped() const { return queue_->dropped(); }

sipua::CancelFunction PcmReader::start_read(const std::shared_ptr<Queue>& queue, PcmFrame& frame,
                                            sipua::Completion done) {
    const auto id = queue->read(frame, std::move(done));
    return [queue, id] { queue->cancel(id); };
}

}  // namespace sipmedia
