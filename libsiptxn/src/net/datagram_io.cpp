// SPDX-License-Identifier: MIT
#include "net/datagram_io.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace siptxn::net {
namespace {

/// A socket address of either family, as the system wants it.
struct SystemAddress {
    SystemAddress() = default;
    explicit SystemAddress(const SocketAddress& address) {
        if (address.ip.is_v6()) {
            auto& in6 = reinterpret_cast<sockaddr_in6&>(storage);
            in6.sin6_family = AF_INET6;
            in6.sin6_port = htons(address.port);
            std::memcpy(&in6.sin6_addr, address.ip.octets.data(), 16);
            length = sizeof in6;
        } else {
            auto& in = reinterpret_cast<sockaddr_in&>(storage);
            in.sin_family = AF_INET;
            in.sin_port = htons(address.port);
            std::memcpy(&in.sin_addr, address.ip.octets.data(), 4);
            length = sizeof in;
        }
    }
    [[nodiscard]] SocketAddress value() const {
        SocketAddress address;
        if (storage.ss_family == AF_INET6) {
            const auto& in6 = reinterpret_cast<const sockaddr_in6&>(storage);
            address.ip.family = IpAddress::Family::v6;
            std::memcpy(address.ip.octets.data(), &in6.sin6_addr, 16);
            address.port = ntohs(in6.sin6_port);
        } else {
            const auto& in = reinterpret_cast<const sockaddr_in&>(storage);
            std::memcpy(address.ip.octets.data(), &in.sin_addr, 4);
            address.port = ntohs(in.sin_port);
        }
        return address;
    }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }

    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
};

struct Descriptor {
    explicit Descriptor(int d) : value(d) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
    int value;
};

/// Room for one packet-info or one extended error with its offender.
struct Control {
    alignas(cmsghdr) char octets[256];
};

std::error_code last_error() { return {errno, std::system_category()}; }

std::optional<IpAddress> local_of(msghdr& message) {
    for (auto* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        IpAddress ip;
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            in_pktinfo info;
            std::memcpy(&info, CMSG_DATA(c), sizeof info);
            std::memcpy(ip.octets.data(), &info.ipi_addr, 4);
            return ip;
        }
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info;
            std::memcpy(&info, CMSG_DATA(c), sizeof info);
            ip.family = IpAddress::Family::v6;
            std::memcpy(ip.octets.data(), &info.ipi6_addr, 16);
            return ip;
        }
    }
    return std::nullopt;
}

template <class Info>
void put_control(msghdr& message, Control& control, int level, int type, const Info& info) {
    message.msg_control = control.octets;
    message.msg_controllen = CMSG_SPACE(sizeof info);
    auto* c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(c), &info, sizeof info);
}

void put_source(msghdr& message, Control& control, const IpAddress& source) {
    if (source.is_v6()) {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, source.octets.data(), 16);
        put_control(message, control, IPPROTO_IPV6, IPV6_PKTINFO, info);
    } else {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, source.octets.data(), 4);
        put_control(message, control, IPPROTO_IP, IP_PKTINFO, info);
    }
}

}  // namespace

IpAddress local_address_towards(const SocketAddress& remote, std::error_code& error) {
    SystemAddress to(remote);
    Descriptor probe(::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    SystemAddress own;
    bool known = probe.value >= 0 && ::connect(probe.value, to.get(), to.length) == 0 &&
                 ::getsockname(probe.value, own.get(), &own.length) == 0;
    if (!known) {
        error = last_error();
        return {};
    }
    return own.value().ip;
}

void enable_datagram_details(int socket, IpAddress::Family family, std::error_code& error) {
    bool v6 = family == IpAddress::Family::v6;
    int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
    int on = 1;
    bool done = ::setsockopt(socket, level, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, &on, sizeof on) == 0 &&
                ::setsockopt(socket, level, v6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on) == 0;
    if (!done) error = last_error();
}

std::optional<ReceivedDatagram> receive_datagram(int socket, std::span<char> buffer, std::error_code& error) {
    SystemAddress from;
    Control control;
    iovec piece{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &from.storage;
    message.msg_namelen = from.length;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.octets;
    message.msg_controllen = sizeof control.octets;
    auto size = ::recvmsg(socket, &message, MSG_DONTWAIT);
    if (size < 0) {
        error = last_error();
        return std::nullopt;
    }
    return ReceivedDatagram{static_cast<std::size_t>(size), from.value(), local_of(message),
                            (message.msg_flags & MSG_TRUNC) != 0};
}

void send_datagram(int socket, const std::optional<IpAddress>& source, const SocketAddress& remote,
                   std::string_view octets, std::error_code& error) {
    SystemAddress to(remote);
    Control control;
    iovec piece{const_cast<char*>(octets.data()), octets.size()};
    msghdr message{};
    message.msg_name = &to.storage;
    message.msg_namelen = to.length;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    if (source) put_source(message, control, *source);
    if (::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) error = last_error();
}

std::optional<DatagramError> receive_datagram_error(int socket) {
    SystemAddress to;
    Control control;
    char octet;
    iovec piece{&octet, 1};  // what was sent comes back; it is of no interest
    msghdr message{};
    message.msg_name = &to.storage;
    message.msg_namelen = to.length;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.octets;
    message.msg_controllen = sizeof control.octets;
    if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return std::nullopt;
    for (auto* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        bool extended = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
                        (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
        if (!extended) continue;
        sock_extended_err details;
        std::memcpy(&details, CMSG_DATA(c), sizeof details);
        return DatagramError{
            to.value(), {static_cast<int>(details.ee_errno), std::system_category()}
        };
    }
    return DatagramError{to.value(), {}};
}

}  // namespace siptxn::net
