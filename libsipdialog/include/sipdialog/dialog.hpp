// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog_id.hpp>
#include <sipdialog/route_set.hpp>

#include <sipmsg/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipdialog {

/// A dialog as RFC 3261 §12 keeps it: a value without time, transactions or sessions, useful alone (a B2BUA has two a
/// call). The requests it makes lack Via and Contact: whoever sends them knows the flow.
class Dialog {
public:
    enum class State : std::uint8_t { early, confirmed };

    /// As UAC, from a 101..299 to our request (RFC 3261 §12.1.2). The error names the header that keeps it from being
    /// one: Contact missing or no SIP URI, a broken Record-Route.
    [[nodiscard]] static sipmsg::Result<Dialog> of_response(const sipmsg::MessageView& request,
                                                            const sipmsg::MessageView& response, bool over_tls);
    /// As UAS, from a request that we answer with `local_tag` (RFC 3261 §12.1.1). `first_cseq` is the number of our
    /// first request.
    [[nodiscard]] static sipmsg::Result<Dialog> of_request(const sipmsg::MessageView& request,
                                                           std::string_view local_tag, std::uint32_t first_cseq,
                                                           bool over_tls);

    /// What a confirmed dialog is made of, to be kept elsewhere and made again.
    struct Parts {
        std::string call_id;
        std::string local;          ///< as local()
        std::string remote;         ///< as remote()
        std::string remote_target;  ///< a SIP or SIPS URI
        std::vector<std::string> routes;
        std::optional<std::uint32_t> local_cseq, remote_cseq;
        std::uint32_t first_cseq = 1;
        bool secure = false;
        bool owns_call_id = false;
    };
    [[nodiscard]] Parts parts() const;
    /// The error names the header that such a part would stand in.
    [[nodiscard]] static sipmsg::Result<Dialog> of_parts(Parts parts);

    [[nodiscard]] const DialogId& id() const noexcept { return id_; }
    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] const RouteSet& routes() const noexcept { return routes_; }
    [[nodiscard]] const std::string& remote_target() const noexcept { return remote_target_; }  ///< a URI
    [[nodiscard]] const std::string& local() const noexcept { return local_; }  ///< From of our requests, tag included
    [[nodiscard]] const std::string& remote() const noexcept { return remote_; }  ///< To of our requests, tag included
    [[nodiscard]] bool secure() const noexcept { return secure_; }
    [[nodiscard]] bool owns_call_id() const noexcept {
        return owns_call_id_;
    }  ///< we made the Call-ID (RFC 3261 §14.1)
    [[nodiscard]] std::optional<std::uint32_t> local_cseq() const noexcept { return local_cseq_; }
    [[nodiscard]] std::optional<std::uint32_t> remote_cseq() const noexcept { return remote_cseq_; }

    /// As UAS: our 2xx is out.
    void confirm() noexcept { state_ = State::confirmed; }
    /// As UAC: the 2xx has come. The route set is taken again, and the remote target too (RFC 3261 §13.2.2.4,
    /// §12.2.1.2). On an error nothing changes.
    [[nodiscard]] sipmsg::Result<void> confirm(const sipmsg::MessageView& response);

    /// The next request inside the dialog: Route, From, To, Call-ID, CSeq and Max-Forwards (RFC 3261 §12.2.1.1).
    [[nodiscard]] sipmsg::Message make_request(std::string_view method);
    /// The ACK to a 2xx: the number and the credentials of `invite` (RFC 3261 §13.2.2.4).
    [[nodiscard]] sipmsg::Message make_ack(const sipmsg::MessageView& invite) const;
    /// The number of our next request, used up: for one that is sent again after a challenge.
    [[nodiscard]] std::uint32_t next_cseq();

    /// Takes the CSeq of a request received inside the dialog, but for ACK and CANCEL. False when it is not above the
    /// last one: answer 500 (RFC 3261 §12.2.2).
    [[nodiscard]] bool receive(std::uint32_t cseq) noexcept;
    /// Takes the Contact of a target refresh request or of its 2xx; one that is missing or no SIP URI changes nothing.
    void refresh_target(const sipmsg::MessageView& message);

private:
    Dialog() = default;

    DialogId id_;
    State state_ = State::early;
    RouteSet routes_;
    std::string remote_target_;
    std::string local_;
    std::string remote_;
    std::optional<std::uint32_t> local_cseq_;
    std::optional<std::uint32_t> remote_cseq_;
    std::uint32_t first_cseq_ = 1;
    bool secure_ = false;
    bool owns_call_id_ = false;
};

}  // namespace sipdialog
