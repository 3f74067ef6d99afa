// SPDX-License-Identifier: MIT
#include <sipmedia/error.hpp>
#include <sipmedia/pcm.hpp>

#include "sample_feed.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>

namespace sipmedia {
namespace {

std::size_t samples_in(std::chrono::milliseconds time, unsigned rate) {
    return static_cast<std::size_t>(time.count()) * rate / 1000;
}

std::chrono::nanoseconds time_of(std::uint64_t samples, unsigned rate) {
    return std::chrono::nanoseconds(samples * 1'000'000'000 / rate);
}

}  // namespace

/// Filled by the program, emptied by a streaming thread. Positions count samples since the beginning.
class PcmWriter::Queue final : public SampleSource, public std::enable_shared_from_this<Queue> {
public:
    explicit Queue(PcmOptions options)
        : rate_(options.rate), capacity_(std::max<std::size_t>(samples_in(options.capacity, rate_), 1)) {}

    std::size_t read(std::span<std::int16_t> samples, unsigned rate) override;
    std::uint64_t write(std::vector<std::int16_t> samples, sipua::Completion done);
    std::uint64_t drain(sipua::Completion done);
    void cancel(std::uint64_t id);
    void flush();

    [[nodiscard]] std::chrono::nanoseconds said() const { return locked_time(&Queue::said_); }
    [[nodiscard]] std::chrono::nanoseconds silence() const { return locked_time(&Queue::silence_); }
    [[nodiscard]] std::chrono::nanoseconds queued() const {
        std::lock_guard lock(mutex_);
        return time_of(queue_.size(), rate_);
    }

private:
    struct Write {
        std::uint64_t id;
        std::vector<std::int16_t> samples;
        std::size_t taken;
        sipua::Completion done;
    };
    struct Drain {
        std::uint64_t id;
        std::uint64_t position;
        sipua::Completion done;
    };

    [[nodiscard]] std::chrono::nanoseconds locked_time(std::uint64_t Queue::*count) const {
        std::lock_guard lock(mutex_);
        return time_of(this->*count, rate_);
    }
    [[nodiscard]] std::vector<std::int16_t> take(std::size_t count);
    void refill();
    void finish_drained();

    const unsigned rate_;
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::deque<std::int16_t> queue_;
    std::uint64_t written_ = 0;
    std::uint64_t said_ = 0;
    std::uint64_t silence_ = 0;
    std::uint64_t last_id_ = 0;
    std::optional<Write> write_;
    std::vector<Drain> drains_;
    bool flushed_ = false;
    SampleFeed feed_;  // the streaming thread's alone
};

std::size_t PcmWriter::Queue::read(std::span<std::int16_t> samples, unsigned rate) {
    {
        std::lock_guard lock(mutex_);
        if (std::exchange(flushed_, false)) feed_.clear();
    }
    const auto count = feed_.fill(samples, rate_, rate, [this] { return take(rate_ / 50); });
    std::lock_guard lock(mutex_);
    if (written_ != 0) silence_ += (samples.size() - count) * rate_ / rate;
    return count;
}

std::vector<std::int16_t> PcmWriter::Queue::take(std::size_t count) {
    std::lock_guard lock(mutex_);
    count = std::min(count, queue_.size());
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<std::int16_t> taken(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    said_ += count;
    refill();
    finish_drained();
    return taken;
}

void PcmWriter::Queue::refill() {
    if (!write_) return;
    const auto& from = write_->samples;
    const auto count = std::min(capacity_ - std::min(capacity_, queue_.size()), from.size() - write_->taken);
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(write_->taken);
    queue_.insert(queue_.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
    written_ += count;
    write_->taken += count;
    if (write_->taken < from.size()) return;
    std::exchange(write_, std::nullopt)->done({});
}

void PcmWriter::Queue::finish_drained() {
    std::erase_if(drains_, [&](Drain& drain) {
        if (drain.position > said_) return false;
        drain.done({});
        return true;
    });
}

std::uint64_t PcmWriter::Queue::write(std::vector<std::int16_t> samples, sipua::Completion done) {
    std::lock_guard lock(mutex_);
    if (write_) {
        done(Errc::invalid_state);
        return 0;
    }
    const auto id = ++last_id_;
    write_.emplace(id, std::move(samples), 0, std::move(done));
    refill();
    return id;
}

std::uint64_t PcmWriter::Queue::drain(sipua::Completion done) {
    std::lock_guard lock(mutex_);
    const auto rest = write_ ? write_->samples.size() - write_->taken : 0;
    drains_.push_back({++last_id_, written_ + rest, std::move(done)});
    const auto id = last_id_;
    finish_drained();
    return id;
}

void PcmWriter::Queue::cancel(std::uint64_t id) {
    std::lock_guard lock(mutex_);
    if (write_ && write_->id == id) std::exchange(write_, std::nullopt)->done(asio::error::operation_aborted);
    std::erase_if(drains_, [&](Drain& drain) {
        if (drain.id != id) return false;
        drain.done(asio::error::operation_aborted);
        return true;
    });
}

void PcmWriter::Queue::flush() {
    std::lock_guard lock(mutex_);
    flushed_ = true;
    written_ -= queue_.size();
    queue_.clear();
    if (write_) std::exchange(write_, std::nullopt)->done(asio::error::operation_aborted);
    for (auto& drain : drains_) drain.done(asio::error::operation_aborted);
    drains_.clear();
}

PcmWriter::PcmWriter(asio::any_io_executor executor, PcmOptions options)
    : executor_(std::move(executor)), queue_(std::make_shared<Queue>(options)) {}

PcmWriter::~PcmWriter() {
    if (queue_) queue_->flush();
}

PcmWriter::PcmWriter(PcmWriter&&) noexcept = default;
// What was here ends with `other`.
PcmWriter& PcmWriter::operator=(PcmWriter&& other) noexcept {
    executor_.swap(other.executor_);
    queue_.swap(other.queue_);
    return *this;
}

std::shared_ptr<SampleSource> PcmWriter::source() const { return queue_; }
void PcmWriter::flush() { queue_->flush(); }
std::chrono::nanoseconds PcmWriter::said() const { return queue_->said(); }
std::chrono::nanoseconds PcmWriter::queued() const { return queue_->queued(); }
std::chrono::nanoseconds PcmWriter::silence() const { return queue_->silence(); }

sipua::CancelFunction PcmWriter::start_write(const std::shared_ptr<Queue>& queue, std::vector<std::int16_t> samples,
                                             sipua::Completion done) {
    const auto id = queue->write(std::move(samples), std::move(done));
    return [queue, id] { queue->cancel(id); };
}

sipua::CancelFunction PcmWriter::start_drained(const std::shared_ptr<Queue>& queue, sipua::Completion done) {
    const auto id = queue->drain(std::move(done));
    return [queue, id] { queue->cancel(id); };
}

}  // namespace sipmedia
