// SPDX-License-Identifier: MIT

// What every element reads of every message. No include guard: see kernel_functions.ipp.

inline bool scan_mandatory_cseq(Scan& scan, CSeq& cseq) {
    CSeqParts parts;
    if (!scan_cseq(scan, parts)) return false;
    const auto number = decimal(parts.number, max_cseq);
    if (!number) return scan.fail(ParseErrc::out_of_range, parts.number.data(), "a number below 2147483648");
    cseq = {static_cast<std::uint32_t>(*number), Method::other, parts.method};
    return true;
}

inline bool scan_mandatory_call_id(Scan& scan, CallId& call_id) { return scan_call_id(scan, call_id.text); }

inline bool scan_mandatory_hops(Scan& scan, std::optional<std::uint8_t>& hops) {
    scan.used = scan.text.size();
    const auto number = decimal(scan.text, 255);
    if (number) {
        hops = static_cast<std::uint8_t>(*number);
        return true;
    }
    const auto strange = scan.text.find_first_not_of("0123456789");
    if (scan.text.empty() || strange != std::string_view::npos) return scan.syntax(scan.begin(), "a decimal number");
    return scan.fail(ParseErrc::out_of_range, scan.begin(), "a number up to 255");
}

class EssentialsReader {
public:
    EssentialsReader(const MessageView& message, ParseError& error) noexcept : message_(message), error_(error) {}

    bool request_uri(Uri& uri) {
        const auto text = message_.request_uri_text();
        Scan scan(text, message_.behind(text));
        if (!scan_uri(scan, uri)) return fault(scan.error(), text);
        if (uri.headers().empty()) return true;
        return fault({ParseErrc::syntax, Header::none, 0, "a Request-URI without headers"}, text);
    }

    bool top_via(Via& via) {
        const auto* const first = message_.find(Header::via);
        const auto* field = first;
        while (field != nullptr && field->value_length == 0) field = message_.next(*field);
        if (field == nullptr && first != nullptr)
            return fault({ParseErrc::syntax, Header::via, 0, "a Via value"}, message_.value(*first));
        if (field == nullptr) return missing(Header::via);
        auto rest = message_.value(*field);
        Scan scan(rest, message_.behind(rest));
        return (scan_via(scan, via) && step(rest, scan)) || fault(scan.error(Header::via), message_.value(*field));
    }

    /// `id` is known when this is compiled, so that its place in the index is.
    template <Header id>
    bool one(auto scanner, auto& value) {
        const auto* const field = message_.find(id);
        if (field == nullptr) return missing(id);
        const auto text = message_.value(*field);
        if (message_.is_repeated(id)) return fault({ParseErrc::duplicate, id, 0, "the header once"}, text);
        Scan scan(text, message_.behind(text));
        return (scanner(scan, value) && is_whole(scan)) || fault(scan.error(id), text);
    }

    /// That of a request is the request's own (RFC 3261 §8.1.1.5).
    bool method(CSeq& cseq) {
        const bool same = !message_.is_response() && same_octets(cseq.method_text, message_.method_text());
        cseq.method = same ? message_.method() : method_of(cseq.method_text);
        if (same || message_.is_response()) return true;
        return fault({ParseErrc::syntax, Header::cseq, 0, "the method of the request"},
                     message_.value(*message_.find(Header::cseq)));
    }

private:
    bool missing(Header id) noexcept {
        error_ = {ParseErrc::missing, id, 0, "the header"};
        return false;
    }
    /// `error` counts from the beginning of `text`.
    bool fault(ParseError error, std::string_view text) noexcept {
        error.offset += static_cast<std::uint32_t>(text.data() - message_.octets().data());
        error_ = error;
        return false;
    }

    const MessageView& message_;
    ParseError& error_;
};

/// The URIs of From and To are looked at only where `addresses` says so. In one piece where speed comes first.
#if !defined(__OPTIMIZE_SIZE__)
[[gnu::flatten]]
#endif
bool scan_essentials(const MessageView& message, Essentials& into, bool addresses, ParseError& error) {
    const auto scan_address = [addresses](Scan& scan, std::optional<std::string_view>& tag) {
        std::string_view text;
        UriPlaces uri;
        return scan_tag(scan, tag, text) && (!addresses || scan_uri_at(scan, uri, text));
    };
    EssentialsReader read(message, error);
    return (message.is_response() || read.request_uri(into.request_uri)) && read.top_via(into.via) &&
           read.one<Header::from>(scan_address, into.from_tag) && read.one<Header::to>(scan_address, into.to_tag) &&
           read.one<Header::call_id>(scan_mandatory_call_id, into.call_id) &&
           read.one<Header::cseq>(scan_mandatory_cseq, into.cseq) &&
           (!message.has(Header::max_forwards) ||
            read.one<Header::max_forwards>(scan_mandatory_hops, into.max_forwards)) &&
           read.method(into.cseq);
}
