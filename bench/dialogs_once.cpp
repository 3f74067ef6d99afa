// SPDX-License-Identifier: MIT
// dialogs_once HELD COUNT: makes HELD calls between two agents, lets every transaction of theirs end, then gives COUNT
// INFO requests, each of another call, to the callee.
// Prints nanoseconds (CPU) a call, both sides together; nanoseconds a request, callee alone; and octets an idle dialog
// holds, caller and callee. Under callgrind (--instr-atstart=no) only the requests are counted.
#include "two_agents.hpp"

#include <valgrind/callgrind.h>

#include <malloc.h>

#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace siptxn;

double cpu_nanoseconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double held_octets() { return static_cast<double>(mallinfo2().uordblks) + static_cast<double>(mallinfo2().hblkhd); }

/// INFO in `count` of the caller's sessions, in no order that a cache could know.
void ask(bench::Agent& caller, std::size_t count, TimePoint now) {
    constexpr std::size_t stride = 7919;  // a prime
    for (std::size_t i = 0; i < count; ++i) {
        const auto session = caller.established[i * stride % caller.established.size()];
        caller.dialogs.request(session, "INFO", {"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"}, now);
    }
}

void give(bench::Agent& to, const std::vector<std::string>& messages, TimePoint now) {
    for (const auto& message : messages) {
        to.received(message, now);
        while (to.drain(now)) {
        }
    }
}

/// What `from` sends while `what` goes on.
template <class What>
std::vector<std::string> sent(bench::Agent& from, TimePoint now, What what) {
    std::vector<std::string> messages;
    auto* const peer = std::exchange(from.peer, nullptr);
    from.kept = &messages;
    what();
    while (from.drain(now)) {
    }
    from.kept = nullptr;
    from.peer = peer;
    return messages;
}

void run(std::size_t held, std::size_t count) {
    bench::TwoAgents agents;
    TimePoint now{};
    auto start = cpu_nanoseconds();
    for (std::size_t i = 0; i < held; ++i) {
        agents.call(now);
        now += 32s / static_cast<std::int64_t>(held);
        agents.expire(now);
    }
    const auto call = (cpu_nanoseconds() - start) / static_cast<double>(held);
    now += 64s;
    agents.expire(now);
    if (agents.callee->dialogs.sessions() != held || agents.callee->transactions.transactions() != 0)
        throw std::runtime_error("a call does not stand");

    const auto requests = sent(*agents.caller, now, [&] { ask(*agents.caller, count, now); });
    double request = 0;
    const auto answers = sent(*agents.callee, now, [&] {
        start = cpu_nanoseconds();
        CALLGRIND_START_INSTRUMENTATION;
        give(*agents.callee, requests, now);
        CALLGRIND_STOP_INSTRUMENTATION;
        request = (cpu_nanoseconds() - start) / static_cast<double>(count);
    });
    give(*agents.caller, answers, now);
    if (agents.callee->answered != count || answers.size() != count)
        throw std::runtime_error("a request got no answer");

    now += 64s;
    agents.expire(now);
    if (agents.caller->dialogs.sessions() != held) throw std::runtime_error("a call was lost");
    const auto both = held_octets();
    agents.caller.reset();
    const auto callee = held_octets();
    agents.callee.reset();
    const auto none = held_octets();
    std::cout << call << " ns a call, " << request << " ns a request, " << (both - callee) / static_cast<double>(held)
              << " octets a dialog of the caller, " << (callee - none) / static_cast<double>(held)
              << " of the callee\n";
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    const std::size_t held = args.size() == 3 ? std::strtoull(args[1], nullptr, 10) : 0;
    const std::size_t count = args.size() == 3 ? std::strtoull(args[2], nullptr, 10) : 0;
    if (held == 0 || count == 0 || count > held) {
        std::cerr << "usage: dialogs_once HELD COUNT, COUNT at most HELD\n";
        return 2;
    }
    run(held, count);
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "dialogs_once: " << error.what() << '\n';
    return EXIT_FAILURE;
}
