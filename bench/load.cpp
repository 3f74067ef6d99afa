// SPDX-License-Identifier: MIT
#include "load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>

namespace bench {

Server::Server(char** command) {
    std::array<int, 2> to{}, from{};
    if (::pipe(to.data()) != 0 || ::pipe(from.data()) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(to[0], STDIN_FILENO);
        ::dup2(from[1], STDOUT_FILENO);
        ::close(to[1]);
        ::execvp(command[0], command);
        ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    input_ = to[1];
    FILE* output = ::fdopen(from[0], "r");
    if (output == nullptr || ::fscanf(output, "%hu %hu", &udp, &tcp) != 2)
        throw std::runtime_error("the server does not say its ports");
}

Server::~Server() {
    ::kill(process_, SIGTERM);
    ::close(input_);
    ::waitpid(process_, nullptr, 0);
}

double Server::cpu() const {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        throw std::runtime_error("the server is gone");
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

long Server::resident_kib() const {
    std::ifstream status("/proc/" + std::to_string(process_) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
    return 0;
}

int connected(int type, unsigned short port) {
    const int socket = ::socket(AF_INET, type, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("no connection");
    const int on = 1, room = 4 << 20;
    if (type == SOCK_STREAM) ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    return socket;
}

unsigned short port_of(int socket) {
    sockaddr_in own{};
    socklen_t length = sizeof own;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &length);
    return ntohs(own.sin_port);
}

void Datagrams::send(std::span<const std::string> texts) {
    while (!texts.empty()) {
        const auto count = std::min(texts.size(), batch);
        std::array<iovec, batch> pieces{};
        std::array<mmsghdr, batch> headers{};
        for (std::size_t i = 0; i < count; ++i) {
            pieces[i] = {const_cast<char*>(texts[i].data()), texts[i].size()};
            headers[i].msg_hdr.msg_iov = &pieces[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
        const int sent = ::sendmmsg(socket_, headers.data(), static_cast<unsigned>(count), 0);
        if (sent <= 0) throw std::runtime_error("cannot send");
        texts = texts.subspan(static_cast<std::size_t>(sent));
    }
}

bool Datagrams::receive(int wait, const std::function<void(std::string_view)>& each) {
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, wait) <= 0) return false;
    static std::array<std::array<char, 4096>, batch> buffers;
    std::array<iovec, batch> pieces{};
    std::array<mmsghdr, batch> headers{};
    for (std::size_t i = 0; i < batch; ++i) {
        pieces[i] = {buffers[i].data(), buffers[i].size()};
        headers[i].msg_hdr.msg_iov = &pieces[i];
        headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int count = ::recvmmsg(socket_, headers.data(), batch, MSG_DONTWAIT, nullptr);
    for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i)
        each({buffers[i].data(), headers[i].msg_len});
    return count > 0;
}

}  // namespace bench
