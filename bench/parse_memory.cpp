// SPDX-License-Identifier: MIT
// What does a parsed message cost in memory? A line a cell, separated by tabs: level, workload, peer, heap allocations
// of one run, most octets that were on the heap at once, octets held outside heap and packet. For `mix`: the mean.
// The allocation functions of this program count, then call those of glibc.
#include "peers/peer.hpp"
#include "workload.hpp"

#include <malloc.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>

extern "C" {
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;
void __libc_free(void*) noexcept;
}

namespace {

/// Written by the functions below, which may run before any constructor: plain numbers, of this one thread.
struct Counts {
    std::size_t calls = 0;
    std::ptrdiff_t live = 0;  ///< octets as the allocator rounds them
    std::ptrdiff_t most = 0;
};
constinit Counts counts;

void* taken(void* block) noexcept {
    if (block == nullptr) return block;
    ++counts.calls;
    counts.live += static_cast<std::ptrdiff_t>(malloc_usable_size(block));
    counts.most = std::max(counts.most, counts.live);
    return block;
}

void given_back(void* block) noexcept {
    if (block != nullptr) counts.live -= static_cast<std::ptrdiff_t>(malloc_usable_size(block));
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) noexcept { return taken(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept { return taken(__libc_calloc(count, size)); }
void* realloc(void* block, std::size_t size) noexcept {
    given_back(block);
    return taken(__libc_realloc(block, size));
}
void* memalign(std::size_t alignment, std::size_t size) noexcept { return taken(__libc_memalign(alignment, size)); }
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
    *block = memalign(alignment, size);
    return *block == nullptr ? ENOMEM : 0;
}
void free(void* block) noexcept {
    given_back(block);
    __libc_free(block);
}
}

namespace {

using namespace bench;

struct Cost {
    std::size_t calls = 0;
    std::size_t heap = 0;
    std::size_t off_heap = 0;
};

/// Of the second run: the first one may set up what lasts. False when the peer lacks the level or refuses the message.
bool add_cost(Cost& cost, Peer& peer, Level level, const Packet& message) {
    const auto work = peer.work(level, message);
    Receiver receiver;
    peer.enter();
    if (!work || !work->run(receiver)) return false;
    counts.calls = 0;
    const auto before = counts.most = counts.live;
    work->run(receiver);
    cost.calls += counts.calls;
    cost.heap += static_cast<std::size_t>(counts.most - before);
    cost.off_heap += work->held_off_heap();
    return true;
}

void print_cell(Level level, std::string_view workload, Peer& peer, const std::vector<Packet>& messages) {
    Cost cost;
    for (const auto& message : messages) {
        if (!add_cost(cost, peer, level, message)) return;
    }
    const auto n = static_cast<double>(messages.size());
    std::cout << name_of(level) << '\t' << workload << '\t' << peer.name() << '\t'
              << static_cast<double>(cost.calls) / n << '\t' << static_cast<double>(cost.heap) / n << '\t'
              << static_cast<double>(cost.off_heap) / n << '\n';
}

}  // namespace

int main() try {
    std::cout.precision(9);
    std::cout << "level\tworkload\tpeer\tallocations\theap\toff_heap\n";
    for (auto workload : workloads) {
        const auto messages = messages_of(workload);
        for (auto level : levels) {
            for (const auto& peer : peers()) print_cell(level, workload, *peer, messages);
        }
    }
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "parse_memory: " << error.what() << '\n';
    return EXIT_FAILURE;
}
