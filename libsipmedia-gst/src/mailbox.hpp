// SPDX-License-Identifier: MIT
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace sipmedia {

/// The one way from GStreamer's threads to the engine: copy the data, post a function, return.
///
/// A function posted here runs on the executor with the receiver, if that still lives and the mailbox is open. After
/// `close()` nothing reaches the executor any more, so its context may go while GStreamer's threads still wind down.
template <class Receiver>
class Mailbox : public std::enable_shared_from_this<Mailbox<Receiver>> {
public:
    Mailbox(asio::any_io_executor executor, std::weak_ptr<Receiver> receiver)
        : executor_(std::move(executor)), receiver_(std::move(receiver)) {}

    /// Any thread. The function is destroyed unrun when the mailbox is closed.
    template <class Function>
    void post(Function function) {
        std::lock_guard lock(mutex_);
        if (closed_) return;
        asio::post(executor_, [self = this->shared_from_this(), function = std::move(function)]() mutable {
            auto receiver = self->receiver_.lock();
            if (receiver && !self->is_closed()) function(*receiver);
        });
    }

    /// The executor is let go: a strand's last handle needs its context.
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        executor_ = asio::any_io_executor();
    }

    bool is_closed() {
        std::lock_guard lock(mutex_);
        return closed_;
    }

private:
    std::mutex mutex_;
    bool closed_ = false;
    asio::any_io_executor executor_;
    std::weak_ptr<Receiver> receiver_;
};

}  // namespace sipmedia
