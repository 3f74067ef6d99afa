// SPDX-License-Identifier: MIT
#include "forwarding.hpp"
#include "peers/peer.hpp"
#include "peers/sipmsg_values.hpp"

#include <sipmsg/version.hpp>

namespace bench {

namespace {

using namespace sipmsg;

/// Whether check_mandatory() comes first, as in a server that must not go on with a message that lacks a header.
enum class Checks { none, mandatory };

int number(std::optional<std::uint16_t> port) { return port ? *port : absent; }

Address address(const Uri& uri) { return {uri.user, uri.host.text, number(uri.port)}; }

int rport(const Via& via) {
    if (const auto port = via.rport()) return *port;
    return via.has_rport() ? valueless : absent;
}

bool take_start_line(Essentials& values, const MessageView& message) {
    values.status = message.status();
    if (message.is_response()) return true;
    const auto uri = message.request_uri();
    if (!uri) return false;
    values.method = message.method_text();
    values.target = address(*uri);
    values.target_transport = uri->transport().value_or("");
    return true;
}

void take_via(Essentials& values, const MessageView& message) {
    if (const auto via = message.top<Via>()) {
        values.via = {via->transport, via->host.text, number(via->port), via->branch(), rport(*via)};
    }
}

void take_addresses(Essentials& values, const MessageView& message) {
    if (const auto from = message.top<From>()) values.from_tag = from->tag().value_or("");
    if (const auto to = message.top<To>()) values.to_tag = to->tag().value_or("");
    if (const auto route = message.top<Route>()) {
        values.route = address(route->uri);
        values.route_is_loose = route->uri.is_loose_router();
    }
    if (const auto contact = message.top<Contact>()) values.contact = address(contact->uri);
}

void take_others(Essentials& values, const MessageView& message) {
    if (const auto call_id = message.top<CallId>()) values.call_id = call_id->text;
    if (const auto cseq = message.top<CSeq>()) {
        values.cseq = cseq->number;
        values.cseq_method = cseq->method_text;
    }
    if (const auto hops = message.top<MaxForwards>()) values.max_forwards = static_cast<int>(hops->value);
    if (const auto length = message.top<ContentLength>()) values.content_length = static_cast<int>(length->value);
    values.body = message.body();
}

bool frame(std::string_view packet, Receiver&) { return parse(packet).has_value(); }

template <Checks checks>
bool is_fit(const MessageView& message) {
    return checks == Checks::none || !check_mandatory(message);
}

template <Checks checks>
bool proxy(std::string_view packet, Receiver& receiver) {
    const auto message = parse(packet);
    if (!message || !is_fit<checks>(*message)) return false;
    Essentials values;
    if (!take_start_line(values, *message)) return false;
    take_via(values, *message);
    take_addresses(values, *message);
    take_others(values, *message);
    receiver.values(values);
    return true;
}

template <Checks checks>
bool full(std::string_view packet, Receiver&) {
    const auto message = parse(packet);
    return message && is_fit<checks>(*message) && decode_all(*message);
}

/// A view is as large as the messages it can index; with it counts what was decoded, as if all of it were kept.
template <Checks checks>
class Parse : public Work {
public:
    Parse(Level level, std::string_view packet) noexcept : level_(level), packet_(packet) {}
    bool run(Receiver& receiver) override {
        switch (level_) {
            case Level::frame: return frame(packet_, receiver);
            case Level::proxy: return proxy<checks>(packet_, receiver);
            default: return full<checks>(packet_, receiver);
        }
    }
    std::size_t held_off_heap() const override {
        const auto message = parse(packet_);
        if (!message || level_ == Level::frame) return sizeof(MessageView);
        return sizeof(MessageView) + (level_ == Level::full ? size_of_all(*message) : size_of_essentials(*message));
    }

private:
    template <class... T>
    static std::size_t size_of(const MessageView& message) {
        return ((message.has(T::id) ? sizeof(T) : 0) + ...);
    }
    static std::size_t size_of_essentials(const MessageView& message) {
        return (message.is_request() ? sizeof(Uri) : 0) +
               size_of<Via, From, To, CallId, CSeq, MaxForwards, Route, Contact, ContentLength>(message);
    }

    Level level_;
    std::string_view packet_;
};

class Print : public Work {
public:
    explicit Print(const MessageView& message) : values_(message) {}
    bool run(Receiver& receiver) override {
        out_.clear();
        values_.append_to(out_);
        receiver.octets(out_);
        return true;
    }

private:
    DecodedMessage values_;
    std::string out_;
};

class Forward : public Work {
public:
    explicit Forward(Message message) : received_(std::move(message)), leaving_(received_) {}
    bool run(Receiver& receiver) override {
        leaving_ = received_;
        if (leaving_.is_response()) {
            if (!leaving_.pop_via()) return false;
        } else {
            leaving_.push_via(own_via);
            if (!leaving_.decrement_max_forwards()) return false;
            leaving_.pop_route();
        }
        receiver.octets(leaving_.octets());
        return true;
    }

private:
    Message received_;
    Message leaving_;  ///< its memory serves every message
};

class Sipmsg : public Peer {
public:
    std::string name() const override { return "libsipmsg"; }
    std::string version() const override { return std::string(sipmsg::version()); }
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        if (level == Level::forwarded) {
            auto message = Message::parse(std::string(packet.view()));
            return message ? std::make_unique<Forward>(std::move(*message)) : nullptr;
        }
        if (level != Level::print) return std::make_unique<Parse<Checks::none>>(level, packet.view());
        const auto view = parse(packet.view());
        return view ? std::make_unique<Print>(*view) : nullptr;
    }
};

/// The same library with the checks of a server; where those change nothing it has no level.
class CheckedSipmsg : public Sipmsg {
public:
    std::string name() const override { return "libsipmsg-checked"; }
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        if (level != Level::proxy && level != Level::full) return nullptr;
        return std::make_unique<Parse<Checks::mandatory>>(level, packet.view());
    }
};

}  // namespace

std::unique_ptr<Peer> make_sipmsg() { return std::make_unique<Sipmsg>(); }
std::unique_ptr<Peer> make_sipmsg_checked() { return std::make_unique<CheckedSipmsg>(); }

}  // namespace bench
