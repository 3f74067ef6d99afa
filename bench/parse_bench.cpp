// SPDX-License-Identifier: MIT
// How long does each library take for the same work on the same messages? Thread CPU time, one name a cell:
// LEVEL/WORKLOAD/PEER. An iteration is all messages of a workload; the counter `messages` says how many.
#include "peers/peer.hpp"
#include "workload.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

using namespace bench;

using Works = std::vector<std::unique_ptr<Work>>;

/// Empty when the peer has no such level or refuses one of the messages.
Works works_of(Peer& peer, Level level, const std::vector<Packet>& messages) {
    Works works;
    for (const auto& message : messages) {
        auto work = peer.work(level, message);
        if (!work) return {};
        works.push_back(std::move(work));
    }
    return works;
}

void run(benchmark::State& state, Peer& peer, Level level, const std::vector<Packet>& messages) {
    const auto works = works_of(peer, level, messages);
    Receiver receiver;
    peer.enter();
    for (auto _ : state) {
        for (const auto& work : works) {
            if (!work->run(receiver)) return state.SkipWithError("a message was refused");
        }
    }
    state.counters["messages"] = static_cast<double>(messages.size());
}

/// Whether the level exists is asked of one message, so that nothing is parsed for cells that a filter drops.
void register_cells(std::string_view workload, const std::vector<Packet>& messages) {
    for (auto level : levels) {
        for (const auto& peer : peers()) {
            if (!peer->work(level, messages.front())) continue;
            const auto name = std::string(name_of(level)) + "/" + std::string(workload) + "/" + peer->name();
            benchmark::RegisterBenchmark(name.c_str(), [&peer = *peer, level, &messages](benchmark::State& state) {
                run(state, peer, level, messages);
            });
        }
    }
}

void add_context() {
    benchmark::AddCustomContext("compiler", BENCH_COMPILER);
    for (const auto& peer : peers()) benchmark::AddCustomContext("version of " + peer->name(), peer->version());
}

}  // namespace

int main(int argc, char** argv) try {
    std::vector<std::vector<Packet>> messages;
    for (auto workload : workloads) messages.push_back(messages_of(workload));
    for (std::size_t i = 0; i < messages.size(); ++i) register_cells(workloads[i], messages[i]);
    add_context();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
    benchmark::RunSpecifiedBenchmarks();
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "parse_bench: " << error.what() << '\n';
    return EXIT_FAILURE;
}
