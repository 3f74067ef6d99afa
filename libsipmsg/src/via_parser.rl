// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include "host.hpp"
#include "param_notes.hpp"

namespace sipmsg::detail {

%%{
machine via_parser;
include via "via.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_host   { p = skip<is_host>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action begin      { mark = via.text = p; }
action protocol   { via.protocol_end = via.at(p); }
action version    { via.version = via.at(mark); via.version_end = via.at(p); }
action transport  { via.transport = via.at(mark); via.transport_end = via.at(p); }
action host       { host = between(mark, p); tail = p; }
action port       { port = between(mark, p); tail = p; }
action params     { if (params == nullptr) params = p; }
# A parameter that a Via may hold once is refused when it stands again, else two readers could see two values.
action name       { tail = p; repeated |= !notes.name(via_slot(mark, static_cast<std::size_t>(p - mark)), params, p); }
action value      { tail = p; notes.value(params, mark, p); }
action address    { address = mark; }
action address_end { if (broken == nullptr) broken = fault_in_address(address, p); }
action comma      { fhold; fbreak; }

action want_protocol { expected = "SIP/2.0/transport"; }
action want_host     { expected = "a host"; }
action want_param    { expected = "a parameter"; }

host_run      = ( IPv6reference | hostname $run_host ) >mark %host;
sent_by       = host_run ( COLON port >mark %port )?;
quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
# A token, or what may be an address: then every octet of it is looked at again.
address       = [:\[] @address via_address_rest %address_end;
bare          = token $run_token address? | address;
via_params    = pname >mark $run_token %name ( EQUAL ( bare | quoted ) >mark %value )?;

main := ( SWS protocol_name >begin $run_token %protocol SLASH
          protocol_version >mark $run_token %version SLASH
          transport >mark $run_token %transport LWS ) $!want_protocol
        sent_by $!want_host
        ( ( SWS ";" >params SWS ) via_params $!want_param )* SWS ( "," @comma )?;

write data noerror noentry;
}%%

namespace {

/// The first octet that neither IPv6reference nor IPv6address has there, or nullptr.
const char* fault_in_address(const char* p, const char* end) noexcept {
    const bool bracket = *p == '[';
    if (bracket) ++p;
    const char* const begin = p;
    while (p != end && (is_hex(*p) || *p == ':' || *p == '.')) ++p;
    if (bracket && p != begin && p != end && *p == ']') ++p;
    return p == end && (!bracket || p[-1] == ']') ? nullptr : p;
}

}  // namespace

bool run_via(Scan& scan, ViaPlaces& via) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    const char* expected = "a Via value";
    std::string_view host;
    std::string_view port;
    NoteTaker notes(via.notes);
    const char* address = nullptr;
    const char* broken = nullptr;
    bool repeated = false;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < via_parser_first_final) return scan.syntax(p, expected);
    if (broken != nullptr) return scan.syntax(broken, "a parameter");
    scan.used = scan.offset(p);
    if (!take_hostport(scan, host, port, via.text, via.host)) return false;
    if (repeated) return scan.fail(ParseErrc::duplicate, params, "each parameter once");
    if (params == nullptr) params = tail;
    notes.finish(params, tail);
    via.params = via.at(params);
    via.size = via.at(tail);
    return true;
}

}  // namespace sipmsg::detail
