// SPDX-License-Identifier: MIT
#pragma once

// What load generators have in common: the server they start, and sockets towards it.

#include <sys/socket.h>
#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The program under load, as a child whose input ends when this one does. It prints its UDP and its TCP port, a line
/// each.
class Server {
public:
    explicit Server(char** command);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Nanoseconds on a CPU, of all its threads.
    [[nodiscard]] double cpu() const;
    [[nodiscard]] long resident_kib() const;

    unsigned short udp = 0;
    unsigned short tcp = 0;

private:
    pid_t process_ = -1;
    int input_ = -1;
};

/// A socket of SOCK_STREAM or SOCK_DGRAM, connected to that port of this machine.
[[nodiscard]] int connected(int type, unsigned short port);
[[nodiscard]] unsigned short port_of(int socket);

/// Datagrams, several a system call.
class Datagrams {
public:
    static constexpr std::size_t batch = 32;

    explicit Datagrams(unsigned short port) : socket_(connected(SOCK_DGRAM, port)), port_(port_of(socket_)) {}
    [[nodiscard]] unsigned short port() const noexcept { return port_; }
    void send(std::span<const std::string> texts);
    /// Waits so many milliseconds for the first; false when none came.
    bool receive(int wait, const std::function<void(std::string_view)>& each);

private:
    int socket_;
    unsigned short port_;
};

}  // namespace bench
