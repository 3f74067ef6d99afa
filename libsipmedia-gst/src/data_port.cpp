// SPDX-License-Identifier: MIT
#include "data_port.hpp"

#include "media_handler.hpp"

#include <sipmedia/error.hpp>
#include <sipua/session.hpp>

#include <asio/error.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <utility>

namespace sipmedia {
namespace {

// Two messages of the greatest size: above the low mark there is none that fits into an empty queue alone.
constexpr std::size_t least_capacity = 2 * 65'536;

/// What cannot be sent as it is: GStreamer ends text at a NUL, and SCTP knows no message without octets.
std::error_code fault_of(const DataMessage& message) {
    const bool has_nul = message.is_text && message.content.find('\0') != std::string::npos;
    if (message.content.empty() || has_nul) return std::make_error_code(std::errc::invalid_argument);
    return {};
}

}  // namespace

DataPort::DataPort(asio::any_io_executor executor, std::size_t capacity)
    : executor_(std::move(executor)), capacity_(std::max(capacity, least_capacity)) {}

// ---- The program's side ----

void DataPort::watch(DataChannelDelegate delegate) {
    if (!ended_) delegate_ = std::make_shared<DataChannelDelegate>(std::move(delegate));
}

DataState DataPort::state() const { return over_ ? DataState::closed : state_; }

bool DataPort::has_room(const DataMessage& message) const {
    return link_->queued() + message.content.size() <= capacity_;
}

std::uint64_t DataPort::send(DataMessage message, sipua::Completion done) {
    if (state() != DataState::open || waiting_) {
        done(Errc::invalid_state);
        return 0;
    }
    if (const auto fault = fault_of(message)) {
        done(fault);
        return 0;
    }
    if (has_room(message)) {
        done(link_->send(message));
        return 0;
    }
    waiting_.emplace(++last_id_, std::move(message), std::move(done));
    return last_id_;
}

void DataPort::cancel(std::uint64_t id) {
    if (waiting_ && waiting_->id == id) complete_waiting(asio::error::operation_aborted);
}

void DataPort::complete_waiting(std::error_code result) {
    if (auto waiting = std::exchange(waiting_, std::nullopt)) waiting->done(result);
}

// One that is not open yet is closed as soon as it is.
void DataPort::close() {
    if (std::exchange(over_, true)) return;
    complete_waiting(asio::error::operation_aborted);
    if (link_)
        link_->close();
    else if (state_ == DataState::waiting)
        leave(DataState::closed, {});
}

// ---- The engines' side ----

void DataPort::opened(std::shared_ptr<Link> link) {
    if (ended_ || over_) return link->close();
    link_ = std::move(link);
    state_ = DataState::open;
    const auto delegate = delegate_;
    if (delegate->on_open) delegate->on_open();
}

void DataPort::received(const Link* link, DataMessage message) {
    if (ended_ || link != link_.get()) return;
    const auto delegate = delegate_;
    if (delegate->on_message) delegate->on_message(std::move(message));
}

void DataPort::drained(const Link* link) {
    if (link != link_.get() || !waiting_ || !has_room(waiting_->message)) return;
    complete_waiting(link_->send(waiting_->message));
}

void DataPort::closed(const Link* link) {
    if (link != link_.get()) return;
    over_ = true;
    leave(DataState::closed, {});
}

void DataPort::lost(const Link* link, std::error_code reason) {
    if (link == link_.get()) leave(DataState::closed, reason);
}

// ---- The handler's side ----

void DataPort::refused() {
    if (state_ == DataState::closed) return;
    if (link_) link_->close();
    leave(DataState::closed, Errc::no_data_channel);
}

void DataPort::end() {
    ended_ = over_ = true;
    state_ = DataState::closed;
    delegate_ = std::make_shared<DataChannelDelegate>();
    link_.reset();
    complete_waiting(asio::error::operation_aborted);
}

void DataPort::leave(DataState state, std::error_code reason) {
    state_ = state;
    link_.reset();
    complete_waiting(asio::error::operation_aborted);
    tell_close(reason);
}

// Posted: this may be inside a function of the channel, or of the handler.
void DataPort::tell_close(std::error_code reason) {
    asio::post(executor_, [weak = weak_from_this(), reason] {
        const auto self = weak.lock();
        if (!self || self->ended_) return;
        const auto delegate = self->delegate_;
        if (delegate->on_close) delegate->on_close(reason);
    });
}

// ---- The value ----

DataChannel::DataChannel(std::shared_ptr<DataPort> port) : executor_(port->executor()), port_(std::move(port)) {}

void DataChannel::watch(DataChannelDelegate delegate) { port_->watch(std::move(delegate)); }
DataState DataChannel::state() const { return port_->state(); }
std::string DataChannel::label() const { return port_->label(); }
std::string DataChannel::protocol() const { return port_->protocol(); }
std::size_t DataChannel::queued() const { return port_->queued(); }
void DataChannel::close() { port_->close(); }

sipua::CancelFunction DataChannel::start_send(const std::shared_ptr<DataPort>& port, DataMessage message,
                                              sipua::Completion done) {
    const auto id = port->send(std::move(message), std::move(done));
    return [weak = std::weak_ptr(port), id] {
        if (const auto still = weak.lock()) still->cancel(id);
    };
}

std::optional<DataChannel> data_channel_of(sipua::SessionDescriptionHandler* handler) {
    const auto* ours = dynamic_cast<MediaHandler*>(handler);
    if (!ours || !ours->data()) return std::nullopt;
    return DataChannel(ours->data());
}

std::optional<DataChannel> data_channel_of(const sipua::Session& session) {
    return data_channel_of(session.session_description_handler());
}

}  // namespace sipmedia
