// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/opening.hpp>
#include <sipdialog/subscription_output.hpp>

#include <siptxn/identifiers.hpp>
#include <siptxn/time.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sipdialog {

/// A subscription as the program wants to begin it.
struct SubscribeOptions : Opening {
    std::string method = "SUBSCRIBE";  ///< or REFER, with Refer-To among the headers (RFC 3515 §2.4.4)
    std::string event;                 ///< an Event value: "presence", "dialog;id=7"
    std::uint32_t expires = 3600;      ///< seconds asked for; 0 polls once (RFC 6665 §4.4.3)
    Body body;                         ///< of the first request
    bool refreshes = true;             ///< SUBSCRIBE again by itself at 90 % of the time
    /// Every notifier that answers makes a subscription of its own; else the first one wins, and the others get 481.
    bool forks = false;
};

struct SubscriptionLimits {
    std::size_t subscriptions = 16'384;  ///< of both sides; a SUBSCRIBE above it gets 503
    std::size_t forks = 16;              ///< of one SUBSCRIBE
    std::size_t waiting_notifies = 32;   ///< of one subscription; the oldest is dropped
};

struct SubscriptionOptions {
    siptxn::Timers timers;
    SubscriptionLimits limits;
    std::uint32_t least_expires = 0;       ///< seconds; a SUBSCRIBE below it, and below an hour, gets 423
    std::uint32_t longest_expires = 3600;  ///< seconds; what a SUBSCRIBE asks for is cut to it, and what it lacks is it
};

/// Subscriptions from both sides (RFC 6665), each a usage alone in its dialog; REFER outside a dialog makes them too.
/// Pure: a value that is changed and then drained by poll(), beside a siptxn::TransactionLayer, as DialogLayer is.
/// Functions that take text throw std::invalid_argument for CR, LF or NUL; unknown ids are ignored.
class SubscriptionLayer {
public:
    SubscriptionLayer(const SubscriptionOptions& options, siptxn::RandomSource random);
    ~SubscriptionLayer();
    SubscriptionLayer(const SubscriptionLayer&) = delete;
    SubscriptionLayer& operator=(const SubscriptionLayer&) = delete;

    // Subscriber.

    /// Sends the SUBSCRIBE. A NOTIFY makes the dialog, whether it comes before the 2xx or after it (RFC 6665 §4.4.1).
    SubscriptionId subscribe(SubscribeOptions options, siptxn::TimePoint now);
    /// SUBSCRIBE again now; nothing before the first NOTIFY.
    void refresh(SubscriptionId subscription, siptxn::TimePoint now);
    /// SUBSCRIBE with Expires: 0, as soon as there is somebody to send it to. SubscriptionEnded comes with the final
    /// NOTIFY, or by Timer N.
    void unsubscribe(SubscriptionId subscription, siptxn::TimePoint now);

    // Notifier. A SubscribeReceived that is not answered within 64*T1 ends with SubscriptionEndCause::unanswered: its
    // client has given up (RFC 4320 §4.2), and the 408 that ends its transaction is not sent.

    /// Answers SubscribeReceived with a 2xx and the first NOTIFY. `state`: pending, or active.
    void accept(SubscriptionId subscription, siptxn::TimePoint now, NotifierState state, const Body& body,
                const siptxn::LocalContact& contact, const HeaderList& common_headers = {}, int status = 200);
    /// Answers SubscribeReceived so that no subscription comes of it: a refusal, or a 2xx to a REFER that wants none
    /// (RFC 4488 §4). `headers` go with it.
    void answer(SubscriptionId subscription, int status, siptxn::TimePoint now, const HeaderList& headers = {});
    /// A NOTIFY with this state, which the answer to a refresh repeats. One is open at a time; the others wait.
    void notify(SubscriptionId subscription, siptxn::TimePoint now, NotifierState state, const Body& body);
    /// The last NOTIFY. `reason`: "rejected", "noresource", "deactivated" ... (RFC 6665 §4.1.3).
    void terminate(SubscriptionId subscription, siptxn::TimePoint now, const std::string& reason, const Body& body = {},
                   std::optional<std::uint32_t> retry_after = {});

    // Both.

    /// Forgets it; nothing is sent.
    void abort(SubscriptionId subscription);
    void sent(RequestId request, siptxn::ClientId transaction);
    /// Sends the challenged request again with these headers added, in a new transaction with the next CSeq.
    void retry(RequestId request, const HeaderList& credentials, siptxn::TimePoint now);
    /// Takes the 401 or 407 as final.
    void give_up(RequestId request, siptxn::TimePoint now);

    /// True when the event belonged to a subscription here, or began one. A NOTIFY that matches none is not taken:
    /// answering it is the user's.
    bool handle(const siptxn::Event& event, siptxn::TimePoint now);
    void expire(siptxn::TimePoint now);
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const;
    [[nodiscard]] std::optional<SubscriptionOutput> poll();

    /// Those that are kept, though some may have ended and wait for the answer to their last request.
    [[nodiscard]] std::size_t size() const noexcept;
    /// When it ends unless it is refreshed, or answered at all; nullopt when that is not known yet.
    [[nodiscard]] std::optional<siptxn::TimePoint> expires_at(SubscriptionId subscription) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sipdialog
