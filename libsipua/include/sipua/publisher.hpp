// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/request_params.hpp>
#include <sipua/user_agent.hpp>

#include <string>

namespace sipua {

///   initial --2xx--> published <--> unpublished --> terminated
enum class PublisherState { initial, published, unpublished, terminated };
[[nodiscard]] std::string_view to_string(PublisherState state) noexcept;

struct PublisherOptions {
    Duration expires = 3600s;  ///< asked for
    std::string content_type = "text/plain";
    HeaderList headers;
    RequestParams params;
    std::string transport;           ///< "udp", "tcp", "ws" ...; empty: what the target says
    bool unpublish_on_close = true;  ///< when the handle is destroyed or the agent stops
};

class Publication;

/// Publishes event state at a compositor, and keeps it there (RFC 3903). Refreshes by itself while published; ends when
/// that is refused. Destroying it removes the state without waiting. SIP.js: Publisher.
class Publisher {
public:
    /// Nothing is sent yet. Throws std::invalid_argument for a target that is no SIP URI, an event that is none, and
    /// options outside their range.
    Publisher(const UserAgent& agent, std::string target, std::string event);
    Publisher(const UserAgent& agent, std::string target, std::string event, PublisherOptions options);
    Publisher(Publisher&&) noexcept;
    Publisher& operator=(Publisher&&) noexcept;
    ~Publisher();

    [[nodiscard]] PublisherState state() const;
    [[nodiscard]] Emitter<PublisherState>& state_change();
    /// The compositor's tag of what it holds (RFC 3903 §11.3.1); empty: nothing.
    [[nodiscard]] std::string entity_tag() const;
    /// The last final response, or null.
    [[nodiscard]] sipmsg::MessagePtr response() const;

    /// Publishes this state, or replaces the last one; completes with the final answer. 412 (the compositor has
    /// forgotten us) and 423 are followed on the way. Errc::request_pending while a PUBLISH is open (RFC 3903 §4.1).
    /// Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto publish(std::string content, CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, content = std::move(content)](Completion done) mutable {
                            return start_publish(impl, std::move(content), std::move(done));
                        });
    }
    /// Removes the state (Expires: 0); nothing is sent when there is none. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto unpublish(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_unpublish(impl, std::move(done)); });
    }

private:
    [[nodiscard]] asio::any_io_executor executor() const;
    static CancelFunction start_publish(const std::shared_ptr<Publication>& impl, std::string content, Completion done);
    static CancelFunction start_unpublish(const std::shared_ptr<Publication>& impl, Completion done);

    std::shared_ptr<Publication> impl_;
};

}  // namespace sipua
