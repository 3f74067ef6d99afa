# SPDX-License-Identifier: MIT
"""Debian's Kamailio as registrar and proxy, with digest authentication: registered, called and transferred through it
over UDP, TCP, TLS, WS and WSS; lost, and found again."""
import pathlib
import signal
import subprocess
import tempfile

import processes

TRANSPORTS = ("udp", "tcp", "tls", "ws", "wss")
DOMAIN = "interop.test"

CONFIGURATION = """
debug=1
log_stderror=yes
fork=yes
children=2
tcp_children=2
auto_aliases=no
alias="{domain}"
tcp_accept_no_cl=yes
tcp_connection_lifetime=3600
enable_tls=yes
listen=udp:127.0.0.1:{sip}
listen=tcp:127.0.0.1:{sip}
listen=tls:127.0.0.1:{tls}

loadmodule "tls.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
loadmodule "nathelper.so"
loadmodule "xhttp.so"
loadmodule "websocket.so"

modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "{certificate}")
modparam("tls", "private_key", "{key}")
modparam("usrloc", "db_mode", 0)
modparam("nathelper|registrar", "received_avp", "$avp(received)")

request_route {{
    if (!mf_process_maxfwd_header("20")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
    if (has_totag()) {{
        if (loose_route()) {{ handle_ruri_alias(); route(RELAY); }}
        if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
        sl_send_reply("404", "Not Here");
        exit;
    }}
    t_check_trans();
    if (is_method("REGISTER")) {{
        if (!pv_www_authenticate("$td", "secret of $au", "0")) {{ www_challenge("$td", "1"); exit; }}
        fix_nated_register();
        save("location");
        exit;
    }}
    if (!pv_proxy_authenticate("$fd", "secret of $au", "0")) {{ proxy_challenge("$fd", "1"); exit; }}
    consume_credentials();
    record_route();
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    route(RELAY);
}}

route[RELAY] {{
    add_contact_alias();
    t_on_reply("ANSWERED");
    t_relay();
    exit;
}}

onreply_route[ANSWERED] {{ add_contact_alias(); }}

event_route[xhttp:request] {{
    if ($hdr(Upgrade) =~ "websocket" && ws_handle_handshake()) exit;
    xhttp_reply("404", "Not Found", "", "");
}}
"""


class Kamailio:
    """One Kamailio, its users (their passwords are "secret of NAME") and the programs that talk through it."""

    def __init__(self, program, work):
        work = pathlib.Path(tempfile.mkdtemp(prefix="kamailio-", dir=work))
        self.program, self.work, self.log = program, work, work / "kamailio.log"
        self.sip, self.tls = processes.free_port(), processes.free_port()
        self.process, self.started, self.count = None, [], 0
        certificate, key = work / "kamailio.pem", work / "kamailio-key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        self.ca = certificate
        (work / "kamailio.cfg").write_text(CONFIGURATION.format(domain=DOMAIN, sip=self.sip, tls=self.tls,
                                                                certificate=certificate, key=key))
        for user in ("alice", "bob", "carol", *(f"bob-{transport}" for transport in TRANSPORTS)):
            (work / f"password-{user}").write_text(f"secret of {user}\n")
        (work / "password-wrong").write_text("wrong\n")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        for process in self.started:
            processes.stop(process, signal.SIGINT)
        self.stop()

    def start(self):
        self.process = processes.start(["kamailio", "-DD", "-f", self.work / "kamailio.cfg", "-Y", self.work, "-P",
                                        self.work / "kamailio.pid", "-m", "32", "-M", "8"], self.log)
        for port, transport in ((self.sip, "udp"), (self.sip, "tcp"), (self.tls, "tcp")):
            processes.wait_until_bound(self.process, port, transport, self.log)

    def stop(self):
        processes.stop(self.process)

    def proxy(self, transport):
        port = self.tls if transport in ("tls", "wss") else self.sip
        return f"{transport}://127.0.0.1:{port}"

    def who(self, user, transport, password=None):
        return ["--from", f"sip:{user}@{DOMAIN}", "--proxy", self.proxy(transport), "--tls-ca", self.ca,
                "--password-file", self.work / f"password-{password or user}", "--bind", "127.0.0.1:0"]

    def run(self, verb, *arguments, seconds=60):
        """The exit status of one command, and the log that it wrote."""
        self.count += 1
        log = self.work / f"{verb}-{self.count}.log"
        process = processes.start([self.program, verb, *arguments, "-v"], log)
        self.started.append(process)
        return processes.finish(process, seconds, verb), log

    def answer(self, user, transport, *arguments):
        """A callee that is registered."""
        self.count += 1
        log = self.work / f"answer-{self.count}.log"
        process = processes.start([self.program, "answer", "--register", *self.who(user, transport), "--media", "none", *arguments, "-v"],
                                  log)
        self.started.append(process)
        processes.wait_for_text(process, log, "registration: registered")
        return process, log


    def is_bound(self, user):
        """Whether the registrar has a contact of that user."""
        status, log = self.run("register", "--fetch", *self.who(user, "udp"))
        assert status == 0, processes.tail(log)
        return "\nregistered: <" in "\n" + log.read_text(errors="replace")


