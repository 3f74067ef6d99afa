// SPDX-License-Identifier: MIT
#include "listener.hpp"

#include <stdexcept>
#include <string>

namespace sipua {

siptxn::Listener parse_listener(std::string_view text) {
    auto colon = text.find(':');
    auto transport = siptxn::transport_of(text.substr(0, colon));
    auto address =
        colon == std::string_view::npos ? std::nullopt : siptxn::SocketAddress::parse(text.substr(colon + 1));
    if (!transport || !address)
        throw std::invalid_argument("cannot listen at \"" + std::string(text) + "\": want transport:address:port");
    return {*transport, *address};
}

}  // namespace sipua
