// SPDX-License-Identifier: MIT
#include "net/datagram_batch.hpp"

#include "net/system_address.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace siptxn::net {
namespace {

constexpr std::size_t largest_datagram = 65'536;
constexpr std::size_t padding = 64;
constexpr std::size_t room_of_one = largest_datagram + padding;

std::error_code last_error() { return {errno, std::system_category()}; }

}  // namespace

struct IncomingBatch::Room {
    std::array<mmsghdr, datagrams_at_once> headers;
    std::array<iovec, datagrams_at_once> pieces;
    std::array<SystemAddress, datagrams_at_once> sources;
    mutable std::array<Control, datagrams_at_once> controls;
    // Not initialized: pages that no datagram reaches stay the system's.
    std::unique_ptr<char[]> octets = std::make_unique_for_overwrite<char[]>(datagrams_at_once * room_of_one);
};

IncomingBatch::IncomingBatch() : room_(std::make_unique_for_overwrite<Room>()) {
    for (std::size_t i = 0; i < datagrams_at_once; ++i) {
        room_->pieces[i] = {room_->octets.get() + i * room_of_one, largest_datagram};
        auto& header = room_->headers[i].msg_hdr;
        header = {};
        header.msg_name = &room_->sources[i];
        header.msg_iov = &room_->pieces[i];
        header.msg_iovlen = 1;
        header.msg_control = room_->controls[i].octets;
    }
}
IncomingBatch::~IncomingBatch() = default;

std::size_t IncomingBatch::receive(int socket, std::error_code& error) {
    for (auto& header : room_->headers) {
        header.msg_hdr.msg_namelen = sizeof(SystemAddress);
        header.msg_hdr.msg_controllen = sizeof(Control);
    }
    auto count = ::recvmmsg(socket, room_->headers.data(), datagrams_at_once, MSG_DONTWAIT, nullptr);
    if (count < 0) error = last_error();
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

ReceivedDatagram IncomingBatch::details(std::size_t index) const {
    auto header = room_->headers[index].msg_hdr;
    return {octets(index).size(), room_->sources[index].value(), local_of(header), (header.msg_flags & MSG_TRUNC) != 0};
}

std::string_view IncomingBatch::octets(std::size_t index) const {
    return {room_->octets.get() + index * room_of_one, room_->headers[index].msg_len};
}

struct OutgoingBatch::Room {
    std::array<Datagram, datagrams_at_once> datagrams;
    std::size_t first = 0;
    std::size_t end = 0;
};

OutgoingBatch::OutgoingBatch() : room_(std::make_unique<Room>()) {}
OutgoingBatch::~OutgoingBatch() = default;

bool OutgoingBatch::empty() const noexcept { return room_->first == room_->end; }
bool OutgoingBatch::full() const noexcept { return room_->end == datagrams_at_once; }

void OutgoingBatch::add(Datagram datagram) { room_->datagrams[room_->end++] = std::move(datagram); }

OutgoingBatch::Datagram OutgoingBatch::take_first() {
    auto datagram = std::exchange(room_->datagrams[room_->first++], {});
    if (empty()) room_->first = room_->end = 0;
    return datagram;
}

void OutgoingBatch::send(int socket, std::error_code& error) {
    std::array<mmsghdr, datagrams_at_once> headers;
    std::array<iovec, datagrams_at_once> pieces;
    std::array<SystemAddress, datagrams_at_once> remotes;
    std::array<Control, datagrams_at_once> controls;
    unsigned count = 0;
    for (auto i = room_->first; i < room_->end; ++i, ++count) {
        const auto& datagram = room_->datagrams[i];
        pieces[count] = {const_cast<char*>(datagram.octets->data()), datagram.octets->size()};
        auto& header = headers[count].msg_hdr;
        header = {};
        header.msg_name = &remotes[count];
        header.msg_namelen = remotes[count].set(datagram.flow.remote);
        header.msg_iov = &pieces[count];
        header.msg_iovlen = 1;
        if (datagram.source) put_source(header, controls[count], *datagram.source);
    }
    auto sent = ::sendmmsg(socket, headers.data(), count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) error = last_error();
    for (; sent > 0; --sent) take_first();
}

}  // namespace siptxn::net
