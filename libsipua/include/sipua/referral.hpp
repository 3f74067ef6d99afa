// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/incoming_request.hpp>

#include <functional>
#include <memory>
#include <string>

namespace sipua {

class Inviter;
struct InviterOptions;
class ReferralImpl;

/// A REFER: the peer asks us to send a request to somebody else (RFC 3515 §2.4.2), inside a session or outside any
/// dialog. What comes of it is told by NOTIFYs: of the Inviter made here by itself, of anything else by report().
/// Destroying it unanswered refuses with 480; accepted, without an Inviter and without a final report(), tells 603.
class Referral {
public:
    explicit Referral(std::shared_ptr<ReferralImpl> impl) noexcept;
    Referral(Referral&&) noexcept;
    Referral& operator=(Referral&&) noexcept;
    ~Referral();

    [[nodiscard]] const sipmsg::Message& request() const;
    /// The URI of Refer-To without its headers.
    [[nodiscard]] std::string refer_to() const;
    /// The value of Referred-By (RFC 3892); empty: none.
    [[nodiscard]] std::string referred_by() const;
    /// The Replaces header that Refer-To asks for, unescaped; empty: none.
    [[nodiscard]] std::string replaces() const;

    /// 200..299, else std::invalid_argument; then the first NOTIFY, "100 Trying", unless the peer wants none (RFC
    /// 4488). The first answer counts, a second throws std::logic_error. Any thread.
    void accept(int status = 202, const HeaderList& headers = {});
    /// 400..699, else std::invalid_argument. Any thread.
    void reject(int status = 480, const HeaderList& headers = {});
    /// Tells the peer of a response to what it asked for; a final one is the last. Any thread.
    void report(int status, const std::string& phrase = {});
    /// The call to where the REFER points, with Replaces and Referred-By, whose progress the peer is told. Once; a
    /// second time throws std::logic_error. Throws std::invalid_argument when refer_to() is no SIP URI.
    [[nodiscard]] Inviter make_inviter();
    [[nodiscard]] Inviter make_inviter(InviterOptions options);

private:
    std::shared_ptr<ReferralImpl> impl_;
};

/// How a REFER is sent, and who hears of what comes of it. Called on the agent's executor; all optional.
struct ReferOptions {
    HeaderList headers;
    bool subscription = true;  ///< false: ask for no NOTIFYs (Refer-Sub: false, RFC 4488 §4)
    /// Each NOTIFY of this REFER. Absent: 200.
    std::move_only_function<void(Notification)> on_notify;
    /// The status in its body (RFC 3515 §2.4.5), 0 when there is none; `last`: no other follows.
    std::move_only_function<void(int status, bool last)> on_progress;
};

}  // namespace sipua
