# SPDX-License-Identifier: MIT
"""The verbs with a user agent, as a user runs them: usage `agent_test.py PROGRAM`. Loopback only, ports of the system's choice."""
import json
import signal
import socket
import subprocess
import sys
import time
import unittest

PROGRAM = sys.argv.pop(1)


def run(*args, timeout=60):
    done = subprocess.run([PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout, done.stderr


class Answering:
    """`sipstrata answer`, or another verb that waits, on a free port of 127.0.0.1."""

    def __init__(self, *args, verb="answer"):
        where = [] if verb == "serve" else ["--bind", "127.0.0.1:0"]
        self.process = subprocess.Popen([PROGRAM, verb, *where, *args], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lines = (self.process.stdout.readline().split() for _ in range(1 if verb == "serve" else 2))
        self.ports = {transport: address.rsplit(":", 1)[1] for _, transport, address in lines}

    def uri(self, transport="udp"):
        return f"sip:bob@127.0.0.1:{self.ports[transport]};transport={transport}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.code = self.process.wait(20)
        self.output = self.process.stdout.read()
        self.process.stdout.close()


class Agent(unittest.TestCase):
    def test_a_call_over_each_transport_ends_with_0(self):
        with Answering() as bob:
            for transport in ("udp", "tcp"):
                code, out, _ = run("call", "--bind", "127.0.0.1:0", bob.uri(transport), "--hangup-after", "0.1", "--json")
                events = [json.loads(line)["event"] for line in out.splitlines()]
                self.assertEqual((code, events), (0, ["progress", "answered", "ended"]))
        self.assertEqual(bob.code, 130)

    def test_a_refusal_ends_with_1_and_says_the_status(self):
        with Answering("--reject", "486") as bob:
            code, out, _ = run("call", bob.uri(), "--json")
            self.assertEqual((code, json.loads(out.splitlines()[-1])["status"]), (1, 486))

    def test_a_reliable_early_answer_is_acknowledged_and_100rel_none_is_refused_by_who_requires_it(self):
        with Answering("--early", "183", "--answer-after", "0.1") as bob:
            code, _, ladder = run("call", bob.uri(), "--early-media", "--hangup-after", "0", "--ladder")
            self.assertEqual(code, 0)
            self.assertIn("PRACK", ladder)
            code, _, ladder = run("call", bob.uri(), "--100rel", "none", "--hangup-after", "0", "--ladder")
            self.assertEqual(code, 0)
            self.assertIn("INVITE", ladder)
            self.assertNotIn("PRACK", ladder)
        with Answering("--100rel", "required") as bob:
            code, out, _ = run("call", bob.uri(), "--100rel", "none", "--json")
            self.assertEqual((code, json.loads(out.splitlines()[-1])["status"]), (1, 421))

    def test_offers_go_where_they_are_wanted(self):
        def described(messages, method):
            return ["application/sdp" in line for line in messages.splitlines() if ">>> " in line and method + " sip:" in line]

        with Answering("--early", "183", "--answer-after", "0.1") as bob:
            code, _, messages = run("call", bob.uri(), "--100rel", "none", "--late-offer", "--hangup-after", "0", "-vv")
            self.assertEqual((code, described(messages, "INVITE"), described(messages, "ACK")), (0, [False], [True]))
            code, _, messages = run("call", bob.uri(), "--early-media", "--offer-in-prack", "--hangup-after", "0", "-vv")
            self.assertEqual((code, described(messages, "INVITE"), described(messages, "PRACK")), (0, [True], [True]))

    def test_what_is_done_in_a_call_at_its_time(self):
        deeds = ["hold@0.1", "resume@0.2", "update@0.3", "info:text/plain:x@0.4", "message:hi@0.5", "reinvite@0.6", "bye@0.7"]
        with Answering() as bob:
            code, out, _ = run("call", bob.uri(), "--hangup-after", "20", "--json", *(word for deed in deeds for word in ("--do", deed)))
            events = [json.loads(line) for line in out.splitlines()]
            done = [(event["what"], event["ok"]) for event in events if event["event"] == "did"]
            self.assertEqual((code, done), (0, [(deed.split("@")[0].split(":")[0], True) for deed in deeds]))
        self.assertIn("held by the peer\nresumed by the peer\n", bob.output)
        for wrong in ("dtmf:x@1", "refer:nobody@1", "dance@1", "hold", "hold@x", "info@1", "hold:x@1"):
            self.assertEqual(run("call", "sip:bob@127.0.0.1", "--do", wrong)[0], 2, wrong)

    def test_digits_are_sent_and_a_call_is_referred_at_its_time(self):
        with Answering("-v") as carol, Answering("--follow") as bob:
            code, out, _ = run("call", bob.uri(), "--hangup-after", "20", "--json", "--do", "dtmf:12#@0.1", "--do",
                               f"refer:{carol.uri()}@2", "--do", "bye@3")
            events = [json.loads(line) for line in out.splitlines()]
            done = [(event["what"], event["ok"]) for event in events if event["event"] == "did"]
            self.assertEqual((code, done), (0, [("dtmf", True), ("refer", True), ("bye", True)]))
        self.assertIn("dtmf 1\ndtmf 2\ndtmf #\n", bob.output)
        self.assertIn("answered ", carol.output)

    def test_a_call_is_transferred_after_the_target_was_asked(self):
        with Answering("-v") as carol, Answering("--follow") as bob:
            code, out, _ = run("call", bob.uri(), "--hangup-after", "20", "--json", "--do", f"attended:{carol.uri()}@0.2", "--do", "bye@2")
            events = [json.loads(line) for line in out.splitlines()]
            self.assertEqual((code, [(event["what"], event["ok"]) for event in events if event["event"] == "did"]),
                             (0, [("attended", True), ("bye", True)]))
        self.assertEqual(carol.output.count("answered "), 2)

    def test_an_anonymous_call_hides_who_we_are(self):
        with Answering("-v") as bob:
            code, _, _ = run("call", bob.uri(), "--anonymous", "--from", "sip:alice@example.com", "--hangup-after", "0")
            self.assertEqual(code, 0)
        self.assertIn("anonymous@anonymous.invalid", bob.output)
        self.assertNotIn("alice", bob.output)

    def test_bindings_are_asked_for_and_all_taken_back(self):
        with Answering("--udp", "127.0.0.1:0", verb="serve") as server:
            registrar = f"sip:127.0.0.1:{server.ports['udp']}"
            me = ("--from", f"sip:alice@127.0.0.1:{server.ports['udp']}", "--json")
            found = lambda *args: json.loads(run("register", registrar, *me, *args)[1].splitlines()[-1])
            self.assertEqual(found("--fetch")["contacts"], [])
            with subprocess.Popen([PROGRAM, "register", registrar, *me, "--keep", "60", "--reg-id", "1", "--instance",
                                   "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"], stdout=subprocess.PIPE, text=True) as phone:
                self.assertTrue(json.loads(phone.stdout.readline())["registered"])
                contacts = found("--fetch")["contacts"]
                self.assertEqual(len(contacts), 1)
                self.assertIn("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", contacts[0])
                self.assertEqual(found("--unregister", "--all")["registered"], False)
                self.assertEqual(found("--fetch")["contacts"], [])
                phone.kill()
        self.assertEqual(run("register", "--all")[0], 2)
        self.assertEqual(run("register", "--instance", "phone", "--from", "sip:a@127.0.0.1")[0], 2)

    def test_session_timers_are_agreed(self):
        with Answering("--min-se", "200") as bob:
            code, _, ladder = run("call", bob.uri(), "--session-expires", "100", "--hangup-after", "0", "--ladder")
            self.assertEqual(code, 0)
            self.assertIn("422", ladder)

    def test_messages_reach_the_other_terminal_with_controls_made_visible(self):
        with Answering() as bob:
            code, out, _ = run("message", bob.uri(), "hello\x1b[31m")
            self.assertEqual((code, out), (0, "delivered: 200 OK\n"))
        self.assertIn("hello", bob.output)
        self.assertNotIn("\x1b", bob.output)

    def test_options_says_how_long_the_answer_took(self):
        with Answering() as bob:
            code, out, _ = run("options", bob.uri("tcp"), "--count", "2", "--interval", "0", "--json")
            answers = [json.loads(line) for line in out.splitlines()]
            self.assertEqual((code, [answer["status"] for answer in answers]), (0, [200, 200]))
            self.assertTrue(all(answer["round_trip_ms"] > 0 and "INVITE" in answer["allow"] for answer in answers))

    def test_nobody_there_ends_with_3(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
            port = taken.getsockname()[1]
            self.assertEqual(run("options", f"sip:127.0.0.1:{port};transport=tcp")[0], 3)
            self.assertEqual(run("register", "--from", f"sip:a@127.0.0.1:{port}", "--proxy", f"tcp://127.0.0.1:{port}")[0], 3)

    def test_a_subscription_is_told_what_the_notifier_says_until_it_ends(self):
        with Answering("presence", "--state", "open", "--change", "closed@0.1", "--pending", "0.05",
                       "--terminate", "noresource@0.2", verb="notify") as bob:
            code, out, _ = run("subscribe", bob.uri(), "presence", "--bind", "127.0.0.1:0", "--json")
            events = [json.loads(line) for line in out.splitlines()]
            self.assertEqual(code, 0)
            self.assertEqual([(event["state"], event["body"]) for event in events[:-1]],
                             [("pending", "open"), ("active", "open"), ("active", "closed"), ("terminated", "closed")])
            self.assertEqual((events[-1]["event"], events[-1]["reason"]), ("ended", "noresource"))
            code, out, _ = run("subscribe", bob.uri("tcp"), "--poll", "--bind", "127.0.0.1:0")
            self.assertEqual((code, out.splitlines()[:2]), (0, ["presence terminated;reason=timeout text/plain", "  open"]))
            self.assertEqual(run("subscribe", bob.uri(), "--bind", "127.0.0.1:0", "--count", "1", "-q"), (0, "", ""))
            code, out, _ = run("subscribe", bob.uri(), "dialog", "--bind", "127.0.0.1:0", "--json")
            self.assertEqual((code, json.loads(out)["status"]), (1, 489))
        with Answering() as nobody:
            self.assertEqual(run("subscribe", nobody.uri(), "--bind", "127.0.0.1:0", "-q")[0], 1)

    def test_state_is_published_refreshed_and_removed(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as compositor:
            compositor.bind(("127.0.0.1", 0))
            compositor.settimeout(20)
            port = compositor.getsockname()[1]
            publishing = subprocess.Popen([PROGRAM, "publish", "presence", "open", "--from", f"sip:alice@127.0.0.1:{port}",
                                           "--bind", "127.0.0.1:0", "--change", "closed@0.05", "--keep", "0.1"],
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            seen = []
            for number in range(3):
                octets, source = compositor.recvfrom(65536)
                head, body = octets.decode().split("\r\n\r\n", 1)
                lines = head.split("\r\n")
                kept = [line for line in lines[1:] if line.split(":")[0] in ("Via", "From", "Call-ID", "CSeq")]
                to = next(line for line in lines if line.startswith("To:")) + ";tag=1"
                answer = ["SIP/2.0 200 OK", *kept, to, f"SIP-ETag: tag{number}", "Expires: 3600", "Content-Length: 0", "", ""]
                compositor.sendto("\r\n".join(answer).encode(), source)
                fields = dict(line.split(": ", 1) for line in lines[1:])
                seen.append((fields["Expires"], fields.get("SIP-If-Match"), body))
            out, _ = publishing.communicate(timeout=20)
        self.assertEqual(seen, [("3600", None, "open"), ("3600", "tag0", "closed"), ("0", "tag1", "")])
        self.assertEqual((publishing.returncode, out), (0, "published: tag0\npublished: tag1\nunpublished: \n"))

    def test_calls_are_transferred_blindly_attended_and_from_outside(self):
        with Answering("-v") as carol, Answering("--follow") as bob:
            for how in ([], ["--in-call"], ["--attended"]):
                code, out, _ = run("refer", bob.uri(), carol.uri(), "--bind", "127.0.0.1:0", "--json", *how)
                events = [json.loads(line) for line in out.splitlines()]
                self.assertEqual(code, 0, how)
                self.assertEqual([event["status"] for event in events if event["event"] == "progress"], [100, 180, 200])
                self.assertEqual([event["last"] for event in events if event["event"] == "progress"], [False, False, True])
        self.assertEqual(carol.output.count("answered "), 4)  # the attended one has its consultation
        with Answering("--reject", "486") as busy, Answering("--follow") as bob:
            self.assertEqual(run("refer", bob.uri(), busy.uri(), "--bind", "127.0.0.1:0", "-q")[0], 1)
        with Answering() as bob:
            self.assertEqual(run("refer", bob.uri(), "sip:carol@127.0.0.1", "--bind", "127.0.0.1:0", "-q")[0], 1)

    def test_redirected_calls_are_followed_when_asked_for(self):
        with Answering() as carol, Answering("--redirect", "sip:nobody@127.0.0.1:1;transport=tcp", "--redirect",
                                             carol.uri()) as bob:
            self.assertEqual(run("call", bob.uri(), "-q")[0], 1)
            self.assertEqual(run("call", bob.uri(), "-q", "--redirects", "2", "--hangup-after", "0")[0], 0)

    def test_what_cannot_be_understood_ends_with_2(self):
        for args in (["call"], ["call", "http://example.com"], ["call", "sip:a@b", "--bind", "nowhere"], ["frobnicate"],
                     ["message", "sip:a@b", "x", "-H", "no colon"], ["register", "--password-file", "/nonexistent"], ["subscribe", "sip:a@b", "no event"],
                     ["notify", "--bind", "127.0.0.1:0", "--change", "never"]):
            self.assertEqual(run(*args)[0], 2, args)

    def test_what_is_wrong_with_a_flag_is_said_in_a_line(self):
        call = ("call", "sip:bob@127.0.0.1:1")
        for args, said in (((*call, "--hangup-after", "-1"), "--hangup-after: want seconds from 0 to 1000000, not -1"),
                           ((*call, "--hangup-after", "nan"), "want seconds from 0 to 1000000, not nan"),
                           ((*call, "--ring-timeout", "1e300"), "want seconds from 0 to 1000000, not 1e300"),
                           ((*call, "--repeat", "0"), "--repeat: want a number from 1, not 0"),
                           ((*call, "--do", "hold"), "\n--do: want TEXT@SECONDS, not hold"),
                           ((*call, "--record", "/nonexistent/call.wav"), "--record: no such directory: /nonexistent"),
                           ((*call, "--ha1-file", __file__), "--ha1-file: no MD5 in hexadecimal"),
                           (("answer", "--redirect", "carol"), "--redirect: want a URI, not carol"),
                           (("answer", "--calls", "-1"), "--calls: want a number from 0, not -1"),
                           (("register", "--keep", "-1"), "--keep: want seconds"),
                           (("ring", "sip:bob@127.0.0.1"), "no such verb: ring")):
            code, out, err = run(*args, timeout=20)
            self.assertEqual((code, out), (2, ""))
            self.assertIn(said, "\n" + err)

    def test_what_a_peer_says_cannot_move_the_cursor(self):
        escape = "\u009b2J"  # CSI, in UTF-8, which a reason phrase may hold (RFC 3261 §25.1)
        for verb, rest, status in (("call", (), 180), ("options", (), 200), ("message", ("x",), 200), ("register", (), 200)):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.bind(("127.0.0.1", 0))
                peer.settimeout(20)
                program = subprocess.Popen([PROGRAM, verb, "sip:bob@127.0.0.1:%d" % peer.getsockname()[1], *rest, "--bind",
                                            "127.0.0.1:0", "--from", "sip:alice@127.0.0.1"], stdin=subprocess.DEVNULL,
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
                request, source = peer.recvfrom(65535)
                kept = [line for line in request.decode().split("\r\n")
                        if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq", "Contact")]
                for answer in (status, 486) if verb == "call" else (status,):
                    lines = ["SIP/2.0 %d %s" % (answer, escape), *kept, "Contact: <sip:bob@127.0.0.1>;x=\"%s\"" % escape,
                             "Content-Length: 0", "", ""]
                    peer.sendto("\r\n".join(lines).encode(), source)
                said = program.stdout.readline()
                program.send_signal(signal.SIGKILL)
                program.communicate(timeout=20)
                self.assertNotIn(escape, said)
                self.assertIn("\\xc2\\x9b2J", said, verb)

    def test_pictures_use_the_codecs_of_the_list(self):
        code, _, why = run("call", "sip:a@127.0.0.1:9", "--video-codecs", "VP8,opus")
        self.assertEqual(code, 2)
        if "without it" in why:
            self.skipTest("built without media")
        with Answering("--media", "test") as bob:
            code, out, why = run("call", bob.uri(), "--video-codecs", "H264", "--hangup-after", "2", "--json")
            if "openh264" in why:
                self.skipTest("no plug-in for H.264")
            picture = json.loads(out.splitlines()[-1])["media"][1]
            self.assertEqual((code, picture["codec"]), (0, "H264"))
            self.assertGreater(picture["frames_decoded"], 10)

    def test_media_is_protected_as_asked_and_uses_the_codecs_of_the_list(self):
        code, _, why = run("call", "sip:a@127.0.0.1:9", "--codecs", "mp3")
        self.assertEqual(code, 2)
        if "without it" in why:
            self.skipTest("built without media")
        with Answering("--media", "test") as bob:
            for srtp, codec in (("none", "PCMA"), ("sdes", "opus"), ("dtls", "PCMU")):
                code, out, _ = run("call", bob.uri(), "--srtp", srtp, "--codecs", codec, "--hangup-after", "2", "--json")
                sound = json.loads(out.splitlines()[-1])["media"][0]
                self.assertEqual((code, sound["codec"]), (0, codec))
                self.assertGreater(sound["frames_decoded"], 10, srtp)
            code, out, _ = run("call", bob.uri(), "--srtp", "dtls", "--do", "restart@0.5", "--hangup-after", "3", "--json")
            events = [json.loads(line) for line in out.splitlines()]
            self.assertEqual((code, [(event["what"], event["ok"]) for event in events if event["event"] == "did"]), (0, [("restart", True)]))
            self.assertGreater(events[-1]["media"][0]["frames_decoded"], 60)
        with Answering("--srtp", "sdes") as bob:
            self.assertEqual(run("call", bob.uri(), "--srtp", "none")[0], 1)  # 488

    def test_a_picture_and_texts_join_a_call_that_began_with_sound(self):
        with Answering("--media", "test", "--data", "--do", "text:good evening@0") as bob:
            code, out, why = run("call", bob.uri(), "--media", "sound", "--data", "--do", "text:hello@0", "--do", "video@1",
                                 "--hangup-after", "3", "--json")
            if "without it" in why:
                self.skipTest("built without media")
            events = [json.loads(line) for line in out.splitlines()]
            self.assertEqual((code, sorted(event["what"] for event in events if event["event"] == "did" and event["ok"])),
                             (0, ["text", "video"]))
            self.assertEqual([event["text"] for event in events if event["event"] == "text"], ["good evening"])
            self.assertGreater(events[-1]["media"][1]["frames_decoded"], 5)

    def test_quiet_prints_nothing(self):
        with Answering("--reject", "603") as bob:
            self.assertEqual(run("call", bob.uri(), "-q"), (1, "", ""))

    def test_ctrl_c_hangs_up_and_ends_with_130(self):
        with Answering("-v", "--calls", "1") as bob:
            calling = subprocess.Popen([PROGRAM, "call", bob.uri(), "--hangup-after", "60", "--ladder"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            while "answered" not in calling.stdout.readline():
                pass
            began = time.monotonic()
            calling.send_signal(signal.SIGINT)
            _, ladder = calling.communicate(timeout=20)
            self.assertEqual(calling.returncode, 130)
            self.assertIn("BYE", ladder)
            self.assertIn("200 OK (BYE)", ladder)
            self.assertLess(time.monotonic() - began, 15)
            self.assertEqual(bob.process.wait(20), 0)


unittest.main(verbosity=2)
