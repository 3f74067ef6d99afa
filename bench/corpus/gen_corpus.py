#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the messages that the parsers are measured with. The same text each time it runs.

gen_corpus.py             the seven messages, beside this file
gen_corpus.py --check     exit status 1 when the seven beside this file are not what would be written
gen_corpus.py --mix DIR   512 varied messages of the same shapes into DIR: other names, hosts, tags, lengths of
                          tokens, order of headers; mostly what a call-handling edge sees, small and typical
"""
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
MIXED = 512
SEED = 20260824


class V:
    """Values that vary. The seven messages use V(None): what was picked by hand."""

    def __init__(self, rng=None):
        self.r = rng

    def pick(self, fixed, *others):
        return self.r.choice((fixed,) + others) if self.r else fixed

    def tok(self, fixed, lo=None, hi=None):
        if not self.r:
            return fixed
        lo = lo or max(4, len(fixed) - 6)
        hi = hi or len(fixed) + 6
        al = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return "".join(self.r.choice(al) for _ in range(self.r.randint(lo, hi)))

    def hex(self, fixed):
        if not self.r:
            return fixed
        return "".join(self.r.choice("0123456789abcdef") if c != "-" else "-" for c in fixed)

    def num(self, fixed, lo, hi):
        return str(self.r.randint(lo, hi)) if self.r else str(fixed)

    def ip(self, fixed):
        if not self.r:
            return fixed
        return ".".join(str(self.r.randint(1, 254)) for _ in range(4))

    def shuffle(self, hdrs):
        """Header order varies between stacks; Vias and Routes keep their order."""
        if not self.r:
            return hdrs
        movable = [i for i, h in enumerate(hdrs)
                   if h.split(":")[0] not in ("Via", "Route", "Record-Route", "Content-Length")]
        vals = [hdrs[i] for i in movable]
        self.r.shuffle(vals)
        for i, v in zip(movable, vals):
            hdrs[i] = v
        return hdrs


USERS = ("alice", "bob", "carol.smith", "+14155550123", "2001", "j.r.hartley", "support-desk", "x")
HOSTS = ("example.com", "example.net", "sip.example.org", "pbx7.uk.example.com", "a.example",
         "edge-proxy-03.fra.voip.example.net")


def user(v, fixed):
    return v.pick(fixed, *USERS)


def host(v, fixed):
    return v.pick(fixed, *HOSTS)


def msg(start, hdrs, body=""):
    hdrs = hdrs + ["Content-Length: %d" % len(body.encode())]
    return (start + "\r\n" + "\r\n".join(hdrs) + "\r\n\r\n" + body).encode()


def lines(*ls):
    return "".join(l + "\r\n" for l in ls)


def a_options(v):
    h = v.shuffle([
        "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s;rport" % (v.ip("192.0.2.10"), v.tok("k7Jq2Zs81fA")),
        "Max-Forwards: 70",
        "From: <sip:ping@%s>;tag=%s" % (host(v, "edge.example.com"), v.tok("9fxced76sl")),
        "To: <sip:%s@%s>" % (user(v, "keepalive"), host(v, "gw1.example.net")),
        "Call-ID: %s@%s" % (v.tok("3848276298220188511"), v.ip("192.0.2.10")),
        "CSeq: %s OPTIONS" % v.num(42, 1, 99999),
        "Contact: <sip:ping@%s:5060>" % v.ip("192.0.2.10"),
        "Accept: application/sdp",
    ])
    return msg("OPTIONS sip:%s@%s SIP/2.0" % (user(v, "keepalive"), host(v, "gw1.example.net")), h)


def sdp400(v):
    ip = v.ip("198.51.100.23")
    return lines(
        "v=0",
        "o=alice %s %s IN IP4 %s" % (v.num(2890844526, 1, 1 << 31), v.num(2890844527, 1, 1 << 31), ip),
        "s=-",
        "c=IN IP4 %s" % ip,
        "t=0 0",
        "m=audio %s RTP/AVP 96 0 8 9 101" % v.num(49170, 1024, 65000),
        "a=rtpmap:96 opus/48000/2",
        "a=fmtp:96 minptime=10;useinbandfec=1",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:9 G722/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16",
        "a=ptime:20",
        "a=maxptime:60",
        "a=rtcp:%s IN IP4 %s" % (v.num(49171, 1024, 65000), ip),
        "a=sendrecv",
    )


def b_invite(v):
    ftag, br1, br2 = v.tok("1928301774-a73kszlfl"), v.tok("776asdhds0Zq9"), v.tok("4b43c2ff8.1")
    h = v.shuffle([
        "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s;rport" % (host(v, "proxy1.example.com"), br2),
        "Via: SIP/2.0/UDP %s:5062;branch=z9hG4bK%s;received=%s;rport=%s"
        % (v.ip("10.1.3.33"), br1, v.ip("203.0.113.44"), v.num(40312, 1024, 65000)),
        "Record-Route: <sip:%s;lr;ftag=%s>" % (host(v, "proxy1.example.com"), ftag),
        "Route: <sip:edge.%s:5080;transport=tcp;lr>" % host(v, "example.net"),
        "Max-Forwards: 69",
        "From: \"Alice Smith\" <sip:%s@%s>;tag=%s" % (user(v, "alice"), host(v, "example.com"), ftag),
        "To: \"Bob Jones\" <sip:%s@%s;user=phone>" % (user(v, "+14155550199"), host(v, "example.net")),
        "Call-ID: %s@%s" % (v.hex("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), v.ip("10.1.3.33")),
        "CSeq: %s INVITE" % v.num(314159, 1, 999999),
        "Contact: <sip:%s@%s:5062;transport=udp;ob>" % (user(v, "alice"), v.ip("203.0.113.44")),
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO",
        "Supported: replaces, 100rel, timer, norefersub",
        "Session-Expires: 1800;refresher=uac",
        "User-Agent: %s" % v.pick("ExamplePhone/4.2.1 (Linux x86_64)", "Acme-UA/1.0", "SoftPhone 7"),
        "Content-Type: application/sdp",
    ])
    return msg("INVITE sip:%s@%s:5060;user=phone;transport=udp SIP/2.0"
               % (user(v, "+14155550199"), host(v, "example.net")), h, sdp400(v))


def c_200(v):
    ftag, br1, br2 = v.tok("1928301774-a73kszlfl"), v.tok("776asdhds0Zq9"), v.tok("4b43c2ff8.1")
    h = v.shuffle([
        "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s;rport=5060;received=%s"
        % (host(v, "proxy1.example.com"), br2, v.ip("198.51.100.7")),
        "Via: SIP/2.0/UDP %s:5062;branch=z9hG4bK%s;received=%s;rport=%s"
        % (v.ip("10.1.3.33"), br1, v.ip("203.0.113.44"), v.num(40312, 1024, 65000)),
        "Record-Route: <sip:edge.%s:5080;transport=tcp;lr>" % host(v, "example.net"),
        "Record-Route: <sip:%s;lr;ftag=%s>" % (host(v, "proxy1.example.com"), ftag),
        "From: \"Alice Smith\" <sip:%s@%s>;tag=%s" % (user(v, "alice"), host(v, "example.com"), ftag),
        "To: \"Bob Jones\" <sip:%s@%s;user=phone>;tag=%s"
        % (user(v, "+14155550199"), host(v, "example.net"), v.tok("314159-b5d9qcx")),
        "Call-ID: %s@%s" % (v.hex("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), v.ip("10.1.3.33")),
        "CSeq: %s INVITE" % v.num(314159, 1, 999999),
        "Contact: <sip:%s@%s:5080;transport=tcp>" % (user(v, "+14155550199"), v.ip("198.51.100.60")),
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO",
        "Supported: replaces, 100rel, timer",
        "Session-Expires: 1800;refresher=uac",
        "Require: timer",
        "Server: %s" % v.pick("ExampleGW/2.7", "Acme-SBC/11.3.0 (build 2217)"),
        "Content-Type: application/sdp",
    ])
    return msg("SIP/2.0 200 OK", h, sdp400(v))


def d_register(v):
    realm = host(v, "example.com")
    ip = v.ip("192.168.1.57")
    u = user(v, "alice")
    h = v.shuffle([
        "Via: SIP/2.0/TLS %s:5061;branch=z9hG4bKPj%s;rport;alias"
        % (ip, v.hex("6a5c1e0b-93d4-4f57-8f1d-2b0f7a3c9e11")),
        "Max-Forwards: 70",
        "From: \"%s\" <sip:%s@%s>;tag=%s" % (v.pick("Alice", "Bob Jones", "Desk 12"), u, realm,
                                           v.hex("c1b5e0d2-77f3")),
        "To: <sip:%s@%s>" % (u, realm),
        "Call-ID: %s" % v.hex("0d8f7c52-1a9e-4b36-9d0e-5e6f3a2b1c47"),
        "CSeq: %s REGISTER" % v.num(20481, 1, 99999),
        "Contact: <sip:%s@%s:5061;transport=tls;ob>;reg-id=1;+sip.instance=\"<urn:uuid:%s>\";expires=600"
        % (u, ip, v.hex("00000000-0000-1000-8000-000a95a0e128")),
        "Expires: 600",
        "Supported: outbound, path, gruu",
        "Allow: PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS",
        "User-Agent: %s" % v.pick("ExampleSoftphone/3.9.0", "Acme-UA/1.0"),
        "Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"sip:%s\", "
        "response=\"%s\", algorithm=MD5, cnonce=\"%s\", opaque=\"%s\", qop=auth, nc=00000001"
        % (u, realm, v.hex("84a4cc6f3082121f32b42a2187831a9e"), realm,
           v.hex("7587245234b3434cc3412213e5f113a5"), v.tok("0a4f113bQ2"),
           v.hex("5ccc069c403ebaf9f0171e9517f40e41")),
    ])
    return msg("REGISTER sip:%s;transport=tls SIP/2.0" % realm, h)


def sdp4k(v):
    ip = v.ip("203.0.113.77")
    fp = ":".join(("%02X" % ((i * 37 + 11) & 255)) for i in range(32))
    if v.r:
        fp = ":".join("%02X" % v.r.randint(0, 255) for _ in range(32))
    ufrag, pwd = v.tok("F7gI", 4, 4), v.tok("x9cml/YzichV2+XlhiMu8g", 22, 24)
    cname = v.tok("Q6hPZ5W2q0f8yN3b", 16, 16)
    out = ["v=0", "o=- %s 2 IN IP4 127.0.0.1" % v.num(4611731400430051336, 1 << 60, 1 << 62), "s=-", "t=0 0",
           "a=group:BUNDLE 0 1", "a=extmap-allow-mixed", "a=msid-semantic: WMS 9Ef2a"]

    def trans(mid):
        o = ["c=IN IP4 %s" % ip, "a=rtcp:9 IN IP4 0.0.0.0"]
        for i, (ty, pr) in enumerate((("host", 2122260223), ("host", 2122194687), ("srflx", 1686052607),
                                      ("srflx", 1685987071), ("relay", 41885439), ("relay", 41819903))):
            o.append("a=candidate:%s %d udp %d %s %s typ %s%s generation 0 network-id 1 network-cost 10" % (
                v.num(842163049 + i, 1 << 28, 1 << 31), 1, pr, v.ip("192.168.1.5%d" % i),
                v.num(56143 + i, 1024, 65000), ty,
                "" if ty == "host" else " raddr %s rport %s" % (v.ip("192.168.1.50"), v.num(56143, 1024, 65000))))
        o += ["a=ice-ufrag:" + ufrag, "a=ice-pwd:" + pwd, "a=ice-options:trickle",
              "a=fingerprint:sha-256 " + fp, "a=setup:actpass", "a=mid:%d" % mid]
        return o
    out.append("m=audio %s UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126" % v.num(56143, 1024, 65000))
    out += trans(0)
    out += ["a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", "a=sendrecv", "a=msid:9Ef2a a0", "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc", "a=fmtp:111 minptime=10;useinbandfec=1",
            "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", "a=rtpmap:9 G722/8000", "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:8 PCMA/8000", "a=rtpmap:13 CN/8000", "a=rtpmap:110 telephone-event/48000",
            "a=rtpmap:126 telephone-event/8000", "a=ssrc:%s cname:%s" % (v.num(1399694169, 1, 1 << 31), cname)]
    out.append("m=video %s UDP/TLS/RTP/SAVPF 96 97 98 99 35 36" % v.num(56144, 1024, 65000))
    out += trans(1)
    out += ["a=extmap:14 urn:ietf:params:rtp-hdrext:toffset",
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            "a=extmap:13 urn:3gpp:video-orientation", "a=sendrecv", "a=msid:9Ef2a v0", "a=rtcp-mux", "a=rtcp-rsize"]
    for pt, codec, fmtp in ((96, "VP8", None), (98, "VP9", "profile-id=0"),
                            (35, "H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")):
        out += ["a=rtpmap:%d %s/90000" % (pt, codec), "a=rtcp-fb:%d goog-remb" % pt,
                "a=rtcp-fb:%d transport-cc" % pt, "a=rtcp-fb:%d ccm fir" % pt, "a=rtcp-fb:%d nack" % pt,
                "a=rtcp-fb:%d nack pli" % pt]
        if fmtp:
            out.append("a=fmtp:%d %s" % (pt, fmtp))
        out += ["a=rtpmap:%d rtx/90000" % (pt + 1), "a=fmtp:%d apt=%d" % (pt + 1, pt)]
    s1, s2 = v.num(3570614608, 1, 1 << 31), v.num(2231627014, 1, 1 << 31)
    out += ["a=ssrc-group:FID %s %s" % (s1, s2)]
    for s in (s1, s2):
        out += ["a=ssrc:%s cname:%s" % (s, cname), "a=ssrc:%s msid:9Ef2a v0" % s]
    return lines(*out)


def e_webrtc(v):
    ftag = v.tok("4mjl7bc6q1")
    inv = v.tok("df7jal23ls0d") + ".invalid"
    h = v.shuffle([
        "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s;rport;i=4f2" % (v.ip("198.51.100.9"), v.hex("cydzigwkX8a1.fe5bb9c3.0")),
        "Via: SIP/2.0/TCP %s:5060;branch=z9hG4bK%s;received=%s;rport=5060"
        % (host(v, "core-1.voip.example.net"), v.hex("77ef4c2312983.1"), v.ip("198.51.100.4")),
        "Via: SIP/2.0/TLS %s:5061;branch=z9hG4bK%s;alias;received=%s;rport=33120"
        % (host(v, "ws-edge.example.net"), v.hex("2d4790.8a77fc2e"), v.ip("198.51.100.2")),
        "Via: SIP/2.0/WSS %s;branch=z9hG4bK%s;received=%s;rport=61034" % (inv, v.tok("6591373"), v.ip("203.0.113.200")),
        "Record-Route: <sip:%s;r2=on;lr;ftag=%s;did=1a2.9c31>" % (v.ip("198.51.100.9"), ftag),
        "Record-Route: <sip:%s:5061;transport=tls;r2=on;lr;ftag=%s;did=1a2.9c31>" % (host(v, "ws-edge.example.net"), ftag),
        "Route: <sip:%s:5060;transport=udp;lr;keep=%s>" % (host(v, "as-2.voip.example.net"), v.tok("a8f21")),
        "Max-Forwards: 66",
        "From: \"Alice Web\" <sip:%s@%s>;tag=%s" % (user(v, "alice"), host(v, "example.com"), ftag),
        "To: <sip:%s@%s>" % (user(v, "bob"), host(v, "example.net")),
        "Call-ID: %s" % v.tok("asidkj3ssdf8a9sdlk3f"),
        "CSeq: %s INVITE" % v.num(8193, 1, 99999),
        "Contact: <sip:%s@%s;transport=ws;ob;alias=203.0.113.200~61034~6>;+sip.ice"
        % (v.tok("fm4qj2sd"), inv),
        "Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER",
        "Supported: gruu,ice,replaces,outbound",
        "User-Agent: ExampleWeb/0.21.2 Chrome/126.0",
        "P-Asserted-Identity: \"Alice Web\" <sip:%s@%s>" % (user(v, "alice"), host(v, "example.com")),
        "Content-Type: application/sdp",
    ])
    return msg("INVITE sip:%s@%s;transport=udp SIP/2.0" % (user(v, "bob"), host(v, "example.net")), h, sdp4k(v))


def f_notify(v):
    ent = "sip:%s@%s" % (user(v, "alice"), host(v, "example.com"))
    body = lines(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\"",
        "          xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\"",
        "          xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\"",
        "          entity=\"%s\">" % ent,
        "  <tuple id=\"%s\">" % v.tok("bs35r9f"),
        "    <status><basic>open</basic></status>",
        "    <contact priority=\"0.8\">%s</contact>" % ent,
        "    <note xml:lang=\"en\">On the phone</note>",
        "    <timestamp>2025-06-24T18:00:29Z</timestamp>",
        "  </tuple>",
        "  <dm:person id=\"%s\">" % v.tok("p1f2e"),
        "    <rpid:activities><rpid:on-the-phone/></rpid:activities>",
        "  </dm:person>",
        "</presence>",
    )
    h = v.shuffle([
        "Via: SIP/2.0/TCP %s:5060;branch=z9hG4bK%s;alias" % (host(v, "presence.example.com"), v.tok("nashds7Xc91")),
        "Route: <sip:%s;lr;transport=tcp>" % host(v, "proxy2.example.com"),
        "Max-Forwards: 70",
        "From: <%s>;tag=%s" % (ent, v.tok("ffd2a8c0")),
        "To: \"Watcher\" <sip:%s@%s>;tag=%s" % (user(v, "watcher"), host(v, "example.com"), v.tok("xfg9w77")),
        "Call-ID: %s@%s" % (v.tok("2010bzZ8y3"), host(v, "watcherhost.example.com")),
        "CSeq: %s NOTIFY" % v.num(8775, 1, 99999),
        "Contact: <sip:%s:5060;transport=tcp>" % host(v, "presence.example.com"),
        "Event: presence;id=%s" % v.num(4711, 1, 9999),
        "Subscription-State: active;expires=%s" % v.num(599, 1, 3600),
        "Allow-Events: presence, presence.winfo",
        "User-Agent: ExamplePresence/1.8",
        "Content-Type: application/pidf+xml;charset=UTF-8",
    ])
    return msg("NOTIFY sip:%s@%s:5066;transport=tcp SIP/2.0"
               % (user(v, "watcher"), v.ip("192.0.2.77")), h, body)


def g_heavy(v):
    ftag = v.tok("a6c85cf-90e2d7")
    h = []
    for i in range(6):
        h.append("Via: SIP/2.0/%s %s:%d;branch=z9hG4bK%s;received=%s;rport=%s" % (
            ("UDP", "TCP", "TLS")[i % 3], host(v, "p%d.core.example.net" % i), 5060 + i % 2,
            v.hex("8c5f1a77-0b%d2.f%d" % (i, i)), v.ip("198.51.100.%d" % (10 + i)), v.num(5060 + i, 1024, 65000)))
    for i in range(4):
        h.append("Record-Route: <sip:%s:5060;lr;ftag=%s;did=%s>" % (host(v, "p%d.core.example.net" % i), ftag,
                                                                  v.tok("a3%d.1f2" % i, 7, 9)))
    for i in range(3):
        h.append("Route: <sip:orig@%s:5054;lr;transport=tcp>" % host(v, "scscf%d.ims.example.net" % i))
    h += [
        "Max-Forwards: 61",
        "From: \"Alice von Example, Sales \\\"EMEA\\\"\" <sip:%s@%s;user=phone>;tag=%s"
        % (user(v, "+442079460123"), host(v, "ims.example.com"), ftag),
        "To: \"Bob\" <sip:%s@%s;user=phone>" % (user(v, "+14155550199"), host(v, "ims.example.net")),
        "Call-ID: %s@%s" % (v.hex("b7a1e9c0-55d1-4d0e-9b1f-6e2c7a4f8d31"), v.ip("10.20.30.40")),
        "CSeq: %s INVITE" % v.num(1007, 1, 99999),
        "Contact: <sip:%s@%s:5070;transport=tcp;gr=urn:uuid:%s>;+g.3gpp.icsi-ref="
        "\"urn%%3Aurn-7%%3A3gpp-service.ims.icsi.mmtel\";audio;video;+sip.instance=\"<urn:gsma:imei:35824005-944763-1>\""
        % (user(v, "+442079460123"), v.ip("10.20.30.40"), v.hex("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")),
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO, MESSAGE, SUBSCRIBE, PUBLISH",
        "Supported: 100rel, timer, replaces, gruu, path, precondition, norefersub, histinfo, tdialog",
        "Require: precondition",
        "Proxy-Require: sec-agree",
        "Accept: application/sdp, application/3gpp-ims+xml;q=0.8, multipart/mixed",
        "Accept-Encoding: gzip, identity;q=0.5",
        "Accept-Language: en-GB, en;q=0.8, de;q=0.3",
        "Accept-Contact: *;+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\";explicit",
        "Reject-Contact: *;automata",
        "Request-Disposition: no-fork",
        "Privacy: none",
        "P-Asserted-Identity: \"Alice von Example\" <sip:%s@%s>" % (user(v, "+442079460123"), host(v, "ims.example.com")),
        "P-Asserted-Identity: <tel:+442079460123>",
        "P-Preferred-Identity: <sip:%s@%s>" % (user(v, "alice"), host(v, "ims.example.com")),
        "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=%s" % v.hex("2340d5a1f07b2c01"),
        "P-Charging-Vector: icid-value=\"%s\";icid-generated-at=%s;orig-ioi=home1.example.net"
        % (v.hex("1234bc9876e-0f2a"), v.ip("192.0.6.8")),
        "P-Charging-Function-Addresses: ccf=%s;ecf=%s" % (v.ip("192.0.8.1"), v.ip("192.0.8.3")),
        "P-Visited-Network-ID: \"Visited network number 1\"",
        "P-Early-Media: supported",
        "P-Asserted-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel",
        "P-Called-Party-ID: <sip:%s@%s>" % (user(v, "bob"), host(v, "ims.example.net")),
        "Session-Expires: 1800;refresher=uac",
        "Min-SE: 90",
        "Expires: 180",
        "Date: Sat, 13 Nov 2010 23:29:00 GMT",
        "Subject: Quarterly numbers and a rather long subject line for a call",
        "Organization: Example Industries plc",
        "Priority: normal",
        "Timestamp: 54.21",
        "Server: ExampleCore/9.1",
        "User-Agent: ExampleIMS-UE/12.4 (Android 14; x86_64)",
        "Warning: 399 core.example.net \"Deprecated codec order\"",
        "In-Reply-To: 70710@saturn.example.com, 17320@saturn.example.com",
        "Reply-To: \"Alice\" <sip:%s@%s>" % (user(v, "alice"), host(v, "example.com")),
        "Call-Info: <http://www.example.com/alice/photo.jpg>;purpose=icon, <http://www.example.com/alice/>;purpose=info",
        "Alert-Info: <http://www.example.com/sounds/moo.wav>",
        "Error-Info: <sip:not-in-service@example.com>",
        "History-Info: <sip:%s@%s?Reason=SIP%%3Bcause%%3D302>;index=1" % (user(v, "bob"), host(v, "example.net")),
        "History-Info: <sip:%s@%s>;index=1.1" % (user(v, "carol"), host(v, "example.net")),
        "Diversion: <sip:%s@%s>;reason=unconditional;counter=1;privacy=off" % (user(v, "+14155550100"), host(v, "example.net")),
        "Referred-By: <sip:%s@%s>;cid=\"%s@ref.example.com\"" % (user(v, "carol"), host(v, "example.net"), v.tok("20398823.2UWQFN309shb3")),
        "Replaces: %s@example.net;to-tag=%s;from-tag=%s" % (v.tok("98732"), v.tok("r33th4x0r"), v.tok("ff87ff")),
        "Reason: SIP;cause=200;text=\"Call completed elsewhere\"",
        "Proxy-Authorization: Digest username=\"%s\", realm=\"ims.example.net\", nonce=\"%s\", uri=\"sip:ims.example.net\", "
        "response=\"%s\", algorithm=MD5, qop=auth, cnonce=\"%s\", nc=00000001"
        % (user(v, "alice"), v.hex("ea9c8e88df84f1cec4341ae6cbe5a359"), v.hex("dfe56131d1958046689d83306477ecc8"), v.tok("0a4f113b")),
        "Geolocation: <cid:%s@example.com>" % v.tok("target123"),
        "User-to-User: %s;encoding=hex;purpose=isdn-uui;content=isdn-uui" % v.hex("04c8134f7d2a9e01b3c4d5e6f708192a3b4c5d6e7f"),
        "X-Vendor-Trace: %s;hop=3;dc=fra1" % v.hex("7f3a9c1e0b5d4826"),
        "X-Correlation-ID: %s" % v.hex("6fa459ea-ee8a-3ca4-894e-db77e160355e"),
        "Identity: %s;info=<https://cert.example.org/passport.cer>;alg=ES256;ppt=shaken" % ".".join(
            v.tok(t, len(t), len(t)) for t in (
                "eyJhbGciOiJFUzI1NiIsInBwdCI6InNoYWtlbiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9",
                "eyJhdHRlc3QiOiJBIiwiZGVzdCI6eyJ0biI6WyIxNDE1NTU1MDE5OSJdfSwiaWF0IjoxNDcxMzc1NDE4LCJvcmlnIjp7InRuIjoiNDQyMDc5NDYwMTIzIn0sIm9yaWdpZCI6IjEyM2U0NTY3LWU4OWItMTJkMy1hNDU2LTQyNjY1NTQ0MDAwMCJ9",
                "MEUCIQDyDOC2RmTuWlHwNxVLrmwFWqlYLfcWDiB5qlVxTMGwygIgRIlUkNQbKvJVhHOqwSuMIhJ6")),
        "Security-Verify: tls;q=0.2, ipsec-3gpp;alg=hmac-sha-1-96;spi-c=98765432;spi-s=87654321;port-c=8642;port-s=7531",
        "Feature-Caps: *;+g.3gpp.srvcc;+g.3gpp.mid-call;+g.3gpp.srvcc-alerting",
        "MIME-Version: 1.0",
        "Content-Disposition: session;handling=required",
        "Content-Language: en",
        "Content-Type: application/sdp",
    ]
    h = v.shuffle(h)
    return msg("INVITE sip:%s@%s:5060;user=phone SIP/2.0"
               % (user(v, "+14155550199"), host(v, "ims.example.net")), h, sdp400(v))


SHAPES = [("a_options", a_options), ("b_invite", b_invite), ("c_200ok", c_200), ("d_register", d_register),
          ("e_webrtc_invite", e_webrtc), ("f_notify_pidf", f_notify), ("g_heavy", g_heavy)]
WEIGHTS = [4, 5, 5, 4, 2, 2, 1]


def seven():
    return {name + ".sip": shape(V()) for name, shape in SHAPES}


def mix():
    rng = random.Random(SEED)
    messages = {}
    for i in range(MIXED):
        name, shape = rng.choices(SHAPES, WEIGHTS)[0]
        messages[f"{i:04}_{name}.sip"] = shape(V(rng))
    return messages


def write(directory, messages):
    directory.mkdir(parents=True, exist_ok=True)
    for name, octets in messages.items():
        (directory / name).write_bytes(octets)


def check():
    stale = [name for name, octets in seven().items() if (HERE / name).read_bytes() != octets]
    for name in stale:
        print(f"{name} is not what gen_corpus.py writes")
    return 1 if stale else 0


def main(args):
    if args == ["--check"]:
        return check()
    if len(args) == 2 and args[0] == "--mix":
        write(pathlib.Path(args[1]), mix())
    elif not args:
        write(HERE, seven())
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
