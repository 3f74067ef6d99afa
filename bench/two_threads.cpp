// SPDX-License-Identifier: MIT
// two_threads COUNT [ROUNDS]: COUNT OPTIONS transactions between two layers that are wired together, first on one
// thread, then as many on each of two, then in each of two processes: these share nothing at all, so what they make is
// what the machine has to give. Prints of the best round each: transactions a second on one thread, on two threads, how
// many times as many, by two processes, how many times as many; and CPU nanoseconds a transaction on one thread and on
// two. It fails when a transaction got no answer.
#include "two_layers.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <latch>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using namespace siptxn;

constexpr std::size_t batch = 100;  // alive at once; then time leaps over their last timers

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Round {
    double rate = 0;  ///< transactions a second
    double cpu = 0;   ///< nanoseconds a transaction
};

/// What is made before the start, and goes after the end, is not counted.
Round round(unsigned threads, std::size_t count) {
    std::latch ready(threads + 1), done(threads), seen(1);
    std::atomic<bool> good = true;
    std::vector<std::jthread> all;
    for (unsigned i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            bench::TwoLayers layers;
            TimePoint now{};
            auto some = [&](std::size_t number) {
                for (std::size_t k = 0; k < number; ++k) layers.transact("OPTIONS", now);
                now += 64s;
                layers.expire(now);
            };
            some(batch);
            ready.arrive_and_wait();
            for (std::size_t made = 0; made < count; made += batch) some(batch);
            done.count_down();
            seen.wait();
            if (layers.client.finals != layers.sent) good = false;
        });
    }
    ready.arrive_and_wait();
    const auto start = std::chrono::steady_clock::now();
    const auto cpu = cpu_seconds();
    done.wait();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const auto made = static_cast<double>(threads) * static_cast<double>((count + batch - 1) / batch * batch);
    Round result{made / took.count(), (cpu_seconds() - cpu) * 1e9 / made};
    seen.count_down();
    all.clear();
    if (!good) throw std::runtime_error("a transaction got no answer");
    return result;
}

/// The rates of two processes at the same time, together. Not while there are threads.
double by_processes(std::size_t count) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    for (int i = 0; i < 2; ++i) {
        const auto child = ::fork();
        if (child < 0) throw std::runtime_error("no process");
        if (child > 0) continue;
        double rate = 0;
        try {
            rate = round(1, count).rate;
        } catch (...) {  // the rate says so
        }
        ::_exit(::write(ends[1], &rate, sizeof rate) == sizeof rate ? 0 : 1);
    }
    ::close(ends[1]);
    std::array<double, 2> rates{};
    for (auto& rate : rates)
        if (::read(ends[0], &rate, sizeof rate) != sizeof rate || rate == 0)
            throw std::runtime_error("a process came to nothing");
    ::close(ends[0]);
    while (::wait(nullptr) > 0) {
    }
    return rates[0] + rates[1];
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    const std::size_t count = args.size() >= 2 ? std::strtoull(args[1], nullptr, 10) : 0;
    const std::size_t rounds = args.size() == 3 ? std::strtoull(args[2], nullptr, 10) : 7;
    if (count == 0 || rounds == 0) {
        std::cerr << "usage: two_threads COUNT [ROUNDS]\n";
        return 2;
    }
    Round one, two;
    double apart = 0;
    for (std::size_t i = 0; i < rounds; ++i) {  // in turn, so that both meet the same disturbance
        one = std::max(one, round(1, count), [](auto& a, auto& b) { return a.rate < b.rate; });
        two = std::max(two, round(2, count), [](auto& a, auto& b) { return a.rate < b.rate; });
        apart = std::max(apart, by_processes(count));
    }
    std::cout << static_cast<std::size_t>(one.rate) << " transactions/s on one thread, "
              << static_cast<std::size_t>(two.rate) << " on two: " << two.rate / one.rate << " times, "
              << static_cast<std::size_t>(apart) << " by two processes: " << apart / one.rate << " times; " << one.cpu
              << " and " << two.cpu << " ns CPU a transaction\n";
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "two_threads: " << error.what() << '\n';
    return EXIT_FAILURE;
}
