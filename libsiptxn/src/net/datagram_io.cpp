// SPDX-License-Identifier: MIT
#include "net/datagram_io.hpp"

#include "net/system_address.hpp"

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

struct Descriptor {
    explicit Descriptor(int d) : value(d) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
    int value;
};

std::error_code last_error() { return {errno, std::system_category()}; }

void enable(int socket, int level, int option, std::error_code& error) {
    const int on = 1;
    if (::setsockopt(socket, level, option, &on, sizeof on) != 0) error = last_error();
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

}  // namespace

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

IpAddress local_address_towards(const SocketAddress& remote, std::error_code& error) {
    SystemAddress to;
    const auto length = to.set(remote);
    Descriptor probe(::socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    SystemAddress own;
    socklen_t own_length = sizeof own;
    bool known = probe.value >= 0 && ::connect(probe.value, &to.any, length) == 0 &&
                 ::getsockname(probe.value, &own.any, &own_length) == 0;
    if (!known) {
        error = last_error();
        return {};
    }
    return own.value().ip;
}

void enable_shared_port(int socket, std::error_code& error) { enable(socket, SOL_SOCKET, SO_REUSEPORT, error); }

void enable_datagram_errors(int socket, IpAddress::Family family, std::error_code& error) {
    const bool v6 = family == IpAddress::Family::v6;
    enable(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, error);
}

void enable_local_addresses(int socket, IpAddress::Family family, std::error_code& error) {
    const bool v6 = family == IpAddress::Family::v6;
    enable(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, error);
}

void send_datagram(int socket, const std::optional<IpAddress>& source, const SocketAddress& remote,
                   std::string_view octets, std::error_code& error) {
    SystemAddress to;
    Control control;
    iovec piece{const_cast<char*>(octets.data()), octets.size()};
    msghdr message{};
    message.msg_name = &to;
    message.msg_namelen = to.set(remote);
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
    message.msg_name = &to;
    message.msg_namelen = sizeof to;
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
