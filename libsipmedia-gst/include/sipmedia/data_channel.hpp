// SPDX-License-Identifier: MIT
#pragma once

// Messages beside sound and pictures, or instead of them, over the same kind of transport (RFC 8831).

#include <sipua/completion.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace sipua {
class Session;
class SessionDescriptionHandler;
}  // namespace sipua

namespace sipmedia {

/// One message. RFC 8831 §6.6.
struct DataMessage {
    std::string content;  ///< UTF-8 without NUL when it is text
    bool is_text = true;

    friend bool operator==(const DataMessage&, const DataMessage&) = default;
};

///   waiting -- agreed on, connected --> open -- by either side, or with the media path --> closed
///      '-- the peer wants none -----------------------------------------------------------^
/// A fresh media path opens a channel of its own, unless one side has closed the one before.
enum class DataState : std::uint8_t { waiting, open, closed };

/// What happens to a data channel. Every member is optional; all are called on the agent's executor, never from inside
/// a function of the channel, and never after the session's media was closed. The session may end, and the delegate be
/// replaced, inside any of them.
struct DataChannelDelegate {
    std::move_only_function<void()> on_open;
    /// In the order they arrived. Those that the executor does not keep up with wait on it: with 16 MiB of them the
    /// channel is closed.
    std::move_only_function<void(DataMessage)> on_message;
    /// No error: one of the sides closed it. Errc::no_data_channel: it never was, for the peer refused it or offered
    /// none. std::errc::no_buffer_space: messages came faster than they were taken. Any other: lost with the media path
    /// that carried it, and with it what had not arrived yet.
    std::move_only_function<void(std::error_code)> on_close;
};

class DataPort;

/// The data channel of one session. A value: copies are the same channel, and may outlive the session.
///
///     auto data = sipmedia::data_channel_of(call);
///     data->watch({.on_message = [](sipmedia::DataMessage message) { ... }});
///     co_await data->send("hello");   // there was room
///
/// Offerers open it, with the label of their options; answerers find it opened. On the agent's executor.
class DataChannel {
public:
    explicit DataChannel(std::shared_ptr<DataPort> port);

    /// In the place of the delegate before; what has happened already is not told again.
    void watch(DataChannelDelegate delegate);
    [[nodiscard]] DataState state() const;
    [[nodiscard]] std::string label() const;     ///< empty while waiting
    [[nodiscard]] std::string protocol() const;  ///< empty while waiting
    [[nodiscard]] std::size_t queued() const;    ///< octets that have not left yet

    /// Completes when the message is in the queue (DataChannelOptions::capacity): at once when there is room. That it
    /// arrives nobody tells. Errc::invalid_state while the channel is not open, or another send() waits;
    /// std::errc::message_size for more than the peer takes (64 KiB when it does not say, and never more);
    /// std::errc::invalid_argument for text with NUL, and for an empty message; operation_aborted when the channel
    /// goes while the message waits.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto send(DataMessage message, CompletionToken&& token = {}) {
        return sipua::initiate(executor_, std::forward<CompletionToken>(token),
                               [port = port_, message = std::move(message)](sipua::Completion done) mutable {
                                   return start_send(port, std::move(message), std::move(done));
                               });
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto send(std::string text, CompletionToken&& token = {}) {
        return send(DataMessage{std::move(text), true}, std::forward<CompletionToken>(token));
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto send_binary(std::string octets, CompletionToken&& token = {}) {
        return send(DataMessage{std::move(octets), false}, std::forward<CompletionToken>(token));
    }

    /// For good; then on_close. Of what the peer has not heard yet the last may be lost (webrtcbin 1.22): end a
    /// conversation in messages, then close.
    void close();

private:
    static sipua::CancelFunction start_send(const std::shared_ptr<DataPort>& port, DataMessage message,
                                            sipua::Completion done);

    asio::any_io_executor executor_;
    std::shared_ptr<DataPort> port_;
};

/// Nothing when the session has no media yet, or other than webrtc() with `data_channel` in its options.
[[nodiscard]] std::optional<DataChannel> data_channel_of(sipua::SessionDescriptionHandler* handler);
[[nodiscard]] std::optional<DataChannel> data_channel_of(const sipua::Session& session);

}  // namespace sipmedia
