// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/session.hpp>
#include <sipmsg/message_view.hpp>

#include <siptxn/time.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace sipdialog {

using std::chrono::seconds;

/// What this side wants of session timers (RFC 4028). Whatever stands here, what the peer asks for is done.
struct SessionTimerOptions {
    seconds expires{0};  ///< the interval we ask for, and the longest we agree to; 0: none of ours
    seconds min_se{90};  ///< a shorter one is refused with 422; at least 90 (RFC 4028 §5)
    std::optional<sipmsg::Refresher>
        refresher;  ///< of our INVITEs, or of those that leave it to us; absent: the caller
};

/// What a 2xx agreed on. Interval 0: the session has no timer.
struct SessionTimerTerms {
    seconds interval{0};
    sipmsg::Refresher refresher = sipmsg::Refresher::uac;  ///< of the transaction the 2xx belongs to
    bool peer_knows = false;                               ///< `timer` goes into Require of our 2xx (RFC 4028 §9)

    friend bool operator==(const SessionTimerTerms&, const SessionTimerTerms&) = default;
};

/// What our 2xx to an INVITE or UPDATE says. RFC 4028 §9. The error is the Min-SE of a 422.
[[nodiscard]] std::expected<SessionTimerTerms, seconds> answer_timer(const sipmsg::MessageView& request,
                                                                     const SessionTimerOptions& ours);
/// What the 2xx to a request of ours says. RFC 4028 §7.2. Without a refresher it is the one who asked.
[[nodiscard]] SessionTimerTerms read_timer(const sipmsg::MessageView& response);

/// The clock of a session. RFC 4028 §10.
///
///            ours                 half the interval
///   off --+--------> refreshing ---------------------> awaiting --ours--> refreshing
///         | theirs                                        | refused: later again
///         +--------> watching
///   From all: none (the 2xx has no timer), expired (BYE, a little before the interval is over).
class SessionTimer {
public:
    enum class State : std::uint8_t {
        off,
        refreshing,  ///< we refresh, when half the interval has passed
        awaiting,    ///< our refresh is on its way
        watching,    ///< the peer refreshes
    };
    enum class Event : std::uint8_t {
        ours,    ///< a 2xx has made us the refresher
        theirs,  ///< a 2xx has made the peer the refresher
        none,    ///< a 2xx without timer, or the session is over
        due,
        refused,  ///< our refresh came to nothing, and the session goes on
        expired,
    };
    enum Effect : unsigned {
        nothing = 0,
        start = 1,     ///< the interval begins anew
        refresh = 2,   ///< send UPDATE or re-INVITE
        postpone = 4,  ///< try again in what is left
        hang_up = 8,
    };

    SessionTimer() = default;
    SessionTimer(State state) noexcept : state_(state) {}
    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] seconds interval() const noexcept { return interval_; }
    [[nodiscard]] bool is_ours() const noexcept { return state_ == State::refreshing || state_ == State::awaiting; }

    /// A 2xx with these terms. `we_asked`: to a request of ours.
    void agree(const SessionTimerTerms& terms, bool we_asked, siptxn::TimePoint now);
    /// A clock that runs, to be kept elsewhere and set going again.
    struct Parts {
        bool ours = false;  ///< we refresh
        seconds interval{0};
        siptxn::Duration refresh_in{0};  ///< of ours
        siptxn::Duration expires_in{0};
    };
    [[nodiscard]] std::optional<Parts> parts(siptxn::TimePoint now) const noexcept;  ///< nullopt when it is off
    void set(const Parts& parts, siptxn::TimePoint now) noexcept;
    /// Our refresh was refused.
    void refused(siptxn::TimePoint now);
    void stop() noexcept;
    /// What is due: `refresh`, `hang_up` or nothing.
    [[nodiscard]] unsigned expire(siptxn::TimePoint now);
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const noexcept;

    unsigned on(Event event) noexcept;

private:
    State state_ = State::off;
    seconds interval_{0};
    std::optional<siptxn::TimePoint> due_at_;
    siptxn::TimePoint expires_at_{};
};

[[nodiscard]] std::string_view to_string(SessionTimer::State state) noexcept;
[[nodiscard]] std::string_view to_string(SessionTimer::Event event) noexcept;

}  // namespace sipdialog
