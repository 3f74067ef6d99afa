// SPDX-License-Identifier: MIT
// media_calls many|setup|held webrtc|rtp ...: calls with media between two agents in this process, on loopback, Opus
// both ways.
//     many KIND COUNT AT_ONCE      COUNT calls, each until both ends hear something; fails when threads or descriptors
//                                  are left
//     setup KIND COUNT LATENCY     one call after the other; LATENCY: of the jitter buffers, in milliseconds
//     held KIND CALLS SECONDS      so many calls at once for so long: CPU and memory of an endpoint, and what arrives
#include "footprint.hpp"
#include "media_pair.hpp"

#include <sipmedia/media.hpp>

#include <fmt/format.h>
#include <asio/co_spawn.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace bench;
using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t first_calls = 20;  // plugins are loaded, pools and caches have grown to their size
constexpr double packets_a_second = 50;  // of 20 ms
constexpr double megabyte = 1e6;

sipua::SessionDescriptionHandlerFactory media(std::string_view kind, std::chrono::milliseconds latency) {
    sipmedia::MediaOptions options;
    if (kind == "rtp") options.offer = sipmedia::Security::none;
    options.webrtc.audio = options.rtp.audio = sipmedia::test_tone(440);
    options.webrtc.latency = options.rtp.latency = latency;
    options.webrtc.codecs = options.rtp.codecs = {"opus"};
    return sipmedia::media(std::move(options));
}

void print(std::string_view what, const Footprint& held) {
    std::cout << fmt::format("{}: {} threads, {} descriptors, {:.1f} MB resident, {:.2f} MB of heap\n", what,
                             held.threads, held.descriptors, static_cast<double>(held.resident) / megabyte,
                             static_cast<double>(held.heap) / megabyte)
              << std::flush;
}

asio::awaitable<void> call_and_hang_up(MediaPair& pair, std::size_t& left) {
    while (left > 0) {
        --left;
        auto call = co_await pair.call();
        co_await pair.hang_up(call);
    }
}

/// Several at a time.
asio::awaitable<void> calls(MediaPair& pair, std::size_t count, std::size_t at_once) {
    std::size_t left = count, lanes = at_once;
    asio::steady_timer over(pair.io, asio::steady_timer::time_point::max());
    for (std::size_t i = 0; i < at_once; ++i) {
        asio::co_spawn(pair.io, call_and_hang_up(pair, left), [&](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
            if (--lanes == 0) over.cancel();
        });
    }
    try {
        co_await over.async_wait(asio::use_awaitable);
    } catch (const std::system_error&) {  // Cancelled: they are over.
    }
}

/// What is held when nothing goes on. GLib keeps threads of its pool for 15 s (g_thread_pool_set_max_idle_time()).
asio::awaitable<Footprint> at_rest(MediaPair& pair) {
    co_await pair.settle();
    auto held = footprint();
    for (auto since = std::chrono::steady_clock::now(); std::chrono::steady_clock::now() - since < 18s;) {
        co_await pause(pair.io, 100ms);
        const auto now = footprint();
        if (now.threads != held.threads || now.descriptors != held.descriptors)
            since = std::chrono::steady_clock::now();
        held = now;
    }
    co_return held;
}

/// What there is now and was not before, and how often.
std::string added(const std::vector<std::string>& before, const std::vector<std::string>& now) {
    std::vector<std::string> more;
    std::ranges::set_difference(now, before, std::back_inserter(more));
    std::map<std::string, std::size_t> counts;
    for (const auto& name : more) ++counts[name];
    std::string text;
    for (const auto& [name, count] : counts) text += fmt::format(" {} x {}", count, name);
    return text;
}

double left_of_each(std::size_t before, std::size_t after, std::size_t calls) {
    return (static_cast<double>(after) - static_cast<double>(before)) / 1e3 / static_cast<double>(calls);
}

asio::awaitable<void> many(MediaPair& pair, std::size_t count, std::size_t at_once) {
    co_await calls(pair, first_calls, at_once);
    const auto before = co_await at_rest(pair);
    const auto threads = thread_names();
    const auto descriptors = descriptor_names();
    print(fmt::format("after {} calls", first_calls), before);
    for (std::size_t done = 0, step = std::max<std::size_t>(count / 5, 1); done < count; done += step) {
        co_await calls(pair, std::min(step, count - done), at_once);
        co_await pair.settle();
        print(fmt::format("after {} more", std::min(done + step, count)), footprint());
    }
    const auto after = co_await at_rest(pair);
    print("at rest", after);
    if (after.threads > before.threads) throw std::runtime_error("threads are left:" + added(threads, thread_names()));
    if (after.descriptors > before.descriptors)
        throw std::runtime_error("descriptors are left:" + added(descriptors, descriptor_names()));
    std::cout << fmt::format("left of a call: {:.2f} kB of heap, {:.2f} kB resident\n",
                             left_of_each(before.heap, after.heap, count),
                             left_of_each(before.resident, after.resident, count));
}

