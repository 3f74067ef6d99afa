// SPDX-License-Identifier: MIT
#include "net/name_servers.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include <sys/time.h>

namespace siptxn::net {
namespace {

using Descriptor = asio::posix::stream_descriptor;

constexpr int class_internet = 1;
constexpr std::uint16_t domain_port = 53;

int milliseconds(Duration time) {
    auto count = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    return static_cast<int>(std::clamp<decltype(count)>(count, 1, std::numeric_limits<int>::max()));
}

/// "192.0.2.53:53,[2001:db8::53]:53", as c-ares wants them.
std::string listed(const std::vector<SocketAddress>& servers) {
    std::string list;
    for (auto server : servers) {
        if (server.port == 0) server.port = domain_port;
        list += (list.empty() ? "" : ",") + to_string(server);
    }
    return list;
}

}  // namespace

NameServers::NameServers(asio::any_io_executor executor, const ResolverOptions& options)
    : executor_(std::move(executor)), timer_(executor_) {
    static const int initialised = ares_library_init(ARES_LIB_INIT_ALL);
    if (initialised != ARES_SUCCESS || open(options)) return;
    if (channel_) ares_destroy(std::exchange(channel_, nullptr));
}

bool NameServers::open(const ResolverOptions& options) {
    ares_options own{};
    own.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    own.timeout = milliseconds(options.timeout);
    own.tries = std::max(1, options.tries);
    own.sock_state_cb = &NameServers::socket_changed;
    own.sock_state_cb_data = this;
    int chosen = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    if (ares_init_options(&channel_, &own, chosen) != ARES_SUCCESS) {
        channel_ = nullptr;
        return false;
    }
    if (options.servers.empty()) return true;
    return ares_set_servers_ports_csv(channel_, listed(options.servers).c_str()) == ARES_SUCCESS;
}

NameServers::~NameServers() {
    if (channel_) ares_destroy(channel_);
}

void NameServers::ask(const std::string& name, int type, Done done) {
    if (!channel_) return done(ARES_ENOTINITIALIZED, {});
    auto kept = std::make_unique<Done>(std::move(done));
    ares_query(channel_, name.c_str(), class_internet, type, &NameServers::answered, kept.release());
    arm();
}

void NameServers::stop() {
    if (channel_) ares_cancel(channel_);
    timer_.cancel();
}

void NameServers::answered(void* done, int status, int, unsigned char* octets, int size) {
    std::unique_ptr<Done> kept(static_cast<Done*>(done));
    std::string_view answer;
    if (octets && size > 0) answer = {reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size)};
    (*kept)(status, answer);
}

void NameServers::socket_changed(void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<NameServers*>(self)->watch(socket, readable != 0, writable != 0);
}

/// The socket is c-ares's own: with neither side wanted it is about to be closed there, and is let go here.
void NameServers::watch(ares_socket_t socket, bool readable, bool writable) {
    auto& watch = watches_[socket];
    if (!watch) watch = std::make_shared<Watch>(executor_, socket);
    watch->wants_read = readable;
    watch->wants_write = writable;
    if (readable || writable) return wait(watch);
    watch->closed = true;
    watch->descriptor.release();
    watches_.erase(socket);
}

void NameServers::wait(const std::shared_ptr<Watch>& watch) {
    if (watch->wants_read && !std::exchange(watch->reads, true)) wait_for(watch, Descriptor::wait_read);
    if (watch->wants_write && !std::exchange(watch->writes, true)) wait_for(watch, Descriptor::wait_write);
}

void NameServers::wait_for(const std::shared_ptr<Watch>& watch, Descriptor::wait_type side) {
    watch->descriptor.async_wait(side, [weak = weak_from_this(), watch, side](std::error_code error) {
        (side == Descriptor::wait_read ? watch->reads : watch->writes) = false;
        auto self = weak.lock();
        if (!self || error || watch->closed) return;
        self->ready(*watch, side);
        if (!watch->closed) self->wait(watch);
    });
}

void NameServers::ready(Watch& watch, Descriptor::wait_type side) {
    auto socket = watch.descriptor.native_handle();
    bool reads = side == Descriptor::wait_read;
    ares_process_fd(channel_, reads ? socket : ARES_SOCKET_BAD, reads ? ARES_SOCKET_BAD : socket);
    arm();
}

/// c-ares tells when its next attempt is over; when nothing waits there is nothing to wake up for.
void NameServers::arm() {
    timeval left{};
    if (!ares_timeout(channel_, nullptr, &left)) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec));
    timer_.async_wait([weak = weak_from_this()](std::error_code error) {
        auto self = weak.lock();
        if (error || !self) return;
        ares_process_fd(self->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        self->arm();
    });
}

}  // namespace siptxn::net
