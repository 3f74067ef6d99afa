// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/user_agent.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sipua {

///   initial --2xx--> registered <--> unregistered --> terminated
enum class RegistererState { initial, registered, unregistered, terminated };
[[nodiscard]] std::string_view to_string(RegistererState state) noexcept;

struct RegistererOptions {
    std::string registrar;     ///< a SIP URI; empty: the domain of the agent's URI
    Duration expires = 600s;   ///< asked for
    int refresh_percent = 90;  ///< of the granted time, or up to a tenth earlier, by chance; 50..99
    HeaderList headers;
    std::string contact_params;  ///< header parameters of Contact: `;methods="INVITE,BYE"`, or empty
    /// Not 0: this is one of the ways to the agent's device (RFC 5626), which requests outside dialogs then take too.
    /// Give each Registerer of the agent another number, from 1, and a `server` of its own; a way that fails is
    /// registered anew with the back-off of RFC 5626 §4.5. Pings are UserAgentOptions::keep_alive.
    int reg_id = 0;
    std::string server;  ///< of this way; empty: UserAgentOptions::server
};

/// SIP.js's RegistererRegisterOptions.
struct RegistererRegisterOptions {
    HeaderList headers;  ///< instead of RegistererOptions::headers, in refreshes too
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
    [[nodiscard]] const std::string& registrar() const;
    [[nodiscard]] Emitter<RegistererState>& state_change();
    /// Contact values of the last 2xx.
    [[nodiscard]] std::vector<std::string> contacts() const;
    /// Of the last 2xx: Route values for our requests, which take them by themselves (RFC 3608).
    [[nodiscard]] std::vector<std::string> service_route() const;
    /// The URIs that the registrar has given our binding (RFC 5627); empty: none. Our Contacts have the public one.
    [[nodiscard]] std::string pub_gruu() const;
    [[nodiscard]] std::string temp_gruu() const;
    /// Retry-After of the last refusal.
    [[nodiscard]] std::optional<Duration> retry_after() const;
    /// The last final response, or null.
    [[nodiscard]] sipmsg::MessagePtr response() const;

    /// REGISTER until the final answer; Errc::not_registered when a 2xx does not list our Contact. A later refresh that
    /// fails is tried again after Retry-After, else after 30 to 60 s, doubling up to 30 min; challenges and 423 are
    /// answered on the way. Refreshes go to the server that answered, as long as that can be reached.
    /// Errc::request_pending while one is open. Any thread.
    template <CompletionTokenOnly CompletionToken = asio::use_awaitable_t<>>
    auto register_contact(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start(impl, Wish::add, std::move(done)); });
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto register_contact(RegistererRegisterOptions options, CompletionToken&& token = {}) {
        check(options);
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, options = std::move(options)](Completion done) mutable {
                            return start(impl, std::move(options), std::move(done));
                        });
    }
    /// Takes our Contact back (Expires: 0). Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto unregister(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start(impl, Wish::remove, std::move(done)); });
    }
    /// Takes every Contact of the address of record back, others' too (`Contact: *`). SIP.js: unregister({all: true}).
    /// Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto unregister_all(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start(impl, Wish::remove_all, std::move(done)); });
    }
    /// Asks for the bindings and changes none: contacts() has them then (RFC 3261 §10.2.3). Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto query(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start(impl, Wish::query, std::move(done)); });
    }

private:
    [[nodiscard]] asio::any_io_executor executor() const;
    enum class Wish { add, remove, remove_all, query };
    friend class Registration;
    static void check(const RegistererRegisterOptions& options);
    static CancelFunction start(const std::shared_ptr<Registration>& impl, Wish wish, Completion done);
    static CancelFunction start(const std::shared_ptr<Registration>& impl, RegistererRegisterOptions options,
                                Completion done);
    std::shared_ptr<Registration> impl_;
};

}  // namespace sipua
