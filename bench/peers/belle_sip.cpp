// SPDX-License-Identifier: MIT
// belle-sip decodes every header it knows when a message is parsed: L1 and L2 are the same parse. The body is not part
// of its parser: its channel copies that separately, and so it is a view into the packet here.
#include "peers/peer.hpp"

#include <belle-sip/belle-sip.h>

#include <cstdlib>

namespace bench {

namespace {

using Message = std::unique_ptr<belle_sip_message_t,
                                decltype([](belle_sip_message_t* message) { belle_sip_object_unref(message); })>;

/// The message, and where its body begins in the packet.
struct Parsed {
    Message message;
    std::size_t head_size = 0;
};

Parsed parse(std::string_view packet) {
    Parsed parsed;
    auto* message = belle_sip_message_parse_raw(packet.data(), packet.size(), &parsed.head_size);
    // A new object floats until somebody refers to it.
    if (message != nullptr) parsed.message.reset(BELLE_SIP_MESSAGE(belle_sip_object_ref(message)));
    return parsed;
}

int number(int value) { return value > 0 ? value : absent; }

Address address(const belle_sip_uri_t* uri) {
    if (uri == nullptr) return {};
    return {belle_sip_uri_get_user(uri), belle_sip_uri_get_host(uri), number(belle_sip_uri_get_port(uri))};
}

void take_start_line(Essentials& values, belle_sip_message_t* message) {
    if (!belle_sip_message_is_request(message)) {
        values.status = belle_sip_response_get_status_code(BELLE_SIP_RESPONSE(message));
        return;
    }
    auto* request = BELLE_SIP_REQUEST(message);
    const auto* uri = belle_sip_request_get_uri(request);
    values.method = belle_sip_request_get_method(request);
    values.target = address(uri);
    if (uri != nullptr) values.target_transport = belle_sip_uri_get_transport_param(uri);
}

void take_via(Essentials& values, const belle_sip_header_via_t* via) {
    const auto rport = belle_sip_header_via_get_rport(via);
    values.via = {belle_sip_header_via_get_transport(via), belle_sip_header_via_get_host(via),
                  number(belle_sip_header_via_get_port(via)), belle_sip_header_via_get_branch(via), number(rport)};
    if (values.via.rport == absent && belle_sip_parameters_has_parameter(BELLE_SIP_PARAMETERS(via), "rport")) {
        values.via.rport = valueless;
    }
}

bool proxy(std::string_view packet, Receiver& receiver) {
    const auto [owner, head_size] = parse(packet);
    auto* message = owner.get();
    if (message == nullptr) return false;
    Essentials values;
    take_start_line(values, message);
    if (auto* via = belle_sip_message_get_header_by_type(message, belle_sip_header_via_t)) take_via(values, via);
    if (auto* from = belle_sip_message_get_header_by_type(message, belle_sip_header_from_t)) {
        values.from_tag = belle_sip_header_from_get_tag(from);
    }
    if (auto* to = belle_sip_message_get_header_by_type(message, belle_sip_header_to_t)) {
        values.to_tag = belle_sip_header_to_get_tag(to);
    }
    if (auto* call_id = belle_sip_message_get_header_by_type(message, belle_sip_header_call_id_t)) {
        values.call_id = belle_sip_header_call_id_get_call_id(call_id);
    }
    if (auto* cseq = belle_sip_message_get_header_by_type(message, belle_sip_header_cseq_t)) {
        values.cseq = belle_sip_header_cseq_get_seq_number(cseq);
        values.cseq_method = belle_sip_header_cseq_get_method(cseq);
    }
    if (auto* hops = belle_sip_message_get_header_by_type(message, belle_sip_header_max_forwards_t)) {
        values.max_forwards = belle_sip_header_max_forwards_get_max_forwards(hops);
    }
    if (auto* route = belle_sip_message_get_header_by_type(message, belle_sip_header_route_t)) {
        const auto* uri = belle_sip_header_address_get_uri(BELLE_SIP_HEADER_ADDRESS(route));
        values.route = address(uri);
        values.route_is_loose = uri != nullptr && belle_sip_uri_has_lr_param(uri);
    }
    if (auto* contact = belle_sip_message_get_header_by_type(message, belle_sip_header_contact_t)) {
        values.contact = address(belle_sip_header_address_get_uri(BELLE_SIP_HEADER_ADDRESS(contact)));
    }
    if (auto* length = belle_sip_message_get_header_by_type(message, belle_sip_header_content_length_t)) {
        values.content_length = static_cast<int>(belle_sip_header_content_length_get_content_length(length));
    }
    values.body = packet.substr(head_size);
    receiver.values(values);
    return true;
}

bool full(std::string_view packet, Receiver&) { return parse(packet).message != nullptr; }

/// What the library prints ends with the blank line; its channel sends the body behind that.
class Print : public Work {
public:
    Print(Parsed parsed, std::string_view packet) noexcept
        : message_(std::move(parsed.message)), body_(packet.substr(parsed.head_size)) {}
    bool run(Receiver& receiver) override {
        char* head = belle_sip_message_to_string(message_.get());
        if (head == nullptr) return false;
        out_.assign(head).append(body_);
        belle_sip_free(head);
        receiver.octets(out_);
        return true;
    }

private:
    Message message_;
    std::string_view body_;
    std::string out_;
};

class BelleSip : public Peer {
public:
    BelleSip() { belle_sip_object_pool_push(); }
    std::string name() const override { return "belle-sip"; }
    std::string version() const override { return PEER_BELLE_SIP; }
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        if (level == Level::proxy) return std::make_unique<PacketWork<proxy>>(packet);
        if (level == Level::full) return std::make_unique<PacketWork<full>>(packet);
        if (level != Level::print) return nullptr;
        auto parsed = parse(packet.view());
        return parsed.message ? std::make_unique<Print>(std::move(parsed), packet.view()) : nullptr;
    }
};

}  // namespace

std::unique_ptr<Peer> make_belle_sip() { return std::make_unique<BelleSip>(); }

}  // namespace bench