asio::awaitable<void> setup(MediaPair& pair, std::size_t count) {
    co_await calls(pair, first_calls, 1);
    std::vector<double> times;
    for (std::size_t i = 0; i < count; ++i) {
        auto call = co_await pair.call();
        times.push_back(Milliseconds(call.until_heard).count());
        co_await pair.hang_up(call);
        co_await pair.torn_down();
    }
    std::ranges::sort(times);
    std::cout << fmt::format(
        "{} calls, from both descriptions applied until both ends hear something: median {:.0f} ms, "
        "95 % within {:.0f} ms, at most {:.0f} ms\n",
        count, times[count / 2], times[count * 95 / 100], times.back());
}

asio::awaitable<std::vector<double>> decoded(MediaPair& pair, const std::vector<MediaCall>& calls) {
    std::vector<double> frames;
    for (const auto& call : calls) {
        for (sipua::Session* end : {static_cast<sipua::Session*>(call.caller.get()), call.callee}) {
            const auto figures = co_await statistics(pair.io, *end);
            frames.push_back(static_cast<double>(figures.streams.at(0).frames_decoded));
        }
    }
    co_return frames;
}

struct Sample {
    std::vector<double> frames;
    std::chrono::nanoseconds cpu;
    std::chrono::steady_clock::time_point when;
};

asio::awaitable<Sample> sample(MediaPair& pair, const std::vector<MediaCall>& calls) {
    Sample taken;
    taken.frames = co_await decoded(pair, calls);
    taken.cpu = cpu_time();
    taken.when = std::chrono::steady_clock::now();
    co_return taken;
}

asio::awaitable<void> held(MediaPair& pair, std::size_t count, std::size_t seconds) {
    co_await calls(pair, 1, 1);
    const auto before = co_await at_rest(pair);
    std::vector<MediaCall> standing;
    for (std::size_t i = 0; i < count; ++i) standing.push_back(co_await pair.call());
    co_await pause(pair.io, 2s);
    const auto first = co_await sample(pair, standing);
    co_await pause(pair.io, std::chrono::seconds(seconds));
    const auto last = co_await sample(pair, standing);
    const auto now = footprint();
    const auto endpoints = 2 * static_cast<double>(count);
    const std::chrono::duration<double> passed = last.when - first.when, used = last.cpu - first.cpu;
    std::vector<double> rates;
    std::ranges::transform(last.frames, first.frames, std::back_inserter(rates), [&](double end, double begin) {
        return 100 * (end - begin) / passed.count() / packets_a_second;
    });
    std::cout << fmt::format(
        "{} endpoints for {:.1f} s: {:.2f} % of a core each, {:.0f} % together; {:.2f} MB each; {:.1f} threads and "
        "{:.1f} "
        "descriptors each; of the packets {:.1f} % were decoded in time, at the worst endpoint {:.1f} %\n",
        endpoints, passed.count(), 100 * used / passed / endpoints, 100 * used / passed,
        static_cast<double>(now.resident - before.resident) / megabyte / endpoints,
        static_cast<double>(now.threads - before.threads) / endpoints,
        static_cast<double>(now.descriptors - before.descriptors) / endpoints,
        std::reduce(rates.begin(), rates.end()) / endpoints, std::ranges::min(rates));
    for (auto& call : standing) co_await pair.hang_up(call);
}

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ptr != end || read.ec != std::errc()) throw std::invalid_argument("not a number: " + std::string(text));
    return value;
}

asio::awaitable<void> run(MediaPair& pair, std::string_view mode, std::size_t count, std::size_t other) {
    if (mode == "many") co_await many(pair, count, other);
    if (mode == "setup") co_await setup(pair, count);
    if (mode == "held") co_await held(pair, count, other);
    co_await pair.stop();
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    const std::string_view mode = args.size() == 5 ? args[1] : "", kind = args.size() == 5 ? args[2] : "";
    if ((mode != "many" && mode != "setup" && mode != "held") || (kind != "webrtc" && kind != "rtp")) {
        std::cerr << "usage: media_calls many webrtc|rtp COUNT AT_ONCE\n"
                     "       media_calls setup webrtc|rtp COUNT LATENCY\n"
                     "       media_calls held webrtc|rtp CALLS SECONDS\n";
        return 2;
    }
    const auto count = std::max<std::size_t>(number(args[3]), 1), other = std::max<std::size_t>(number(args[4]), 1);
    const auto latency = mode == "setup" ? std::chrono::milliseconds(other) : sipmedia::WebRtcOptions().latency;
    std::cout << mode << ' ' << kind << ' ' << count << ' ' << other << ": " << std::flush;
    MediaPair pair(media(kind, latency));
    bool over = false;
    asio::co_spawn(pair.io, run(pair, mode, count, other), [&](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
        over = true;
        pair.io.stop();
    });
    pair.io.run();
    if (!over) throw std::runtime_error("it did not come to its end");
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "media_calls: " << error.what() << '\n';
    return EXIT_FAILURE;
}
