// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/opening.hpp>
#include <sipdialog/subscription_output.hpp>

#include <siptxn/time.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace sipdialog {

/// `SIP/2.0 180 Ringing`, as a message/sipfrag body (RFC 3515 §2.4.5). An empty phrase becomes the registered one.
[[nodiscard]] Body status_fragment(int status, std::string_view phrase = {});

/// What the receiver of a REFER inside a session has to tell of it (RFC 3515 §2.4.4): a subscription that shares the
/// session's dialog, so whoever has the session sends its NOTIFYs. A value that is changed and then drained by poll().
class ReferNotifier {
public:
    /// Begins with "100 Trying". `cseq`: of the REFER. `expires`: seconds it lasts unless it is refreshed.
    ReferNotifier(std::uint32_t cseq, std::uint32_t expires, siptxn::TimePoint now);

    [[nodiscard]] std::uint32_t cseq() const noexcept { return cseq_; }
    [[nodiscard]] NotifierState state() const noexcept { return state_; }
    /// Nothing is left to be sent or answered.
    [[nodiscard]] bool is_over() const noexcept;

    /// A response to the referred request; a final one ends the subscription with `noresource` (RFC 3515 §2.4.7).
    void report(int status, std::string_view phrase = {});
    /// The peer's SUBSCRIBE; 0 seconds end it.
    void refresh(std::uint32_t expires, siptxn::TimePoint now);
    void expire(siptxn::TimePoint now);
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const noexcept;

    struct Notify {
        HeaderList headers;  ///< Event and Subscription-State
        Body body;
    };
    /// The NOTIFY to send now. One is open at a time.
    [[nodiscard]] std::optional<Notify> poll(siptxn::TimePoint now);
    /// Its final answer; `status` 0: none came. Some end the subscription (RFC 6665 §4.2.2).
    void answered(int status);

private:
    struct Notice {
        NotifierState state;
        Body body;
    };
    void take(unsigned effects);

    std::uint32_t cseq_;
    NotifierState state_ = NotifierState::resp_wait;
    siptxn::TimePoint expires_at_;
    Body last_;
    std::string reason_ = "noresource";
    std::deque<Notice> waiting_;
    bool open_ = false;
};

}  // namespace sipdialog
