// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/user_agent.hpp>

#include <string>
#include <vector>

namespace sipua {

///   initial --2xx--> registered <--> unregistered --> terminated
enum class RegistererState { initial, registered, unregistered, terminated };
[[nodiscard]] std::string_view to_string(RegistererState state) noexcept;

struct RegistererOptions {
    std::string registrar;     ///< a SIP URI; empty: the domain of the agent's URI
    Duration expires = 600s;   ///< asked for
    int refresh_percent = 90;  ///< of the granted time; 50..99
    HeaderList headers;
};

class Registration;

/// Keeps the agent's Contact bound at a registrar (RFC 3261 §10). Refreshes by itself while registered. Destroying it
/// unregisters without waiting.
class Registerer {
public:
    explicit Registerer(const UserAgent& agent);
    /// Throws std::invalid_argument for options outside their range.
    Registerer(const UserAgent& agent, RegistererOptions options);
    Registerer(Registerer&&) noexcept;
    Registerer& operator=(Registerer&&) noexcept;
    ~Registerer();

    [[nodiscard]] RegistererState state() const;
    [[nodiscard]] Emitter<RegistererState>& state_change();
    /// Contact values of the last 2xx.
    [[nodiscard]] std::vector<std::string> contacts() const;
    /// The last final response, or null.
    [[nodiscard]] sipmsg::MessagePtr response() const;

    /// REGISTER until the final answer; Errc::not_registered when a 2xx does not list our Contact. A later refresh that
    /// fails is tried again after 30 s, doubling up to 30 min; challenges and 423 are answered on the way.
    /// Errc::request_pending while one is open. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto register_contact(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start(impl, true, std::move(done)); });
    }
    /// Takes our Contact back (Expires: 0). Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto unregister(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start(impl, false, std::move(done)); });
    }

private:
    [[nodiscard]] asio::any_io_executor executor() const;
    static CancelFunction start(const std::shared_ptr<Registration>& impl, bool registering, Completion done);
    std::shared_ptr<Registration> impl_;
};

}  // namespace sipua
