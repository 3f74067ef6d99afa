// SPDX-License-Identifier: MIT
#include "net/channel.hpp"

namespace siptxn::net {

std::size_t Channel::read(std::span<char> into, std::error_code& error) {
    return socket_.read_some(asio::buffer(into.data(), into.size()), error);
}

std::size_t Channel::write(std::span<const asio::const_buffer> pieces, std::error_code& error) {
    return socket_.write_some(pieces, error);
}

void Channel::shutdown(std::error_code& error) { socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error); }

}  // namespace siptxn::net
