// SPDX-License-Identifier: MIT
// sofia-sip decodes every header of its message class when a message is extracted: L1 and L2 are the same parse.
#include "peers/peer.hpp"

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/su_alloc.h>
#include <sofia-sip/url.h>

#include <cstdlib>

namespace bench {

namespace {

using Message = std::unique_ptr<msg_t, decltype([](msg_t* message) { msg_destroy(message); })>;

/// L1 knows the headers that sofia-sip knows unasked, L2 the optional ones as well.
const msg_mclass_t* extended_class() {
    static const auto* extended = sip_extend_mclass(nullptr);
    return extended;
}

Message parse(const msg_mclass_t* known_headers, std::string_view packet) {
    return Message(msg_make(known_headers, 0, packet.data(), static_cast<ssize_t>(packet.size())));
}

bool is_whole(const sip_t* sip) {
    return sip != nullptr && sip->sip_error == nullptr && (sip->sip_request != nullptr || sip->sip_status != nullptr);
}

int number(const char* digits) {
    return digits == nullptr ? absent : static_cast<int>(std::strtoul(digits, nullptr, 10));
}

Address address(const url_t& url) { return {url.url_user, url.url_host, number(url.url_port)}; }

int rport(const char* value) {
    if (value == nullptr) return absent;
    return *value == '\0' ? valueless : number(value);
}

/// "UDP" of "SIP/2.0/UDP".
const char* transport(const char* protocol) {
    const char* last = protocol;
    for (; *protocol != '\0'; ++protocol) {
        if (*protocol == '/') last = protocol + 1;
    }
    return last;
}

bool proxy(std::string_view packet, Receiver& receiver) {
    auto message = parse(sip_default_mclass(), packet);
    const auto* sip = sip_object(message.get());
    if (!is_whole(sip)) return false;
    Essentials values;
    char target_transport[32] = "";
    if (sip->sip_request != nullptr) {
        values.method = sip->sip_request->rq_method_name;
        values.target = address(*sip->sip_request->rq_url);
        url_param(sip->sip_request->rq_url->url_params, "transport", target_transport, sizeof target_transport);
        values.target_transport = target_transport;
    } else {
        values.status = sip->sip_status->st_status;
    }
    if (const auto* via = sip->sip_via) {
        values.via = {transport(via->v_protocol), via->v_host, number(via->v_port), via->v_branch, rport(via->v_rport)};
    }
    if (sip->sip_from != nullptr) values.from_tag = sip->sip_from->a_tag;
    if (sip->sip_to != nullptr) values.to_tag = sip->sip_to->a_tag;
    if (sip->sip_call_id != nullptr) values.call_id = sip->sip_call_id->i_id;
    if (sip->sip_cseq != nullptr) {
        values.cseq = sip->sip_cseq->cs_seq;
        values.cseq_method = sip->sip_cseq->cs_method_name;
    }
    if (sip->sip_max_forwards != nullptr) values.max_forwards = static_cast<int>(sip->sip_max_forwards->mf_count);
    if (sip->sip_route != nullptr) {
        values.route = address(*sip->sip_route->r_url);
        values.route_is_loose = url_has_param(sip->sip_route->r_url, "lr") != 0;
    }
    if (sip->sip_contact != nullptr) values.contact = address(*sip->sip_contact->m_url);
    if (sip->sip_content_length != nullptr) values.content_length = static_cast<int>(sip->sip_content_length->l_length);
    if (sip->sip_payload != nullptr) values.body = {sip->sip_payload->pl_data, sip->sip_payload->pl_len};
    receiver.values(values);
    return true;
}

bool full(std::string_view packet, Receiver&) {
    auto message = parse(extended_class(), packet);
    return is_whole(sip_object(message.get()));
}

/// Headers are encoded from their objects: without MSG_DO_EXTRACT_COPY there is no received text to fall back on.
class Print : public Work {
public:
    explicit Print(Message message) noexcept : message_(std::move(message)) {}
    bool run(Receiver& receiver) override {
        su_home_t home[1] = {SU_HOME_INIT(home)};
        std::size_t size = 0;
        const char* text = msg_as_string(home, message_.get(), nullptr, 0, &size);
        if (text != nullptr) receiver.octets({text, size});
        su_home_deinit(home);
        return text != nullptr;
    }

private:
    Message message_;
};

class SofiaSip : public Peer {
public:
    std::string name() const override { return "sofia-sip"; }
    std::string version() const override { return PEER_SOFIA_SIP; }
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        if (level == Level::proxy) return std::make_unique<PacketWork<proxy>>(packet);
        if (level == Level::full) return std::make_unique<PacketWork<full>>(packet);
        if (level != Level::print) return nullptr;
        auto message = parse(extended_class(), packet.view());
        return is_whole(sip_object(message.get())) ? std::make_unique<Print>(std::move(message)) : nullptr;
    }
};

}  // namespace

std::unique_ptr<Peer> make_sofia_sip() { return std::make_unique<SofiaSip>(); }

}  // namespace bench
