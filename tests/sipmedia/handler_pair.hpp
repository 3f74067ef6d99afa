// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/session_description_handler.hpp>

#include <sipmsg/sdp/sdp.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace sipmedia::test {

/// The media side of one session, driven as a session drives it.
struct Party {
    Party(asio::io_context& io, const sipua::SessionDescriptionHandlerFactory& factory, bool outgoing);

    std::shared_ptr<sipua::SessionDescriptionHandler> handler;
    std::optional<std::error_code> failed;  ///< by on_media_failed
    int fragments = 0;                      ///< how often there was more
    int restarts_wanted = 0;                ///< by on_restart_wanted
};

/// Caller and callee with nothing between them: bodies are carried by hand.
class HandlerPair {
public:
    HandlerPair(const sipua::SessionDescriptionHandlerFactory& caller,
                const sipua::SessionDescriptionHandlerFactory& callee);

    using Description = std::expected<sipua::Body, std::error_code>;

    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    Party alice;
    Party bob;
    sipmsg::sdp::SessionDescription offer;   ///< the last one exchanged
    sipmsg::sdp::SessionDescription answer;  ///< the last one exchanged

    [[nodiscard]] bool run_until(const std::function<bool()>& condition);
    [[nodiscard]] Description get(Party& party, bool hold = false);
    [[nodiscard]] Description get(Party& party, const sipua::DescriptionOptions& options);
    [[nodiscard]] std::error_code set(Party& party, const sipua::Body& body, bool hold = false);
    /// `from` offers, `to` answers; the first error, or none.
    [[nodiscard]] std::error_code exchange(Party& from, Party& to, bool from_holds = false, bool to_holds = false);
    /// The same with an offer of a fresh media path.
    [[nodiscard]] std::error_code restart(Party& from, Party& to);
    /// The rest of an exchange, once `from` has offered.
    [[nodiscard]] std::error_code carry(const Description& offered, Party& from, Party& to, bool from_holds = false,
                                        bool to_holds = false);
    [[nodiscard]] sipua::MediaStatistics statistics(Party& party);
    /// Waits until both sides have decoded so many more audio buffers and pictures.
    [[nodiscard]] bool media_flows(std::uint64_t audio = 10, std::uint64_t video = 5);
};

/// The text as a body, and a body as a description.
[[nodiscard]] sipua::Body sdp_body(std::string text);
[[nodiscard]] sipmsg::sdp::SessionDescription parsed(const sipua::Body& body);

}  // namespace sipmedia::test
