// SPDX-License-Identifier: MIT
#include <siptxn/net/workers.hpp>

#include "net/worker_queue.hpp"

#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>

namespace siptxn::net {
namespace {

/// One worker and what leads to it. Its thread touches all of it; the others its queue and, to wake it, its context.
struct Lane {
    explicit Lane(std::size_t queue_limit) : queue(queue_limit) {}

    void run(const Workers::Begin& begin, std::promise<void> begun) {
        try {
            user = begin(worker);
        } catch (...) {
            return begun.set_exception(std::current_exception());
        }
        begun.set_value();
        context.run();
    }

    void end() {
        worker.endpoint.reset();
        work.reset();
        context.stop();
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    WorkerQueue queue;
    std::shared_ptr<WorkerWire> wire;
    Worker worker;
    std::shared_ptr<void> user;
    std::thread thread;
    bool runs = false;  ///< of whoever starts and stops it
};

}  // namespace

struct Workers::State final : WorkerPost {
    ~State() override { stop(); }

    std::optional<SetupError> open(const WorkersOptions& options);
    void run(const Begin& begin);
    void stop();
    void on_each(const std::function<void(std::uint32_t)>& work);
    void settle();

    bool put(std::uint32_t to, Parcel&& parcel, bool always) override;
    void tell_of_room(std::uint32_t from, std::uint32_t to) override;
    void wake(std::uint32_t worker);
    void empty_queue(std::uint32_t worker);
    bool take_parcels(std::uint32_t worker);
    void say_room(std::uint32_t from, std::uint32_t to);

