# SPDX-License-Identifier: MIT
"""`sipstrata parse` as a user runs it: usage `parse_test.py PROGRAM`."""
import json
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)

HEAD = (
    b"INVITE sip:bob@biloxi.com SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bK776asdhds\r\n"
    b"Max-Forwards: 70\r\n"
    b"To: Bob <sip:bob@biloxi.com>\r\n"
    b"From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n"
    b"Call-ID: a84b4c76e66710@pc33.atlanta.com\r\n"
    b"CSeq: 314159 INVITE\r\n"
)
INVITE = HEAD + b"Contact: <sip:alice@pc33.atlanta.com>\r\nl: 4\r\n\r\nv=0\n"


def run(*args, octets=b""):
    return subprocess.run([PROGRAM, "parse", *args], input=octets, capture_output=True, timeout=60)


def decoded(*args, octets=b""):
    result = run(*args, "--json", octets=octets)
    return result.returncode, [json.loads(line) for line in result.stdout.splitlines()]


class Messages(unittest.TestCase):
    def test_a_request_is_decoded(self):
        code, (message,) = decoded(octets=INVITE)
        self.assertEqual(code, 0)
        self.assertEqual(list(message), ["ok", "kind", "method", "uri", "headers", "body_length", "bytes"])
        self.assertEqual(message["method"], "INVITE")
        self.assertEqual(message["uri"], {"scheme": "sip", "user": "bob", "password": None, "host": "biloxi.com", "port": None,
                                          "params": {}, "headers": {}})
        self.assertEqual(message["headers"][-1], {"name": "Content-Length", "value": "4"})
        self.assertEqual((message["body_length"], message["bytes"]), (4, len(INVITE)))

    def test_a_response_is_decoded(self):
        octets = INVITE.replace(b"INVITE sip:bob@biloxi.com SIP/2.0", b"SIP/2.0 180 Ringing", 1)
        code, (message,) = decoded(octets=octets)
        self.assertEqual((code, message["kind"], message["status"], message["reason"]), (0, "response", 180, "Ringing"))

    def test_faults_name_message_header_and_offset(self):
        for change, header in [
            ((b"Via:", b"X-Via:"), "Via"),
            ((b"314159 INVITE", b"314159 BYE"), "CSeq"),
            ((b"Max-Forwards: 70", b"Max-Forwards: 256"), "Max-Forwards"),
            ((b"Contact: <sip:alice@", b"Contact: <sip:alice@@"), "Contact"),
            ((b"sip:bob@biloxi.com SIP", b"sip:bob@ SIP"), None),
            ((b"l: 4", b"l: 5"), None),
        ]:
            with self.subTest(change=change):
                octets = INVITE.replace(*change, 1)
                code, (message,) = decoded(octets=octets)
                self.assertEqual((code, message["ok"]), (1, False))
                self.assertTrue(message["error"]["message"])
                if header:
                    self.assertEqual(message["error"]["header"], header)
                self.assertLessEqual(message["error"]["offset"], len(octets))

    def test_the_offset_points_at_the_fault(self):
        octets = INVITE.replace(b"Max-Forwards: 70", b"Max-Forwards: x0", 1)
        _, (message,) = decoded(octets=octets)
        self.assertEqual(message["error"]["offset"], octets.index(b"x0"))

    def test_several_files_give_several_lines_and_the_worst_exit_code(self):
        with tempfile.NamedTemporaryFile() as good, tempfile.NamedTemporaryFile() as bad:
            good.write(INVITE)
            good.flush()
            bad.write(b"hello\r\n\r\n")
            bad.flush()
            code, lines = decoded(good.name, bad.name, good.name)
        self.assertEqual((code, [line["ok"] for line in lines]), (1, [True, False, True]))

    def test_control_characters_never_reach_the_terminal(self):
        octets = INVITE.replace(b"Contact:", b"Subject: \x1b]0;owned\x07 \xc2\x9b31m \xff\r\nContact:", 1)
        for args in ((), ("--json",), ("--header", "Subject: \x1b[2J")):
            output = run(*args, octets=octets).stdout
            self.assertTrue(output)
            self.assertFalse(set(output) & (set(range(32)) - {10} | set(range(127, 256))), output)

    def test_quiet_leaves_the_exit_code(self):
        self.assertEqual((run("-q", octets=INVITE).returncode, run("-q", octets=INVITE).stdout), (0, b""))
        self.assertEqual(run("-q", octets=b"x").returncode, 1)


