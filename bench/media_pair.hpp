// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/sound.hpp>

#include <sipua/sipua.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace bench {

/// Hears when the first decoded samples come.
class Ear final : public sipmedia::SampleSink, public std::enable_shared_from_this<Ear> {
public:
    explicit Ear(asio::io_context& io) : timer_(io) {}
    void write(std::span<const std::int16_t> samples, unsigned rate) override;
    /// When that was; waits for it. Throws when 30 s have passed.
    asio::awaitable<std::chrono::steady_clock::time_point> heard();

private:
    asio::steady_timer timer_;
    std::atomic<bool> begun_ = false;
    std::chrono::steady_clock::time_point when_;  // written once, before it is posted
    bool told_ = false;
};

/// One call, seen from both ends.
struct MediaCall {
    std::unique_ptr<sipua::Inviter> caller;
    sipua::Session* callee = nullptr;
    std::chrono::nanoseconds
        until_heard{};  ///< from the moment both descriptions were applied, at the end that took longer
};

/// Two agents on one loop, joined by TCP on loopback. The callee answers everything.
class MediaPair {
public:
    explicit MediaPair(const sipua::SessionDescriptionHandlerFactory& media);

    /// Sets a call up; returns when both ends hear something.
    asio::awaitable<MediaCall> call();
    asio::awaitable<void> hang_up(MediaCall& call);
    /// Until no call and no pipeline is left.
    asio::awaitable<void> torn_down();
    /// And no transaction either.
    asio::awaitable<void> settle();
    asio::awaitable<void> stop();

    asio::io_context io{1};

private:
    sipua::UserAgent agent(const std::string& user, const sipua::SessionDescriptionHandlerFactory& media);
    asio::awaitable<void> answer(sipua::Invitation invitation);

    struct Answered {
        sipua::Invitation session;
        std::shared_ptr<Ear> ear;  // once it is accepted
    };
    sipua::UserAgent caller_, callee_;
    std::map<std::string, Answered> answered_;  // by Call-ID
    std::string target_;
};

/// A pause of the program, on its loop.
asio::awaitable<void> pause(asio::io_context& io, std::chrono::nanoseconds time);
asio::awaitable<sipua::MediaStatistics> statistics(asio::io_context& io, sipua::Session& session);

}  // namespace bench