def tests(program, work):
    """Yields (name, function); a function raises AssertionError or returns a line of figures."""
    for transport in TRANSPORTS:
        yield f"kamailio registers us, {transport}", lambda transport=transport: registers(program, work, transport)
        yield f"kamailio relays our call, {transport}", lambda transport=transport: relays(program, work, transport)
    yield "kamailio relays between transports", lambda: mixes(program, work)
    yield "kamailio relays a blind transfer", lambda: transfers(program, work, "refer")
    yield "kamailio relays an attended transfer", lambda: transfers(program, work, "attended")
    yield "kamailio is lost and comes back", lambda: comes_back(program, work)


def expect(wanted, result):
    status, log = result
    assert status == wanted, f"ended with {status}, not {wanted}:\n{processes.tail(log)}"


def registers(program, work, transport):
    with Kamailio(program, work) as kamailio:
        expect(0, kamailio.run("register", *kamailio.who("alice", transport)))
        expect(4, kamailio.run("register", *kamailio.who("alice", transport, "wrong")))
    return "with the right password, not with a wrong one"


def relays(program, work, transport):
    with Kamailio(program, work) as kamailio:
        return call_through(kamailio, transport, transport)


def call_through(kamailio, callers, callees):
    answering, log = kamailio.answer("bob", callees, "--calls", "1")
    expect(0, kamailio.run("call", f"sip:bob@{DOMAIN}", *kamailio.who("alice", callers), "--media", "none", "--do", "hold@0.2",
                           "--do", "resume@0.4", "--do", "info:text/plain:hello@0.6", "--hangup-after", "1"))
    assert processes.finish(answering, 20, "answer") == 0, processes.tail(log)
    return "INVITE, hold, resume, INFO, BYE"


def mixes(program, work):
    with Kamailio(program, work) as kamailio:
        for callers, callees in (("udp", "wss"), ("wss", "tcp"), ("tls", "udp"), ("ws", "tls")):
            call_through(kamailio, callers, callees)
    return "udp to wss, wss to tcp, tls to udp, ws to tls"


def transfers(program, work, how):
    """Alice calls Bob, then sends him to Carol."""
    with Kamailio(program, work) as kamailio:
        kamailio.answer("bob", "tcp", "--follow")
        carol, log = kamailio.answer("carol", "udp", "--calls", "2" if how == "attended" else "1", "--hangup-after",
                                     "3" if how == "attended" else "1")
        expect(0, kamailio.run("call", f"sip:bob@{DOMAIN}", *kamailio.who("alice", "udp"), "--media", "none", "--do",
                               f"{how}:sip:carol@{DOMAIN}@0.5", "--hangup-after", "3"))
        assert processes.finish(carol, 40, "answer") == 0, processes.tail(log)
    return "Carol was called by Bob"


def comes_back(program, work):
    """It dies, and forgets who was registered over each transport. Where the connection is all that leads to us (WS, WSS) the
    binding is made anew 30 to 60 s after the loss (RFC 5626 §4.5), else with the next refresh, over a new connection; then
    calls arrive."""
    with Kamailio(program, work) as kamailio:
        bobs = {transport: kamailio.answer(f"bob-{transport}", transport, "--calls", "1", "--expires", "60")
                for transport in TRANSPORTS}
        processes.stop(kamailio.process, signal.SIGKILL)
        kamailio.start()
        for transport, (answering, log) in bobs.items():
            processes.wait_until(lambda: kamailio.is_bound(f"bob-{transport}"), f"bound over {transport} again", answering, log,
                                 seconds=90)
            expect(0, kamailio.run("call", f"sip:bob-{transport}@{DOMAIN}", *kamailio.who("alice", "tcp"), "--media", "none",
                                   "--hangup-after", "0"))
            assert processes.finish(answering, 20, "answer") == 0, processes.tail(log)
    return f"registered again, and called, over {', '.join(TRANSPORTS)}"
