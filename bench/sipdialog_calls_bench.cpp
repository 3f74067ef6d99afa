// SPDX-License-Identifier: MIT
// How many calls a second do two dialog layers make, each on its transaction layer, when nothing stands between them?
#include "two_agents.hpp"

#include <benchmark/benchmark.h>

using namespace siptxn;

namespace {

/// INVITE, 180, 200, ACK, BYE, 200. Time stands still for a batch, then leaps over every timer: as many sessions live
/// at once as the batch holds.
void calls(benchmark::State& state) {
    bench::TwoAgents agents;
    const auto batch = static_cast<std::size_t>(state.range(0));
    std::size_t made = 0;
    TimePoint now{};
    for (auto _ : state) {
        for (std::size_t i = 0; i < batch; ++i) agents.call(now);
        for (const auto session : agents.caller->established) agents.caller->dialogs.bye(session, now);
        agents.drain(now);
        agents.caller->established.clear();
        agents.callee->established.clear();
        made += batch;
        now += 64s;
        agents.expire(now);
    }
    if (agents.caller->ended != made || agents.callee->ended != made) state.SkipWithError("a call did not end");
    state.SetItemsProcessed(static_cast<std::int64_t>(made));
}

}  // namespace

BENCHMARK(calls)->Arg(1)->Arg(1000)->Arg(10'000);

BENCHMARK_MAIN();
