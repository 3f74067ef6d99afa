// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/data_channel.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace sipmedia {

/// Between the data channel of a session, as its program sees it, and what carries it at the moment. Outlives every
/// engine of the session. On the agent's executor.
class DataPort : public std::enable_shared_from_this<DataPort> {
public:
    /// One channel of one engine.
    class Link {
    public:
        virtual ~Link() = default;
        [[nodiscard]] virtual std::string label() const = 0;
        [[nodiscard]] virtual std::string protocol() const = 0;
        /// Queues it, however much is queued already.
        [[nodiscard]] virtual std::error_code send(const DataMessage& message) = 0;
        [[nodiscard]] virtual std::size_t queued() const = 0;  ///< octets
        virtual void close() = 0;                              ///< its end is reported later
    };

    DataPort(asio::any_io_executor executor, std::size_t capacity);

    // The program's side.
    [[nodiscard]] const asio::any_io_executor& executor() const { return executor_; }
    void watch(DataChannelDelegate delegate);
    [[nodiscard]] DataState state() const;
    [[nodiscard]] std::string label() const { return link_ ? link_->label() : std::string(); }
    [[nodiscard]] std::string protocol() const { return link_ ? link_->protocol() : std::string(); }
    [[nodiscard]] std::size_t queued() const { return link_ ? link_->queued() : 0; }
    /// The result names the send that waits, to `cancel`.
    std::uint64_t send(DataMessage message, sipua::Completion done);
    void cancel(std::uint64_t id);
    void close();

    // The engines' side. What comes from another link than the one opened last is ignored.
    void opened(std::shared_ptr<Link> link);
    void received(const Link* link, DataMessage message);
    /// Less is queued than was.
    void drained(const Link* link);
    /// One of the sides closed it: no other is opened.
    void closed(const Link* link);
    /// Its engine ended.
    void lost(const Link* link, std::error_code reason);

    // The handler's.
    /// The description that was agreed on has no data channel.
    void refused();
    /// The session's media is over: nothing is told any more.
    void end();

    /// The queue fell to so many octets when it is time for drained().
    [[nodiscard]] std::size_t low_mark() const { return capacity_ / 2; }

private:
    struct Waiting {
        std::uint64_t id;
        DataMessage message;
        sipua::Completion done;
    };

    void leave(DataState state, std::error_code reason);
    void tell_close(std::error_code reason);
    void complete_waiting(std::error_code result);
    [[nodiscard]] bool has_room(const DataMessage& message) const;

    asio::any_io_executor executor_;
    std::size_t capacity_;
    std::shared_ptr<DataChannelDelegate> delegate_ =
        std::make_shared<DataChannelDelegate>();  // held while it is called
    DataState state_ = DataState::waiting;
    bool over_ = false;   // one side has closed it for good
    bool ended_ = false;  // nobody listens any more
    std::shared_ptr<Link> link_;
    std::optional<Waiting> waiting_;
    std::uint64_t last_id_ = 0;
};

}  // namespace sipmedia
