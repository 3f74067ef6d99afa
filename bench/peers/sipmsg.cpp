// SPDX-License-Identifier: MIT
#include "forwarding.hpp"
#include "peers/peer.hpp"
#include "peers/sipmsg_values.hpp"

#include <sipmsg/simd.hpp>
#include <sipmsg/version.hpp>

#include <functional>
#include <span>
#include <utility>

namespace bench {

namespace {

using namespace sipmsg;

/// Whether check_mandatory() comes first, as in a server that must not go on with a message that lacks a header. At L1
/// it reads what read_essentials() would have read.
enum class Checks { none, mandatory };

int number(std::optional<std::uint16_t> port) { return port ? *port : absent; }

Address address(const Uri& uri) { return {uri.user(), uri.host().text, number(uri.port())}; }

int rport(const Via& via) {
    if (const auto port = via.rport()) return *port;
    return via.has_rport() ? valueless : absent;
}

void take_mandatory(Essentials& values, const MessageView& message, const sipmsg::Essentials& read) {
    values.status = message.status();
    if (message.is_request()) {
        values.method = message.method_text();
        values.target = address(read.request_uri);
        values.target_transport = read.request_uri.transport().value_or("");
    }
    const auto& via = read.via;
    values.via = {via.transport(), via.host().text, number(via.port()), via.branch(), rport(via)};
    values.from_tag = read.from_tag.value_or("");
    values.to_tag = read.to_tag.value_or("");
    values.call_id = read.call_id.text;
    values.cseq = read.cseq.number;
    values.cseq_method = read.cseq.method_text;
    if (read.max_forwards) values.max_forwards = *read.max_forwards;
}

void take_others(Essentials& values, const MessageView& message) {
    if (const auto route = message.top<Route>()) {
        values.route = address(route->uri());
        values.route_is_loose = route->uri().is_loose_router();
    }
    if (const auto contact = message.top<Contact>()) values.contact = address(contact->uri());
    // parse() has read it: it is the size of the body.
    if (message.has(Header::content_length)) values.content_length = static_cast<int>(message.body().size());
    values.body = message.body();
}

/// What one thread of a program has once, and uses for every message.
struct Scratch {
    MessageView view;
    std::string text;
};

bool read(MessageView& view, std::string_view packet) {
    return !parse_into(view, packet, {.limits = {}, .lenient = {}, .padding = Packet::padding});
}

template <Checks checks>
bool proxy(const MessageView& message, Receiver& receiver) {
    sipmsg::Essentials mandatory;
    if (checks == Checks::mandatory ? check_mandatory(message, mandatory) : read_essentials(message, mandatory))
        return false;
    Essentials values;
    take_mandatory(values, message, mandatory);
    take_others(values, message);
    receiver.values(values);
    return true;
}

template <class... T>
std::size_t size_of(const MessageView& message) {
    return ((message.has(T::id) ? sizeof(T) : 0) + ...);
}

/// L0 to L2. What is held: the view, which is as large as the messages it can index, and what was decoded, as if all of
/// it were kept.
template <Level level, Checks checks>
class Parse : public Work {
public:
    Parse(Scratch& scratch, std::string_view packet) noexcept : view_(scratch.view), packet_(packet) {}

    bool run(Receiver& receiver) override {
        if (!read(view_, packet_)) return false;
        if constexpr (level == Level::proxy) return proxy<checks>(view_, receiver);
        if (checks == Checks::mandatory && check_mandatory(view_)) return false;
        if constexpr (level == Level::full) return decode_all(view_);
        return true;
    }

    /// Of a view that has seen no other message.
    std::size_t held_off_heap() const override {
        MessageView view;
        if (!read(view, packet_)) return 0;
        const auto held = size_of_view(view);
        if (level == Level::frame) return held;
        if (level == Level::full) return held + size_of_all(view);
        return held + (view.is_request() ? sizeof(Uri) : 0) +
               size_of<Via, From, To, CallId, CSeq, MaxForwards, Route, Contact, ContentLength>(view);
    }

private:
    /// With an index that has outgrown the view: a view that is used again keeps that on the heap from then on.
    static std::size_t size_of_view(const MessageView& view) {
        const auto index = std::as_bytes(view.fields());
        const auto itself = std::as_bytes(std::span(&view, 1));
        const bool within =
            std::less_equal{}(itself.data(), index.data()) && std::less{}(index.data(), itself.data() + itself.size());
        return sizeof view + (within ? 0 : index.size());
    }

