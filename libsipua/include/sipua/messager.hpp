// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/request_params.hpp>
#include <sipua/user_agent.hpp>

#include <memory>
#include <string>

namespace sipua {

struct MessagerOptions {
    HeaderList headers;
    RequestParams params;
    std::string transport;  ///< "udp", "tcp", "ws" ...; empty: what the target says
};

/// One request outside any dialog, with challenges answered: the base of Messager and of OPTIONS.
class Requester {
public:
    /// Throws std::invalid_argument for a target that is no URI, a method that is no token, or headers that are not
    /// well formed.
    Requester(const UserAgent& agent, std::string method, std::string target, Body body, MessagerOptions options = {});

    /// Sends it and completes with the final answer: no error for 2xx, a code of sip_category() otherwise. Each call is
    /// a new request with a new Call-ID. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto send(CompletionToken&& token = {}) {
        return initiate(agent_executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start(impl, std::move(done)); });
    }
    /// The last final response, or null.
    [[nodiscard]] sipmsg::MessagePtr response() const;

private:
    struct Impl;
    [[nodiscard]] asio::any_io_executor agent_executor() const;
    static CancelFunction start(const std::shared_ptr<Impl>& impl, Completion done);
    std::shared_ptr<Impl> impl_;
};

/// MESSAGE outside a dialog (RFC 3428). SIP.js: Messager.
class Messager {
public:
    Messager(const UserAgent& agent, std::string target, std::string content, std::string content_type = "text/plain",
             MessagerOptions options = {})
        : requester_(agent, "MESSAGE", std::move(target), Body{std::move(content_type), std::move(content)},
                     std::move(options)) {}

    template <class CompletionToken = asio::use_awaitable_t<>>
    auto message(CompletionToken&& token = {}) {
        return requester_.send(std::forward<CompletionToken>(token));
    }
    [[nodiscard]] sipmsg::MessagePtr response() const { return requester_.response(); }

private:
    Requester requester_;
};

}  // namespace sipua