class Streams(unittest.TestCase):
    def test_many_messages_of_one_stream(self):
        code, lines = decoded("--stream", octets=INVITE * 300 + b"\r\n\r\n" + INVITE)
        self.assertEqual((code, len(lines)), (0, 301))

    def test_a_stream_that_ends_too_early_is_not_well_formed(self):
        code, lines = decoded("--stream", octets=INVITE + INVITE[:-1])
        self.assertEqual((code, [line["ok"] for line in lines]), (1, [True, False]))
        self.assertEqual(decoded("--stream", octets=b"")[0], 1)

    def test_garbage_ends_the_stream(self):
        code, lines = decoded("--stream", octets=INVITE + b"GET / HTTP/1.1\r\n\r\n" + INVITE)
        self.assertEqual((code, [line["ok"] for line in lines]), (1, [True, False]))

    def test_a_broken_header_does_not_end_the_stream(self):
        broken = INVITE.replace(b"To: Bob <", b"To: Bob <<", 1)
        code, lines = decoded("--stream", octets=broken + INVITE)
        self.assertEqual((code, [line["ok"] for line in lines]), (1, [False, True]))


class Elements(unittest.TestCase):
    def test_a_uri(self):
        code, (uri,) = decoded("--uri", "SIP:alice:pw@[2001:db8::1]:5070;lr;transport=tcp?Subject=a%20b")
        self.assertEqual(code, 0)
        self.assertEqual(uri, {"ok": True, "scheme": "sip", "user": "alice", "password": "pw", "host": "[2001:db8::1]", "port": 5070,
                               "params": {"lr": None, "transport": "tcp"}, "headers": {"Subject": "a%20b"}})

    def test_a_uri_that_is_none(self):
        for text in ("", "sip:", "sip:a@b:70596", "sip:a b@c", "<sip:a@b>", "sip:%zz@b"):
            code, (answer,) = decoded("--uri", text)
            self.assertEqual((code, answer["ok"]), (1, False), text)

    def test_equality_by_the_rules_of_rfc_3261_19_1_4(self):
        for one, other, code in [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", 0),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", 0),
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", 1),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", 1),
            ("sip:bob@biloxi.com", "nonsense", 1),
        ]:
            self.assertEqual(run("--uri", one, "--equals", other).returncode, code, (one, other))

    def test_a_header(self):
        code, (header,) = decoded("--header", 'm: "B, b" <sip:b@c>;q=0.5, <sip:d@e>')
        self.assertEqual((code, header["header"], len(header["items"])), (0, "Contact", 2))
        self.assertEqual(header["items"][0]["display"], "B, b")
        self.assertEqual(header["items"][0]["params"], {"q": "0.5"})

    def test_a_header_from_standard_input(self):
        code, (header,) = decoded("--header", "-", octets=b"Subject: one\r\n two\r\n")
        self.assertEqual((code, header["items"]), (0, ["one two"]))
        code, (header,) = decoded("--header", "-", octets=b"Subject: one\r\nVia: two\r\n")
        self.assertEqual((code, header["ok"]), (1, False))

    def test_a_broken_header(self):
        code, (header,) = decoded("--header", "CSeq: 4294967296 INVITE")
        self.assertEqual((code, header["ok"], header["error"]["header"], header["error"]["offset"] >= 6), (1, False, "CSeq", True))


class Usage(unittest.TestCase):
    def test_exit_code_2(self):
        self.assertEqual(run("--frobnicate").returncode, 2)
        self.assertEqual(run("--uri", "sip:a@b", "--header", "a: b").returncode, 2)
        self.assertEqual(run("--equals", "sip:a@b").returncode, 2)
        self.assertEqual(run("/no/such/file").returncode, 2)
        self.assertEqual(subprocess.run([PROGRAM], capture_output=True).returncode, 2)

    def test_help_and_version(self):
        self.assertIn(b"Examples", run("--help").stdout)
        version = subprocess.run([PROGRAM, "--version"], capture_output=True)
        self.assertEqual((version.returncode, version.stdout[:10]), (0, b"sipstrata "))


if __name__ == "__main__":
    unittest.main()
