// SPDX-License-Identifier: MIT
#include <sipmedia/conference.hpp>

#include "sample_feed.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace sipmedia {
namespace {

/// One session: what the others have said and it has not heard yet, by who said it.
struct Member final : SampleSource, SampleSink {
    using Hearing = std::map<const Member*, std::deque<std::int16_t>>;

    Member(std::shared_ptr<std::mutex> mutex, std::vector<std::shared_ptr<Member>>& all, unsigned sum_rate)
        : mutex(std::move(mutex)), all(&all), sum_rate(sum_rate) {}

    void write(std::span<const std::int16_t> samples, unsigned rate) override;
    std::size_t read(std::span<std::int16_t> samples, unsigned rate) override {
        return feed.fill(samples, sum_rate, rate, [this] { return sum(sum_rate / 50); });
    }
    [[nodiscard]] std::vector<std::int16_t> sum(std::size_t count);

    std::shared_ptr<std::mutex> mutex;          // of all members' `hearing` and of `all`
    std::vector<std::shared_ptr<Member>>* all;  // null once it has left
    unsigned sum_rate;
    Hearing hearing;
    std::shared_ptr<SessionSound> sound;
    Resampler resampler;  // one streaming thread's alone
    SampleFeed feed;      // another's
};

void Member::write(std::span<const std::int16_t> samples, unsigned rate) {
    const auto converted = resampler.convert(samples, rate, sum_rate);
    const std::size_t most = sum_rate / 10;  // more than the threads are apart
    std::lock_guard lock(*mutex);
    for (const auto& other : all ? *all : std::vector<std::shared_ptr<Member>>()) {
        if (other.get() == this) continue;
        auto& queue = other->hearing[this];
        queue.insert(queue.end(), converted.begin(), converted.end());
        while (queue.size() > most) queue.pop_front();
    }
}

std::vector<std::int16_t> Member::sum(std::size_t count) {
    std::vector<int> total(count);
    std::lock_guard lock(*mutex);
    for (auto& [who, queue] : hearing) {
        const auto there = std::min(count, queue.size());
        for (std::size_t i = 0; i < there; ++i) total[i] += queue[i];
        queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(there));
    }
    std::vector<std::int16_t> samples(count);
    std::ranges::transform(total, samples.begin(), [](int value) {
        return static_cast<std::int16_t>(std::clamp(value, INT16_MIN, INT16_MAX));
    });
    return samples;
}

}  // namespace

struct Conference::State {
    unsigned rate;
    std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
    std::vector<std::shared_ptr<Member>> members;

    [[nodiscard]] std::shared_ptr<Member> find(const std::shared_ptr<SessionSound>& sound) {
        auto found = std::ranges::find(members, sound, &Member::sound);
        return found == members.end() ? nullptr : *found;
    }

    void take_out(const std::shared_ptr<Member>& member) {
        {
            std::lock_guard lock(*mutex);
            member->all = nullptr;
            std::erase(members, member);
            for (const auto& other : members) other->hearing.erase(member.get());
        }
        member->sound->set_source(nullptr);
        member->sound->remove(member);
    }
};

Conference::Conference(unsigned rate) : state_(std::make_shared<State>(State{.rate = rate})) {}

Conference::~Conference() {
    if (!state_) return;
    for (const auto& member : std::vector(state_->members)) state_->take_out(member);
}

Conference::Conference(Conference&&) noexcept = default;
Conference& Conference::operator=(Conference&&) noexcept = default;

void Conference::add(const std::shared_ptr<SessionSound>& sound) {
    if (!sound) return;
    auto member = std::make_shared<Member>(state_->mutex, state_->members, state_->rate);
    member->sound = sound;
    {
        std::lock_guard lock(*state_->mutex);
        if (state_->find(sound)) return;
        state_->members.push_back(member);
    }
    sound->add_heard(member);
    sound->set_source(member);
}

void Conference::remove(const std::shared_ptr<SessionSound>& sound) {
    std::unique_lock lock(*state_->mutex);
    const auto member = state_->find(sound);
    lock.unlock();
    if (member) state_->take_out(member);
}

std::size_t Conference::size() const {
    std::lock_guard lock(*state_->mutex);
    return state_->members.size();
}

}  // namespace sipmedia
