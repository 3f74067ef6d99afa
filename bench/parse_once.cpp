// SPDX-License-Identifier: MIT
// parse_once LEVEL WORKLOAD PEER TIMES: one cell of the benchmark in a bare loop, for counting instructions.
// parse_once --list: the names that can stand there, a line a cell: LEVEL WORKLOAD PEER MESSAGES.
#include "peers/peer.hpp"
#include "workload.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>

namespace {

using namespace bench;

void list() {
    for (auto workload : workloads) {
        const auto messages = messages_of(workload);
        for (auto level : levels) {
            for (const auto& peer : peers()) {
                if (!peer->work(level, messages.front())) continue;
                std::cout << name_of(level) << ' ' << workload << ' ' << peer->name() << ' ' << messages.size() << '\n';
            }
        }
    }
}

/// False when the level is missing, or a message is refused.
bool repeat(Peer& peer, Level level, std::span<const Packet> messages, long times) {
    std::vector<std::unique_ptr<Work>> works;
    for (const auto& message : messages) works.push_back(peer.work(level, message));
    Receiver receiver;
    peer.enter();
    for (long i = 0; i < times; ++i) {
        for (const auto& work : works) {
            if (!work || !work->run(receiver)) return false;
        }
    }
    return true;
}

Peer* peer_named(std::string_view name) {
    for (const auto& peer : peers()) {
        if (peer->name() == name) return peer.get();
    }
    return nullptr;
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    if (args.size() == 2 && std::string_view(args[1]) == "--list") {
        list();
        return EXIT_SUCCESS;
    }
    const auto level = args.size() == 5 ? level_named(args[1]) : std::nullopt;
    auto* peer = level ? peer_named(args[3]) : nullptr;
    if (peer == nullptr) {
        std::cerr << "usage: parse_once LEVEL WORKLOAD PEER TIMES, or parse_once --list\n";
        return 2;
    }
    return repeat(*peer, *level, messages_of(args[2]), std::atol(args[4])) ? EXIT_SUCCESS : EXIT_FAILURE;
} catch (const std::exception& error) {
    std::cerr << "parse_once: " << error.what() << '\n';
    return EXIT_FAILURE;
}
