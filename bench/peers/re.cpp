// SPDX-License-Identifier: MIT
// libre ("re") decodes the headers that it needs itself (first Via, From, To, CSeq, Content-Type) when a message is
// decoded, and the others when its user calls their decoder.
#include "peers/peer.hpp"

#include <re.h>

namespace bench {

namespace {

template <class T>
struct Dereference {
    void operator()(T* object) const { mem_deref(object); }
};
using Message = std::unique_ptr<sip_msg, Dereference<sip_msg>>;
using Buffer = std::unique_ptr<mbuf, Dereference<mbuf>>;

Text text(const pl& part) { return {part.p, part.l}; }

Address address(const uri& uri) { return {text(uri.user), text(uri.host), uri.port == 0 ? absent : uri.port}; }

pl named(const char* name) {
    pl part;
    pl_set_str(&part, name);
    return part;
}

bool uri_has(const uri& uri, const char* name) {
    pl wanted = named(name), value;
    return uri_param_get(&uri.params, &wanted, &value) == 0;
}

int rport(const pl& params) {
    pl value;
    if (msg_param_decode(&params, "rport", &value) == 0) return static_cast<int>(pl_u32(&value));
    return msg_param_exists(&params, "rport", &value) == 0 ? valueless : absent;
}

/// The library knows five transports by number; their names are constants of it.
void take_via(Essentials& values, const sip_via& via) {
    pl host = pl_null, port = pl_null;
    uri_decode_hostport(&via.sentby, &host, &port);
    values.via = {sip_transp_name(via.tp), text(host), pl_isset(&port) ? static_cast<int>(pl_u32(&port)) : absent,
                  text(via.branch), rport(via.params)};
}

bool take_address(Address& address_of, uri& uri_of, const sip_msg& message, sip_hdrid id) {
    const auto* header = sip_msg_hdr(&message, id);
    sip_addr address_value;
    if (header == nullptr || sip_addr_decode(&address_value, &header->val) != 0) return false;
    uri_of = address_value.uri;
    address_of = address(uri_of);
    return true;
}

void take_values(Essentials& values, const sip_msg& message) {
    if (message.req) {
        values.method = text(message.met);
        values.target = address(message.uri);
        pl wanted = named("transport"), transport = pl_null;
        uri_param_get(&message.uri.params, &wanted, &transport);
        values.target_transport = text(transport);
    } else {
        values.status = message.scode;
    }
    take_via(values, message.via);
    values.from_tag = text(message.from.tag);
    values.to_tag = text(message.to.tag);
    values.call_id = text(message.callid);
    values.cseq = message.cseq.num;
    values.cseq_method = text(message.cseq.met);
    if (pl_isset(&message.maxfwd)) values.max_forwards = static_cast<int>(pl_u32(&message.maxfwd));
    uri uri_of;
    if (take_address(values.route, uri_of, message, SIP_HDR_ROUTE)) values.route_is_loose = uri_has(uri_of, "lr");
    take_address(values.contact, uri_of, message, SIP_HDR_CONTACT);
    if (pl_isset(&message.clen)) values.content_length = static_cast<int>(pl_u32(&message.clen));
    values.body = {reinterpret_cast<const char*>(mbuf_buf(message.mb)), mbuf_get_left(message.mb)};
}

/// True when the header has no decoder, or was decoded.
bool decode(const sip_hdr& header) {
    switch (static_cast<int>(header.id)) {
        case SIP_HDR_VIA: {
            sip_via value;
            return sip_via_decode(&value, &header.val) == 0;
        }
        case SIP_HDR_FROM:
        case SIP_HDR_TO:
        case SIP_HDR_CSEQ:
        case SIP_HDR_CONTENT_TYPE: return true;  // decoded with the message
        case SIP_HDR_CONTACT:
        case SIP_HDR_ROUTE:
        case SIP_HDR_RECORD_ROUTE:
        case SIP_HDR_PATH:
        case SIP_HDR_SERVICE_ROUTE:
        case SIP_HDR_REPLY_TO:
        case SIP_HDR_REFER_TO:
        case SIP_HDR_REFERRED_BY:
        case SIP_HDR_HISTORY_INFO:
        case SIP_HDR_P_ASSERTED_IDENTITY:
        case SIP_HDR_P_PREFERRED_IDENTITY:
        case SIP_HDR_P_CALLED_PARTY_ID:
        case SIP_HDR_P_ASSOCIATED_URI: {
            sip_addr value;
            return sip_addr_decode(&value, &header.val) == 0;
        }
        case SIP_HDR_AUTHORIZATION:
        case SIP_HDR_PROXY_AUTHORIZATION: {
            httpauth_digest_resp value;
            return httpauth_digest_response_decode(&value, &header.val) == 0;
        }
        case SIP_HDR_WWW_AUTHENTICATE:
        case SIP_HDR_PROXY_AUTHENTICATE: {
            httpauth_digest_chall value;
            return httpauth_digest_challenge_decode(&value, &header.val) == 0;
        }
        case SIP_HDR_EVENT: {
            sipevent_event value;
            return sipevent_event_decode(&value, &header.val) == 0;
        }
        case SIP_HDR_SUBSCRIPTION_STATE: {
            sipevent_substate value;
            return sipevent_substate_decode(&value, &header.val) == 0;
        }
        default: return true;
    }
}

/// The packet in the library's own buffer, which a message refers to and which is rewound for the next one.
class ReWork : public Work {
public:
    explicit ReWork(Level level, std::string_view packet) : level_(level), buffer_(mbuf_alloc(packet.size())) {
        mbuf_write_mem(buffer_.get(), reinterpret_cast<const std::uint8_t*>(packet.data()), packet.size());
    }

    bool run(Receiver& receiver) override {
        buffer_->pos = 0;
        sip_msg* decoded = nullptr;
        if (sip_msg_decode(&decoded, buffer_.get()) != 0) return false;
        Message message(decoded);
        if (level_ == Level::full) return all_headers(*message);
        if (level_ == Level::proxy) {
            Essentials values;
            take_values(values, *message);
            receiver.values(values);
        }
        return true;
    }

private:
    static bool all_headers(const sip_msg& message) {
        for (auto* element = message.hdrl.head; element != nullptr; element = element->next) {
            if (!decode(*static_cast<const sip_hdr*>(element->data))) return false;
        }
        return true;
    }

    Level level_;
    Buffer buffer_;
};

class Re : public Peer {
public:
    std::string name() const override { return "libre"; }
    std::string version() const override { return PEER_RE; }
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        if (level == Level::print || level == Level::forwarded) return nullptr;
        return std::make_unique<ReWork>(level, packet.view());
    }
};

}  // namespace

std::unique_ptr<Peer> make_re() { return std::make_unique<Re>(); }

}  // namespace bench