    MessageView& view_;
    std::string_view packet_;
};

class Print : public Work {
public:
    Print(Scratch& scratch, const MessageView& message) : values_(message), out_(scratch.text) {}
    bool run(Receiver& receiver) override {
        out_.clear();
        append_to(out_, values_);
        receiver.octets(out_);
        return true;
    }

private:
    DecodedMessage values_;
    std::string& out_;
};

class Forward : public Work {
public:
    Forward(Scratch& scratch, const MessageView& received) : received_(received), out_(scratch.text) {}
    bool run(Receiver& receiver) override {
        ForwardedMessage leaving(received_);
        if (received_.is_response()) {
            if (!leaving.pop_via()) return false;
        } else {
            leaving.push_via(own_via);
            if (!leaving.decrement_max_forwards()) return false;
            leaving.pop_route();
        }
        out_.clear();
        leaving.append_to(out_);
        receiver.octets(out_);
        return true;
    }

private:
    MessageView received_;
    std::string& out_;
};

class Sipmsg : public Peer {
public:
    Sipmsg(std::string name, Simd instructions) : name_(std::move(name)), instructions_(instructions) {}
    std::string name() const override { return name_; }
    std::string version() const override { return std::string(sipmsg::version()); }
    void enter() override { use_simd(instructions_); }

    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        switch (level) {
            case Level::frame: return parse_work<Level::frame>(packet);
            case Level::proxy: return parse_work<Level::proxy>(packet);
            case Level::full: return parse_work<Level::full>(packet);
            case Level::print: return print_work(packet);
            case Level::forwarded: return forward_work(packet);
        }
        return nullptr;
    }

protected:
    template <Level level, Checks checks = Checks::none>
    std::unique_ptr<Work> parse_work(const Packet& packet) {
        return std::make_unique<Parse<level, checks>>(scratch_, packet.view());
    }

private:
    std::unique_ptr<Work> print_work(const Packet& packet) {
        const auto view = parse(packet.view());
        return view ? std::make_unique<Print>(scratch_, *view) : nullptr;
    }
    std::unique_ptr<Work> forward_work(const Packet& packet) {
        const auto view = parse(packet.view());
        return view ? std::make_unique<Forward>(scratch_, *view) : nullptr;
    }

    std::string name_;
    Simd instructions_;

protected:
    Scratch scratch_;
};

/// The same library with the checks of a server.
class CheckedSipmsg : public Sipmsg {
public:
    using Sipmsg::Sipmsg;
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        if (level == Level::proxy) return parse_work<Level::proxy, Checks::mandatory>(packet);
        return level == Level::full ? parse_work<Level::full, Checks::mandatory>(packet) : nullptr;
    }
};

/// What PJSIP decodes at L2, and no more: the rest stays text here as well.
class ParseAsPjsip : public Work {
public:
    ParseAsPjsip(Scratch& scratch, std::string_view packet) noexcept : view_(scratch.view), packet_(packet) {}
    bool run(Receiver&) override { return read(view_, packet_) && decode_only(headers_of_pjsip(), view_); }

private:
    MessageView& view_;
    std::string_view packet_;
};

/// The same library with no more work than PJSIP does.
class SipmsgAsPjsip : public Sipmsg {
public:
    using Sipmsg::Sipmsg;
    bool reads_values() const override { return false; }
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        return level == Level::full ? std::make_unique<ParseAsPjsip>(scratch_, packet.view()) : nullptr;
    }
};

/// The same library without vector instructions.
class PortableSipmsg : public Sipmsg {
public:
    using Sipmsg::Sipmsg;
    std::unique_ptr<Work> work(Level level, const Packet& packet) override {
        return level == Level::print || level == Level::forwarded ? nullptr : Sipmsg::work(level, packet);
    }
};

}  // namespace

std::unique_ptr<Peer> make_sipmsg() { return std::make_unique<Sipmsg>("libsipmsg", simd()); }
std::unique_ptr<Peer> make_sipmsg_checked() { return std::make_unique<CheckedSipmsg>("libsipmsg-checked", simd()); }
std::unique_ptr<Peer> make_sipmsg_portable() {
    return std::make_unique<PortableSipmsg>("libsipmsg-portable", Simd::portable);
}

std::unique_ptr<Peer> make_sipmsg_as_pjsip() { return std::make_unique<SipmsgAsPjsip>("libsipmsg-as-pjsip", simd()); }
std::unique_ptr<Peer> make_sipmsg_portable_as_pjsip() {
    return std::make_unique<SipmsgAsPjsip>("libsipmsg-portable-as-pjsip", Simd::portable);
}

}  // namespace bench
