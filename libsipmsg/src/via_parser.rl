// SPDX-License-Identifier: MIT
#include "chars.hpp"
#include "fail.hpp"
#include "fold.hpp"
#include "host.hpp"
#include "number.hpp"
#include "via_parser.hpp"

namespace sipmsg::detail {

%%{
machine via_parser;
include via "via.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_host   { p = skip<is_host>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action protocol   { via.protocol = {mark, p}; }
action version    { via.version = {mark, p}; }
action transport  { via.transport = {mark, p}; }
action host       { host = {mark, p}; tail = p; }
action port       { port = {mark, p}; tail = p; }
action params     { if (params == nullptr) params = p; }
action param_name { tail = p; repeated |= !seen.add({mark, p}); }
action value_end  { tail = p; }
action comma      { fhold; fbreak; }

action want_protocol { expected = "SIP/2.0/transport"; }
action want_host     { expected = "a host"; }
action want_param    { expected = "a parameter"; }

sent_protocol = protocol_name >mark $run_token %protocol SLASH
                protocol_version >mark $run_token %version SLASH
                transport >mark $run_token %transport;
host          = ( IPv6reference | hostname $run_host ) >mark %host;
sent_by       = host ( COLON port >mark %port )?;
quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
via_params    = pname >mark $run_token %param_name ( EQUAL ( via_bare_value | quoted ) %value_end )?;
via_parm      = ( SWS sent_protocol LWS ) $!want_protocol sent_by $!want_host
                ( ( SWS ";" >params SWS ) via_params $!want_param )*;

main := via_parm SWS ( "," @comma )?;

write data noerror noentry;
}%%

/// The parameters a Via may hold once: a second one is refused, else two readers could see two values.
struct ViaParamsSeen {
    unsigned bits = 0;
    bool add(std::string_view name) noexcept {
        const unsigned bit = bit_of(name);
        const bool fresh = (bits & bit) == 0;
        bits |= bit;
        return fresh;
    }
    static unsigned bit_of(std::string_view name) noexcept {
        switch (name.size()) {
            case 3: return same_folded(name, "ttl") ? 1 : 0;
            case 5: return same_folded(name, "rport") ? 2 : same_folded(name, "maddr") ? 4 : 0;
            case 6: return same_folded(name, "branch") ? 8 : 0;
            case 8: return same_folded(name, "received") ? 16 : 0;
            default: return 0;
        }
    }
};

Result<Via> scan_via(std::string_view text, std::size_t& used) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    const char* expected = "a Via value";
    std::string_view host;
    std::string_view port;
    ViaParamsSeen seen;
    bool repeated = false;
    Via via;
    int cs = 0;

    %% write init;
    %% write exec;

    auto offset = [&](const char* q) { return static_cast<std::size_t>(q - text.data()); };
    if (cs < via_parser_first_final) return fail(ParseErrc::syntax, offset(p), expected, Header::via);
    used = offset(p);
    const auto sent_by = classify_host(host);
    if (!sent_by) return fail(ParseErrc::syntax, offset(host.data()), "a host", Header::via);
    via.host = *sent_by;
    if (!port.empty()) {
        const auto number = decimal(port, max_u16);
        if (!number) return fail(ParseErrc::out_of_range, offset(port.data()), "a port below 65536", Header::via);
        via.port = static_cast<std::uint16_t>(*number);
    }
    if (repeated) return fail(ParseErrc::duplicate, offset(params), "each parameter once", Header::via);
    if (params != nullptr) via.params = Params(std::string_view(params, tail));
    const auto begin = offset(via.protocol.data());
    via.text = text.substr(begin, offset(tail) - begin);
    return via;
}

}  // namespace sipmsg::detail
