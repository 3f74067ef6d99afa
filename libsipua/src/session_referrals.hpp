// SPDX-License-Identifier: MIT
#pragma once

// The REFERs of one session, in both directions. RFC 3515.

#include "pending.hpp"

#include <sipua/referral.hpp>

#include <sipdialog/dialog_layer.hpp>
#include <sipdialog/refer_notifier.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sipua {

class SessionImpl;

/// Those we have sent, until their last NOTIFY.
class SentReferrals {
public:
    explicit SentReferrals(SessionImpl& session) : session_(session) {}

    /// `refer_to`: a URI.
    void refer(const std::string& refer_to, ReferOptions options, const std::shared_ptr<Pending>& pending);
    /// The request goes out, with the number that names its subscription.
    void sent(sipdialog::RequestId id, const sipmsg::Message& request);
    /// False when that was no REFER of these.
    bool answered(const sipdialog::ResponseInDialog& output);
    /// Takes a NOTIFY of Event refer that belongs to one of these; else false.
    bool notified(const sipdialog::RequestInDialog& output);
    void close();

private:
    struct One {
        sipdialog::RequestId request;
        bool first;
        ReferOptions options;
        std::shared_ptr<Pending> pending;
        std::uint32_t cseq = 0;
        bool over = false;  ///< its last NOTIFY has come, perhaps before the answer
    };
    void erase(const std::shared_ptr<One>& one) { std::erase(all_, one); }

    SessionImpl& session_;
    std::vector<std::shared_ptr<One>> all_;
    bool any_ = false;  ///< one was sent before in this dialog
};

/// Those we have accepted, until their last NOTIFY is answered.
class AcceptedReferrals {
public:
    explicit AcceptedReferrals(SessionImpl& session) : session_(session) {}

    void begin(std::uint32_t cseq);
    void report(std::uint32_t cseq, int status, const std::string& phrase);
    /// False when that was no NOTIFY of these.
    bool answered(const sipdialog::ResponseInDialog& output);
    /// The peer's SUBSCRIBE to Event refer: answered.
    void subscribed(const sipdialog::RequestInDialog& output);
    void close();

private:
    [[nodiscard]] sipdialog::ReferNotifier* find(std::uint32_t cseq);
    /// Sends what is to be sent, forgets what is over, and waits for the next that expires.
    void pump();

    SessionImpl& session_;
    std::vector<sipdialog::ReferNotifier> all_;
    std::map<sipdialog::RequestId, std::uint32_t> open_;
    siptxn::TimerId timer_ = siptxn::TimerId::none;
};

/// Both.
struct Referrals {
    explicit Referrals(SessionImpl& session) : sent(session), accepted(session) {}
    void close() {
        sent.close();
        accepted.close();
    }

    SentReferrals sent;
    AcceptedReferrals accepted;
};

}  // namespace sipua
