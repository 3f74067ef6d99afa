// SPDX-License-Identifier: MIT
// libosip2 decodes every header it knows when a message is parsed, numbers excepted: L1 and L2 are the same parse.
#include "peers/peer.hpp"

#include <osipparser2/osip_parser.h>

#include <cstdlib>

namespace bench {

namespace {

using Message = std::unique_ptr<osip_message_t, decltype([](osip_message_t* message) { osip_message_free(message); })>;

Message parse(std::string_view packet) {
    osip_message_t* message = nullptr;
    if (osip_message_init(&message) != OSIP_SUCCESS) return nullptr;
    Message owner(message);
    return osip_message_parse(message, packet.data(), packet.size()) == OSIP_SUCCESS ? std::move(owner) : nullptr;
}

int number(const char* digits) {
    return digits == nullptr ? absent : static_cast<int>(std::strtoul(digits, nullptr, 10));
}

Address address(const osip_uri_t* uri) {
    return uri == nullptr ? Address{} : Address{uri->username, uri->host, number(uri->port)};
}

// The library takes names as char*, and only reads them.
const osip_generic_param_t* param(osip_list_t& params, const char* name) {
    osip_generic_param_t* found = nullptr;
    osip_generic_param_get_byname(&params, const_cast<char*>(name), &found);
    return found;
}

const char* value(const osip_generic_param_t* param) { return param == nullptr ? nullptr : param->gvalue; }

void take_via(Essentials& values, osip_via_t& via) {
    values.via = {via.protocol, via.host, number(via.port), value(param(via.via_params, "branch")), absent};
    if (const auto* rport = param(via.via_params, "rport")) {
        values.via.rport = rport->gvalue == nullptr ? valueless : number(rport->gvalue);
    }
}

template <class T>
T* first(osip_list_t& list) {
    return static_cast<T*>(osip_list_get(&list, 0));
}

bool proxy(std::string_view packet, Receiver& receiver) {
    auto message = parse(packet);
    if (!message) return false;
    Essentials values;
    if (message->req_uri != nullptr) {
        values.method = message->sip_method;
        values.target = address(message->req_uri);
        values.target_transport = value(param(message->req_uri->url_params, "transport"));
    } else {
        values.status = message->status_code;
    }
    if (auto* via = first<osip_via_t>(message->vias)) take_via(values, *via);
    if (message->from != nullptr) values.from_tag = value(param(message->from->gen_params, "tag"));
    if (message->to != nullptr) values.to_tag = value(param(message->to->gen_params, "tag"));
    if (message->call_id != nullptr) {
        values.call_id = message->call_id->number;
        values.call_id_host = message->call_id->host;
    }
    if (message->cseq != nullptr) {
        values.cseq = static_cast<unsigned>(number(message->cseq->number));
        values.cseq_method = message->cseq->method;
    }
    osip_header_t* hops = nullptr;
    if (osip_message_get_max_forwards(message.get(), 0, &hops) >= 0) values.max_forwards = number(hops->hvalue);
    if (auto* route = first<osip_route_t>(message->routes)) {
        values.route = address(route->url);
        values.route_is_loose = param(route->url->url_params, "lr") != nullptr;
    }
    if (auto* contact = first<osip_contact_t>(message->contacts)) values.contact = address(contact->url);
    if (message->content_length != nullptr) values.content_length = number(message->content_length->value);
    if (auto* body = first<osip_body_t>(message->bodies)) values.body = {body->body, body->length};
    receiver.values(values);
    return true;
}

bool full(std::string_view packet, Receiver&) { return parse(packet) != nullptr; }

class Print : public Work {
public:
    explicit Print(Message message) noexcept : message_(std::move(message)) {}
    bool run(Receiver& receiver) override {
        osip_message_force_update(message_.get());
        char* text = nullptr;
        std::size_t size = 0;
        if (osip_message_to_str(message_.get(), &text, &size) != OSIP_SUCCESS) return false;
        receiver.octets({text, size});
        osip_free(text);
        return true;
    }

private:
    Message message_;
};

class Osip2 : public Peer {
public:
    Osip2() { parser_init(); }
    std::string name() const override { return "libosip2"; }
    std::string version() const override { return PEER_OSIP2; }
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        if (level == Level::proxy) return std::make_unique<PacketWork<proxy>>(packet);
        if (level == Level::full) return std::make_unique<PacketWork<full>>(packet);
        if (level != Level::print) return nullptr;
        auto message = parse(packet.view());
        return message ? std::make_unique<Print>(std::move(message)) : nullptr;
    }
};

}  // namespace

std::unique_ptr<Peer> make_osip2() { return std::make_unique<Osip2>(); }

}  // namespace bench
