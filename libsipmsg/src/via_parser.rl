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
action begin      { mark = via.text = p; }
action protocol   { via.protocol_end = via.at(p); }
action version    { via.version = via.at(mark); via.version_end = via.at(p); }
action transport  { via.transport = via.at(mark); via.transport_end = via.at(p); }
action host       { host = between(mark, p); tail = p; }
action port       { port = between(mark, p); tail = p; }
action behind     { fhold; fbreak; }

action want_protocol { expected = "SIP/2.0/transport"; }
action want_host     { expected = "a host"; }

host_run = ( IPv6reference | hostname $run_host ) >mark %host;
sent_by  = host_run ( COLON port >mark %port )?;

main := ( SWS protocol_name >begin $run_token %protocol SLASH
          protocol_version >mark $run_token %version SLASH
          transport >mark $run_token %transport LWS ) $!want_protocol
        sent_by $!want_host
        SWS ( [;,] @behind )?;

write data noerror noentry;
}%%

bool run_via(Scan& scan, ViaPlaces& via) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* expected = "a Via value";
    std::string_view host;
    std::string_view port;
    Params params;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < via_parser_first_final) return scan.syntax(p, expected);
    if (!run_params_behind(scan, p, params, Values::addresses)) return false;
    if (!take_hostport(scan, host, port, via.text, via.host)) return false;
    const auto behind = params.empty() ? between(tail, tail) : params.text();
    via.params = via.at(behind.data());
    via.size = via.at(behind.data() + behind.size());
    // A parameter that a Via may hold once is refused when it stands again, else two readers could see two values.
    return note_all<via_slot>(via.notes, params) || scan.fail(ParseErrc::duplicate, behind.data(), "each parameter once");
}

}  // namespace sipmsg::detail
