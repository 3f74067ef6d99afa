// SPDX-License-Identifier: MIT
// How many transactions a second do two transaction layers make when nothing stands between them?
#include "two_layers.hpp"

#include <benchmark/benchmark.h>

using namespace siptxn;

namespace {

/// Time stands still for a batch, then leaps over every timer: as many transactions live at once as the batch holds.
void transactions(benchmark::State& state, const char* method, int status) {
    bench::TwoLayers layers;
    layers.server.status = status;
    auto batch = static_cast<std::size_t>(state.range(0));
    TimePoint now{};
    for (auto _ : state) {
        for (std::size_t i = 0; i < batch; ++i) layers.transact(method, now);
        now += 64s;
        layers.expire(now);
    }
    if (layers.client.finals != layers.sent) state.SkipWithError("a transaction got no final response");
    state.SetItemsProcessed(static_cast<std::int64_t>(layers.sent));
}

}  // namespace

BENCHMARK_CAPTURE(transactions, options_200, "OPTIONS", 200)->Arg(1)->Arg(1000)->Arg(10'000);
BENCHMARK_CAPTURE(transactions, invite_486, "INVITE", 486)->Arg(1)->Arg(1000)->Arg(10'000);

// The same on each of two threads: layers share nothing.
BENCHMARK_CAPTURE(transactions, options_200, "OPTIONS", 200)->Arg(1000)->Threads(1)->Threads(2)->UseRealTime();

BENCHMARK_MAIN();