    Share share;
    std::vector<Listener> listeners;
    std::vector<std::unique_ptr<Lane>> lanes;
};

// The first one takes the ports, the others join it there.
std::optional<SetupError> Workers::State::open(const WorkersOptions& options) {
    const auto cores = std::max(std::thread::hardware_concurrency(), 1u);
    auto random = system_random();
    share = {.workers = options.workers ? static_cast<std::uint32_t>(options.workers) : cores,
             .key0 = random(),
             .key1 = random()};
    auto wire_options = options.wire;
    wire_options.share_port = true;
    for (std::uint32_t i = 0; i < share.workers; ++i) {
        auto& lane = *lanes.emplace_back(std::make_unique<Lane>(options.queue));
        auto sockets = make_wire(lane.context.get_executor(), wire_options);
        if (!sockets) return sockets.error();
        if (i == 0) wire_options.listen = listeners = (*sockets)->listeners();
        auto layer = options.layer;
        layer.share = share;
        layer.share.worker = i;
        lane.wire = std::make_shared<WorkerWire>(*sockets, layer.share, *this, wire_options.send_queue);
        lane.worker = {i, lane.context.get_executor(),
                       Endpoint::create(lane.wire, std::make_shared<AsioClock>(lane.context.get_executor()),
                                        system_random(), layer)};
    }
    return std::nullopt;
}

void Workers::State::run(const Begin& begin) {
    for (auto& lane : lanes) {
        std::promise<void> promise;
        auto begun = promise.get_future();
        lane->thread = std::thread(
            [&lane = *lane, begin, promise = std::move(promise)]() mutable { lane.run(begin, std::move(promise)); });
        begun.get();  // or what `begin` threw
        lane->runs = true;
    }
}

// What users say in the end may have to leave by the connections of other workers: these close when all has arrived.
void Workers::State::stop() {
    on_each([this](std::uint32_t worker) { lanes[worker]->user.reset(); });
    settle();
    on_each([this](std::uint32_t worker) { lanes[worker]->end(); });
    for (auto& lane : lanes)
        if (lane->thread.joinable()) lane->thread.join();
}

/// Until nothing is under way between workers: one round may leave room that the next but one makes use of. Peers that
/// go on talking do not keep it up for ever.
void Workers::State::settle() {
    constexpr int most_rounds = 100;
    for (int round = 0, quiet = 0; round < most_rounds && quiet < 3; ++round) {
        std::atomic<bool> any = false;
        on_each([&](std::uint32_t worker) {
            if (take_parcels(worker)) any = true;
        });
        quiet = any ? 0 : quiet + 1;
    }
}

/// On the thread of each, until all have done it.
void Workers::State::on_each(const std::function<void(std::uint32_t)>& work) {
    std::vector<std::future<void>> done;
    for (std::uint32_t i = 0; i < lanes.size(); ++i) {
        if (!lanes[i]->runs) {
            work(i);
            continue;
        }
        std::packaged_task<void()> task([&work, i] { work(i); });
        done.push_back(task.get_future());
        asio::post(lanes[i]->context, std::move(task));
    }
    for (auto& one : done) one.wait();
}

bool Workers::State::put(std::uint32_t to, Parcel&& parcel, bool always) {
    auto put = lanes[to]->queue.put(std::move(parcel), always);
    if (put == WorkerQueue::Put::first) wake(to);
    return put != WorkerQueue::Put::refused;
}

void Workers::State::wake(std::uint32_t worker) {
    asio::post(lanes[worker]->context, [this, worker] { empty_queue(worker); });
}

// Then the sockets have their turn; the queue is looked at again until nothing is in it.
void Workers::State::empty_queue(std::uint32_t worker) {
    if (take_parcels(worker)) wake(worker);
}

bool Workers::State::take_parcels(std::uint32_t worker) {
    auto& queue = lanes[worker]->queue;
    auto parcels = queue.take_all();
    auto wire = lanes[worker]->wire;
    for (auto& parcel : parcels) wire->take(std::move(parcel));
    if (parcels.empty()) return false;
    for (auto other : queue.take_waiting()) say_room(other, worker);
    return true;
}

void Workers::State::tell_of_room(std::uint32_t from, std::uint32_t to) {
    if (!lanes[to]->queue.note_waiting(from)) say_room(from, to);
}

void Workers::State::say_room(std::uint32_t from, std::uint32_t to) {
    asio::post(lanes[from]->context, [this, from, to] { lanes[from]->wire->room_at(to); });
}

std::expected<std::unique_ptr<Workers>, SetupError> Workers::start(const WorkersOptions& options, Begin begin) {
    if (options.workers > 65'535) throw std::invalid_argument("at most 65535 workers");
    if (options.queue == 0) throw std::invalid_argument("a queue holds at least one parcel");
    auto state = std::make_unique<State>();
    if (auto error = state->open(options)) return std::unexpected(std::move(*error));
    state->run(begin);
    return std::unique_ptr<Workers>(new Workers(std::move(state)));
}

Workers::Workers(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workers::~Workers() = default;

std::size_t Workers::size() const noexcept { return state_->lanes.size(); }
const std::vector<Listener>& Workers::listeners() const noexcept { return state_->listeners; }

WorkersCounts Workers::counts() const noexcept {
    WorkersCounts sum;
    for (const auto& lane : state_->lanes) {
        const auto& counts = lane->wire->counts();
        sum.handed_over += counts.handed_over.load(std::memory_order_relaxed);
        sum.taken += counts.taken.load(std::memory_order_relaxed);
        sum.sent_back += counts.sent_back.load(std::memory_order_relaxed);
        sum.dropped += counts.dropped.load(std::memory_order_relaxed);
        sum.held += counts.held.load(std::memory_order_relaxed);
    }
    return sum;
}

void Workers::post_to_owner(std::string_view call_id, std::move_only_function<void(const Worker&)> work) {
    post(state_->share.owner_of(call_id), std::move(work));
}

void Workers::post(std::size_t worker, std::move_only_function<void(const Worker&)> work) {
    auto& lane = *state_->lanes.at(worker);
    asio::post(lane.context, [&lane, work = std::move(work)]() mutable { work(lane.worker); });
}

}  // namespace siptxn::net
